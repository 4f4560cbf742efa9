// switch and type switch.
#include <algorithm>

#include "compiler/codegen/func_gen.h"
#include "compiler/codegen/shapes.h"

namespace burrow::codegen {

namespace {

constexpr size_t kLinear = 4;       ///< so few integer cases are compared one by one
constexpr int64_t kMaxTable = 4096;

}  // namespace

/// The bodies of all clauses, in order; fallthrough goes to the next one's.
void FuncGen::switchBodies(Node* n, std::vector<Label>& labels, Label end) {
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* c = n->list[i];
    code.bind(labels[i]);
    Label saved = fallthrough_;
    fallthrough_ = i + 1 < labels.size() ? labels[i + 1] : end;
    block(c->body);
    fallthrough_ = saved;
    code.jump(end);
  }
  code.bind(end);
}

/// Dispatches on integer constants. Every case expression is one; they are distinct.
class FuncGen::IntSwitch {
 public:
  IntSwitch(FuncGen& g, Node* n, Reg tag, Label other) : g_(g), tag_(tag), other_(other), isUnsigned64_(info(n->x->type).shape == Shape::U64) {}
  void add(int64_t value, Label to) {
    if (std::none_of(entries_.begin(), entries_.end(), [&](const Entry& x) { return x.value == value; })) entries_.push_back({value, to});
  }
  void generate() {
    if (entries_.size() > kLinear) std::sort(entries_.begin(), entries_.end(), [&](const Entry& x, const Entry& y) { return less(x.value, y.value); });
    search(0, entries_.size());
  }

 private:
  struct Entry {
    int64_t value;
    Label to;
  };
  bool less(int64_t x, int64_t y) const { return isUnsigned64_ ? static_cast<uint64_t>(x) < static_cast<uint64_t>(y) : x < y; }
  void equalBranch(int64_t v, Label to);
  void search(size_t lo, size_t hi);
  void jumpTable(size_t lo, size_t hi);
  void lowerHalf(int64_t v, Label upper);

  FuncGen& g_;
  Reg tag_;
  Label other_;
  bool isUnsigned64_;
  std::vector<Entry> entries_;
};

void FuncGen::IntSwitch::equalBranch(int64_t v, Label to) {
  if (fitsI16(v)) {
    g_.branchTo(Op::BrEqImm, tag_, static_cast<Reg>(v), to);
    return;
  }
  TempScope temps(g_);
  Reg r = g_.scalarTemp();
  g_.loadInt(r, v);
  g_.branchTo(Op::BrEq, tag_, r, to);
}

/// One after the other, by a table, or by halves.
void FuncGen::IntSwitch::search(size_t lo, size_t hi) {
  size_t count = hi - lo;
  if (count <= kLinear) {
    for (size_t i = lo; i < hi; ++i) equalBranch(entries_[i].value, entries_[i].to);
    g_.code.jump(other_);
    return;
  }
  uint64_t span = static_cast<uint64_t>(entries_[hi - 1].value) - static_cast<uint64_t>(entries_[lo].value);
  if (span < static_cast<uint64_t>(kMaxTable) && span / count < 4) {
    jumpTable(lo, hi);
    return;
  }
  size_t mid = lo + count / 2;
  Label upper = g_.code.newLabel();
  lowerHalf(entries_[mid].value, upper);
  search(lo, mid);
  g_.code.bind(upper);
  search(mid, hi);
}

/// Branches away if the tag is at least v.
void FuncGen::IntSwitch::lowerHalf(int64_t v, Label upper) {
  TempScope temps(g_);
  if (!isUnsigned64_ && fitsI16(v)) {
    g_.branchTo(Op::BrGeImm, tag_, static_cast<Reg>(v), upper);
    return;
  }
  Reg r = g_.scalarTemp();
  g_.loadInt(r, v);
  g_.branchTo(isUnsigned64_ ? Op::BrLeU64 : Op::BrLeI64, r, tag_, upper);
}

void FuncGen::IntSwitch::jumpTable(size_t lo, size_t hi) {
  TempScope temps(g_);
  Reg r = tag_;
  int64_t base = entries_[lo].value;
  if (base >= 0 && base <= 16) {
    base = 0;
  } else {
    r = g_.scalarTemp();
    if (fitsI16(-base)) {
      g_.emit(Op::AddImmI64, r, tag_, static_cast<Reg>(-base));
    } else {
      Reg b = g_.scalarTemp();
      g_.loadInt(b, base);
      g_.emit(Op::SubI64, r, tag_, b);
    }
  }
  auto index = [&](size_t i) { return static_cast<uint64_t>(entries_[i].value) - static_cast<uint64_t>(base); };
  std::vector<Label> table(index(hi - 1) + 1, other_);
  for (size_t i = lo; i < hi; ++i) table[index(i)] = entries_[i].to;
  Ins& in = g_.emit(Op::JumpTable, r, static_cast<Reg>(table.size()));
  in.table = static_cast<int>(g_.code.tables.size());
  g_.code.tables.push_back(std::move(table));
  g_.code.jump(other_);
}

