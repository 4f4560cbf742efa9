// Memory for goroutine stacks, growing and shrinking them by copying.
//
// Sizes are powers of two from kMinStackBytes. Small stacks come from slabs and go back to free lists; a
// mapping for each would cost a page at least and hit the kernel's limit on mappings long before a million goroutines.
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {

namespace {

constexpr uint64_t kSlabBytes = 256 << 10;
constexpr unsigned kSmallClasses = 6;   // 2 KiB … 64 KiB
constexpr unsigned kCachedClasses = 12; // up to 4 MiB are kept when freed

struct FreeStack {
  FreeStack* next;
};
FreeStack* freeStacks[kCachedClasses];
unsigned cachedCount[kCachedClasses];

unsigned classOf(uint64_t bytes) { return static_cast<unsigned>(__builtin_ctzll(bytes / kMinStackBytes)); }

uint64_t mappedBytes = 0;

/// --max-heap bounds stacks too: a program that starts goroutines without end is to end as one that allocates without end.
char* mapMemory(uint64_t bytes) {
  mappedBytes += bytes;
  if (mappedBytes > vmConfig.maxHeap) fatalError(nullptr, "out of memory (stack)");
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) fatalError(nullptr, "out of memory (stack)");
  return static_cast<char*>(p);
}

char* takeMemory(uint64_t bytes) {
  unsigned c = classOf(bytes);
  if (c < kCachedClasses && freeStacks[c]) {
    FreeStack* s = freeStacks[c];
    freeStacks[c] = s->next;
    cachedCount[c]--;
    return reinterpret_cast<char*>(s);
  }
  if (c >= kSmallClasses) return mapMemory(bytes);
  char* slab = mapMemory(kSlabBytes);
  for (uint64_t at = bytes; at < kSlabBytes; at += bytes) {
    auto* s = reinterpret_cast<FreeStack*>(slab + at);
    s->next = freeStacks[c];
    freeStacks[c] = s;
    cachedCount[c]++;
  }
  return slab;
}

void giveMemory(char* p, uint64_t bytes) {
  unsigned c = classOf(bytes);
  if (c >= kSmallClasses && (c >= kCachedClasses || cachedCount[c] >= 8)) {
    munmap(p, bytes);
    mappedBytes -= bytes;
    return;
  }
  auto* s = reinterpret_cast<FreeStack*>(p);
  s->next = freeStacks[c];
  freeStacks[c] = s;
  cachedCount[c]++;
}

uint64_t stackBytes(const Goroutine& g) { return static_cast<uint64_t>(g.stackHigh - g.stackLow) * 8; }

struct Move {
  Slot *low, *high;
  int64_t delta;  ///< bytes
};

void adjust(const Move& m, Slot* slot) {
  if (*slot >= reinterpret_cast<uintptr_t>(m.low) && *slot < reinterpret_cast<uintptr_t>(m.high))
    *slot += static_cast<uint64_t>(m.delta);
}

/// Moves g's stack to a new one of `bytes`, and every pointer into it.
void moveStack(Goroutine& g, uint64_t bytes) {
  Slot *oldLow = g.stackLow, *oldHigh = g.stackHigh;
  char* memory = takeMemory(bytes);
  Slot* newHigh = reinterpret_cast<Slot*>(memory + bytes);
  // At a function's entry its registers may lie below the old stack: only the header is there yet.
  Slot* used = g.fp - frameFunc(g.fp)->frameSlots;
  if (used < oldLow) used = g.fp - 1;
  auto usedBytes = static_cast<uint64_t>(oldHigh - used) * 8;
  BURROW_CHECK(usedBytes <= bytes);
  std::memcpy(reinterpret_cast<char*>(newHigh) - usedBytes, used, usedBytes);

  Move m{oldLow, oldHigh, reinterpret_cast<char*>(newHigh) - reinterpret_cast<char*>(oldHigh)};
  bool preempting = g.stackLimit == kPreemptLimit;
  g.stackLow = reinterpret_cast<Slot*>(memory);
  g.stackHigh = newHigh;
  g.trueLimit = g.stackLow + kStackGuardSlots;
  g.stackLimit = preempting ? kPreemptLimit : ordinaryLimit(g);
  adjust(m, reinterpret_cast<Slot*>(&g.fp));
  for (Slot* fp = g.fp; fp[0]; fp = callerFp(fp)) adjust(m, &fp[0]);
  forEachStackPointer(
      g, [](void* ctx, Slot* slot) { adjust(*static_cast<Move*>(ctx), slot); }, &m);
  giveMemory(reinterpret_cast<char*>(oldLow), static_cast<uint64_t>(oldHigh - oldLow) * 8);
}

[[noreturn]] void stackOverflow(Goroutine& g) {
  std::fprintf(stderr, "runtime: goroutine stack exceeds %llu-byte limit\n",
               static_cast<unsigned long long>(vmConfig.maxStack));
  std::fprintf(stderr, "runtime: sp=%p stack=[%p, %p]\n", static_cast<void*>(g.fp),
               static_cast<void*>(g.stackLow), static_cast<void*>(g.stackHigh));
  fatalError(&g, "stack overflow");
}

}  // namespace

Slot* ordinaryLimit(const Goroutine& g) { return vmConfig.stressStack || vmConfig.stressPreempt ? kStressLimit : g.trueLimit; }

void allocateStack(Goroutine& g, uint64_t bytes) {
  uint64_t size = kMinStackBytes;
  while (size < bytes) size *= 2;
  g.stackLow = reinterpret_cast<Slot*>(takeMemory(size));
  g.stackHigh = g.stackLow + size / 8;
  g.trueLimit = g.stackLow + kStackGuardSlots;
  g.stackLimit = ordinaryLimit(g);
}

void freeStack(Goroutine& g) {
  if (!g.stackLow) return;
  giveMemory(reinterpret_cast<char*>(g.stackLow), stackBytes(g));
  g.stackLow = g.stackHigh = g.trueLimit = g.stackLimit = g.fp = nullptr;
}

void growStack(Goroutine& g, uint64_t slots) {
  Slot* regs = g.fp - frameFunc(g.fp)->frameSlots;
  uint64_t need = static_cast<uint64_t>(g.stackHigh - regs) + slots + kStackGuardSlots;
  uint64_t bytes = stackBytes(g);
  if (need * 8 > bytes) {
    do bytes *= 2;
    while (need * 8 > bytes);
    if (bytes > vmConfig.maxStack && bytes > kMinStackBytes) stackOverflow(g);
  }
  moveStack(g, bytes);
}

void shrinkStack(Goroutine& g) {
  if (g.state != GState::Waiting && g.state != GState::Runnable) return;
  if (!g.stackLow || !g.fp) return;
  uint64_t bytes = stackBytes(g);
  Slot* regs = g.fp - frameFunc(g.fp)->frameSlots;
  if (regs < g.stackLow) return;
  uint64_t used = (static_cast<uint64_t>(g.stackHigh - regs) + kStackGuardSlots) * 8;
  if (bytes <= kMinStackBytes || used > bytes / 4) return;
  moveStack(g, bytes / 2);
}

}  // namespace burrow::vm
