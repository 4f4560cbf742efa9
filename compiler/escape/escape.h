// Escape analysis: which variables and which allocating expressions live on the stack. gc's location graph and its answers.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::escape {

struct Options {
  bool smallFrames = false;   ///< -smallframes: less is put on stacks
  bool mutations = false;     ///< -d=escapemutationscalls: remarks also say what functions change and call through their parameters
};

/// Sets, for every function of the unit: Name::onHeap and byValue, Node::onStack, transient, zeroCopy and the reasons; leaves escape tags in
/// Func::facts (and the declared object's). Remarks go to unit.remarks.
void run(ir::Unit& unit, const Options& options = {});

}  // namespace burrow::escape