/// A label for each clause; that of the default clause, or `end`.
Label FuncGen::clauseLabels(Node* n, std::vector<Label>& labels, Label end) {
  Label other = end;
  for (Node* clause : n->list) {
    labels.push_back(code.newLabel());
    if (clause->isDefault) other = labels.back();
  }
  return other;
}

void FuncGen::switchStmt(Node* n) {
  std::string_view label = takeLabel();
  TempScope temps(*this);
  Label end = code.newLabel();
  std::vector<Label> labels;
  Label other = clauseLabels(n, labels, end);
  if (n->x) {
    Type* t = n->x->type;
    // Cases may have calls that change the variable: the tag is a copy.
    Reg tag = temp(t);
    Reg r = value(n->x, slotsOfType(t) ? tag : kNone);
    move(tag, r, slotsOfType(t));
    IntSwitch ints(*this, n, tag, other);
    bool allConst = isIntShape(info(t).shape);
    for (size_t i = 0; i < n->list.size(); ++i) {
      for (Node* e : n->list[i]->list) {
        int64_t k = 0;
        allConst = allConst && constInt(e, k);
        if (allConst) ints.add(k, labels[i]);
      }
    }
    if (allConst) {
      ints.generate();
    } else {
      for (size_t i = 0; i < n->list.size(); ++i) {
        for (Node* e : n->list[i]->list) {
          TempScope inner(*this);
          Node* cmp = u.unit.arena->make<Node>(IrOp::Eq);
          cmp->pos = e->pos;
          cmp->type = ir::canon(typ(BasicKind::Bool));
          cmp->x = slotNode(tag, t, e->pos);
          cmp->y = e;
          branchValue(cmp, labels[i], true);
        }
      }
      code.jump(other);
    }
  } else {
    for (size_t i = 0; i < n->list.size(); ++i) {
      for (Node*& e : n->list[i]->list) {
        TempScope inner(*this);
        branchValue(e, labels[i], true);
      }
    }
    code.jump(other);
  }
  jumps_.push_back({label, end, -1});
  switchBodies(n, labels, end);
  jumps_.pop_back();
}

/// The test of one type of a type switch; `pair`: type word and data. If it is an interface, kNone or the converted value, and whether that
/// was possible, in slots that stay as long as the clause wants them (`keep`).
Reg FuncGen::testType(Type* t, Reg pair, Reg word, bool keep, Label to) {
  if (!isInterface(t)) {
    Reg wanted = ptrTemp();
    loadSym(wanted, u.type(t));
    branchTo(Op::BrEq, word, wanted, to);
    return kNone;
  }
  Kinds kinds{true, true, false};
  Reg ok = keep ? allocSlots(kinds) : temp(kinds);
  emitT(Op::AssertIfaceOk, ok, pair, 0, t);
  branch1(Op::BrTrue, ok + 2, to);
  return keep ? ok : kNone;
}

/// The variable of a clause. `x`: the switched value; `converted`: what testType kept.
void FuncGen::bindTypeClause(Node* c, Reg x, Reg converted) {
  TempScope inner(*this);
  code.pos = c->name->pos.isKnown() ? c->name->pos : c->pos;
  Type* t = c->name->type;
  Reg v = x;
  if (c->list.size() == 1 && c->list[0]->op != IrOp::Nil) {
    if (isInterface(t)) {
      v = converted;
    } else if (info(t).direct) {
      v = x + 1;
    } else {
      v = temp(t);
      if (slotsOfType(t)) loadMemory(v, x + 1, 0, t);
    }
  }
  VarLoc& loc = declare(c->name);
  if (loc.kind == VarLoc::Box) {
    newBox(c->name, loc);
    if (slotsOfType(t)) storeMemory(loc.reg, 0, v, t);
  } else {
    move(loc.reg, v, slotsOfType(t));
  }
}

void FuncGen::typeSwitch(Node* n) {
  std::string_view label = takeLabel();
  TempScope temps(*this);
  Type* xt = n->x->type;
  Reg x = temp(xt);
  Reg r = value(n->x, x);
  move(x, r, 2);
  Reg word = typeWordOf(x, xt, ptrTemp());
  Label end = code.newLabel();
  std::vector<Label> labels;
  Label other = clauseLabels(n, labels, end);
  // A clause that binds an interface needs the converted value: it is kept from the test to the body.
  Reg pair = temp(Kinds{true, true});
  move(pair, word, 1);
  move(pair + 1, x + 1, 1);
  std::vector<Reg> converted(n->list.size(), kNone);
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* c = n->list[i];
    for (Node* e : c->list) {
      TempScope inner(*this);
      code.pos = e->pos.isKnown() ? e->pos : c->pos;
      if (e->op == IrOp::Nil) {
        branchTo(Op::BrEqImm, word, 0, labels[i]);
      } else {
        converted[i] = testType(e->typeArg, pair, word, c->name && c->list.size() == 1, labels[i]);
      }
    }
  }
  code.jump(other);
  jumps_.push_back({label, end, -1});
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* c = n->list[i];
    code.bind(labels[i]);
    size_t mark = declared_.size();
    if (c->name) bindTypeClause(c, x, converted[i]);
    block(c->body);
    releaseVars(mark);
    code.jump(end);
  }
  code.bind(end);
  jumps_.pop_back();
}

}  // namespace burrow::codegen
