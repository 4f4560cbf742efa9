// The garbage-collected heap, as the rest of the vm sees it. Objects never move. Precise: every object
// knows its type (or that it holds no pointers). Interior pointers are legal everywhere.
//
// Safepoints: allocate* may collect; a caller that holds unrooted references must not call them. At a collection,
// all goroutine stacks are scanned with their stack maps, so the allocating goroutine's g.pc and g.fp must be saved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "vm/bytecode/type_desc.h"

namespace burrow::vm {

struct Goroutine;

struct HeapStats {
  uint64_t mallocs = 0, frees = 0, totalAlloc = 0, heapAlloc = 0, heapObjects = 0, heapSys = 0, heapInuse = 0, heapReleased = 0;
  uint64_t nextGC = 0, numGC = 0, numForcedGC = 0, pauseTotalNs = 0, lastGC = 0, lastPauseNs = 0;
};

struct HeapConfig {
  int gogc = 100;             ///< -1: off
  uint64_t memoryLimit = ~uint64_t{0};
  uint64_t maxHeap = ~uint64_t{0};  ///< --max-heap: beyond it, "fatal error: out of memory"
  bool collectAlways = false; ///< stress: collect at every allocation, poison freed objects
  bool verify = false;        ///< check the marks after each collection (slow)
};

void heapInit(const HeapConfig& config);

/// A zeroed object of type t (size 0: the one zero-sized object). Safepoint. Never null: exhausting memory is fatal.
void* allocate(Goroutine& g, const AbiType* t);
/// The same for an instruction with a site, while sites are counted.
void* allocateAtSite(Goroutine& g, const AbiType* t, uint32_t site);
/// n zeroed elements of type t, in one object; the caller checked that n * size does not overflow. Safepoint.
void* allocateArray(Goroutine& g, const AbiType* t, uint64_t n);
/// Raw bytes without pointers; `zero` false: contents undefined. Safepoint.
void* allocateBytes(Goroutine& g, uint64_t size, bool zero = true);
/// The same, contents undefined up to `from`, zero behind. Safepoint.
void* allocateBytesFrom(Goroutine& g, uint64_t size, uint64_t from);
/// How compiled code takes a small object without a call. At `cursor` lies the next free object, at `end` bytes behind it where the free
/// ones end (the same: the allocator has to be asked, as it has whenever allocations are sampled or collect), and 16 bytes behind it the
/// address of the object's entry, where to put `entry`, a 32-bit word, unless that is 0. The object moves on by `bytes`, the entry by 4.
struct InlineAllocation {
  void* cursor;
  uint32_t bytes, entry, end;
  bool zeroed;                ///< contents are zero
};
/// False: an object of n elements of type t is not taken that way. `site` matters while sites are counted. Any thread.
bool inlineAllocation(const AbiType* t, uint64_t n, uint32_t site, InlineAllocation& out);
/// The address of all zero-sized objects.
extern uint64_t zeroSizedObject;
/// Size that an object of `size` bytes really takes (gc's size classes): capacities after append follow it.
uint64_t roundUpSize(uint64_t size, bool noscan);
/// Biggest allocation that can succeed at all; above it make panics.
inline constexpr uint64_t kMaxAlloc = uint64_t{1} << 47;

/// Start of the heap object that p points into, or null if p is not in the heap; its size and type.
/// `type` null: no pointers. An array object has its element type.
struct ObjectInfo {
  void* start = nullptr;
  uint64_t size = 0;
  const AbiType* type = nullptr;
};
ObjectInfo findObject(const void* p);

/// Write barriers: every store of a pointer into memory that may be heap or data goes through these.
/// (Stack slots need none.) Today's collector stops the world, so they are plain stores in one place.
inline void storePtr(void* slot, void* value) { *static_cast<void**>(slot) = value; }
/// Typed copies: overlap allowed. After them the barrier has seen every pointer word.
void copyTypedAny(void* to, const void* from, const AbiType* t);
inline void copyTyped(void* to, const void* from, const AbiType* t) {
  if (t->size == 8)  // most often: not worth a call
    std::memcpy(to, from, 8);
  else
    copyTypedAny(to, from, t);
}
void copyTypedArray(void* to, const void* from, const AbiType* t, uint64_t n);
void zeroTyped(void* to, const AbiType* t);

/// Collects now (runtime.GC). Safepoint.
void collect(Goroutine& g, bool forced);
/// The heap asks for a collection at the next safepoint of g if this is true.
HeapStats heapStats();
/// Collects and gives all free memory back to the system (debug.FreeOSMemory). Safepoint.
void releaseFreeMemory(Goroutine& g);
int setGCPercent(int percent);
int64_t setMemoryLimit(int64_t limit);  ///< negative: only returns the current one

/// Roots outside stacks and data segments. `visit(ctx, ptr)` marks one reference; called with the world stopped.
/// Keeps what `ref` refers to alive while C++ code passes safepoints. Last made, first destroyed;
/// not across anything that lets another thread run Go code.
struct RootLink {
  void* ref;
  RootLink* next;
  inline static RootLink* top = nullptr;
  explicit RootLink(void* r) : ref(r), next(top) { top = this; }
  ~RootLink() { top = next; }
  RootLink(const RootLink&) = delete;
  RootLink& operator=(const RootLink&) = delete;
};
template <class T>
class Rooted {
 public:
  explicit Rooted(T* p = nullptr) : link_(p) {}
  Rooted& operator=(T* p) { link_.ref = p; return *this; }
  T* get() const { return static_cast<T*>(link_.ref); }
  T* operator->() const { return get(); }

 private:
  RootLink link_;
};

using RootVisitor = void (*)(void* ctx, void* ref);
using RootProvider = void (*)(RootVisitor visit, void* ctx);
void addRootProvider(RootProvider provider);

// ---- Finalizers, cleanups, weak pointers (runtime.SetFinalizer, AddCleanup, weak.Pointer)
/// Calls of Go code due after a collection: run by the finalizer goroutine (native/runtime wakes it).
struct PendingCall {
  void* fn;               ///< a func value; finalizers: func(T); cleanups: func()
  void* object;           ///< finalizers: the (resurrected) object; cleanups: null
  const AbiType* argType; ///< finalizers: the function's parameter type
};
bool nextPendingCall(PendingCall& out);
bool hasPendingCalls();
/// One finalizer an object; fn null removes. False: object already has one.
bool setFinalizer(Goroutine& g, void* object, void* fn, const AbiType* argType);
/// fn is a func(); returns an id for removeCleanup.
uint64_t addCleanup(Goroutine& g, void* object, void* fn);
void removeCleanup(uint64_t id);
/// The indirection object of a weak pointer: equal objects give the same handle; *handle is null once the object died.
void** weakHandle(Goroutine& g, void* object);
/// Called with the world stopped at the start of each collection (sync.Pool clean-up flag, …).
void addCollectionHook(void (*hook)());

}  // namespace burrow::vm
