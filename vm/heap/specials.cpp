// Finalizers, cleanups and weak pointers: what is attached to objects from outside.
//
// An object with a finalizer keeps alive what it refers to, not itself: so of two such objects that
// form a chain the outer one is finalized first, and a cycle never is (as in gc). Weak handles are
// cleared as soon as an object is due for finalization; cleanups run once it is really gone.
#include <algorithm>

#include "vm/heap/span.h"

namespace burrow::vm {

using namespace heap;

namespace heap {

void markSpecialRoots() {
  Heap& h = theHeap;
  for (auto& [object, s] : h.specials) {
    for (Cleanup& c : s.cleanups) markRef(c.fn);
    for (WeakEntry& w : s.weak) markRef(w.handle);
    if (!s.finalizer) continue;
    markRef(s.finalizer);
    markRef(const_cast<AbiType*>(s.finalizerArg));
    Span* span = spanOf(object);
    if (span->noscan) continue;
    TypeWord type = span->types[span->indexOf(object)];
    if (type) markContents(static_cast<char*>(object), span->objectBytes, type);
  }
  for (auto& [pointer, handle] : h.immortalWeak) markRef(handle);
  for (PendingCall& call : h.pending) {
    markRef(call.fn);
    markRef(call.object);
    markRef(const_cast<AbiType*>(call.argType));
  }
}

void handleDead() {
  Heap& h = theHeap;
  std::vector<void*> dead;
  for (auto& [object, s] : h.specials) {
    if (!isMarked(object)) dead.push_back(object);
  }
  std::sort(dead.begin(), dead.end());  // the same order in every run
  for (void* object : dead) {
    Specials& s = h.specials[object];
    for (WeakEntry& w : s.weak) *w.handle = nullptr;
    s.weak.clear();
    if (s.finalizer) {
      h.pending.push_back({s.finalizer, object, s.finalizerArg});
      s.finalizer = nullptr;
      s.finalizerArg = nullptr;
      markRef(object);  // lives until its finalizer ran
      if (!s.cleanups.empty()) continue;
    } else {
      for (Cleanup& c : s.cleanups) {
        h.pending.push_back({c.fn, nullptr, nullptr});
        h.cleanupObject.erase(c.id);
      }
    }
    h.specials.erase(object);
  }
  drainMarks();
}

}  // namespace heap

bool nextPendingCall(PendingCall& out) {
  auto& pending = theHeap.pending;
  if (pending.empty()) return false;
  out = pending.front();
  pending.pop_front();
  return true;
}

bool hasPendingCalls() {
  return !theHeap.pending.empty();
}

bool setFinalizer(Goroutine&, void* object, void* fn, const AbiType* argType) {
  Heap& h = theHeap;
  void* start = findObject(object).start;
  if (!start) return true;  // static data never dies
  if (!fn) {
    auto it = h.specials.find(start);
    if (it == h.specials.end()) return true;
    it->second.finalizer = nullptr;
    it->second.finalizerArg = nullptr;
    if (it->second.cleanups.empty() && it->second.weak.empty()) h.specials.erase(it);
    return true;
  }
  Specials& s = h.specials[start];
  if (s.finalizer) return false;
  s.finalizer = fn;
  s.finalizerArg = argType;
  return true;
}

uint64_t addCleanup(Goroutine&, void* object, void* fn) {
  Heap& h = theHeap;
  uint64_t id = ++h.lastCleanup;
  void* start = findObject(object).start;
  if (!start) return id;
  h.specials[start].cleanups.push_back({id, fn});
  h.cleanupObject[id] = start;
  return id;
}

void removeCleanup(uint64_t id) {
  Heap& h = theHeap;
  auto it = h.cleanupObject.find(id);
  if (it == h.cleanupObject.end()) return;
  auto at = h.specials.find(it->second);
  h.cleanupObject.erase(it);
  if (at == h.specials.end()) return;
  Specials& s = at->second;
  std::erase_if(s.cleanups, [&](const Cleanup& c) { return c.id == id; });
  if (!s.finalizer && s.cleanups.empty() && s.weak.empty()) h.specials.erase(at);
}

void** weakHandle(Goroutine& g, void* object) {
  Heap& h = theHeap;
  RootLink keep(object);
  auto make = [&] {
    void** handle =
        static_cast<void**>(allocateBytes(g, sizeof(void*)));  // not traced: it has no pointers
    *handle = object;
    return handle;
  };
  void* start = findObject(object).start;
  if (!start) {
    auto it = h.immortalWeak.find(object);
    if (it != h.immortalWeak.end()) return it->second;
    void** handle = make();
    return h.immortalWeak[object] = handle;
  }
  auto it = h.specials.find(start);
  if (it != h.specials.end()) {
    for (WeakEntry& w : it->second.weak) {
      if (w.pointer == object) return w.handle;
    }
  }
  void** handle = make();  // may collect: look the object up again
  h.specials[start].weak.push_back({object, handle});
  return handle;
}

}  // namespace burrow::vm
