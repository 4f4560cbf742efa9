#include "jit/ssa/shape.h"

#include <algorithm>

namespace burrow::jit {

void Shape::find(const Flow& flow) {
  flow_ = &flow;
  for (const Flow::Node& n : flow.nodes) graph_.blocks.push_back(graph_.makeBlock(n.start));
  for (size_t n = 0; n < flow.nodes.size(); n++)
    for (uint32_t t : flow.nextOf(n)) {
      Block *from = &graph_.blockPool[n], *to = &graph_.blockPool[flow.indexOf(t)];
      from->succs.push_back(to), to->preds.push_back(from);
    }
  order(graph_);
  fromBehind_.assign(flow.nodes.size(), false);
  for (const Block* b : graph_.blocks)
    for (const Block* p : b->preds)
      if (b->header && !jit::inLoop(p, b) && p->pc >= b->pc) fromBehind_[b->id] = true;
}

bool Shape::isHeader(uint32_t pc) const {
  const Block* b = node(pc);
  return b && b->header;
}

bool Shape::inLoop(uint32_t pc, uint32_t header) const {
  const Block *b = node(pc), *h = node(header);
  for (const Block* l = b ? b->loop : nullptr; l; l = outerLoop(l))
    if (l == h) return true;
  return false;
}

uint32_t Shape::loopOf(uint32_t pc) const {
  const Block* b = node(pc);
  return b && b->loop ? b->loop->pc : kNone;
}

const Shape::Turn* Shape::turnOf(uint32_t header) const {
  for (const auto& [at, turn] : turns_)
    if (at == header) return &turn;
  return nullptr;
}

void Shape::findTurns(const std::function<size_t(uint32_t)>& cost, size_t limit) {
  constexpr int kMaxEntries = 2;
  for (const Block* b : graph_.blocks) {
    if (!b->header) continue;
    int entries = 0;
    for (const Block* p : b->preds) entries += !inLoop(p->pc, b->pc);
    Turn turn;
    if (entries <= kMaxEntries && findTurn(b->pc, cost, limit, turn)) turns_.emplace_back(b->pc, std::move(turn));
  }
  for (const auto& [header, turn] : turns_)
    for (const Block* p : node(header)->preds)
      if (!inLoop(p->pc, header)) leadsOn(p->pc, turn, 0);
}

/// A copy of a loop's tests stands behind the block `from`: it has edges to the loop's body and to where the tests leave the loop.
void Shape::leadsOn(uint32_t from, const Turn& turn, int depth) {
  constexpr int kMostCopies = 8;   // one behind the other: more than are made
  auto leads = [&](uint32_t to) {
    if (to <= from) fromBehind_[flow_->indexOf(to)] = true;
    const Turn* next = isHeader(to) && !inLoop(from, to) && depth < kMostCopies ? turnOf(to) : nullptr;
    if (next) leadsOn(from, *next, depth + 1);
  };
  leads(turn.body);
  for (uint32_t test : turn.tests)
    for (const Block* s : node(test)->succs)
      if (std::find(turn.tests.begin(), turn.tests.end(), s->pc) == turn.tests.end()) leads(s->pc);
}

/// Follows the blocks from the header on that end in a question, until one of their answers is the loop's body and all others leave the loop.
bool Shape::findTurn(uint32_t header, const std::function<size_t(uint32_t)>& cost, size_t limit, Turn& out) const {
  uint32_t otherwise = kNone;   // the body, if the questions come before it in the bytecode, too
  size_t tests = 0, spent = 0;
  for (uint32_t at = header;;) {
    const Block* b = node(at);
    spent += cost(at);
    if (b->succs.size() != 2 || spent > limit) break;
    out.tests.push_back(at);
    uint32_t taken = b->succs[0]->pc, next = b->succs[1]->pc;
    bool stays = inLoop(taken, header), goesOn = inLoop(next, header);
    if (taken == header || next == header) return false;
    if (stays && (taken >= header || (out.body != kNone && out.body != taken))) break;
    if (stays) out.body = taken, tests = out.tests.size();
    if (!goesOn) return stays;
    if (!stays && otherwise == kNone && out.body == kNone) otherwise = next, tests = out.tests.size();
    at = next;
  }
  if (out.body != kNone || otherwise == kNone) return false;
  out.body = otherwise;
  out.tests.resize(tests);
  return true;
}

}  // namespace burrow::jit
