#include "vm/bytecode/check.h"

#include <cstdio>
#include <cstdlib>

namespace burrow {

static const char* crashPhase = nullptr;
static const char* crashWhat = nullptr;

void setCrashContext(const char* phase, const char* what) {
  crashPhase = phase;
  crashWhat = what;
}

void checkFailed(const char* file, int line, const char* what) {
  std::fprintf(stderr, "burrow: internal error: %s:%d: %s", file, line, what);
  if (crashPhase) std::fprintf(stderr, " (phase %s, %s)", crashPhase, crashWhat ? crashWhat : "?");
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace burrow
