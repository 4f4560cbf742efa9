// The registry of compiled code, and when functions become hot.
#include "vm/machine/machine.h"

#include <algorithm>
#include <atomic>

#include <sys/mman.h>

#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/sched/goroutine.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

MachineHooks machineHooks;
uintptr_t machineBase = 0, machineBytes = 0;
const Slot* volatile plainCall = nullptr;
bool plainCallsNoted = false;
bool machineFaultsCaught = false;
const Insn kMachineEntry[1] = {makeInsn(Op::EnterMachine)};
const Insn kCountedEntry[1] = {makeInsn(Op::EnterCounted)};

namespace {

/// By address. It only grows, at one place in memory, so a lookup needs no lock and may interrupt the growing.
class Registry {
 public:
  size_t size() const { return size_.load(std::memory_order_acquire); }
  const MachineCode** data() const { return codes_; }
  void add(const MachineCode* code) {
    if (!codes_) {
      void* p = mmap(nullptr, kMost * sizeof *codes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      BURROW_CHECK(p != MAP_FAILED);
      codes_ = static_cast<const MachineCode**>(p);
    }
    size_t n = size_.load(std::memory_order_relaxed);
    BURROW_CHECK(n < kMost && (!n || codes_[n - 1]->end <= code->begin));
    codes_[n] = code;
    size_.store(n + 1, std::memory_order_release);
  }

 private:
  static constexpr size_t kMost = size_t{1} << 22;  // more than fit into the arena
  const MachineCode** codes_ = nullptr;
  std::atomic<size_t> size_{0};
};
Registry codes;
std::atomic<bool> tickAsked{false};
std::atomic<int> idleTicks{0};
constexpr int kUselessTicks = 64;

/// A function that a tick found running, or that called such a one.
bool heat(Func& f) {
  if (f.compiled) return f.compiled->quick && machineHooks.improve && machineHooks.improve(f);
  if (f.entry != kCountedEntry) return false;
  machineHooks.compile(f);
  return true;
}

}  // namespace

/// The code that an address may belong to; null if there is none.
static const MachineCode* codeOf(const char* p) {
  const MachineCode** end = codes.data() + codes.size();
  auto it = std::upper_bound(codes.data(), end, p, [](const char* a, const MachineCode* c) { return a < c->begin; });
  return it == codes.data() ? nullptr : it[-1];
}

static const Func& functionOf(const MachineCode& c, uint32_t body) { return body ? *c.bodies[body].func : *c.func; }

/// The return address noted for p in c; null: none is.
static const MachineCode::Return* returnAt(const MachineCode* c, const char* p) {
  if (!c) return nullptr;
  auto offset = static_cast<uint32_t>(p - c->begin);
  auto at = std::lower_bound(c->returns.begin(), c->returns.end(), offset, [](const MachineCode::Return& r, uint32_t o) { return r.offset < o; });
  return at == c->returns.end() || at->offset != offset ? nullptr : &*at;
}

unsigned argumentsOfCall(const void* returnAddress) {
  auto* p = static_cast<const char*>(returnAddress);
  const MachineCode::Return* at = returnAt(codeOf(p), p);
  BURROW_CHECK(at != nullptr);
  return at->arguments;
}

const Insn* instructionBehindIf(const void* address, const Func** f) {
  auto* p = static_cast<const char*>(address);
  const MachineCode* c = codeOf(p);
  const MachineCode::Return* at = returnAt(c, p);
  if (!at) return nullptr;
  const Func& own = functionOf(*c, at->inlined);
  if (f) *f = &own;
  return own.code + at->word;
}

const Insn* instructionBehind(const void* address) {
  const Insn* at = instructionBehindIf(address);
  BURROW_CHECK(at != nullptr);
  return at;
}

const void* faultExit(const void* address) {
  auto* p = static_cast<const char*>(address);
  const MachineCode* c = isMachineAddress(address) ? codeOf(p) : nullptr;
  if (!c) return nullptr;
  auto offset = static_cast<uint32_t>(p - c->begin);
  auto at = std::lower_bound(c->faults.begin(), c->faults.end(), offset, [](const MachineCode::Fault& f, uint32_t o) { return f.offset < o; });
  return at != c->faults.end() && at->offset == offset ? c->begin + at->exit : nullptr;
}

/// By the positions that the code of c has noted; 0: it has none so far in front.
static unsigned notedInstructions(const MachineCode& c, uint32_t offset, const Insn** out, unsigned most) {
  auto at = std::upper_bound(c.positions.begin(), c.positions.end(), offset, [](uint32_t o, const MachineCode::Return& r) { return o < r.offset; });
  if (at == c.positions.begin()) return 0;
  unsigned n = 0;
  uint32_t word = at[-1].word;
  for (uint32_t body = at[-1].inlined; n < most;) {
    out[n++] = functionOf(c, body).code + word;
    if (!body) break;
    word = c.bodies[body].callWord, body = c.bodies[body].caller;
  }
  return n;
}

static bool runsInFrame(const MachineCode& c, const char* p) { return p >= c.framed && p < c.framedEnd; }

unsigned instructionsNear(const void* address, const Insn** out, unsigned most) {
  auto* p = static_cast<const char*>(address);
  const MachineCode* c = codeOf(p);
  if (!c || !runsInFrame(*c, p)) return 0;
  auto offset = static_cast<uint32_t>(p - c->begin);
  if (!c->positions.empty()) return notedInstructions(*c, offset, out, most);
  uint32_t best = 0, word = 0;
  auto consider = [&](uint32_t at, uint32_t w) {
    if (at && at <= offset && at >= best) best = at, word = w;
  };
  for (uint32_t w = 0; w < c->entries.size(); w++) consider(c->entries[w], w);
  for (const MachineCode::Return& r : c->returns) consider(r.offset, r.word);
  if (!best) return 0;
  *out = c->func->code + word;
  return 1;
}

const Func* machineFunction(const void* address) { return codeOf(static_cast<const char*>(address))->func; }

unsigned instructionsWithoutFrame(const void* address, const Insn** out, unsigned most, const Func** f) {
  auto* p = static_cast<const char*>(address);
  const MachineCode* c = codeOf(p);
  if (!c || p >= c->end || runsInFrame(*c, p)) return 0;
  *f = c->func;
  if (unsigned n = notedInstructions(*c, static_cast<uint32_t>(p - c->begin), out, most)) return n;
  *out = c->func->code;
  return 1;
}

void addMachineCode(const MachineCode* code) {
  codes.add(code);
}

void setLinkedEntry(Func& f) {
  bool jit = machineHooks.compile != nullptr;
  if (f.flags & kNative) {
    f.entry = kNativeCode;
    if (jit) f.machine = f.machineArgs = machineHooks.toNative;
    return;
  }
  f.entry = jit ? kCountedEntry : f.code;
}

bool machineTick(Goroutine& g) {
  if (!tickAsked.load(std::memory_order_relaxed)) return false;
  tickAsked.store(false, std::memory_order_relaxed);
  bool found = machineHooks.installFinished && machineHooks.installFinished();
  // The caller too: when the callee is short it is the caller that has the loop.
  found |= heat(*frameFunc(g.fp));
  if (Slot* caller = callerFp(g.fp)) found |= heat(*frameFunc(caller));
  idleTicks.store(found ? 0 : idleTicks.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return true;
}

void requestTick(Goroutine& g) {
  tickAsked.store(true, std::memory_order_relaxed);
  requestPreempt(g);
}

void requestInstall() {
  if (Goroutine* g = currentGoroutine.load(std::memory_order_relaxed)) requestTick(*g);
}

bool ticksAreUseful() { return idleTicks.load(std::memory_order_relaxed) < kUselessTicks; }

}  // namespace burrow::vm
