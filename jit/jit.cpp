#include "jit/jit.h"

#include <cstdio>
#include <set>
#include <string>

#include "jit/background.h"
#include "jit/code_memory.h"
#include "jit/compile.h"
#include "jit/dump.h"
#include "jit/observe.h"
#include "jit/ssa/tier.h"
#include "jit/stubs.h"
#include "jit/template.h"
#include "vm/interp/interp.h"
#include "vm/machine/machine.h"
#include "vm/panic/panic.h"
#include "vm/sched/sched_internal.h"

namespace burrow::jit {

namespace {

Background background;
bool inBackground = false, printNames = false;
uint32_t limit = ~0u, asked = 0;

bool stepwise = false;      // first by the templates, then by the optimizing tier
std::set<Wish> wishes;      // of it, where nothing is done in the background

bool ask(const Wish& wish) {
  if (inBackground) return background.request(wish);
  if (!wishes.insert(wish).second) return false;
  installCode(wish, makeCode(wish));
  return true;
}

void compileHot(vm::Func& f) {
  if (asked >= limit) {
    f.entry = f.code;
    return;
  }
  asked++;
  if (printNames) std::fprintf(stderr, "jit: %u %s\n", asked, std::string(f.name).c_str());
  if (stepwise) ask({&f, Tier::Template});
  else if (inBackground) background.request({&f, optimizing ? Tier::Optimized : Tier::Template, nullptr, true});
  else compile(f, nullptr);
}

bool improve(vm::Func& f) { return ask({&f, Tier::Optimized}); }

void compileLoop(vm::Func& f, const Insn* header) {
  if (!mayCompileLoop(f)) return;
  ask({&f, Tier::Loop, header});
}

bool installFinished() { return background.installFinished(); }

void printStats(int) {
  BackgroundStats left;
  if (inBackground) left = background.stop();
  std::fputs(statsText(compileStats, inBackground ? &left : nullptr).c_str(), stderr);
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
  std::string error;
  if (!observe({options.perf, options.gdb, {}}, &error)) std::fprintf(stderr, "burrow: --jit-perf: %s\n", error.c_str());
  for (const std::string& what : options.dumps) requestDump(what);
  if (!ownCodeAgrees() || !codeMemory.reserve(options.gdb) || !makeStubs()) return false;
  vm::machineBase = reinterpret_cast<uintptr_t>(codeMemory.base());
  vm::machineBytes = CodeMemory::kBytes;
  vm::MachineHooks& hooks = vm::machineHooks;
  hooks.enter = stubs.enter;
  hooks.leaveNative = stubs.leaveNative;
  hooks.toInterpreter = stubs.toInterpreter;
  hooks.toNative = stubs.toNative;
  hooks.compile = compileHot;
  hooks.compileLoop = compileLoop;
  bool always = options.mode == Mode::Always;
  hooks.threshold = always ? 0 : options.threshold;
  hooks.ticks = !always;
  // Names and dumps belong to one function at a time.
  inBackground = !always && options.background && options.dumps.empty() && options.limit == ~0u;
  // Where the time that it takes matters, of the optimized graphs a sample is verified.
  constexpr unsigned kSample = 16;
  verifyEvery = inBackground ? kSample : 1;
  stepwise = !always && options.optimize && optimizerAvailable() && options.improveAfter > 0;
  if (stepwise) {
    templateCalls = options.improveAfter;
    hooks.improve = improve;
  }
  if (inBackground) hooks.installFinished = installFinished;
  limit = options.limit;
  printNames = limit != ~0u;
  optimizing = options.optimize && optimizerAvailable();
  if (options.registers) limitRegisters(options.registers);
  if (options.stats) vm::addExitHook(printStats);
  return true;
}

Totals totals() {
  if (inBackground) background.stop();
  const CompileStats& s = compileStats;
  Totals t{s.functions(), s.failed, s.nanoseconds, 0};
  for (const TierStats& tier : s.tiers) t.codeBytes += tier.codeBytes;
  return t;
}

}  // namespace burrow::jit
