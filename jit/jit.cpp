#include "jit/jit.h"

#include <cstdio>
#include <map>
#include <string>

#include "jit/code_memory.h"
#include "jit/compile.h"
#include "jit/ssa/tier.h"
#include "jit/stubs.h"
#include "vm/interp/interp.h"
#include "vm/machine/machine.h"
#include "vm/panic/panic.h"
#include "vm/sched/sched_internal.h"

namespace burrow::jit {

namespace {

std::map<std::string, uint64_t> failures;  // by reason
bool printNames = false;

uint32_t limit = ~0u;

void compileHot(vm::Func& f) {
  std::string why;
  if (compileStats.functions + compileStats.failed >= limit) {
    f.entry = f.code;
    return;
  }
  if (printNames) std::fprintf(stderr, "jit: %llu %s\n", static_cast<unsigned long long>(compileStats.functions + 1), std::string(f.name).c_str());
  if (!compile(f, &why)) failures[why]++;
}

void printStats(int) {
  const CompileStats& s = compileStats;
  std::fprintf(stderr, "jit: %llu functions, %llu words of bytecode, %llu bytes of code, %.1f ms; %llu not compiled\n",
               static_cast<unsigned long long>(s.functions), static_cast<unsigned long long>(s.bytecodeWords),
               static_cast<unsigned long long>(s.codeBytes), static_cast<double>(s.nanoseconds) / 1e6,
               static_cast<unsigned long long>(s.failed));
  for (const auto& [why, count] : failures) std::fprintf(stderr, "jit: %llu times: %s\n", static_cast<unsigned long long>(count), why.c_str());
}

/// All instructions of the vm itself lie in the same half of their 4 GiB (see code_memory.h).
bool ownCodeAgrees() {
  for (const Insn* p : {vm::kNativeCode, vm::kBottomCode, vm::kDeferLoopCode}) {
    if ((reinterpret_cast<uintptr_t>(p) >> 31 & 1) != bytecodeHasBit31()) return false;
  }
  return true;
}

}  // namespace

bool install(const Options& options) {
  if (!ownCodeAgrees() || !codeMemory.reserve() || !makeStubs()) return false;
  vm::machineBase = reinterpret_cast<uintptr_t>(codeMemory.base());
  vm::machineBytes = CodeMemory::kBytes;
  vm::MachineHooks& hooks = vm::machineHooks;
  hooks.enter = stubs.enter;
  hooks.toInterpreter = stubs.toInterpreter;
  hooks.toNative = stubs.toNative;
  hooks.compile = compileHot;
  hooks.compileLoop = compileLoop;
  bool always = options.mode == Mode::Always;
  hooks.threshold = always ? 0 : options.threshold;
  hooks.ticks = !always;
  limit = options.limit;
  printNames = limit != ~0u;
  optimizing = options.optimize && optimizerAvailable();
  if (options.registers) limitRegisters(options.registers);
  if (options.stats) vm::addExitHook(printStats);
  return true;
}

Totals totals() { return {compileStats.functions, compileStats.failed, compileStats.nanoseconds, compileStats.codeBytes}; }

}  // namespace burrow::jit
