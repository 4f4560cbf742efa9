// operator new and delete. Until useCompileHeap() they are malloc and free, as everywhere.
//
// A compiler makes millions of small objects and gives them back soon: malloc spent a tenth of its time. Here each size (in steps
// of 16 bytes) has a list of free objects and a chunk of which the next are cut; objects have no headers, so more of them share a
// cache line; and nothing is ever given back to the system or to another size. For a process that runs programs for hours that would
// be wrong, so only `burrow tool` asks for it. An address tells by itself whether it is from here, and its chunk which size it has.
//
// Each thread has lists of its own, and an object joins the lists of the thread that deletes it; only chunks are shared.
#include "programs/burrow/compile_heap.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace burrow {
namespace {

constexpr size_t kStep = 16, kLargest = 512, kClasses = kLargest / kStep + 1;
constexpr size_t kChunk = size_t{1} << 16, kRoom = size_t{1} << 33, kHugePage = size_t{1} << 21;

struct Free {
  Free* next;
};

uintptr_t room = 0, roomUsed = 0;    // 0: not in use
std::mutex roomMutex;
uint8_t classOfChunk[kRoom / kChunk];

thread_local Free* lists[kClasses];
thread_local uintptr_t cutAt[kClasses], cutEnd[kClasses];

/// Cuts one object off the size's chunk, or off a new one; null if there is no more room.
void* cut(size_t c) {
  if (cutAt[c] + c * kStep > cutEnd[c]) {
    std::lock_guard lock(roomMutex);
    if (roomUsed + kChunk > kRoom) return nullptr;
    classOfChunk[roomUsed / kChunk] = static_cast<uint8_t>(c);
    cutAt[c] = room + roomUsed;
    cutEnd[c] = cutAt[c] + kChunk;
    roomUsed += kChunk;
  }
  void* p = reinterpret_cast<void*>(cutAt[c]);
  cutAt[c] += c * kStep;
  return p;
}

void* fromMalloc(size_t size) {
  if (void* p = std::malloc(size ? size : 1)) return p;
  throw std::bad_alloc();
}

inline void* allocate(size_t size) {
  if (!room || size > kLargest) return fromMalloc(size);
  size_t c = (size + kStep - 1) / kStep;
  c += c == 0;
  if (Free* f = lists[c]) {
    lists[c] = f->next;
    return f;
  }
  void* p = cut(c);
  return p ? p : fromMalloc(size);
}

inline void release(void* p) {
  uintptr_t at = reinterpret_cast<uintptr_t>(p) - room;
  if (!room || at >= kRoom) return std::free(p);
  size_t c = classOfChunk[at / kChunk];
  auto* f = static_cast<Free*>(p);
  f->next = lists[c];
  lists[c] = f;
}

}  // namespace

void useCompileHeap() {
  if (room) return;
  void* p = mmap(nullptr, kRoom + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return;
  uintptr_t aligned = (reinterpret_cast<uintptr_t>(p) + kHugePage - 1) & ~(kHugePage - 1);
  madvise(reinterpret_cast<void*>(aligned), kRoom, MADV_HUGEPAGE);
  room = aligned;
}

}  // namespace burrow

void* operator new(size_t size) { return burrow::allocate(size); }
void operator delete(void* p) noexcept { burrow::release(p); }
void operator delete(void* p, size_t) noexcept { burrow::release(p); }

#else

void burrow::useCompileHeap() {}

#endif
