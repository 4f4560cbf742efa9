#include "vm/bytecode/check.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef __SANITIZE_ADDRESS__
/// Threads bring signal stacks of their own, and what compilation allocates lives until the process ends.
extern "C" const char* __asan_default_options() { return "use_sigaltstack=0:detect_leaks=0"; }
#endif

namespace burrow {

namespace {

const char* crashPhase = nullptr;
const char* crashWhat = nullptr;
const char* crashFunction = nullptr;
size_t crashFunctionSize = 0;
uint64_t crashPosition = 0;
size_t (*showPosition)(void*, uint64_t, char*, size_t) = nullptr;
void* positionFiles = nullptr;
uintptr_t stackLowEnd = 0;

/// A message put together without allocation, for a signal handler.
class Message {
 public:
  Message& operator<<(std::string_view s) {
    size_t n = s.size() < sizeof text_ - size_ ? s.size() : sizeof text_ - size_;
    std::memcpy(text_ + size_, s.data(), n);
    size_ += n;
    return *this;
  }
  Message& hex(uint64_t v) {
    char digits[18] = "0x";
    for (int i = 0; i < 16; ++i) digits[2 + i] = "0123456789abcdef"[v >> (60 - 4 * i) & 15];
    return *this << std::string_view(digits, 18);
  }
  void context() {
    if (!crashPhase) return;
    *this << " (phase " << crashPhase << ", " << (crashWhat ? crashWhat : "?");
    if (crashFunction) *this << ", function " << std::string_view(crashFunction, crashFunctionSize);
    if (crashPosition && showPosition) {
      char place[512];
      *this << " at " << std::string_view(place, showPosition(positionFiles, crashPosition, place, sizeof place));
    }
    *this << ")";
  }
  void print() {
    *this << "\n";
    for (size_t at = 0; at < size_;) {
      ssize_t n = write(2, text_ + at, size_ - at);
      if (n <= 0) return;
      at += static_cast<size_t>(n);
    }
  }

 private:
  char text_[2048];
  size_t size_ = 0;
};

const char* signalName(int n) {
  return n == SIGSEGV ? "SIGSEGV" : n == SIGBUS ? "SIGBUS" : n == SIGFPE ? "SIGFPE" : "SIGILL";
}

void onCrash(int number, siginfo_t* info, void*) {
  uintptr_t at = reinterpret_cast<uintptr_t>(info->si_addr);
  constexpr uintptr_t kNear = 1 << 20;
  Message m;
  if (number == SIGSEGV && stackLowEnd && at + kNear > stackLowEnd && at < stackLowEnd + kNear) {
    m << "burrow: the program is nested too deeply to be compiled";
    m.context();
    m.print();
    _exit(2);
  }
  m << "burrow: internal error: " << signalName(number) << " at address ";
  m.hex(at);
  m.context();
  m.print();
  signal(number, SIG_DFL);
  raise(number);
}

}  // namespace

void setCrashContext(const char* phase, const char* what) {
  crashPhase = phase;
  crashWhat = what;
  crashFunction = nullptr;
  crashPosition = 0;
}

void setCrashFunction(std::string_view name, uint64_t position) {
  crashFunction = name.data();
  crashFunctionSize = name.size();
  crashPosition = position;
}

void setCrashPositions(size_t (*show)(void*, uint64_t, char*, size_t), void* files) {
  showPosition = show;
  positionFiles = files;
}

void installCrashReport(const void* stackLow) {
  stackLowEnd = reinterpret_cast<uintptr_t>(stackLow);
  static char stack[64 << 10];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof stack;
  sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_sigaction = onCrash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int n : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigaction(n, &action, nullptr);
}

void checkFailed(const char* file, int line, const char* what) {
  char number[16];
  std::snprintf(number, sizeof number, ":%d: ", line);
  Message m;
  m << "burrow: internal error: " << file << number << what;
  m.context();
  m.print();
  std::abort();
}

}  // namespace burrow
