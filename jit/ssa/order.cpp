// Blocks in reverse postorder, dominators (Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm, 2001), loops.
#include <algorithm>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

/// Drops blocks that cannot be reached, and their places in phis.
void prune(Graph& g, const Vec<bool>& seen) {
  for (Block* b : g.blocks) {
    if (!seen[b->id]) continue;
    for (size_t i = b->preds.size(); i-- > 0;) {
      if (seen[b->preds[i]->id]) continue;
      b->preds.erase(b->preds.begin() + static_cast<std::ptrdiff_t>(i));
      for (Value* phi : b->phis) phi->args.erase(phi->args.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  std::erase_if(g.blocks, [&](Block* b) { return !seen[b->id]; });
}

Block* intersect(Block* x, Block* y) {
  while (x != y) {
    while (x->order > y->order) x = x->idom;
    while (y->order > x->order) y = y->idom;
  }
  return x;
}

bool dominates(const Block* a, const Block* b) {
  while (b && b->order > a->order) b = b->idom;
  return a == b;
}

void findLoops(Graph& g) {
  for (Block* b : g.blocks) b->loop = b->outer = nullptr, b->loopDepth = 0, b->header = false;
  // Inner headers come later in reverse postorder: their bodies are claimed first.
  for (size_t i = g.blocks.size(); i-- > 0;) {
    Block* h = g.blocks[i];
    Vec<Block*> work;
    for (Block* p : h->preds)
      if (dominates(h, p)) work.push_back(p);
    if (work.empty()) continue;
    h->header = true;
    Vec<bool> in(g.blockPool.size(), false);
    in[h->id] = true;
    h->loopDepth++;
    if (!h->loop) h->loop = h;
    while (!work.empty()) {
      Block* b = work.back();
      work.pop_back();
      if (in[b->id]) continue;
      in[b->id] = true;
      b->loopDepth++;
      if (!b->loop) b->loop = h;
      if (b->header && !b->outer) b->outer = h;
      for (Block* p : b->preds) work.push_back(p);
    }
  }
}

/// A block's successors in the order of the search: what is visited first comes last in reverse postorder. So the first successor follows its block,
/// and what leaves a loop comes behind all of it.
Vec<Block*> searchOrder(const Block* b) {
  Vec<Block*> out;
  for (bool leaves : {true, false})
    for (size_t i = b->succs.size(); i-- > 0;)
      if ((b->loop && !inLoop(b->succs[i], b->loop)) == leaves) out.push_back(b->succs[i]);
  return out;
}

void orderOnce(Graph& g) {
  Vec<bool> seen(g.blockPool.size(), false);
  Vec<Block*> post;
  struct Frame {
    Block* b;
    Vec<Block*> succs;
    size_t next;
  };
  Vec<Frame> stack;
  auto enter = [&](Block* b) {
    seen[b->id] = true;
    stack.push_back({b, searchOrder(b), 0});
  };
  enter(g.blocks[0]);
  while (!stack.empty()) {
    Frame& f = stack.back();
    if (f.next < f.succs.size()) {
      Block* s = f.succs[f.next++];
      if (!seen[s->id]) enter(s);
    } else {
      post.push_back(f.b);
      stack.pop_back();
    }
  }
  prune(g, seen);
  g.blocks.assign(post.rbegin(), post.rend());
  for (size_t i = 0; i < g.blocks.size(); i++) g.blocks[i]->order = static_cast<unsigned>(i), g.blocks[i]->idom = nullptr;
  Block* entry = g.blocks[0];
  entry->idom = entry;
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 1; i < g.blocks.size(); i++) {
      Block *b = g.blocks[i], *idom = nullptr;
      for (Block* p : b->preds)
        if (p->idom) idom = idom ? intersect(p, idom) : p;
      if (b->idom != idom) b->idom = idom, changed = true;
    }
  }
  entry->idom = nullptr;
  findLoops(g);
}

}  // namespace

void order(Graph& g) {
  orderOnce(g);
  for (Block* b : g.blocks)
    if (b->header) return orderOnce(g);  // knowing the loops
}

}  // namespace burrow::jit
