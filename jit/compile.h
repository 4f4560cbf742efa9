// The way from a linked function to its machine code.
#pragma once

#include <string>
#include <vector>

#include "jit/notes.h"
#include "jit/stats.h"
#include "vm/func.h"

namespace burrow::jit {

/// Functions go to the optimizing tier first, and to the templates if that has a reason not to take them.
extern bool optimizing;

struct MadeCode {
  vm::MachineCode* code = nullptr;  ///< null: it cannot be compiled
  Tier tier = Tier::Template;
  std::vector<Notes::Place> places; ///< if somebody observes
};

/// The code of f, a linked function, from its start (header null) or entered at a loop header only. Reads nothing that changes while the program
/// runs and writes nothing of the vm, so it may run beside it; one at a time.
MadeCode makeCode(vm::Func& f, const Insn* header);

/// Makes code what calls of its function run from now on, or loops go on in. By the thread that runs Go.
void installCode(vm::Func& f, const Insn* header, const MadeCode& made);

/// Both at once; false with a reason if f is interpreted for good.
bool compile(vm::Func& f, std::string* why);

/// Whether f's loop is worth code of its own: not without end for functions whose loops come and go.
bool mayCompileLoop(const vm::Func& f);

}  // namespace burrow::jit
