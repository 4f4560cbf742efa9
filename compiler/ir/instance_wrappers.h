// What gc makes beside the instances of generic functions: for the messages alone.
//
// gc compiles an instance for each shape of type arguments and, for each instantiation with types that the program names, a function that
// calls that one with the dictionary of the types. Function values and method tables refer to those; calls go past them. Here an instance
// is compiled for its types and needs nothing in front of it, but gc has things to say about its wrappers, and has all methods of
// every instantiated type.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Adds the wrappers, which are `dead`, to unit.funcs, and methods of instantiated types that nothing has asked for so far. Before inlining.
void addInstanceWrappers(Unit& unit);

/// Whether f is such a wrapper: symbol, object and targs are those of the instance that it calls.
inline bool isInstanceWrapper(const Func& f) { return f.dead && !f.outer; }

}  // namespace burrow::ir
