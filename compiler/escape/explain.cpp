// Explanations of -m=2: the flow that puts something on the heap, hop by hop.
#include <unordered_set>

#include "compiler/escape/batch.h"

namespace burrow::escape {

using ir::RemarkKind;

/// A variable, or new(x), which is one to gc.
bool Batch::isVariable(const Location* l) { return l->name || (l->node && l->node->op == ir::Op::New && l->node->x); }

std::string Batch::nameOf(const Location* l) const {
  if (l->name) return context_.speller.name(l->name);
  std::string text = context_.speller.node(l->node);
  return isVariable(l) && text.starts_with('&') ? text.substr(1) : text;
}

std::string Batch::textOf(const Location* l) const {
  if (l == &heap_) return "{heap}";
  if (!l->name && !l->node) return "{temp}";
  return isVariable(l) ? nameOf(l) : "{storage for " + nameOf(l) + "}";
}

Pos Batch::positionOf(const Location* l) const {
  return l->node ? context_.at(l->node) : l->name ? context_.at(l->name) : Pos();
}

void Batch::explainHeap(const Location* l) {
  std::string home = l->home ? *l->home : context_.speller.func(*l->func);
  context_.remarks->add(positionOf(l), RemarkKind::Explanation, nameOf(l) + " escapes to heap in " + home + ":", 2);
  context_.remarks->list.back().origin = l->node ? l->node->pos : l->name ? l->name->pos : Pos();
}

void Batch::explainLeak(const Location* root, const Location* l, int derefs) {
  context_.remarks->add(positionOf(l), RemarkKind::Explanation,
                        "parameter " + context_.speller.name(l->name) + " leaks to " + textOf(root) + " for " + context_.speller.func(*l->func) +
                            " with derefs=" + std::to_string(derefs) + ":",
                        2);
  explainPath(root, l);
}

void Batch::explainPath(const Location* root, const Location* from) {
  Pos pos = positionOf(from);
  std::unordered_set<const Location*> seen;
  for (const Location* l = from; l->towards; l = l->towards) {
    if (!seen.insert(l).second) {
      context_.remarks->add(pos, RemarkKind::Flow, "  warning: truncated explanation due to assignment cycle; see golang.org/issue/35518", 2);
      return;
    }
    explainFlow(pos, l->towards, l, l->via->derefs, l->via->notes);
    if (l->towards == root) return;
  }
}

void Batch::explainFlow(Pos pos, const Location* to, const Location* from, int derefs, const Note* notes) {
  std::string ops = derefs < 0 ? "&" : std::string(static_cast<size_t>(derefs), '*');
  context_.remarks->add(pos, RemarkKind::Flow, "  flow: " + textOf(to) + " ← " + ops + textOf(from) + ":", 2);
  for (; notes; notes = notes->next) {
    std::string where = notes->name ? context_.speller.name(notes->name)
                        : notes->values ? context_.speller.multiValue(notes->where) : context_.speller.node(notes->where);
    context_.remarks->add(pos, RemarkKind::Flow, "    from " + where + " (" + notes->why + ")", 2);
    context_.remarks->list.back().at = notes->name ? context_.at(notes->name) : context_.at(notes->where);
  }
}

}  // namespace burrow::escape
