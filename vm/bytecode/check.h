// Checks of Burrow's own invariants. A failed check is a bug of Burrow, never of the user's program.
#pragma once

namespace burrow {

/// Prints where and what failed, with the current phase and function (see setCrashContext), and aborts.
[[noreturn]] void checkFailed(const char* file, int line, const char* what);

/// What is being worked on, for the message of a failed check or a crash: a phase ("parse", "check",
/// "codegen", "run") and the function or package at hand. Pointers must outlive the work; null clears.
void setCrashContext(const char* phase, const char* what);

}  // namespace burrow

#define BURROW_CHECK(cond) \
  (__builtin_expect(!!(cond), 1) ? (void)0 : ::burrow::checkFailed(__FILE__, __LINE__, #cond))
#ifdef BURROW_ASSERTS
#define BURROW_DCHECK(cond) BURROW_CHECK(cond)
#else
#define BURROW_DCHECK(cond) ((void)0)
#endif
#define BURROW_UNREACHABLE() ::burrow::checkFailed(__FILE__, __LINE__, "unreachable")
