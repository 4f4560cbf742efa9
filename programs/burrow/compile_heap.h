// Small objects of a process that only compiles: see compile_heap.cpp.
#pragma once

namespace burrow {

/// From now on small objects come from a heap made for compilers. Nothing happens if there is no room for it.
void useCompileHeap();

}  // namespace burrow
