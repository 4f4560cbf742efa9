// switch, type switch and select.
#include <algorithm>

#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

constexpr size_t kLinear = 4;       ///< so few integer cases are compared one by one
constexpr int64_t kMaxTable = 4096;

bool isIntTag(Shape s) { return s >= Shape::I8 && s <= Shape::U64; }

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
void FuncGen::intCases(Node* n, Reg tag, std::vector<Label>& labels, Label other) {
  struct Entry {
    int64_t value;
    Label to;
  };
  std::vector<Entry> entries;
  for (size_t i = 0; i < n->list.size(); ++i) {
    for (Node* e : n->list[i]->list) {
      int64_t k = 0;
      constInt(e, k);
      bool seen = std::any_of(entries.begin(), entries.end(), [&](const Entry& x) { return x.value == k; });
      if (!seen) entries.push_back({k, labels[i]});
    }
  }
  bool isUnsigned64 = info(n->x->type).shape == Shape::U64;
  auto less = [&](const Entry& x, const Entry& y) {
    return isUnsigned64 ? static_cast<uint64_t>(x.value) < static_cast<uint64_t>(y.value) : x.value < y.value;
  };
  auto equalBranch = [&](int64_t v, Label to) {
    if (v >= -32768 && v <= 32767) {
      branchTo(Op::BrEqImm, tag, static_cast<Reg>(v), to);
      return;
    }
    TempScope temps(*this);
    Reg r = scalarTemp();
    loadInt(r, v);
    branchTo(Op::BrEq, tag, r, to);
  };
  if (entries.size() <= kLinear) {
    for (const Entry& e : entries) equalBranch(e.value, e.to);
    code.jump(other);
    return;
  }
  std::sort(entries.begin(), entries.end(), less);
  auto search = [&](auto& self, size_t lo, size_t hi) -> void {
    size_t count = hi - lo;
    if (count <= kLinear) {
      for (size_t i = lo; i < hi; ++i) equalBranch(entries[i].value, entries[i].to);
      code.jump(other);
      return;
    }
    uint64_t span = static_cast<uint64_t>(entries[hi - 1].value) - static_cast<uint64_t>(entries[lo].value);
    if (span < static_cast<uint64_t>(kMaxTable) && span / count < 4) {
      TempScope temps(*this);
      Reg r = tag;
      int64_t base = entries[lo].value;
      if (base < 0 || base > 16) {
        r = scalarTemp();
        if (-base >= -32768 && -base <= 32767) {
          emit(Op::AddImmI64, r, tag, static_cast<Reg>(-base));
        } else {
          Reg b = scalarTemp();
          loadInt(b, base);
          emit(Op::SubI64, r, tag, b);
        }
      } else {
        base = 0;
      }
      uint64_t size = static_cast<uint64_t>(entries[hi - 1].value) - static_cast<uint64_t>(base) + 1;
      std::vector<Label> table(size, other);
      for (size_t i = lo; i < hi; ++i) {
        table[static_cast<uint64_t>(entries[i].value) - static_cast<uint64_t>(base)] = entries[i].to;
      }
      Ins& in = emit(Op::JumpTable, r, static_cast<Reg>(size));
      in.table = static_cast<int>(code.tables.size());
      code.tables.push_back(std::move(table));
      code.jump(other);
      return;
    }
    size_t mid = lo + count / 2;
    Label upper = code.newLabel();
    {
      TempScope temps(*this);
      int64_t v = entries[mid].value;
      if (!isUnsigned64 && v >= -32768 && v <= 32767) {
        branchTo(Op::BrGeImm, tag, static_cast<Reg>(v), upper);
      } else {
        Reg r = scalarTemp();
        loadInt(r, v);
        branchTo(isUnsigned64 ? Op::BrLeU64 : Op::BrLeI64, r, tag, upper);
      }
    }
    self(self, lo, mid);
    code.bind(upper);
    self(self, mid, hi);
  };
  search(search, 0, entries.size());
}

