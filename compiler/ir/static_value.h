// What a variable that is assigned once stands for.
#pragma once

#include <unordered_map>

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Facts on the assignments of one outermost function and all literals in it, as they are when it is made.
class ReassignOracle {
 public:
  explicit ReassignOracle(const Func& outermost);

  /// Sees through parentheses, no-op conversions, single results of inlined calls and local variables that are assigned only at their
  /// declaration and never addressed (gc's StaticValue); n itself if there is nothing to see through.
  Node* staticValue(Node* n) const;
  /// Whether a local variable is assigned anywhere but at its declaration, or addressed; literals count.
  bool reassigned(const Name* n) const;

 private:
  struct Facts {
    Node* definition = nullptr;   ///< the one value assigned at the declaration; null: none, or not a single value
    bool reassigned = false;
  };
  void walk(const Node* n);
  std::unordered_map<const Name*, Facts> facts_;
};

/// The function of a call if it is known: a FuncName, MethodExpr or Closure node; else null.
Node* staticCallee(const Node* call, const ReassignOracle& oracle);

}  // namespace burrow::ir
