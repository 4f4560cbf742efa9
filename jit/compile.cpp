#include "jit/compile.h"

#include <time.h>

#include "jit/dump.h"
#include "jit/notes.h"
#include "jit/observe.h"
#include "jit/ssa/tier.h"
#include "jit/template.h"

namespace burrow::jit {

bool optimizing = false;

namespace {

uint64_t cpuTime() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

const char* tierName(Tier tier) {
  static const char* names[] = {"template", "optimized", "loop"};
  return names[static_cast<int>(tier)];
}

vm::MachineCode* byTemplates(vm::Func& f, std::string& why) {
  Template tier(f);
  vm::MachineCode* code = tier.compile();
  if (!code) why = tier.error();
  return code;
}

}  // namespace

MadeCode makeCode(const Wish& wish) {
  vm::Func& f = *wish.func;
  uint64_t begin = cpuTime();
  bool dumped = dumpRequested(f);
  if (dumped) notes.text = true;
  notes.list.clear();
  notes.listing.clear();
  Tier tier = wish.tier;
  std::string why;
  vm::MachineCode* code = nullptr;
  if (tier != Tier::Template) code = compileOptimized(f, wish.header ? static_cast<uint32_t>(wish.header - f.code) : ~0u, why);
  if (!code && tier == Tier::Optimized) compileStats.bailed[why].emplace_back(f.name);
  if (!code && (tier == Tier::Template || wish.orTemplates)) {
    tier = Tier::Template;
    notes.list.clear();
    notes.listing.clear();
    code = byTemplates(f, why);
    if (!code) compileStats.refused[why].emplace_back(f.name);
  }
  if (dumped) {
    notes.text = false;
    if (code) dumpCode(f, tierName(tier), {notes.listing.data(), notes.listing.dataSize()});
  }
  uint64_t time = cpuTime() - begin;
  compileStats.nanoseconds += time;
  if (!code) {
    if (tier == Tier::Template) compileStats.failed++;
    return {};
  }
  TierStats& s = compileStats.tiers[static_cast<int>(tier)];
  s.functions++;
  s.nanoseconds += time;
  s.codeBytes += static_cast<uint64_t>(code->end - code->begin);
  s.bytecodeWords += f.codeWords;
  return {code, tier, observing() ? notes.list : std::vector<Notes::Place>{}};
}

bool mayCompileLoop(const vm::Func& f) {
  constexpr int kMaxLoops = 8;
  int loops = 0;
  for (const vm::MachineCode* c = f.compiled; c; c = c->next) loops++;
  return optimizing && loops <= kMaxLoops;
}

void installCode(const Wish& wish, const MadeCode& made) {
  vm::Func& f = *wish.func;
  vm::MachineCode* code = made.code;
  if (!code) {
    if (!f.compiled) f.entry = f.code;  // and never counted again
    return;
  }
  vm::addMachineCode(code);
  if (observing()) observeFunction(*code, made.tier == Tier::Loop ? tierName(made.tier) : "", made.places);
  if (made.tier == Tier::Loop) {
    code->next = f.compiled->next;
    const_cast<vm::MachineCode*>(f.compiled)->next = code;
    return;
  }
  if (made.tier == Tier::Template) f.counter = templateCalls;
  code->next = f.compiled;  // what runs there goes on
  // The thread that compiles reads these two, to call the code directly: it is whole before they say so.
  f.machine = code->called;
  __atomic_store_n(&f.machineArgs, code->begin, __ATOMIC_RELAXED);
  __atomic_store_n(&f.compiled, code, __ATOMIC_RELEASE);
  f.entry = vm::kMachineEntry;
}

bool compile(vm::Func& f, std::string* why) {
  Wish wish{&f, optimizing ? Tier::Optimized : Tier::Template, nullptr, true};
  MadeCode made = makeCode(wish);
  if (!made.code && why && !compileStats.refused.empty()) *why = compileStats.refused.rbegin()->first;
  installCode(wish, made);
  return made.code != nullptr;
}

}  // namespace burrow::jit
