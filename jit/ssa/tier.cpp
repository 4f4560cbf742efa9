#include "jit/ssa/tier.h"

#include <cstdio>

#include "jit/dump.h"
#include "jit/ssa/emit.h"
#include "vm/bytecode/check.h"

namespace burrow::jit {

bool optimizerAvailable() {
  static const bool available = [] {
    using F = asmjit::CpuFeatures::X86;
    const auto& features = asmjit::CpuInfo::host().features().x86();
    for (auto f : {F::kAVX, F::kFMA, F::kBMI, F::kBMI2, F::kLZCNT, F::kPOPCNT})
      if (!features.has(f)) return false;
    return true;
  }();
  return available;
}

vm::MachineCode* compileOptimized(vm::Func& f, uint32_t osrPc, std::string& why) {
  if (!optimizerAvailable()) return why = "processor", nullptr;
  Graph g;
  if (!build(g, f, osrPc, why)) return nullptr;
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
  if (!sound("optimize")) return nullptr;
  return Emitter(g).run(why);
}

}  // namespace burrow::jit
