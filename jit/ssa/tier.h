// The optimizing tier: bytecode to SSA, passes, register allocation, machine code.
#pragma once

#include <string>

#include "vm/machine/machine.h"

namespace burrow::jit {

/// Whether this processor has what the tier's code needs (AVX, FMA, BMI2, LZCNT, POPCNT).
bool optimizerAvailable();
/// Values are kept in that many registers of each class only: a test mode, in which much is spilled.
void limitRegisters(unsigned count);
/// Builds with assertions verify the graphs of one function in so many.
extern unsigned verifyEvery;
/// The code of f, in place but not registered; null with a reason if the function is not for this tier. osrPc: entered at this loop header only,
/// ~0u: at the function's start.
vm::MachineCode* compileOptimized(vm::Func& f, uint32_t osrPc, std::string& why);

}  // namespace burrow::jit
