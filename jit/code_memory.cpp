#include "jit/code_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include "vm/interp/interp.h"
#include "vm/link/linker.h"

namespace burrow::jit {

namespace {

bool bit31(uintptr_t address) { return address >> 31 & 1; }

/// Maps `fd` executable at exactly this address, if it is free.
char* mapAt(uintptr_t address, size_t bytes, int fd, int sharing) {
  void* hint = reinterpret_cast<void*>(address);
  void* p = mmap(hint, bytes, PROT_READ | PROT_EXEC, sharing | MAP_NORESERVE | MAP_FIXED_NOREPLACE, fd, 0);
  if (p == MAP_FAILED) return nullptr;
  if (p == hint) return static_cast<char*>(p);
  munmap(p, bytes);
  return nullptr;
}

}  // namespace

CodeMemory codeMemory;

bool bytecodeHasBit31() { return bit31(reinterpret_cast<uintptr_t>(vm::kNativeCode)); }

bool CodeMemory::reserve(bool breakpoints) {
  if (run_) return true;
  int sharing = breakpoints ? MAP_PRIVATE : MAP_SHARED;
  if (breakpoints) alignment_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  // The vm's own instructions are in the binary, the program's in the module region, which lies to match.
  if (bit31(reinterpret_cast<uintptr_t>(vm::moduleBase())) != bytecodeHasBit31()) return false;
  int fd = memfd_create("burrow-jit", MFD_CLOEXEC);
  if (fd < 0) return false;
  constexpr uintptr_t kHalf = uintptr_t{1} << 31;
  if (ftruncate(fd, static_cast<off_t>(kBytes)) == 0) {
    auto here = reinterpret_cast<uintptr_t>(vm::kNativeCode);
    uintptr_t half = here & ~(kHalf - 1);
    // The halves below and above; nearest first, and from there outwards.
    for (uintptr_t step = 0; step < kHalf / kBytes && !run_; step++) {
      uintptr_t below = half - (step + 1) * kBytes, above = half + kHalf + step * kBytes;
      bool lowFirst = here - half < kHalf / 2;
      uintptr_t first = lowFirst ? below : above, second = lowFirst ? above : below;
      if (half >= kHalf || first == above) run_ = mapAt(first, kBytes, fd, sharing);
      if (!run_ && (half >= kHalf || second == above)) run_ = mapAt(second, kBytes, fd, sharing);
    }
  }
  if (run_) {
    void* p = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    if (p == MAP_FAILED) {
      munmap(run_, kBytes);
      run_ = nullptr;
    } else {
      write_ = static_cast<char*>(p);
    }
  }
  close(fd);
  return run_ != nullptr;
}

char* CodeMemory::allocate(size_t bytes) {
  bytes = (bytes + alignment_ - 1) & ~(alignment_ - 1);
  if (bytes > kBytes - used_) return nullptr;
  char* p = run_ + used_;
  used_ += bytes;
  return p;
}

}  // namespace burrow::jit
