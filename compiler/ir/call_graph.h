// Functions of a unit from the bottom of the call graph up: strongly connected components, callees before callers, in the
// order in which gc visits them (messages come in that order).
//
// Tarjan's algorithm over mentions: any mention of a function or method makes an edge, not only calls. A literal that captures
// variables is in the component of the function around it; one that captures nothing is a component of its own.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Which functions of its unit each function mentions, in the order of its code. A tree that was not looked at for a while has left
/// the processor's caches, and to walk it is to wait for memory: a phase has its functions surveyed while it goes through them anyway.
class Mentions {
 public:
  explicit Mentions(const Unit& unit);
  /// Looks through a function, literals in it left out. Its mentions must not change afterwards.
  void survey(const Func* f);
  /// Surveys f if nobody did.
  List<Func*> of(const Func* f);

 private:
  Func* mention(const Node* n) const;

  const Unit& unit_;
  std::unordered_map<const burrow::Func*, Func*> bodyless_;
  std::unordered_map<const Func*, List<Func*>> found_;
  std::vector<Func*> list_;               ///< being made
};

/// Calls `visit` for each component. `recursive`: more than one function, or one that mentions itself.
void visitBottomUp(Mentions& mentions, const std::vector<Func*>& roots,
                   const std::function<void(const std::vector<Func*>& component, bool recursive)>& visit);

/// The unit's functions (literals are reached through them) as gc lists them, the roots to begin with: package initialisation, then
/// declared functions in the order of the source, then instances and wrappers.
std::vector<Func*> inDeclarationOrder(const Unit& unit);

}  // namespace burrow::ir
