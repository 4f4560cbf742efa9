// Solves the graph: which locations' addresses outlive them, and where parameters go.
//
// From each location (heap first, then the latest) the graph is searched against its edges for the least number of dereferences between
// the location and all that flows to it. Addresses make edges of -1, but a count never falls below 0 on its way on: for p = &q, q = x
// the address of q gets to p, that of x does not. A location whose attributes grow is searched from again, until nothing changes.
#include <algorithm>

#include "compiler/escape/batch.h"
#include "compiler/escape/tags.h"

namespace burrow::escape {

void Batch::enqueue(Location* l) {
  if (l->queued) return;
  l->queued = true;
  l->has(kEscapes) ? queue_.push_front(l) : queue_.push_back(l);
}

void Batch::solve() {
  queue_.clear();
  for (Location* l : all_) queue_.push_front(l);
  queue_.push_front(&mutator_);
  queue_.push_front(&callee_);
  queue_.push_front(&heap_);
  for (Location* l : queue_) l->queued = true;
  while (!queue_.empty()) {
    Location* root = queue_.front();
    queue_.pop_front();
    root->queued = false;
    walkFrom(root);
  }
}

void Batch::walkFrom(Location* root) {
  uint32_t walk = ++walks_;
  root->walk = walk;
  root->derefs = 0;
  root->towards = nullptr;
  if (root->has(kCalls) && root->node && root->node->op == ir::Op::Closure && isOpen(root->node->func)) {
    FuncState& f = context_.of(root->node->func);
    if (!f.resultsLost) {
      f.resultsLost = true;
      for (ir::Name* r : root->node->func->results) enqueue(Context::of(r));
    }
  }
  todo_.clear();
  todo_.push_back(root);
  for (size_t head = 0; head < todo_.size(); ++head) {
    Location* l = todo_[head];
    l->queuedInWalk = 0;
    if (!visit(root, l)) continue;
    int derefs = std::max(l->derefs, 0);
    for (Edge* e = l->first; e; e = e->next) {
      Location* s = e->source;
      if (s->has(kEscapes)) continue;
      int d = derefs + e->derefs;
      if (s->walk == walk && s->derefs <= d) continue;
      s->walk = walk;
      s->derefs = d;
      s->towards = l;
      s->via = e;
      if (s->queuedInWalk == walk) continue;
      s->queuedInWalk = walk;
      todo_.push_back(s);
    }
  }
}

/// l's value, or its address, flows to root. False if there is nothing to be gained by going on.
bool Batch::visit(Location* root, Location* l) {
  uint8_t gained = 0;
  int derefs = l->derefs;
  if (derefs < 0) {
    derefs = 0;
    if (outlives(root, l)) {
      if (!l->has(kEscapes)) {
        if (context_.explains()) {
          explainHeap(l);
          explainPath(root, l);
        }
        l->reason = reasonOf(root, l);
      }
      gained = kEscapes | kPersists | kMutates | kCalls;
    } else if (root->has(kPersists)) {
      gained = kPersists;
    }
  }
  if (derefs == 0) gained |= root->attributes & (kMutates | kCalls);
  if (l->param) {
    if (outlives(root, l)) {
      if (!l->has(kEscapes) && context_.explains()) explainLeak(root, l, derefs);
      leak(l, root, derefs);
    }
    if (root->has(kMutates)) addFlow(l->leaks, kToMutator, derefs);
    if (root->has(kCalls)) addFlow(l->leaks, kToCallee, derefs);
  }
  if (gained & ~l->attributes) {
    l->attributes |= gained;
    enqueue(l);
    if (l->has(kEscapes)) return false;
  }
  return true;
}

void Batch::leak(Location* param, const Location* sink, int derefs) {
  bool toResult = !sink->has(kEscapes) && sink->result >= 0 && sink->result < kTaggedResults && sink->func == param->func;
  addFlow(param->leaks, toResult ? kToResult + sink->result : kToHeap, derefs);
}

namespace {

/// Whether `inner` is a literal somewhere in f.
bool contains(const ir::Func* f, const ir::Func* inner) {
  if (f == inner || !inner) return false;
  for (const ir::Func* p = inner->outer; p; p = p->outer)
    if (p == f) return true;
  return false;
}

}  // namespace

/// Whether what is stored in l may still be used when `other` is gone.
bool Batch::outlives(const Location* l, const Location* other) {
  if (l->has(kEscapes)) return true;
  if (l == &mutator_ || l == &callee_) return false;
  // Nobody knows what callers do with results, except with those of a literal whose calls are all known.
  if (l->result >= 0) return !(contains(other->func, l->func) && !context_.of(l->func).resultsLost);
  if (l->func == other->func && l->loopDepth < other->loopDepth) return true;
  return contains(l->func, other->func);
}

}  // namespace burrow::escape
