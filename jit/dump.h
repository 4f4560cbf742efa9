// --jit-dump: stages of functions on their way through the optimizing tier, as text on standard error.
#pragma once

#include <string>

#include "vm/func.h"

namespace burrow::jit {

struct Graph;

/// "FUNC", "FUNC:PASS": functions whose symbol is FUNC or ends with ".FUNC"; one pass, or all of them and the code.
void requestDump(const std::string& what);
bool dumpRequested(const vm::Func& f);
void dumpPass(const Graph& g, const char* pass);
/// The machine code of f, after its compilation: a pass by the name "code".
void dumpCode(const vm::Func& f, const char* tier, std::string_view listing);

}  // namespace burrow::jit
