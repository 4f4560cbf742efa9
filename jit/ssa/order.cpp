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
  Vec<const Block*> in(g.blockPool.size(), nullptr);   // the last loop that the block was found in
  Vec<Block*> work;
  // Inner headers come later in reverse postorder: their bodies are claimed first.
  for (size_t i = g.blocks.size(); i-- > 0;) {
    Block* h = g.blocks[i];
    for (Block* p : h->preds)
      if (dominates(h, p)) work.push_back(p);
    if (work.empty()) continue;
    h->header = true;
    in[h->id] = h;
    h->loopDepth++;
    if (!h->loop) h->loop = h;
    while (!work.empty()) {
      Block* b = work.back();
      work.pop_back();
      if (in[b->id] == h) continue;
      in[b->id] = h;
      b->loopDepth++;
      if (!b->loop) b->loop = h;
      if (b->header && !b->outer) b->outer = h;
      for (Block* p : b->preds) work.push_back(p);
    }
  }
}

/// A block whose successors are being visited: what is visited first comes last in reverse postorder. So the first successor follows its block, and
/// what leaves a loop comes behind all of it.
struct Visit {
  Block* b;
  size_t left;              ///< successors still to be looked at in this round
  bool leaving = true;      ///< first those that leave the block's loop, then the others
  explicit Visit(Block* block) : b(block), left(block->succs.size()) {
    if (!b->loop) leaving = false;
  }
  Block* next() {
    for (;;) {
      while (left > 0) {
        Block* s = b->succs[--left];
        if ((b->loop && !inLoop(s, b->loop)) == leaving) return s;
      }
      if (!leaving) return nullptr;
      leaving = false;
      left = b->succs.size();
    }
  }
};

void orderOnce(Graph& g) {
  Vec<bool> seen(g.blockPool.size(), false);
  Vec<Block*> post;
  post.reserve(g.blocks.size());
  Vec<Visit> stack;
  auto enter = [&](Block* b) {
    seen[b->id] = true;
    stack.emplace_back(b);
  };
  enter(g.blocks[0]);
  while (!stack.empty()) {
    if (Block* s = stack.back().next()) {
      if (!seen[s->id]) enter(s);
    } else {
      post.push_back(stack.back().b);
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
