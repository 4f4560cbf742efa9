// Channels and select.
//
// Invariants: at most one of the two queues of a channel is non-empty, but for a select that both
// sends to and receives from it. For a buffered channel, receivers wait only when the buffer is
// empty, senders only when it is full.
//
// A waiter's `elem` is a slot of its goroutine's stack or heap memory; whoever completes the
// operation copies to or from it directly, takes the waiters of all other cases out of their
// queues, and makes the goroutine ready. The goroutine then finds everything done.
#include <cstring>
#include <vector>

#include "vm/heap/heap.h"
#include "vm/object/object.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {

namespace {

struct WaitQueue {
  Waiter *first = nullptr, *last = nullptr;

  void push(Waiter* w) {
    w->next = nullptr;
    w->prev = last;
    (last ? last->next : first) = w;
    last = w;
  }
  void remove(Waiter* w) {
    (w->prev ? w->prev->next : first) = w->next;
    (w->next ? w->next->prev : last) = w->prev;
    w->next = w->prev = nullptr;
  }
};

}  // namespace

/// A heap object. The first two words are what len and cap of a plain channel are.
struct Chan {
  uint64_t count, capacity;
  char* buffer;
  const AbiType* elem;
  uint64_t head;  ///< index of the oldest value
  WaitQueue senders, receivers;
  bool closed, timer;

  char* at(uint64_t i) { return buffer + (i >= capacity ? i - capacity : i) * elem->size; }
};

static const uint8_t kChanMask[8] = {0b1100};
static const AbiType kChanObject = [] {
  AbiType t{};
  t.size = (sizeof(Chan) + 7) / 8 * 8;
  t.ptrBytes = 32;
  t.align = t.fieldAlign = 8;
  t.kind = AbiKind::Struct;
  t.gcData = kChanMask;
  return t;
}();

/// A buffer of values without pointers lies behind the channel, in one object, if it is not large.
static constexpr uint64_t kMaxInnerBuffer = 4096;

static const AbiType* objectWith(uint64_t bytes) {
  static AbiType types[kMaxInnerBuffer / 16 + 1];
  AbiType& t = types[(bytes + 15) / 16];
  if (!t.size) {
    t = kChanObject;
    t.size += (bytes + 15) / 16 * 16;
  }
  return &t;
}

Chan* makeChan(Goroutine& g, const AbiChanType* t, int64_t size, const char** error) {
  const AbiType* elem = t->elem;
  uint64_t bytes;
  if (size < 0 || __builtin_mul_overflow(static_cast<uint64_t>(size), elem->size, &bytes) ||
      bytes > kMaxAlloc - 96) {
    *error = "makechan: size out of range";
    return nullptr;
  }
  RootLink keep(const_cast<AbiChanType*>(t));
  bool within = bytes && bytes <= kMaxInnerBuffer && !elem->ptrBytes;
  Rooted<Chan> c(static_cast<Chan*>(allocate(g, within ? objectWith(bytes) : &kChanObject)));
  c->elem = elem;
  c->capacity = static_cast<uint64_t>(size);
  char* buffer = within ? reinterpret_cast<char*>(c.get()) + kChanObject.size : static_cast<char*>(allocateArray(g, elem, c->capacity));
  storePtr(&c->buffer, buffer);
  return c.get();
}

int64_t chanLen(const Chan* c) {
  return c && !c->timer ? static_cast<int64_t>(c->count) : 0;
}
int64_t chanCap(const Chan* c) {
  return c && !c->timer ? static_cast<int64_t>(c->capacity) : 0;
}
void chanSetTimer(Chan* c) {
  c->timer = true;
}

bool chanDrain(Chan* c) {
  if (!c->count) return false;
  std::memset(c->buffer, 0, c->capacity * c->elem->size);
  c->count = c->head = 0;
  return true;
}

