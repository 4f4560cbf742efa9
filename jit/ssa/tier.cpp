#include "jit/ssa/tier.h"

#include <cstdio>

#include "jit/dump.h"
#include "jit/ssa/emit.h"
#include "vm/bytecode/check.h"

namespace burrow::jit {

bool optimizerAvailable() {
  // Not asmjit's CpuInfo: it asks the processor dozens of questions, each of which a virtual machine answers slowly.
  return __builtin_cpu_supports("avx") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt");
}

unsigned verifyEvery = 1;

static vm::MachineCode* compileGraph(vm::Func& f, uint32_t osrPc, bool mayInline, bool& inlined, std::string& why) {
  Graph g;
  g.mayInline = mayInline;
  if (!build(g, f, osrPc, why)) return nullptr;
  inlined = g.frames.size() > 1;
  static unsigned functions = 0;
  bool verifies = functions++ % verifyEvery == 0;
  auto sound = [&](const char* stage) {
#ifdef BURROW_ASSERTS
    std::string broken = verify(g);
    if (broken.empty()) return true;
    why = std::string(stage) + ": " + broken;
    std::fprintf(stderr, "jit: %s: %s: %s\n", std::string(f.name).c_str(), stage, broken.c_str());
    return false;
#else
    return true;
#endif
  };
  order(g);
  dumpPass(g, "build");
  if (!sound("build")) return nullptr;
  optimize(g, dumpPass);
  if (verifies && !sound("optimize")) return nullptr;
  return Emitter(g).run(why);
}

vm::MachineCode* compileOptimized(vm::Func& f, uint32_t osrPc, std::string& why) {
  if (!optimizerAvailable()) return why = "processor", nullptr;
  bool inlined = false;
  vm::MachineCode* code = compileGraph(f, osrPc, true, inlined, why);
  if (!code && inlined) code = compileGraph(f, osrPc, false, inlined, why);
  compileArena.reset();
  return code;
}

}  // namespace burrow::jit
