// The last words of a program: unrecovered panics and fatal errors. Both end with exit status 2.
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "vm/panic/panic.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {

namespace {

void writeError(std::string_view text) {
  std::fflush(stderr);
  while (!text.empty()) {
    ssize_t n = ::write(2, text.data(), text.size());
    if (n <= 0) return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

std::string signalLine(const Goroutine& g) {
  if (!g.faulted) return {};
  char buf[160];
  std::snprintf(buf, sizeof buf, "[signal SIGSEGV: segmentation violation code=0x1 addr=0x%llx pc=0x%llx]\n",
                static_cast<unsigned long long>(g.faultAddress),
                static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(g.faultPc)));
  return buf;
}

}  // namespace

void dieOfPanic(Goroutine& g) {
  std::string out = signalLine(g);
  if (tracebackLevel() > 0) {
    out += '\n';
    out += tracebackText(g, 0);
    if (tracebackAll()) out += otherTracebacks(&g);
  }
  writeError(out);
  exitProcess(2);
}

void fatalError(Goroutine* g, const char* text) {
  static bool dying = false;
  if (dying) _exit(2);
  dying = true;
  std::string out;
  if (*text) out = "fatal error: " + std::string(text) + "\n";
  if (tracebackLevel() > 0) {
    if (g) out += "\n" + tracebackText(*g, 0);
    out += otherTracebacks(g);
  }
  writeError(out);
  exitProcess(2);
}

}  // namespace burrow::vm
