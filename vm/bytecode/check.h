// Checks of Burrow's own invariants, and what is said when one fails or Burrow crashes. Both are bugs of Burrow, never of
// the user's program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace burrow {

/// Prints where and what failed, with the current phase and function (see setCrashContext), and aborts.
[[noreturn]] void checkFailed(const char* file, int line, const char* what);

/// What is being worked on, for the message of a failed check or a crash: a phase ("parse", "check",
/// "codegen", "run") and the package or file at hand. Pointers must outlive the work; null clears.
void setCrashContext(const char* phase, const char* what);
/// The function at hand, and its position as a word that `setCrashPositions` can show. Kept until the next one or the next
/// phase.
void setCrashFunction(std::string_view name, uint64_t position);
/// How to write a position as "file:line" (no allocation: it runs in a signal handler). Returns the length.
void setCrashPositions(size_t (*show)(void* files, uint64_t position, char* out, size_t size), void* files);

/// Reports SIGSEGV, SIGBUS, SIGFPE and SIGILL of the calling thread in the same words, on a stack of its own. `stackLow` is
/// the low end of the thread's stack: a fault near it means that the program is nested too deeply.
void installCrashReport(const void* stackLow);

}  // namespace burrow

#define BURROW_CHECK(cond) \
  (__builtin_expect(!!(cond), 1) ? (void)0 : ::burrow::checkFailed(__FILE__, __LINE__, #cond))
#ifdef BURROW_ASSERTS
#define BURROW_DCHECK(cond) BURROW_CHECK(cond)
#else
#define BURROW_DCHECK(cond) ((void)0)
#endif
#define BURROW_UNREACHABLE() ::burrow::checkFailed(__FILE__, __LINE__, "unreachable")
