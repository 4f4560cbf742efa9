// The way from a linked function to its machine code.
#pragma once

#include <string>
#include <vector>

#include "jit/notes.h"
#include "jit/stats.h"
#include "vm/func.h"

namespace burrow::jit {

/// The optimizing tier is used.
extern bool optimizing;

struct MadeCode {
  vm::MachineCode* code = nullptr;  ///< null: it cannot be compiled
  Tier tier = Tier::Template;
  std::vector<Notes::Place> places; ///< if somebody observes
};

/// What is wanted: by the templates, by the optimizing tier, or optimized code that is entered at a loop.
struct Wish {
  vm::Func* func;
  Tier tier;
  const Insn* header = nullptr;  ///< Loop
  bool orTemplates = false;      ///< Optimized: by the templates if the function is not for that tier
  auto operator<=>(const Wish&) const = default;
};

/// The code of a linked function. Reads nothing that changes while the program
/// runs and writes nothing of the vm, so it may run beside it; one at a time.
MadeCode makeCode(const Wish& wish);

/// Makes code what calls of its function run from now on, or loops go on in. By the thread that runs Go.
void installCode(const Wish& wish, const MadeCode& made);

/// Both at once; false with a reason if f is interpreted for good.
bool compile(vm::Func& f, std::string* why);

/// Whether f's loop is worth code of its own: not without end for functions whose loops come and go.
bool mayCompileLoop(const vm::Func& f);

}  // namespace burrow::jit
