// Calls between reflect and the vm. reflect lays arguments and results out in memory ("a frame": receiver word, arguments at their
// natural alignment, results from the next multiple of 8 on); the vm passes them in slots.
//
//   reflect.call              frame → slots, call, slots → frame
//   reflect.makeFuncStub      code of functions made by reflect.MakeFunc: slots → frame, reflect.callReflect, frame → slots
//   reflect.methodValueCall   the same for method values, with reflect.callMethod
//
// A stub's caller passes arguments that no signature of the stub describes. So the frame is C++ memory, made without a
// safepoint in between, and a root from then on. It is found again by how deep in the stack the stub's frame is; frames that a
// panic left behind are dropped when a shallower stub comes along, or at the next collection.

#include <unordered_map>
#include <vector>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/native/native.h"
#include "vm/panic/panic.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {
namespace {

struct Parameters {
  AbiType* const* types;
  unsigned in, out;
  explicit Parameters(const AbiFuncType* f) {
    const char* p = reinterpret_cast<const char*>(f) + sizeof(AbiFuncType);
    if (f->tflag & kUncommon) p += sizeof(AbiUncommonType);
    types = reinterpret_cast<AbiType* const*>(p);
    in = f->inCount;
    out = f->outCount & 0x7fff;
  }
  unsigned slots(unsigned from, unsigned to) const {
    unsigned n = 0;
    for (unsigned i = from; i < to; ++i) n += valueSlots(types[i]->size);
    return n;
  }
  unsigned inSlots() const { return slots(0, in); }
  unsigned outSlots() const { return slots(in, in + out); }
};

uint64_t alignUp(uint64_t n, uint64_t to) { return (n + to - 1) / to * to; }

void toSlots(const AbiType* t, const void* from, Slot* to) {
  switch (t->kind) {
    case AbiKind::Int8: *to = static_cast<Slot>(int64_t{*static_cast<const int8_t*>(from)}); return;
    case AbiKind::Int16: *to = static_cast<Slot>(int64_t{*static_cast<const int16_t*>(from)}); return;
    case AbiKind::Int32: *to = static_cast<Slot>(int64_t{*static_cast<const int32_t*>(from)}); return;
    default: break;
  }
  if (t->size > kMaxFrameValue) {  // the caller keeps the bytes until the callee has copied them
    *to = slot(from);
    return;
  }
  unsigned n = slotsOf(t->size);
  if (n == 0) return;
  to[n - 1] = 0;
  std::memcpy(to, from, t->size);
}

// ---- reflect.call

constexpr unsigned kFn = 1, kFrame = 2, kRetOffset = 4;

/// The type of the function that a closure is: for stubs the type is in the closure.
const AbiFuncType* typeOf(const Closure* c);

Next callNative(Goroutine& g, Slot* a) {
  auto* closure = as<Closure>(a[kFn]);
  if (!closure || slot(closure) < 4096) return raiseNil(g, slot(closure));
  const AbiFuncType* type = typeOf(closure);
  Parameters p(type);
  unsigned in = p.inSlots(), out = p.outSlots();
  Func* fn = closure->fn;
  uint64_t need = in + out + kFrameHeaderSlots + fn->frameSlots;
  if (frameRegs(g.fp) - need < g.trueLimit || vmConfig.stressStack) {
    growStack(g, need);
    a = incomingArgs(g);
    closure = as<Closure>(a[kFn]);
  }
  Slot* area = frameRegs(g.fp) - in - out;
  auto* frame = as<const char>(a[kFrame]);
  uint64_t offset = 0;
  Slot* at = area;
  for (unsigned i = 0; i < p.in; ++i) {
    const AbiType* t = p.types[i];
    offset = alignUp(offset, t->align);
    toSlots(t, frame + offset, at);
    offset += t->size;
    at += valueSlots(t->size);
  }
  std::memset(at, 0, out * sizeof(Slot));
  Slot* fp = area - kFrameHeaderSlots;
  fp[1] = slot(g.pc + 1);
  fp[0] = slot(g.fp);
  fp[-1] = slot(fn);
  g.fp = fp;
  g.ctx = closure;
  g.pc = fn->entry;
  return Next::Reload;
}

Next callAfter(Goroutine&, Slot* a, Slot* area) {
  Parameters p(typeOf(as<Closure>(a[kFn])));
  Slot* at = area + p.inSlots();
  auto* frame = as<char>(a[kFrame]);
  uint64_t offset = static_cast<uint32_t>(a[kRetOffset]);
  for (unsigned i = p.in; i < p.in + p.out; ++i) {
    const AbiType* t = p.types[i];
    offset = alignUp(offset, t->align);
    const void* from = t->size > kMaxFrameValue ? as<const void>(*at) : at;
    if (t->ptrBytes)
      copyTyped(frame + offset, from, t);
    else if (t->size)
      std::memcpy(frame + offset, from, t->size);
    offset += t->size;
    at += valueSlots(t->size);
  }
  return Next::Run;
}

// ---- Stubs

struct StubFrame {
  uint64_t goroutine;   // id
  uint64_t depth;       // bytes from the stack's top to the stub's frame
  const AbiFuncType* type;
  bool valid;           // *retValid
  std::vector<uint64_t> memory;
  uint64_t results;     // offset
};
std::unordered_map<Goroutine*, std::vector<StubFrame*>> stubFrames;

uint64_t depthOf(const Goroutine& g, const Slot* fp) { return static_cast<uint64_t>(g.stackHigh - fp) * sizeof(Slot); }

void dropFrom(std::vector<StubFrame*>& list, uint64_t id, uint64_t depth) {
  while (!list.empty() && (list.back()->goroutine != id || list.back()->depth >= depth)) {
    delete list.back();
    list.pop_back();
  }
}

void visitTypeWords(const AbiType* t, const char* at, RootVisitor visit, void* ctx) {
  for (uint64_t w = 0; w < t->ptrBytes / 8; ++w) {
    if (t->gcData[w / 8] >> (w % 8) & 1) visit(ctx, *reinterpret_cast<void* const*>(at + w * 8));
  }
}

void visitStubFrames(RootVisitor visit, void* ctx) {
  for (auto& [g, list] : stubFrames) {
    if (g->state == GState::Dead || !g->fp)
      dropFrom(list, ~uint64_t{0}, 0);
    else
      dropFrom(list, g->id, depthOf(*g, g->fp) + 1);
    for (StubFrame* f : list) {
      visit(ctx, const_cast<AbiFuncType*>(f->type));
      Parameters p(f->type);
      uint64_t offset = 0;
      for (unsigned i = 0; i < p.in + p.out; ++i) {
        if (i == p.in) offset = f->results;
        offset = alignUp(offset, p.types[i]->align);
        visitTypeWords(p.types[i], reinterpret_cast<char*>(f->memory.data()) + offset, visit, ctx);
        offset += p.types[i]->size;
      }
    }
  }
}

/// reflect's closures: {code, stack map, argLen, (nothing), then ftyp | method, then fn | receiver}.
struct ReflectClosure {
  Func* code;
  void* stackMap;
  uint64_t argLen, pad;
  Slot typeOrMethod;
  AbiType* receiverType;
};

const AbiFuncType* methodType(const ReflectClosure& c) {
  AbiType* t = c.receiverType;
  int32_t offset;
  if (t->kind == AbiKind::Interface) {
    offset = static_cast<AbiInterfaceType*>(t)->methods.data[c.typeOrMethod].type;
  } else {
    const AbiUncommonType* u = uncommonType(t);
    BURROW_CHECK(u && c.typeOrMethod < u->xcount);
    offset = reinterpret_cast<const AbiMethod*>(reinterpret_cast<const char*>(u) + u->moff)[c.typeOrMethod].mtyp;
  }
  return static_cast<const AbiFuncType*>(offsetAddress(offset));
}

Func *makeFuncCode = nullptr, *methodValueCode = nullptr, *callReflect = nullptr, *callMethod = nullptr;

void findStubs() {
  if (callReflect) return;
  makeFuncCode = lookupFunc("reflect.makeFuncStub");
  methodValueCode = lookupFunc("reflect.methodValueCall");
  callReflect = lookupFunc("reflect.callReflect");
  callMethod = lookupFunc("reflect.callMethod");
  // recover() sees through all of these.
  for (Func* f : {makeFuncCode, methodValueCode, callReflect, callMethod, lookupFunc("runtime.reflectcall"), lookupFunc("reflect.call")}) {
    if (f) f->flags |= kWrapper;
  }
  addRootProvider(visitStubFrames);
}

const AbiFuncType* typeOf(const Closure* c) {
  findStubs();
  auto* rc = reinterpret_cast<const ReflectClosure*>(c);
  if (c->fn == makeFuncCode) return as<const AbiFuncType>(rc->typeOrMethod);
  if (c->fn == methodValueCode) return methodType(*rc);
  const AbiFuncType* type = funcSignature(*c->fn);
  if (!type) {
    std::string text = "reflect: unknown signature of " + std::string(c->fn->name);
    fatalError(nullptr, text.c_str());
  }
  return type;
}

Next stub(Goroutine& g, Slot* a, Func* go) {
  Closure* closure = g.ctx;
  auto* f = new StubFrame{};
  f->goroutine = g.id;
  f->depth = depthOf(g, g.fp);
  f->type = typeOf(closure);
  Parameters p(f->type);
  uint64_t size = 0;
  for (unsigned i = 0; i < p.in + p.out; ++i) {
    if (i == p.in) size = f->results = alignUp(size, 8);
    size = alignUp(size, p.types[i]->align) + p.types[i]->size;
  }
  if (p.out == 0) f->results = alignUp(size, 8);
  f->memory.resize(slotsOf(size) + 1);
  auto* memory = reinterpret_cast<char*>(f->memory.data());
  uint64_t offset = 0;
  const Slot* at = a;
  for (unsigned i = 0; i < p.in; ++i) {
    const AbiType* t = p.types[i];
    offset = alignUp(offset, t->align);
    if (t->size) std::memcpy(memory + offset, t->size > kMaxFrameValue ? as<const void>(*at) : at, t->size);
    offset += t->size;
    at += valueSlots(t->size);
  }
  auto& list = stubFrames[&g];
  dropFrom(list, g.id, f->depth);
  list.push_back(f);
  Slot args[4] = {slot(closure), slot(memory), slot(&f->valid), slot(&zeroSizedObject)};
  return pushCall(g, go, args, 4);
}

Next stubAfter(Goroutine& g, Slot* a, Slot*) {
  auto& list = stubFrames[&g];
  dropFrom(list, g.id, depthOf(g, g.fp) + 1);
  BURROW_CHECK(!list.empty() && list.back()->depth == depthOf(g, g.fp));
  StubFrame* f = list.back();
  Parameters p(f->type);
  auto* memory = reinterpret_cast<const char*>(f->memory.data());
  uint64_t offset = f->results;
  Slot* at = a + p.inSlots();
  for (unsigned i = p.in; i < p.in + p.out; ++i) {
    const AbiType* t = p.types[i];
    offset = alignUp(offset, t->align);
    if (t->size > kMaxFrameValue) {
      auto index = at - a;
      void* cell = allocate(g, t);  // the results so far are in the native's frame, which is scanned
      std::memcpy(cell, memory + offset, t->size);
      a = incomingArgs(g);
      at = a + index;
      *at = slot(cell);
    } else {
      toSlots(t, memory + offset, at);
    }
    offset += t->size;
    at += valueSlots(t->size);
  }
  list.pop_back();
  delete f;
  if (list.empty()) stubFrames.erase(&g);
  return Next::Run;
}

Next makeFuncStub(Goroutine& g, Slot* a) {
  findStubs();
  return stub(g, a, callReflect);
}
Next methodValueCall(Goroutine& g, Slot* a) {
  findStubs();
  return stub(g, a, callMethod);
}

constexpr NativeEntry kTable[] = {
    {"runtime.reflectcall", callNative},
    {"reflect.call", callNative},
    {"reflect.makeFuncStub", makeFuncStub},
    {"reflect.methodValueCall", methodValueCall},
};
constexpr NativeAfterEntry kAfter[] = {
    {"runtime.reflectcall", callAfter},
    {"reflect.call", callAfter},
    {"reflect.makeFuncStub", stubAfter},
    {"reflect.methodValueCall", stubAfter},
};

}  // namespace

void registerReflectCall() {
  addNatives(kTable);
  registerNativeAfter(kAfter, std::size(kAfter));
}

}  // namespace burrow::vm