namespace {

void putValue(Chan* c, const void* elem) {
  copyTyped(c->at(c->head + c->count), elem, c->elem);
  ++c->count;
}

void takeValue(Chan* c, void* elem) {
  char* from = c->at(c->head);
  if (elem) copyTyped(elem, from, c->elem);
  zeroTyped(from, c->elem);
  if (++c->head == c->capacity) c->head = 0;
  --c->count;
}

WaitQueue& queueOf(Chan* c, bool sends) {
  return sends ? c->senders : c->receivers;
}

void leaveQueue(Waiter& w) {
  if (w.chan) queueOf(w.chan, w.sends).remove(&w);
  w.chan = nullptr;
  w.elem = nullptr;
}

/// Completes w's operation (its value is copied already) and wakes its goroutine.
void finish(Waiter* w, bool success) {
  Goroutine& g = *w->g;
  if (w == &g.single) {
    leaveQueue(*w);
  } else {
    for (uint32_t i = 0; i < g.waiterCount; ++i) leaveQueue(g.waiters[i]);
  }
  g.waiterCount = 0;
  g.single.success = success;
  g.wakeValue = static_cast<Slot>(w->caseIndex);
  g.param = success ? &zeroSizedObject : nullptr;
  ready(g);
}

/// Sends at once if possible. c is open.
[[gnu::always_inline]] inline bool trySend(Chan* c, void* elem) {
  if (Waiter* w = c->receivers.first) {
    if (w->elem) copyTyped(w->elem, elem, c->elem);
    finish(w, true);
    return true;
  }
  if (c->count == c->capacity) return false;
  putValue(c, elem);
  return true;
}

/// Receives at once if possible.
[[gnu::always_inline]] inline bool tryRecv(Chan* c, void* elem, bool& ok) {
  ok = true;
  if (Waiter* w = c->senders.first) {
    if (c->capacity) {  // the buffer is full: the oldest value out, the sender's in
      takeValue(c, elem);
      putValue(c, w->elem);
    } else if (elem) {
      copyTyped(elem, w->elem, c->elem);
    }
    finish(w, true);
    return true;
  }
  if (c->count) {
    takeValue(c, elem);
    return true;
  }
  if (!c->closed) return false;
  ok = false;
  if (elem) zeroTyped(elem, c->elem);
  return true;
}

/// Room for n waiters of g.
void reserveWaiters(Goroutine& g, unsigned n) {
  if (n == 1) {
    g.waiters = &g.single;
    return;
  }
  // One array a goroutine, kept for its next select; the single waiter is apart.
  if (g.waiterCapacity < n) {
    delete[] g.waiterArray;
    g.waiterCapacity = n < 4 ? 4 : n;
    g.waiterArray = new Waiter[g.waiterCapacity];
  }
  g.waiters = g.waiterArray;
}

void enqueue(Goroutine& g, Waiter& w, Chan* c, void* elem, bool sends, int index, bool isSelect) {
  // Field by field: a copy of a whole Waiter made on the stack would be read before its stores are through.
  w.g = &g;
  w.elem = elem;
  w.chan = c;
  w.caseIndex = index;
  w.isSelect = isSelect;
  w.success = false;
  w.sends = sends;
  queueOf(c, sends).push(&w);
}

}  // namespace

ChanResult chanSend(Goroutine& g, Chan* c, void* elem, bool block) {
  if (!c) return block ? ChanResult::Park : ChanResult::WouldBlock;
  if (c->closed) return ChanResult::Closed;
  if (trySend(c, elem)) return ChanResult::Done;
  if (!block) return ChanResult::WouldBlock;
  reserveWaiters(g, 1);
  enqueue(g, g.single, c, elem, true, 0, false);
  g.waiterCount = 1;
  return ChanResult::Park;
}

ChanResult chanRecv(Goroutine& g, Chan* c, void* elem, bool block, bool& ok) {
  ok = false;
  if (!c) return block ? ChanResult::Park : ChanResult::WouldBlock;
  if (tryRecv(c, elem, ok)) return ChanResult::Done;
  ok = false;
  if (!block) return ChanResult::WouldBlock;
  reserveWaiters(g, 1);
  enqueue(g, g.single, c, elem, false, 0, false);
  g.waiterCount = 1;
  return ChanResult::Park;
}

bool chanClose(Goroutine& g, Chan* c) {
  if (c->closed) return false;
  c->closed = true;
  while (Waiter* w = c->receivers.first) {
    if (w->elem) zeroTyped(w->elem, c->elem);
    finish(w, false);
  }
  while (Waiter* w = c->senders.first) finish(w, false);
  return true;
}

ChanResult selectMany(Goroutine& g, SelectCase* cases, unsigned n, const uint64_t* sends,
                      bool block, int& chosen, bool& ok) {
  auto sendsAt = [&](unsigned i) { return (sends[i / 64] >> (i % 64) & 1) != 0; };
  chosen = -1;
  ok = false;
  // Cases in random order, each as likely to be first as the next: no case can starve another.
  constexpr unsigned kInline = 64;
  uint32_t fixed[kInline];
  std::vector<uint32_t> many(n > kInline ? n : 0);
  uint32_t* order = n > kInline ? many.data() : fixed;
  unsigned count = 0;
  for (unsigned i = 0; i < n; ++i) {
    if (!cases[i].chan) continue;
    auto j = static_cast<unsigned>((fastRand() >> 32) * (count + 1) >> 32);
    order[count] = order[j];
    order[j] = i;
    ++count;
  }
  for (unsigned k = 0; k < count; ++k) {
    unsigned i = order[k];
    Chan* c = cases[i].chan;
    bool done;
    if (sendsAt(i)) {
      if (c->closed) {
        chosen = static_cast<int>(i);
        return ChanResult::Closed;
      }
      done = trySend(c, cases[i].elem);
    } else {
      done = tryRecv(c, cases[i].elem, ok);
    }
    if (done) {
      chosen = static_cast<int>(i);
      return ChanResult::Done;
    }
  }
  ok = false;
  if (!block) return ChanResult::WouldBlock;
  if (!count) return ChanResult::Park;  // for ever
  reserveWaiters(g, count);
  for (unsigned k = 0; k < count; ++k) {
    unsigned i = order[k];
    enqueue(g, g.waiters[k], cases[i].chan, cases[i].elem, sendsAt(i), static_cast<int>(i), true);
  }
  g.waiterCount = count;
  return ChanResult::Park;
}

ChanResult selectGo(Goroutine& g, SelectCase* cases, unsigned n, uint64_t sends, bool block,
                    int& chosen, bool& ok) {
  return selectMany(g, cases, n, &sends, block, chosen, ok);
}

}  // namespace burrow::vm
