// What the optimizing phases ask of the builder after a unit is built.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// A function of another package, built from its stored text: to be copied into functions of this unit, not to be compiled. Instances
/// that it refers to are added to unit.funcs. Null if there is no text.
Func* buildImported(Unit& unit, burrow::Func* object);

/// The call of method m, found from the value `recv` along `path`, in function `in`: of the method itself, or through an interface if the
/// method belongs to an embedded one.
Node* callMethod(Unit& unit, Func& in, Node* recv, const Selection& method, List<Node*> args, Pos pos);

/// The methods of an interface as functions, which gc makes of every declared one: for messages.
void addInterfaceWrappers(Unit& unit, Type* iface);

}  // namespace burrow::ir
