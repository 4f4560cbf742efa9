// Walking a goroutine's stack: live pointers for the collector and for moving, frames for tracebacks.
#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/link/linker.h"
#include "vm/panic/panic.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {

namespace {

using Visit = void (*)(void* ctx, Slot* slot);

struct Walker {
  Visit visit;
  void* ctx;
  void operator()(void* slot) const { visit(ctx, static_cast<Slot*>(slot)); }
};

void visitBits(const Walker& w, Slot* regs, const uint64_t* bits, unsigned from, unsigned span) {
  for (unsigned i = 0; i * 64 < span; i++) {
    for (uint64_t b = bits[i]; b; b &= b - 1) {
      unsigned at = i * 64 + static_cast<unsigned>(__builtin_ctzll(b));
      if (at >= from) w(regs + at);
    }
  }
}

/// A native's arguments and results, by its signature; without one, every slot (see forEachStackPointer).
void visitNative(const Walker& w, Slot* fp, const Func& f) {
  Slot* at = fp + kFrameHeaderSlots;
  const AbiFuncType* sig = funcSignature(f);
  if (!sig) {
    for (unsigned i = 0; i < unsigned{f.argSlots} + f.resultSlots; i++) w(at + i);
    return;
  }
  const char* after = reinterpret_cast<const char*>(sig) + sizeof(AbiFuncType);
  if (sig->tflag & kUncommon) after += sizeof(AbiUncommonType);
  auto* types = reinterpret_cast<AbiType* const*>(after);
  unsigned count = sig->inCount + (sig->outCount & 0x7fffu);
  for (unsigned i = 0; i < count; i++) {
    const AbiType* t = types[i];
    if (t->size > kMaxFrameValue) w(at);
    for (uint64_t word = 0; t->size <= kMaxFrameValue && word < t->ptrBytes / 8; word++) {
      if (t->gcData[word / 8] >> (word % 8) & 1) w(at + word);
    }
    at += valueSlots(t->size);
  }
}

void visitFrame(const Walker& w, Slot* fp, const Func& f, const uint64_t* bits, bool atEntry = false) {
  if (!bits && !atEntry && f.flags & kHasDefer) bits = stackMapAt(f, f.code + f.info->deferReturn);
  if (!bits) return;  // nothing of it is used again
  unsigned span = unsigned{f.frameSlots} + kFrameHeaderSlots + f.argSlots + f.resultSlots;
  visitBits(w, fp - f.frameSlots, bits, 0, span);
}

/// Records are followed after their link was visited: when a stack moves, that has corrected it.
void visitDefers(const Walker& w, DeferRecord* d) {
  for (; d; d = d->link) {
    w(&d->link);
    w(&d->fp);
    w(&d->fn);
    w(&d->atList);
    visitDefers(w, d->atList);
  }
}

}  // namespace

void forEachStackPointer(Goroutine& g, Visit visit, void* ctx) {
  Walker w{visit, ctx};
  w(&g.ctx);
  w(&g.labels);
  w(&g.defers);
  visitDefers(w, g.defers);
  w(&g.panics);
  for (PanicRecord* p = g.panics; p; p = p->link) {
    w(&p->value.tab);
    w(&p->value.data);
    w(&p->link);
    w(&p->deferFp);
  }
  for (uint32_t i = 0; i < g.waiterCount; i++) {
    w(&g.waiters[i].elem);
    w(&g.waiters[i].chan);
  }
  if (!g.fp) return;

  Slot* fp = g.fp;
  const Func* f = frameFunc(fp);
  if (f->flags & kNative) {
    visitNative(w, fp, *f);
  } else {
    bool atEntry = g.pc == f->entry;
    visitFrame(w, fp, *f, atEntry ? entryMap(*f) : stackMapAt(*f, g.pc), atEntry);
    if (g.resumeOp && !atEntry && static_cast<Op>(g.pc->op) == Op::ChanRecv && g.pc->a != kNoReg) {
      // The sender may have stored the value already, and the map does not name it yet.
      Slot* to = fp - f->frameSlots + g.pc->a;
      for (uint64_t i = 0; i < g.pc[1].word; i++) w(to + i);
    }
  }
  while (fp[0]) {
    const Insn* pc = returnPc(fp);
    fp = callerFp(fp);
    f = frameFunc(fp);
    if (f->flags & kNative) {
      visitNative(w, fp, *f);
    } else {
      visitFrame(w, fp, *f, stackMapBefore(*f, pc));
    }
  }
}

void walkFrames(Goroutine& g, bool (*visit)(void* ctx, const FrameView& frame), void* ctx) {
  const Insn* pc = g.pc;
  for (Slot* fp = g.fp; fp; fp = callerFp(fp)) {
    Func* f = frameFunc(fp);
    bool inside = pc >= f->code && pc < f->code + f->codeWords;
    FrameView view{fp, f, inside ? pc : f->flags & kNative ? reinterpret_cast<const Insn*>(f) : f->code};
    if (fp[0] == 0) break;  // the bottom
    if (!visit(ctx, view)) return;
    pc = returnPc(fp) - 1;
  }
}

}  // namespace burrow::vm