void FuncGen::switchStmt(Node* n) {
  std::string_view label = takeLabel();
  TempScope temps(*this);
  Label end = code.newLabel();
  std::vector<Label> labels;
  for (size_t i = 0; i < n->list.size(); ++i) labels.push_back(code.newLabel());
  Label other = end;
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (n->list[i]->isDefault) other = labels[i];
  }
  if (n->x) {
    Type* t = n->x->type;
    Shape s = info(t).shape;
    // Cases may have calls that change the variable: the tag is a copy.
    Reg tag = temp(t);
    Reg r = value(n->x, slotsOfType(t) ? tag : kNone);
    move(tag, r, slotsOfType(t));
    bool allConst = isIntTag(s);
    for (Node* c : n->list) {
      for (Node* e : c->list) {
        int64_t k;
        allConst = allConst && constInt(e, k);
      }
    }
    if (allConst) {
      intCases(n, tag, labels, other);
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
  for (size_t i = 0; i < n->list.size(); ++i) labels.push_back(code.newLabel());
  Label other = end;
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (n->list[i]->isDefault) other = labels[i];
  }
  // A clause that binds an interface needs the converted value: it is kept from the test to the body.
  Reg pair = temp(Kinds{true, true});
  move(pair, word, 1);
  move(pair + 1, x + 1, 1);
  std::vector<Reg> converted(n->list.size(), kNone);
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* c = n->list[i];
    bool binds = c->name && c->list.size() == 1;
    for (Node* e : c->list) {
      TempScope inner(*this);
      code.pos = e->pos.isKnown() ? e->pos : c->pos;
      if (e->op == IrOp::Nil) {
        branchTo(Op::BrEqImm, word, 0, labels[i]);
        continue;
      }
      Type* t = e->typeArg;
      if (isInterface(t)) {
        Kinds kinds{true, true, false};
        Reg ok;
        if (binds) {
          converted[i] = allocSlots(kinds);
          ok = converted[i];
        } else {
          ok = temp(kinds);
        }
        emitT(Op::AssertIfaceOk, ok, pair, 0, t);
        branch1(Op::BrTrue, ok + 2, labels[i]);
      } else {
        Reg wanted = ptrTemp();
        loadSym(wanted, u.type(t));
        branchTo(Op::BrEq, word, wanted, labels[i]);
      }
    }
  }
  code.jump(other);
  jumps_.push_back({label, end, -1});
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* c = n->list[i];
    code.bind(labels[i]);
    size_t mark = declared_.size();
    if (c->name) {
      TempScope inner(*this);
      code.pos = c->name->pos.isKnown() ? c->name->pos : c->pos;
      Type* t = c->name->type;
      Reg v;
      bool single = c->list.size() == 1 && c->list[0]->op != IrOp::Nil;
      if (!single) {
        v = x;
      } else if (isInterface(t)) {
        v = converted[i];
      } else if (info(t).direct) {
        v = x + 1;
      } else {
        v = temp(t);
        if (slotsOfType(t)) loadMemory(v, x + 1, 0, t);
      }
      VarLoc& loc = declare(c->name);
      if (loc.kind == VarLoc::Box) {
        newBox(c->name, loc);
        if (slotsOfType(t)) storeMemory(loc.reg, 0, v, t);
      } else {
        move(loc.reg, v, slotsOfType(t));
      }
    }
    block(c->body);
    releaseVars(mark);
    code.jump(end);
  }
  code.bind(end);
  jumps_.pop_back();
}

// ---- select

void FuncGen::selectStmt(Node* n) {
  std::string_view label = takeLabel();
  TempScope temps(*this);
  struct Case {
    Node* comm;
    Reg channel = kNone, value = kNone;
    Type* elem = nullptr;
    bool send = false;
  };
  std::vector<Case> cases;
  Node* defaultCase = nullptr;
  std::vector<size_t> caseOf(n->list.size(), 0);
  // Channels and values to send, in source order.
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* c = n->list[i];
    if (!c->x) {
      defaultCase = c;
      continue;
    }
    Case k;
    k.comm = c;
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
    caseOf[i] = cases.size();
    cases.push_back(k);
  }
  if (cases.size() > 62) {
    u.diagnostics.error(n->pos, "select case count exceeds limit of this implementation");
    return;
  }
  Kinds kinds(2 * cases.size(), true);
  Reg block = temp(kinds);
  uint64_t flags = defaultCase ? uint64_t{1} << 63 : 0;
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
  Label end = code.newLabel();
  std::vector<Label> labels;
  for (size_t i = 0; i < n->list.size(); ++i) labels.push_back(code.newLabel());
  size_t left = n->list.size();
  for (size_t i = 0; i < n->list.size(); ++i) {
    --left;
    if (left == 0) {
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
    if (c->x && c->x->op != IrOp::Send) {
      const Case& k = cases[caseOf[i]];
      code.pos = c->pos;
      if (!c->list.empty() && c->list[0]) {
        hoistPlace(c->list[0]);
        Reg v = k.value != kNone ? k.value : kLocalBase;
        extendReceived(v, k.elem);
        assignValue(strip(c->list[0]), c->def, k.elem, v);
      }
      if (c->list.size() > 1 && c->list[1]) {
        hoistPlace(c->list[1]);
        assignValue(strip(c->list[1]), c->def, c->list[1]->type, chosen + 1);
      }
    }
    this->block(c->body);
    releaseVars(mark);
    code.jump(end);
  }
  code.bind(end);
  jumps_.pop_back();
}

}  // namespace burrow::codegen
