#include "jit/compile.h"

#include <time.h>

#include "jit/ssa/tier.h"
#include "jit/template.h"

namespace burrow::jit {

CompileStats compileStats;
bool optimizing = false;

bool compile(vm::Func& f, std::string* why) {
  timespec begin, end;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
  vm::MachineCode* code = nullptr;
  std::string notOptimized;
  if (optimizing) code = compileOptimized(f, ~0u, notOptimized);
  Template tier(f);
  if (!code) code = tier.compile();
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
  compileStats.nanoseconds += static_cast<uint64_t>((end.tv_sec - begin.tv_sec) * 1'000'000'000 + end.tv_nsec - begin.tv_nsec);
  if (!code) {
    compileStats.failed++;
    if (why) *why = tier.error();
    f.entry = f.code;  // and never counted again
    return false;
  }
  compileStats.functions++;
  compileStats.codeBytes += static_cast<uint64_t>(code->end - code->begin);
  compileStats.bytecodeWords += f.codeWords;
  vm::addMachineCode(code);
  f.compiled = code;
  f.machine = code->begin;
  f.entry = vm::kMachineEntry;
  return true;
}

void compileLoop(vm::Func& f, const Insn* header) {
  // A function whose loops come and go is not worth it without end.
  constexpr int kMaxLoops = 8;
  int loops = 0;
  for (const vm::MachineCode* c = f.compiled; c; c = c->next) loops++;
  if (loops > kMaxLoops) return;
  std::string why;
  vm::MachineCode* code = compileOptimized(f, static_cast<uint32_t>(header - f.code), why);
  if (!code) return;
  vm::addMachineCode(code);
  code->next = f.compiled->next;
  const_cast<vm::MachineCode*>(f.compiled)->next = code;
}

}  // namespace burrow::jit
