// Branches on booleans that were just made: x < y && f, as a value of an inlined function, is 0 or 1 by the way that led to it. Who comes a way that
// says which goes on at once where the branch would lead.
#include <algorithm>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

size_t edgeIndex(const Block* from, const Block* to) {
  return static_cast<size_t>(std::find(to->preds.begin(), to->preds.end(), from) - to->preds.begin());
}

class Threading {
 public:
  explicit Threading(Graph& g) : g_(g) {}

  bool run() {
    if (std::none_of(g_.blocks.begin(), g_.blocks.end(), [](const Block* b) {
          Value *phi, *test;
          return asks(b, phi, test);
        }))
      return false;
    findUses();
    bool changed = false;
    for (Block* b : g_.blocks)
      while (threadOne(b)) changed = true;
    return changed;
  }

 private:
  struct Use {
    Value* user;
    Block* where;   ///< for a phi: where its argument comes from
  };

  /// Uses in other blocks than the value's own.
  void findUses() {
    outside_.assign(g_.pool.size(), {});
    auto use = [&](Value* v, Value* user, Block* where) {
      if (v->block != where) outside_[v->id].push_back({user, where});
    };
    for (Block* b : g_.blocks) {
      for (Value* phi : b->phis)
        for (size_t i = 0; i < phi->args.size(); i++) use(phi->args[i], phi, b->preds[i]);
      for (Value* v : b->values) {
        for (Value* a : v->args) use(a, v, b);
        if (v->state)
          for (auto& e : v->state->entries) use(e.value, v, b);
      }
    }
  }

  static bool dominates(const Block* a, const Block* b) {
    while (b && b->order > a->order) b = b->idom;
    return a == b;
  }

  /// The successor of b that all ways to `where` lead through; null: there is none, or others lead to it, too.
  static Block* successorTowards(const Block* b, const Block* where) {
    for (Block* s : b->succs)
      if (s->preds.size() == 1 && dominates(s, where)) return s;
    return nullptr;
  }

  /// A branch on a phi of b, or on a comparison of one with a constant, which is known on some of the ways to b.
  static bool asks(const Block* b, Value*& phi, Value*& test) {
    Value* end = b->values.back();
    if (end->op != SOp::Branch || b->succs[0] == b->succs[1] || b->preds.size() < 2 || b->header) return false;
    test = end->args[0];
    phi = test;
    if (test->block == b && (test->op == SOp::Eq || test->op == SOp::Ne || test->op == SOp::Xor) && isConst(test->args[1])) phi = test->args[0];
    if (phi->op != SOp::Phi || phi->block != b) return false;
    return std::any_of(phi->args.begin(), phi->args.end(), isConst);
  }

  /// Nothing but phis, constants, a comparison with one, and the branch; what it defines is wanted nowhere else, or behind one successor.
  bool decides(const Block* b, Value*& phi, Value*& test) const {
    if (!asks(b, phi, test)) return false;
    const Value* end = b->values.back();
    for (const Value* v : b->values)
      if ((v != end && v != test && !isConst(v)) || !outside_[v->id].empty()) return false;
    for (const Value* v : b->phis)
      for (const Use& u : outside_[v->id])
        if (!successorTowards(b, u.where)) return false;
    return true;
  }

  /// Behind each successor the phis of b go by names of their own: other ways will lead there.
  void rename(Block* b) {
    for (Value* v : b->phis) {
      Vec<Use> uses = std::move(outside_[v->id]);
      outside_[v->id].clear();
      for (Block* s : b->succs) {
        Value* mine = nullptr;
        for (const Use& u : uses) {
          if (successorTowards(b, u.where) != s) continue;
          if (!mine) {
            mine = g_.make(SOp::Phi, v->kind);
            mine->block = s;
            mine->slot = v->slot;
            mine->pc = s->pc;
            mine->args = {v};
            outside_.resize(g_.pool.size());
          }
          for (size_t i = 0; i < u.user->args.size(); i++)
            if (u.user->args[i] == v && (u.user->op != SOp::Phi || u.user->block->preds[i] == u.where)) u.user->args[i] = mine;
          if (u.user->state && u.user->op != SOp::Phi)
            for (auto& e : u.user->state->entries)
              if (e.value == v) e.value = mine;
          if (u.where != s) outside_[mine->id].push_back(u);
        }
        if (mine) s->phis.push_back(mine);
      }
    }
  }

  bool threadOne(Block* b) {
    Value *phi, *test;
    if (!decides(b, phi, test)) return false;
    rename(b);
    for (size_t i = 0; i < b->preds.size(); i++) {
      if (!isConst(phi->args[i])) continue;
      int64_t x = phi->args[i]->aux;
      bool holds = x != 0;
      if (test != phi) {
        int64_t c = test->args[1]->aux;
        holds = test->op == SOp::Eq ? x == c : test->op == SOp::Ne ? x != c : (x ^ c) != 0;
      }
      if (redirect(b, i, b->succs[holds ? 0 : 1])) return true;
    }
    return false;
  }

  bool redirect(Block* b, size_t edge, Block* to) {
    Block* from = b->preds[edge];
    // Edges are told apart by where they come from.
    if (std::count(from->succs.begin(), from->succs.end(), b) != 1 || std::count(to->preds.begin(), to->preds.end(), from)) return false;
    size_t there = edgeIndex(b, to);
    for (Value* phi : to->phis) {
      Value* a = phi->args[there];
      phi->args.push_back(a->op == SOp::Phi && a->block == b ? a->args[edge] : a);
      // A constant of b does not reach this edge.
      if (Value*& last = phi->args.back(); isConst(last) && last->block == b) last = constantIn(from, last);
    }
    std::replace(from->succs.begin(), from->succs.end(), b, to);
    to->preds.push_back(from);
    b->preds.erase(b->preds.begin() + static_cast<std::ptrdiff_t>(edge));
    for (Value* phi : b->phis) phi->args.erase(phi->args.begin() + static_cast<std::ptrdiff_t>(edge));
    return true;
  }

  Value* constantIn(Block* b, const Value* like) {
    Value* v = g_.make(SOp::Const, like->kind);
    v->aux = like->aux;
    v->block = b;
    v->pc = b->values.back()->pc;
    b->values.insert(b->values.end() - 1, v);
    outside_.resize(g_.pool.size());
    return v;
  }

  Graph& g_;
  Vec<Vec<Use>> outside_;   ///< by value
};

}  // namespace

bool threadBranches(Graph& g) {
  if (!Threading(g).run()) return false;
  order(g);
  return true;
}

}  // namespace burrow::jit
