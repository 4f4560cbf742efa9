// select.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

/// A clause with a channel operation.
struct FuncGen::SelectCase {
  Reg channel = kNone, value = kNone;  ///< value: sent or received, if anybody wants it
  Type* elem = nullptr;
  bool send = false;
};

/// Evaluates a clause's channel, and the value that it sends.
FuncGen::SelectCase FuncGen::selectCase(Node* c) {
  SelectCase k;
  k.send = c->x->op == IrOp::Send;
  Node* op = strip(c->x);
  hoist(op->x);
  k.elem = ir::underlyingAs<Chan>(op->x->type)->elem;
  k.channel = ptrTemp();
  Reg ch = expr(op->x, k.channel);
  move(k.channel, ch, 1);
  unsigned slots = slotsOfType(k.elem);
  bool wanted = k.send || (!c->list.empty() && c->list[0]);
  if (k.send) hoist(op->y);
  if (slots && wanted) {
    k.value = allocSlots(kindsOf(k.elem));
    pin(k.value, slots);
  }
  if (k.send) {
    Reg v = expr(op->y, k.value);
    if (slots) move(k.value, v, slots);
  }
  return k;
}

/// Waits for one of the cases. The number of the chosen one, -1 for the default clause, and whether a value was received.
Reg FuncGen::chooseCase(Node* n, const std::vector<SelectCase>& cases, bool hasDefault) {
  Kinds kinds(2 * cases.size(), true);
  Reg block = temp(kinds);
  uint64_t flags = hasDefault ? uint64_t{1} << 63 : 0;
  for (size_t i = 0; i < cases.size(); ++i) {
    Reg at = block + static_cast<Reg>(2 * i);
    move(at, cases[i].channel, 1);
    if (cases[i].value != kNone) {
      addressOfFrame(cases[i].value, 0, slotsOfType(cases[i].elem), at + 1);
    } else {
      zero(at + 1, 1);
    }
    if (cases[i].send) flags |= uint64_t{1} << i;
  }
  Reg chosen = temp(Kinds{false, false});
  code.pos = n->pos;
  Ins& in = emitW(Op::Select, chosen, block, static_cast<Reg>(cases.size()), flags);
  in.n[1] = static_cast<uint32_t>(2 * cases.size());
  return chosen;
}

/// v, ok = <-c of the chosen clause.
void FuncGen::bindReceived(Node* c, const SelectCase& k, Reg ok) {
  code.pos = c->pos;
  if (!c->list.empty() && c->list[0]) {
    hoistPlace(c->list[0]);
    Reg v = k.value != kNone ? k.value : kLocalBase;
    extendReceived(v, k.elem);
    assignValue(strip(c->list[0]), c->def, k.elem, v);
  }
  if (c->list.size() > 1 && c->list[1]) {
    hoistPlace(c->list[1]);
    assignValue(strip(c->list[1]), c->def, c->list[1]->type, ok);
  }
}

void FuncGen::selectStmt(Node* n) {
  std::string_view label = takeLabel();
  TempScope temps(*this);
  std::vector<SelectCase> cases;
  std::vector<size_t> caseOf(n->list.size(), 0);
  // Channels and values to send, in source order.
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (!n->list[i]->x) continue;
    caseOf[i] = cases.size();
    cases.push_back(selectCase(n->list[i]));
  }
  if (cases.size() > 62) {
    u.diagnostics.error(n->pos, "select case count exceeds limit of this implementation");
    return;
  }
  Reg chosen = chooseCase(n, cases, cases.size() < n->list.size());
  Label end = code.newLabel();
  std::vector<Label> labels;
  clauseLabels(n, labels, end);
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (i + 1 == n->list.size()) {
      code.jump(labels[i]);
    } else {
      branchTo(Op::BrEqImm, chosen, n->list[i]->x ? static_cast<Reg>(caseOf[i]) : -1, labels[i]);
    }
  }
  if (n->list.empty()) emit(Op::Unreachable);
  jumps_.push_back({label, end, -1});
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* c = n->list[i];
    code.bind(labels[i]);
    size_t mark = declared_.size();
    if (c->x && c->x->op != IrOp::Send) bindReceived(c, cases[caseOf[i]], chosen + 1);
    block(c->body);
    releaseVars(mark);
    code.jump(end);
  }
  code.bind(end);
  jumps_.pop_back();
}

}  // namespace burrow::codegen
