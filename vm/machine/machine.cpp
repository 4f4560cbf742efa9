// The registry of compiled code, and when functions become hot.
#include "vm/machine/machine.h"

#include <algorithm>
#include <atomic>

#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm {

MachineHooks machineHooks;
uintptr_t machineBase = 0, machineBytes = 0;
const Insn kMachineEntry[1] = {makeInsn(Op::EnterMachine)};
const Insn kCountedEntry[1] = {makeInsn(Op::EnterCounted)};

namespace {

std::vector<const MachineCode*> codes;  // by address
std::atomic<bool> tickAsked{false};
std::atomic<int> idleTicks{0};
constexpr int kUselessTicks = 64;

/// A function that a tick found running, or that called such a one.
bool heat(Func& f) {
  if (f.compiled || f.entry != kCountedEntry) return false;
  machineHooks.compile(f);
  return true;
}

}  // namespace

const Insn* instructionBehind(const void* address) {
  auto* p = static_cast<const char*>(address);
  auto it = std::upper_bound(codes.begin(), codes.end(), p, [](const char* a, const MachineCode* c) { return a < c->begin; });
  BURROW_CHECK(it != codes.begin());
  const MachineCode& c = *it[-1];
  auto offset = static_cast<uint32_t>(p - c.begin);
  auto at = std::lower_bound(c.returns.begin(), c.returns.end(), offset, [](const MachineCode::Return& r, uint32_t o) { return r.offset < o; });
  BURROW_CHECK(at != c.returns.end() && at->offset == offset);
  return c.func->code + at->word;
}

void addMachineCode(const MachineCode* code) {
  BURROW_CHECK(codes.empty() || codes.back()->end <= code->begin);
  codes.push_back(code);
}

void setLinkedEntry(Func& f) {
  bool jit = machineHooks.compile != nullptr;
  if (f.flags & kNative) {
    f.entry = kNativeCode;
    if (jit) f.machine = machineHooks.toNative;
    return;
  }
  f.entry = jit ? kCountedEntry : f.code;
}

bool machineTick(Goroutine& g) {
  if (!tickAsked.load(std::memory_order_relaxed)) return false;
  tickAsked.store(false, std::memory_order_relaxed);
  // The caller too: when the callee is short it is the caller that has the loop.
  bool found = heat(*frameFunc(g.fp));
  if (Slot* caller = callerFp(g.fp)) found |= heat(*frameFunc(caller));
  idleTicks.store(found ? 0 : idleTicks.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return true;
}

void requestTick(Goroutine& g) {
  tickAsked.store(true, std::memory_order_relaxed);
  requestPreempt(g);
}

bool ticksAreUseful() { return idleTicks.load(std::memory_order_relaxed) < kUselessTicks; }

}  // namespace burrow::vm
