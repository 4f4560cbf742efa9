// Constants go into addresses, and counters count where nobody needs their old value any more: then old and new share a register.
#include <algorithm>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

bool isConst(const Value* v) { return v->op == SOp::Const; }
bool fits(int64_t v) { return v == static_cast<int32_t>(v); }

/// base[index + c] and (base + c)[…], as far as nothing between the sum and its use moves the stack: the base may point into it.
void foldOffsets(Block* b) {
  uint32_t calls = 0;
  Vec<std::pair<const Value*, uint32_t>> sums;
  for (Value* v : b->values) {
    if (flagsOf(v->op) & kEffect) calls++;
    if (v->op == SOp::Add && isConst(v->args[1])) sums.emplace_back(v, calls);
    if (v->op != SOp::Load && v->op != SOp::Store) continue;
    size_t plain = v->args.size() - (v->op == SOp::Store ? 1 : 0);
    int64_t c;
    if (plain == 2 && v->args[1]->op == SOp::Add && isConst(v->args[1]->args[1]) &&
        !__builtin_mul_overflow(v->args[1]->args[1]->aux, v->aux2, &c) && fits(c) && fits(c + v->aux)) {
      v->aux += c;
      v->args[1] = v->args[1]->args[0];
    }
    const Value* base = v->args[0];
    bool near = std::any_of(sums.begin(), sums.end(), [&](auto& s) { return s.first == base && s.second == calls; });
    if (near && base->args[0]->op != SOp::HomeAddr && fits(base->args[1]->aux) && fits(base->args[1]->aux + v->aux)) {
      v->aux += base->args[1]->aux;
      v->args[0] = base->args[0];
    }
  }
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
  for (Block* b : g.blocks) foldOffsets(b);
  for (Block* b : g.blocks)
    if (b->header) sinkCounters(b);
}

}  // namespace burrow::jit
