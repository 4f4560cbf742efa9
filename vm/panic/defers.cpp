// Deferred calls: records, running them on return, and what panics need of them.
//
// g.defers is one list for all frames, newest first. A token record stands in it for a frame whose loop bodies (range over
// func) defer on its behalf: their calls hang at its atList.
#include <cstring>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/link/linker.h"
#include "vm/panic/panic.h"

namespace burrow::vm {

const Insn kDeferLoopCode[2] = {makeInsn(Op::DeferReturn), makeInsn32(Op::Jump, 0, -1)};

namespace {

enum : Slot { kDeferHeap = 1, kDeferToken = 2 };

/// link, fp, fn, atList are pointers (fp into the stack: the collector ignores it).
constexpr uint8_t kRecordPointers[8] = {0x0f};  // read as a word

Func makeDeferLoop() {
  Func f{};
  f.entry = f.code = kDeferLoopCode;
  f.codeWords = 2;
  f.name = "runtime.deferreturn";
  f.frameSlots = 1;
  f.flags = kHidden | kNosplit;
  return f;
}
Func deferLoop = makeDeferLoop();

/// Records of calls that were made, linked, for the next ones.
DeferRecord* spare = nullptr;
unsigned spares = 0;
constexpr unsigned kMaxSpares = 256;

void recycle(DeferRecord* d) {
  if (!(d->flags & kDeferHeap) || spares == kMaxSpares) return;
  std::memset(d, 0, sizeof *d);
  d->link = spare;
  spare = d;
  ++spares;
}

DeferRecord* newRecord(Goroutine& g, Closure* fn, Slot flags) {
  if (DeferRecord* d = spare) {
    spare = d->link;
    --spares;
    d->link = nullptr;
    d->fn = fn;
    d->flags = flags | kDeferHeap;
    return d;
  }
  static const bool collected = (addCollectionHook([] { spare = nullptr, spares = 0; }), true);
  static_cast<void>(collected);
  g.ctx = fn;  // a root while allocating
  auto* d = static_cast<DeferRecord*>(allocate(g, deferRecordType()));
  d->fn = g.ctx;
  d->flags = flags | kDeferHeap;
  return d;
}

/// Deferring a nil function is no error until its turn comes. In lists of calls nil means that there is none, so this stands for it.
Closure* orCallOfNil(Closure* fn) {
  if (fn) return fn;
  static Closure callOfNil{runtimeFunc("runtime.callNil"), {}};
  return &callOfNil;
}

bool emptyToken(const DeferRecord* d) { return d->flags & kDeferToken && !d->atList; }

/// Takes the newest call of frame `fp`, null if none is left. *last: no other remains.
Closure* takeCall(Goroutine& g, Slot* fp, bool* last) {
  while (g.defers && g.defers->fp == fp && emptyToken(g.defers)) g.defers = g.defers->link;
  DeferRecord* d = g.defers;
  if (!d || d->fp != fp) return nullptr;
  Closure* fn;
  if (d->flags & kDeferToken) {
    DeferRecord* call = d->atList;
    fn = call->fn;
    d->atList = call->link;
    recycle(call);
    if (d->atList) {
      *last = false;
      return fn;
    }
  } else {
    fn = d->fn;
  }
  g.defers = d->link;
  if (!(d->flags & kDeferToken)) recycle(d);
  *last = !g.defers || g.defers->fp != fp;
  return fn;
}

}  // namespace

const AbiType* deferRecordType() {
  static const AbiType type = [] {
    AbiType t{};
    t.size = sizeof(DeferRecord);
    t.ptrBytes = 32;
    t.align = t.fieldAlign = 8;
    t.kind = AbiKind::Struct;
    t.gcData = kRecordPointers;
    return t;
  }();
  return &type;
}

Next deferCall(Goroutine& g, Closure* fn, DeferRecord* storage) {
  fn = orCallOfNil(fn);
  DeferRecord* d = storage;
  if (d) {
    std::memset(d, 0, sizeof *d);
    d->fn = fn;
  } else {
    d = newRecord(g, fn, 0);
  }
  d->fp = g.fp;
  d->link = g.defers;
  g.defers = d;
  return Next::Run;
}

DeferRecord* deferToken(Goroutine& g) {
  DeferRecord* d = newRecord(g, nullptr, kDeferToken);
  d->fp = g.fp;
  d->link = g.defers;
  g.defers = d;
  return d;
}

Next deferAt(Goroutine& g, Closure* fn, DeferRecord* token) {
  // The token itself is in the goroutine's list, so the collector keeps it.
  DeferRecord* d = newRecord(g, orCallOfNil(fn), 0);
  d->fp = token->fp;
  d->link = token->atList;
  token->atList = d;
  return Next::Run;
}

Next deferReturn(Goroutine& g) {
  bool inLoop = frameFunc(g.fp) == &deferLoop;
  Slot* frame = inLoop ? callerFp(g.fp) : g.fp;
  bool last = true;
  if (!inLoop) {
    // One call is made straight from the frame; several from a loop whose return address is its own.
    DeferRecord* d = g.defers;
    bool one = d && d->fp == frame && !(d->flags & kDeferToken) && (!d->link || d->link->fp != frame);
    if (!d || d->fp != frame) return Next::Run;
    if (!one) return pushCall(g, &deferLoop, nullptr, 0);
  }
  Closure* fn = takeCall(g, frame, &last);
  if (!fn) {
    if (!inLoop) return Next::Run;
    popFrame(g);
    return Next::Reload;
  }
  return pushClosureCall(g, fn, nullptr, 0);
}

Closure* takeDefer(Goroutine& g, Slot** frame) {
  while (g.defers && emptyToken(g.defers)) g.defers = g.defers->link;
  if (!g.defers) return nullptr;
  *frame = g.defers->fp;
  bool last;
  return takeCall(g, *frame, &last);
}

Next resumeAtDeferReturn(Goroutine& g, Slot* frame) {
  Func* f = frameFunc(frame);
  BURROW_CHECK(f->flags & kHasDefer);
  g.fp = frame;
  g.pc = f->code + f->info->deferReturn;
  return Next::Reload;
}

bool calledByPanic(Goroutine& g, Slot* fp, const PanicRecord& p) {
  // Exactly one frame that is somebody's own function lies between recover and the panic: none with defer recover(), and
  // with a deferred function that itself says defer recover(), it is that function.
  // A wrapper into which the deferred call was inlined is that function.
  int functions = 0;
  const Insn* pc = nullptr;
  while (fp && fp != panicFrame(g, p)) {
    const Func* f = frameFunc(fp);
    bool wrapper = f->flags & kWrapper && !(pc && f->info && f->info->inlineCount && codePosition(pc).caller);
    if (!wrapper && f != &deferLoop && ++functions > 1) return false;
    pc = returnPc(fp) - 1;
    fp = callerFp(fp);
  }
  return fp && functions == 1;
}

}  // namespace burrow::vm
