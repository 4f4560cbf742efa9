// SSA as text, and its verifier.
#include <fmt/format.h>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

struct OpFacts {
  const char* name;
  int arity;
};
constexpr OpFacts kFacts[] = {
#define X(name, arity, flags) {#name, arity},
    BURROW_SSA_OPS(X)
#undef X
};

std::string text(const Value* v) {
  if (v->op == SOp::Const) return fmt::format("{}", v->aux);
  return fmt::format("v{}", v->id);
}

std::string line(const Value* v) {
  const OpFacts& f = kFacts[static_cast<size_t>(v->op)];
  static const char* kinds[] = {"", ".f64", ".f32", ""};
  std::string out = fmt::format("  {:5} v{} = {}{}", v->pc < 1u << kWordBits ? fmt::format("{}", v->pc) : fmt::format("{}:{}", frameOfPc(v->pc), wordOfPc(v->pc)), v->id, f.name, kinds[static_cast<size_t>(v->kind)]);
  for (const Value* a : v->args) out += " " + text(a);
  if (v->op == SOp::Const || v->op == SOp::Home || v->op == SOp::SetHome || v->op == SOp::HomeAddr || v->op == SOp::Load || v->op == SOp::Store)
    out += fmt::format(" #{}", v->aux);
  if (v->aux2) out += fmt::format(" *{}", v->aux2);
  if (v->slot >= 0) out += fmt::format(" r{}", v->slot);
  if (v->state) {
    out += "  {";
    for (auto& e : v->state->entries) out += fmt::format(" r{}={}", e.slot, text(e.value));
    out += " }";
  }
  return out + "\n";
}

}  // namespace

std::string dump(const Graph& g) {
  std::string out = fmt::format("{}\n", g.func->name);
  for (const Block* b : g.blocks) {
    out += fmt::format("b{} depth {}{}:", b->id, b->loopDepth, b->header ? " loop" : "");
    for (const Block* p : b->preds) out += fmt::format(" b{}", p->id);
    out += "\n";
    for (const Value* v : b->phis) out += line(v);
    for (const Value* v : b->values) out += line(v);
    out += "    →";
    for (const Block* s : b->succs) out += fmt::format(" b{}", s->id);
    out += "\n";
  }
  return out;
}

std::string verify(const Graph& g) {
  Vec<const Block*> blockOf(g.pool.size(), nullptr);
  Vec<size_t> place(g.pool.size(), 0);
  for (const Block* b : g.blocks) {
    for (const Value* v : b->phis) blockOf[v->id] = b;
    for (size_t i = 0; i < b->values.size(); i++) blockOf[b->values[i]->id] = b, place[b->values[i]->id] = i + 1;
  }
  auto dominates = [](const Block* a, const Block* b) {
    while (b && b->order > a->order) b = b->idom;
    return a == b;
  };
  for (const Block* b : g.blocks) {
    auto fail = [&](const Value* v, const char* what) { return fmt::format("b{} v{} {}: {}", b->id, v->id, kFacts[static_cast<size_t>(v->op)].name, what); };
    for (const Value* v : b->phis) {
      if (v->args.size() != b->preds.size()) return fail(v, "phi does not match its predecessors");
      for (size_t i = 0; i < v->args.size(); i++) {
        if (v->args[i]->forward) return fail(v, "argument was replaced");
        if (!blockOf[v->args[i]->id]) return fail(v, "argument is nowhere");
        if (!dominates(blockOf[v->args[i]->id], b->preds[i])) return fail(v, "argument does not reach its edge");
      }
    }
    for (size_t i = 0; i < b->values.size(); i++) {
      const Value* v = b->values[i];
      bool ends = flagsOf(v->op) & kEnds;
      if (ends != (i + 1 == b->values.size())) return fail(v, "end of block in the wrong place");
      int arity = kFacts[static_cast<size_t>(v->op)].arity;
      if (arity >= 0 && static_cast<size_t>(arity) != v->args.size()) return fail(v, "wrong number of arguments");
      auto reaches = [&](const Value* a) {
        const Block* d = blockOf[a->id];
        return d && !a->forward && (d == b ? place[a->id] < i + 1 : dominates(d, b));
      };
      for (const Value* a : v->args)
        if (!reaches(a)) return fail(v, "argument is not available");
      if (v->state)
        for (auto& e : v->state->entries)
          if (!reaches(e.value)) return fail(v, "state is not available");
    }
  }
  return {};
}

}  // namespace burrow::jit
