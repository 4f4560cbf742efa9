// Walking a goroutine's stack: live pointers for the collector and for moving, frames for tracebacks.
//
// Moving needs every slot that may hold a pointer into the stack. The collector looks closer: storage in frames that pointers lead to
// (variables whose address is taken, literals, closures) is live only if a live pointer leads there, or the code still reads it by name.
#include <algorithm>
#include <vector>

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

/// A piece of frame storage that pointers may lead to, and the map that says which of its slots hold something.
struct StorageRef {
  Slot *begin, *end;
  Slot* regs;
  const uint64_t* written;
};

/// What is needed to find the storage that is still in use.
struct LiveWalk {
  Goroutine& g;
  Visit visit;
  void* ctx;
  std::vector<StorageRef>& storage;    ///< by address
  std::vector<const Slot*>& pending;   ///< where live pointers into the stack lead

  void seen(Slot* slot) {
    visit(ctx, slot);
    auto* p = reinterpret_cast<const Slot*>(*slot);
    if (p >= g.stackLow && p < g.stackHigh) pending.push_back(p);
  }
  void follow() {
    while (!pending.empty()) {
      const Slot* p = pending.back();
      pending.pop_back();
      auto at = std::upper_bound(storage.begin(), storage.end(), p, [](const Slot* q, const StorageRef& s) { return q < s.begin; });
      if (at == storage.begin() || p >= (--at)->end || !at->written) continue;
      const uint64_t* bits = at->written;
      at->written = nullptr;
      for (Slot* slot = at->begin; slot < at->end; slot++) {
        auto i = static_cast<uint64_t>(slot - at->regs);
        if (bits[i / 64] >> (i % 64) & 1) seen(slot);
      }
    }
  }
};

bool test(const uint64_t* bits, unsigned i) { return bits[i / 64] >> (i % 64) & 1; }

/// Notes the storage in a frame that has something in it.
void noteStorage(LiveWalk& live, Slot* regs, const Func& f, const uint64_t* written, unsigned words) {
  const uint64_t* memory = stackMapAt(f, f.code + kMemoryMapPc);
  if (!memory) return;
  const uint64_t* starts = memory + words;
  for (unsigned w = 0; w < words; w++) {
    for (uint64_t b = starts[w]; b; b &= b - 1) {
      unsigned from = w * 64 + static_cast<unsigned>(__builtin_ctzll(b)), to = from;
      bool any = false;
      do any |= test(written, to++);
      while (to < f.frameSlots && test(memory, to) && !test(starts, to));
      if (any) live.storage.push_back({regs + from, regs + to, regs, written});
    }
  }
}

void visitFrame(const Walker& w, Slot* fp, const Func& f, const uint64_t* bits, LiveWalk* live, bool atEntry = false) {
  if (!bits && !atEntry && f.flags & kHasDefer) bits = stackMapAt(f, f.code + f.info->deferReturn);
  if (!bits) return;  // nothing of it is used again
  unsigned span = unsigned{f.frameSlots} + kFrameHeaderSlots + f.argSlots + f.resultSlots;
  if (live && f.flags & kHasStorage) {
    unsigned words = (span + 63) / 64;
    noteStorage(*live, fp - f.frameSlots, f, bits, words);
    bits += words;
  }
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

/// `live` null: every slot that holds something.
void walkStack(Goroutine& g, const Walker& w, LiveWalk* live) {
  w(&g.ctx);  // always, so that what a context of old leads to never dies and comes back
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
  } else if (isMachineAddress(g.pc)) {
    visitFrame(w, fp, *f, stackMapBefore(*f, instructionBehind(g.pc)), live);
  } else {
    // Entries that several functions share lie outside their code.
    bool atEntry = g.pc <= f->code || g.pc >= f->code + f->codeWords;
    visitFrame(w, fp, *f, atEntry ? entryMap(*f) : stackMapAt(*f, g.pc), live, atEntry);
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
      visitFrame(w, fp, *f, stackMapBefore(*f, pc), live);
    }
  }
}

}  // namespace

void forEachStackPointer(Goroutine& g, Visit visit, void* ctx) { walkStack(g, Walker{visit, ctx}, nullptr); }

void forEachLivePointer(Goroutine& g, Visit visit, void* ctx) {
  static std::vector<StorageRef> storage;  // they keep their memory
  static std::vector<const Slot*> pending;
  storage.clear();
  LiveWalk walk{g, visit, ctx, storage, pending};
  walkStack(g, Walker{[](void* live, Slot* slot) { static_cast<LiveWalk*>(live)->seen(slot); }, &walk}, &walk);
  walk.follow();
}

void walkFrames(Goroutine& g, bool (*visit)(void* ctx, const FrameView& frame), void* ctx) {
  const Insn* pc = g.pc;
  for (Slot* fp = g.fp; fp; fp = callerFp(fp)) {
    Func* f = frameFunc(fp);
    bool inside = pc >= f->code && pc < f->code + f->codeWords;
    if (fp[0] == 0) break;  // the bottom
    bool unstarted = pc == f->entry && !callerFp(callerFp(fp));  // a goroutine that has not run yet
    const Insn* at = inside ? pc : f->flags & kNative || unstarted ? reinterpret_cast<const Insn*>(f) : f->code;
    FrameView view{fp, f, at, at, f->name, false};
    if (inside && f->info && f->info->inlineCount) {
      for (CodePosition p = codePosition(pc); p.caller; p = codePosition(view.pc)) {
        view.name = p.name;
        view.inlined = true;
        if (!visit(ctx, view)) return;
        view.pc = p.caller;
      }
      view.name = f->name;
      view.inlined = false;
    }
    if (!visit(ctx, view)) return;
    pc = returnPc(fp) - 1;
  }
}

}  // namespace burrow::vm
