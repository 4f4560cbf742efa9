// The verdicts: into tags, variables, expressions, and lines of -m.
#include "compiler/escape/batch.h"
#include "compiler/escape/tags.h"

namespace burrow::escape {

using ir::Node;
using ir::Op;
using ir::RemarkKind;

void Batch::finish() {
  for (ir::Func* f : funcs_) {
    tagParameters(context_, f);
    context_.of(f).state = FuncState::Tagged;
  }
  for (Location* l : all_) settle(l);
  if (context_.remarks)
    for (Location* l : all_) report(l);
  // Should one node stand for two allocations, the heap wins.
  for (Location* l : all_)
    if (l->node && l->has(kEscapes)) l->node->onStack = l->node->transient = false;
}

void Batch::settle(Location* l) {
  bool escapes = l->has(kEscapes);
  if (ir::Name* n = l->name) {
    n->onHeap = escapes || (n->autoTemp && ir::info(n->type).size > context_.maxImplicit());
    n->reason = l->reason;
  } else if (Node* n = l->node) {
    n->onStack = !escapes;
    n->reason = l->reason;
    n->transient = !escapes && !l->has(kPersists) && (n->op == Op::Closure || n->op == Op::MethodValue || n->op == Op::SliceLit);
    n->zeroCopy = n->op == Op::StrToBytes && !l->has(kMutates);
  }
}

void Batch::report(const Location* l) {
  if (!l->reportable || (!l->name && !l->node)) return;
  bool escapes = l->has(kEscapes);
  Pos pos = positionOf(l);
  if (isVariable(l)) {
    if (escapes) context_.remarks->add(pos, RemarkKind::MovedToHeap, "moved to heap: " + nameOf(l));
    return;
  }
  std::string text = l->node->op == Op::Append ? "append" : context_.speller.node(l->node);
  context_.remarks->add(pos, escapes ? RemarkKind::Escapes : RemarkKind::DoesNotEscape,
                        text + (escapes ? " escapes to heap" : " does not escape"));
  if (l->node->zeroCopy) context_.remarks->add(pos, RemarkKind::ZeroCopy, "zero-copy string->[]byte conversion");
}

}  // namespace burrow::escape
