// Inlining and devirtualization, decided as gc decides them: its cost model, its budget, its order.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::inlining {

struct Options {
  bool checkPtr = false;    ///< -d=checkptr: reflect's conversions of pointers to numbers stay calls
  bool enabled = true;      ///< -l turns it off: nothing is inlined, nothing can be
  bool cheapCalls = false;  ///< -l=4: a call costs next to nothing, so that functions that make many are inlined
  /// Functions whose calls code generation makes instructions: they are reported as inlined, but stay calls.
  bool (*isInstruction)(std::string_view symbol) = nullptr;
};

/// Decides for every function of the unit whether calls of it may be inlined (Func::inlineBody, facts), then replaces calls: interface
/// calls whose type is known by direct ones, calls of inlinable functions by their bodies. Remarks go to unit.remarks.
void run(ir::Unit& unit, const Options& options);

}  // namespace burrow::inlining
