// Locations and flows, and what literals capture.
#include "compiler/escape/batch.h"
#include "compiler/ir/visit.h"

namespace burrow::escape {

using ir::Func;
using ir::Name;
using ir::Node;

Batch::Batch(Context& context) : context_(context) {
  heap_.attributes = kEscapes | kPersists | kMutates | kCalls;
  mutator_.attributes = kMutates;
  callee_.attributes = kCalls;
}

Location* Batch::newLocation(Func* f, Node* n, int loopDepth, bool persists) {
  Location* l = context_.arena.make<Location>();
  l->node = n;
  l->func = f;
  l->loopDepth = loopDepth;
  l->home = home_;
  if (persists) l->attributes = kPersists;
  all_.push_back(l);
  return l;
}

void Batch::addFunc(Func* f) {
  FuncState& state = context_.of(f);
  state.state = FuncState::Open;
  funcs_.push_back(f);
  auto add = [&](Name* n) { all_.push_back(static_cast<Location*>(n->phase)); };
  for (Name* n : f->params) add(n);
  for (Name* n : f->results) add(n);
  for (Name* n : f->locals) add(n);
  if (!f->outer)
    for (Name* n : f->captures) add(n);  // the receiver that a method value has bound
  for (Name* n : state.carriers) add(n);
}

void Batch::flow(Hole k, Location* source) {
  if (k.addrTaken) source->addrTaken = true;
  Location* to = k.to;
  if (to == &blank_ || (to == source && k.derefs >= 0)) return;
  if (to->has(kEscapes) && k.derefs < 0) {
    if (context_.explains()) {
      explainHeap(source);
      explainFlow(positionOf(source), to, source, k.derefs, k.notes);
    }
    if (!source->reason) source->reason = reasonOf(to, k.notes);
    source->attributes |= kEscapes | kPersists | kMutates | kCalls;
    return;
  }
  Edge* e = context_.arena.make<Edge>(Edge{source, k.derefs, k.notes, nullptr});
  (to->last ? to->last->next : to->first) = e;
  to->last = e;
}

/// Literals capture variables that never change afterwards by value if they are small; of others they hold the address.
void Batch::flowCaptures() {
  for (const PendingClosure& c : closures_)
    for (Name* n : c.node->func->captures) flowCapture(c.hole, c.node->func, n);
  closures_.clear();
}

namespace {

/// Where the literal mentions what it captures first: that is where gc puts the capture.
const Name* firstMention(Context& context, const Func* literal, Name* capture) {
  const Node* found = nullptr;
  ir::visitAll(literal->body, true, [&](const Node* n) {
    if (!found && n->op == ir::Op::Name && n->name->cls == ir::Class::Capture && ir::declared(n->name) == ir::declared(capture)) found = n;
  });
  if (!found) return capture;
  Name* at = context.arena.make<Name>(*capture);
  at->pos = capture->name.starts_with("#state") ? Pos() : found->pos;  // what keeps track of loops over functions is nowhere
  at->inl = found->inl;
  return at;
}

}  // namespace

void Batch::flowCapture(Hole k, Func* literal, Name* capture) {
  Name* n = ir::declared(capture);
  Location* l = Context::of(n);
  uint64_t width = ir::info(n->type).size;
  bool byValue = !l->addrTaken && !l->reassigned && width <= kMaxCaptureByValue;
  for (Name* c = capture; c->outer; c = c->outer) c->byValue = byValue;
  if (!byValue) n->addrTaken = true;
  const Name* where = capture;
  if (context_.explains()) {
    where = firstMention(context_, literal, capture);
  }
  if (context_.explains()) {
    auto flag = [](bool b) { return b ? "true" : "false"; };
    context_.remarks->add(context_.at(n), ir::RemarkKind::Capturing,
                          context_.speller.qualifiedFunc(*n->func) + " capturing by " + (byValue ? "value: " : "ref: ") + context_.speller.name(n) +
                              " (addr=" + flag(l->addrTaken) + " assign=" + flag(l->reassigned) + " width=" + std::to_string(width) + ")",
                          2);
  }
  if (!byValue) k = address(k, where, "reference");
  flow(note(k, where, "captured by a closure"), l);
}

}  // namespace burrow::escape
