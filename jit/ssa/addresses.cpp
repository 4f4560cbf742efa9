// Constants go into addresses, and counters count where nobody needs their old value any more: then old and new share a register.
#include <algorithm>
#include <bit>
#include <unordered_map>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

bool fits(int64_t v) { return v == static_cast<int32_t>(v); }

/// The counters of loops that nobody needs once their next value is there: both can be one register, which counts in place.
class LastUses {
 public:
  explicit LastUses(const Graph& g) {
    for (const Block* b : g.blocks)
      for (const Value* phi : b->phis)
        if (b->header) uses_[phi];
    if (uses_.empty()) return;
    for (const Block* b : g.blocks) {
      for (const Value* phi : b->phis)
        for (const Value* a : phi->args) note(a, phi);
      for (const Value* v : b->values) {
        for (const Value* a : v->args) note(a, v);
        if (v->state)
          for (auto& e : v->state->entries) note(e.value, v);
      }
    }
  }

  /// Whether `next` is the next value of such a counter.
  bool countsInPlace(const Value* next) const {
    auto it = uses_.find(next->args[0]);
    if (it == uses_.end()) return false;
    const Value* phi = it->first;
    if (std::find(phi->args.begin(), phi->args.end(), next) == phi->args.end()) return false;
    const Block* b = next->block;
    auto at = std::find(b->values.begin(), b->values.end(), next);
    return std::all_of(it->second.begin(), it->second.end(), [&](const Value* user) {
      if (user == next) return true;
      if (user->op == SOp::Phi) return false;
      return user->block == b ? std::find(b->values.begin(), at, user) != at : dominates(user->block, b);
    });
  }

 private:
  void note(const Value* v, const Value* user) {
    if (auto it = uses_.find(v); it != uses_.end()) it->second.push_back(user);
  }
  static bool dominates(const Block* a, const Block* b) {
    while (b && b->order > a->order) b = b->idom;
    return a == b;
  }
  std::unordered_map<const Value*, Vec<const Value*>> uses_;   ///< by phi
};

/// base[index + c] and (base + c)[…], as far as nothing between the sum and its use moves the stack: the base may point into it.
void foldOffsets(Block* b, const LastUses& last) {
  uint32_t calls = 0;
  Vec<std::pair<const Value*, uint32_t>> sums;
  for (Value* v : b->values) {
    if (flagsOf(v->op) & kEffect) calls++;
    if (v->op == SOp::Add && isConst(v->args[1])) sums.emplace_back(v, calls);
    if (v->op != SOp::Load && v->op != SOp::Store) continue;
    size_t plain = v->args.size() - (v->op == SOp::Store ? 1 : 0);
    int64_t c;
    if (plain == 2 && v->args[1]->op == SOp::Add && isConst(v->args[1]->args[1]) && !last.countsInPlace(v->args[1]) &&
        !__builtin_mul_overflow(v->args[1]->args[1]->aux, v->aux2, &c) && fits(c) && fits(c + v->aux)) {
      v->aux += c;
      v->args[1] = v->args[1]->args[0];
    }
    const Value* base = v->args[0];
    bool near = std::any_of(sums.begin(), sums.end(), [&](auto& s) { return s.first == base && s.second == calls; });
    if (near && !last.countsInPlace(base) && base->args[0]->op != SOp::HomeAddr && fits(base->args[1]->aux) && fits(base->args[1]->aux + v->aux)) {
      v->aux += base->args[1]->aux;
      v->args[0] = base->args[0];
    }
  }
}

/// base[index] from the address of an element that is used once, and close by. Of an element's size, the processor multiplies by 2, 4 or 8.
void foldElements(Graph& g, Block* b, const Vec<unsigned>& uses) {
  uint32_t calls = 0;
  Vec<std::pair<Value*, int64_t>> factors;   // what is left to multiply by
  Vec<std::pair<const Value*, uint32_t>> sums;
  for (Value* v : b->values) {
    if (flagsOf(v->op) & kEffect) calls++;
    if (v->op == SOp::Add && !isConst(v->args[1]) && uses[v->id] == 1) sums.emplace_back(v, calls);
    if ((v->op != SOp::Load && v->op != SOp::Store) || v->args.size() != (v->op == SOp::Store ? 2u : 1u)) continue;
    const Value* sum = v->args[0];
    if (std::none_of(sums.begin(), sums.end(), [&](auto& s) { return s.first == sum && s.second == calls; })) continue;
    Value *base = sum->args[0], *index = sum->args[1];
    auto isScaled = [&](const Value* x) { return (x->op == SOp::Shl || x->op == SOp::Mul) && x->block == b && isConst(x->args[1]) && uses[x->id] == 1; };
    if (isScaled(base) && !isScaled(index)) std::swap(base, index);
    if (base->op == SOp::HomeAddr || index->op == SOp::HomeAddr) continue;
    int64_t scale = 1;
    if (isScaled(index)) {
      int64_t by = index->args[1]->aux;
      if (index->op == SOp::Mul && by > 0) {
        int log = std::min(std::countr_zero(static_cast<uint64_t>(by)), 3);
        scale = int64_t{1} << log;
        if (log) factors.emplace_back(index, by >> log);
      } else if (index->op == SOp::Shl && static_cast<uint64_t>(by) <= 3) {
        scale = int64_t{1} << by, index = index->args[0];
      }
    }
    if (v->op == SOp::Store) v->args = {base, index, v->args[1]};
    else v->args = {base, index};
    v->aux2 = scale;
  }
  for (auto& [product, factor] : factors) {
    Value* c = g.make(SOp::Const);
    c->aux = factor;
    c->block = b;
    c->pc = product->pc;
    product->args[1] = c;
    b->values.insert(std::find(b->values.begin(), b->values.end(), product), c);
  }
}

Vec<unsigned> countUses(const Graph& g) {
  Vec<unsigned> uses(g.pool.size(), 0);
  for (const Block* b : g.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (const Value* v : *list) {
        for (const Value* a : v->args) uses[a->id]++;
        if (v->state)
          for (auto& e : v->state->entries) uses[e.value->id]++;
      }
  return uses;
}

/// The next value of a counter moves down to its first use in its block, or to the block's end.
void sinkCounters(Block* header) {
  for (Value* phi : header->phis) {
    for (size_t i = 0; i < phi->args.size(); i++) {
      Value* next = phi->args[i];
      if (header->preds[i]->order < header->order || next->op != SOp::Add || next->args[0] != phi || !isConst(next->args[1])) continue;
      Block* b = next->block;
      if (!inLoop(b, header)) continue;
      auto at = std::find(b->values.begin(), b->values.end(), next);
      auto uses = [&](const Value* v) {
        if (std::find(v->args.begin(), v->args.end(), next) != v->args.end()) return true;
        return v->state && std::any_of(v->state->entries.begin(), v->state->entries.end(), [&](auto& e) { return e.value == next; });
      };
      auto to = at + 1;
      while (to + 1 != b->values.end() && !uses(*to) && !(flagsOf((*to)->op) & kEffect)) ++to;
      std::rotate(at, at + 1, to);
    }
  }
}

}  // namespace

void foldAddresses(Graph& g) {
  LastUses last(g);
  for (Block* b : g.blocks) foldOffsets(b, last);
  Vec<unsigned> uses = countUses(g);
  for (Block* b : g.blocks) foldElements(g, b, uses);
  for (Block* b : g.blocks)
    if (b->header) sinkCounters(b);
}

}  // namespace burrow::jit
