// for b.Loop() { … }: what testing promises about the loops of benchmarks.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::inlining {

/// gc keeps the values alive that statements in such loops assign, return or are called with, so that no statement is optimized away. Nothing
/// is, here; -m=2 says what gc says.
void reportBenchmarkLoops(const ir::Unit& unit);

}  // namespace burrow::inlining
