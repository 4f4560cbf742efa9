// Code that all functions share for bytes of any number: few of them through registers, more by the C library. Called with all
// registers free.
#pragma once

namespace burrow::jit {

/// rdi: to, rsi: from, rdx: how many. They may overlap.
const char* moveBytesStub();
/// rdi, rsi: two places, rdx: how many bytes. rax: 1 if they are equal, else 0.
const char* equalBytesStub();

}  // namespace burrow::jit
