#include "jit/assembler.h"

#include "jit/notes.h"

namespace burrow::jit {

CodeBuffer::CodeBuffer(Kind kind) {
  holder_.init(asmjit::Environment::host());
  holder_.setErrorHandler(&errors_);
  if (notes.text && kind == Kind::Function) holder_.setLogger(&notes.listing);
  holder_.attach(&a_);
}

char* CodeBuffer::finish() {
  if (!errors_.text.empty()) return nullptr;
  if (holder_.flatten() != asmjit::kErrorOk || holder_.resolveUnresolvedLinks() != asmjit::kErrorOk) {
    errors_.text = "cannot lay the code out";
    return nullptr;
  }
  if (holder_.hasUnresolvedLinks()) {  // asmjit accepts unbound labels silently
    errors_.text = "unbound label";
    return nullptr;
  }
  char* run = codeMemory.allocate(holder_.codeSize());
  if (!run) {
    errors_.text = "code memory is full";
    return nullptr;
  }
  if (holder_.relocateToBase(reinterpret_cast<uint64_t>(run)) != asmjit::kErrorOk) {
    errors_.text = "cannot relocate the code";
    return nullptr;
  }
  size_ = holder_.codeSize();
  holder_.copyFlattenedData(codeMemory.writable(run), size_);
  return run;
}

}  // namespace burrow::jit
