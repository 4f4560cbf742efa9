// What a variable that is assigned once stands for.
#pragma once

#include <unordered_map>

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Facts on the assignments of one outermost function and all literals in it, as they are when it is made (and what was added since).
class ReassignOracle {
 public:
  explicit ReassignOracle(const Func& outermost);

  /// Sees through parentheses, no-op conversions, single results of inlined calls and local variables that are assigned only at their
  /// declaration and never addressed (gc's StaticValue); n itself if there is nothing to see through.
  Node* staticValue(Node* n) const;
  /// Whether a local variable is assigned anywhere but at its declaration, or addressed; literals count.
  bool reassigned(const Name* n) const;
  /// Takes in code that was put into the function after the oracle was made.
  void add(const Node* n) { walk(n); }

 private:
  struct Facts {
    Node* definition = nullptr;   ///< the one value assigned at the declaration; null: none, or not a single value
    bool reassigned = false;
  };
  void walk(const Node* n);
  void walk(List<Node*> list) {
    for (const Node* n : list)
      if (n) walk(n);
  }
  void assigned(const Node* target, Node* value, bool def);
  std::unordered_map<const Name*, Facts> facts_;
};

/// The variable itself, of the function that declares it, for a captured one.
inline Name* declared(Name* n) {
  while (n->outer) n = n->outer;
  return n;
}
inline const Name* declared(const Name* n) { return declared(const_cast<Name*>(n)); }

/// The function of a call if it is known: a FuncName, MethodExpr or Closure node; else null.
Node* staticCallee(const Node* call, const ReassignOracle& oracle);

}  // namespace burrow::ir
