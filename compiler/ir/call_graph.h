// Functions of a unit from the bottom of the call graph up: strongly connected components, callees before callers, in the
// order in which gc visits them (messages come in that order).
//
// Tarjan's algorithm over mentions: any mention of a function or method makes an edge, not only calls. A literal that captures
// variables is in the component of the function around it; one that captures nothing is a component of its own.
#pragma once

#include <functional>
#include <vector>

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Calls `visit` for each component. `recursive`: more than one function, or one that mentions itself.
void visitBottomUp(const Unit& unit, const std::vector<Func*>& roots,
                   const std::function<void(const std::vector<Func*>& component, bool recursive)>& visit);

/// The unit's functions (literals are reached through them) as gc lists them, the roots to begin with: package initialisation, then
/// declared functions in the order of the source, then instances and wrappers.
std::vector<Func*> inDeclarationOrder(const Unit& unit);

}  // namespace burrow::ir
