// Memory for machine code, mapped twice: code is written through one mapping and runs in the other, so no page is ever
// writable and executable. Addresses are handed out once and never freed.
//
// The arena lies near the program's own code (helpers are reached with short calls), and in the half of its 4 GiB that bytecode is
// not in: bit 31 of a return address tells machine code from bytecode.
#pragma once

#include <cstddef>
#include <cstdint>

namespace burrow::jit {

class CodeMemory {
 public:
  static constexpr size_t kBytes = size_t{256} << 20;

  /// False if the system gives no suitable memory: then nothing can be compiled. `breakpoints`: a debugger may write into code; it copies the
  /// page then, so pieces of code do not share pages.
  bool reserve(bool breakpoints = false);
  /// Room for `bytes` of code, aligned to 16; null when the arena is full.
  char* allocate(size_t bytes);
  /// Where code at an executable address is written.
  char* writable(const char* address) const { return write_ + (address - run_); }
  const char* base() const { return run_; }
  size_t used() const { return used_; }

 private:
  char *run_ = nullptr, *write_ = nullptr;
  size_t used_ = 0, alignment_ = 16;
};

extern CodeMemory codeMemory;

/// Bit 31 of machine addresses is the opposite of bytecode's.
bool bytecodeHasBit31();

}  // namespace burrow::jit
