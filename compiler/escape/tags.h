// Escape tags: what callers are told about a function's parameters.
#pragma once

#include "compiler/escape/context.h"

namespace burrow::escape {

/// The ways in EscapeTag.
enum Way { kToHeap, kToMutator, kToCallee, kToResult };
inline constexpr int kTaggedResults = 5;

/// Dereferences on the shortest flow that way; -1: there is none.
inline int distance(const EscapeTag& t, int way) { return t[static_cast<size_t>(way)] - 1; }
void addFlow(EscapeTag& t, int way, int derefs);
/// Leaves out what the flow to the heap says already.
void simplify(EscapeTag& t);
inline constexpr EscapeTag kLeaks{1};

/// Where p goes in a call f(uintptr(p)): all zero unless f takes pointers in disguise.
EscapeTag disguisedTag(const ir::Func& f);

/// Tags the parameters of an analysed function, and reports what leaks.
void tagParameters(Context& context, ir::Func* f);

}  // namespace burrow::escape
