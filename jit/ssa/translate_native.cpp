// Natives called as plain C++ functions (vm/native/direct.h), and deferred calls: recorded and made without leaving compiled code.
#include "jit/ssa/build.h"
#include "vm/bytecode/type_desc.h"
#include "vm/native/direct.h"
#include "vm/panic/panic.h"
#include "vm/profile/sites.h"
#include "vm/sched/goroutine.h"

namespace burrow::jit {

using vm::DirectNative;
using Result = DirectNative::Result;

/// How the call at pc_ reaches the native without a frame; null: it does not.
const DirectNative* Builder::directForm(const vm::Func& callee) const {
  const Insn* i = at(pc_);
  if (!(callee.flags & kNative) || i->a != callee.argSlots || i->b != callee.resultSlots) return nullptr;
  // The thread that runs Go may be linking it.
  vm::NativeFn native = __atomic_load_n(&callee.native, __ATOMIC_ACQUIRE);
  const DirectNative* d = native ? vm::directNative(native) : nullptr;
  bool one = d && (d->result == Result::Value || d->result == Result::ValueOrCall);
  if (!d || (one && callee.resultSlots != 1) || (d->result == Result::None && callee.resultSlots)) return nullptr;
  for (unsigned s = 0; s < unsigned{i->a} + i->b; s++)
    if (inMemory(s)) return nullptr;
  return d;
}

/// The call at pc_ by that form: an arm with its results. True: that was all; else the ordinary call is to follow in block_.
bool Builder::callDirect(const DirectNative& d, const vm::Func& callee, Value* context, Vec<Arm>& arms) {
  Vec<Value*> zeros;
  auto results = [&] {
    for (unsigned k = 0; k < at(pc_)->b; k++) zeros.push_back(constant(0));
    return zeros;
  };
  if (d.result == Result::Zero) return arms.push_back({block_, results()}), true;
  Vec<Value*> arguments;   // first: reading them may make values
  if (d.first == DirectNative::First::Context) arguments.push_back(context);
  for (unsigned k = 0; k < d.count; k++) arguments.push_back(read(d.args[k]));
  if (d.allocates) noteSiteOfCall(vm::runtimeSiteOfCall(callee, at(pc_)));
  Value* v = add(d.writes ? SOp::CallCWrites : SOp::CallC, d.result == Result::None ? Kind::None : Kind::Int, {});
  for (Value* x : arguments) v->args.push_back(x);
  v->aux = static_cast<int64_t>(reinterpret_cast<uintptr_t>(d.fn));
  v->aux2 = d.first == DirectNative::First::Goroutine;
  switch (d.result) {
    case Result::None: arms.push_back({block_, {}}); return true;
    case Result::Value: arms.push_back({block_, {v}}); return true;
    default: break;
  }
  add(SOp::Branch, Kind::None, {op2(SOp::Ne, v, constant(0))});
  Block *here = block_, *done = newBlock(here), *longWay = newBlock(here);
  longWay->cold = true;
  block_ = done;
  arms.push_back({done, d.result == Result::ValueOrCall ? Vec<Value*>{v} : results()});
  block_ = longWay;
  return false;
}

namespace {

/// A deferred call in a record of the frame itself.
void deferInFrame(vm::Goroutine& g, vm::Closure* fn, vm::DeferRecord* record, Slot* fp) {
  g.fp = fp;
  vm::deferCall(g, fn, record);
}

}  // namespace

bool Builder::translateDefer(Op op) {
  const Insn* i = at(pc_);
  if ((op != Op::DeferStack && op != Op::DeferReturn) || frame_) return false;
  auto frameAddress = [&] {
    Value* fp = add(SOp::HomeAddr, Kind::Int, {});
    fp->aux2 = int64_t{f_.frameSlots} * 8;
    return fp;
  };
  if (op == Op::DeferStack) {
    countStorage(i);
    Value *fn = read(i->a), *record = add(SOp::HomeAddr, Kind::Int, {});
    record->aux = i->b;
    Value* v = add(SOp::CallCWrites, Kind::None, {fn, record, frameAddress()});
    v->aux = static_cast<int64_t>(reinterpret_cast<uintptr_t>(&deferInFrame));
    v->aux2 = 1;
    return true;
  }
  // Mostly none is left, or one record of this frame; the slow half makes others.
  using Values = Vec<Value*>;
  constexpr auto kFp = static_cast<int64_t>(offsetof(vm::DeferRecord, fp)), kFn = static_cast<int64_t>(offsetof(vm::DeferRecord, fn));
  constexpr auto kFlags = static_cast<int64_t>(offsetof(vm::DeferRecord, flags)), kLink = static_cast<int64_t>(offsetof(vm::DeferRecord, link));
  constexpr auto kDefers = static_cast<int64_t>(offsetof(vm::Goroutine, defers));
  auto frameOf = [&](Value* record) {
    Value* fp = op1(SOp::LoadOrNil, record);
    fp->aux = kFp;
    return fp;
  };
  Value* newest = load(add(SOp::Goroutine, Kind::Int, {}), kDefers, Width::W64);
  auto make = [&] {
    Value *flags = load(newest, kFlags, Width::W64), *next = load(newest, kLink, Width::W64);
    Value* others = op2(SOp::Eq, frameOf(next), frameAddress());
    either(op2(SOp::Eq, op2(SOp::Or, flags, others), constant(0)), {}, [&] {
      Value *fn = load(newest, kFn, Width::W64), *target = load(fn, 0, Width::W64);
      store(add(SOp::Goroutine, Kind::Int, {}), kDefers, next, Width::W64, true);
      FrameState* state = fullState(false);
      Value* v = add(SOp::Call, Kind::None, {target, fn});
      v->state = state;
      v->aux = static_cast<int64_t>(insnWords(op));
      return Values{};
    }, [&] { slow(); return Values{}; }, true);
    return Values{};
  };
  either(op2(SOp::Ne, frameOf(newest), frameAddress()), {}, [] { return Values{}; }, make, false);
  return true;
}

}  // namespace burrow::jit
