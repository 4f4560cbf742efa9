// Plain statements: declarations, assignments, appends, copies, strings, large arrays, and what disturbs memory.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

void Generator::open(std::string head) {
  blocks_.back()->push_back({std::move(head), {}, "}"});
  blocks_.push_back(&blocks_.back()->back().body);
}

void Generator::close(std::string tail) {
  blocks_.pop_back();
  blocks_.back()->back().tail = std::move(tail);
}

Var& Generator::declare(const std::string& name, const Type* t, const Expr& e) {
  Var v{name, t, e.nonNil, e.minLen, false, false, region_, closure_};
  // Less is relied upon now and then, so that the variable's address may be taken.
  if (r.oneIn(3)) v.nonNil = false, v.minLen = 0;
  vars_.push_back(v);
  return vars_.back();
}

Var* Generator::findVar(const std::function<bool(const Var&)>& wanted) {
  std::vector<Var*> found;
  for (Var& v : vars_) {
    if (wanted(v)) found.push_back(&v);
  }
  return found.empty() ? nullptr : found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
}

void Generator::block(int budget) {
  ++nesting_;
  while (budget-- > 0 && statements_ < 90) stmt();
  --nesting_;
}

void Generator::body(const std::string& head, const std::string& tail, int budget, bool loop, const std::function<void()>& first) {
  size_t visible = vars_.size();
  int savedRegion = region_;
  if (loop) region_ = ++regions_;
  open(head);
  if (first) first();
  block(budget);
  close(tail);
  region_ = savedRegion;
  while (vars_.size() > visible) vars_.pop_back();
}

void Generator::declStmt() {
  const Type* t = pick();
  std::string name = fresh("v");
  if (r.oneIn(8) && t->kind != Kind::Func) {
    emit("var " + name + " " + t->text + "\n_ = " + name);
    declare(name, t, {});
    return;
  }
  Expr e = expr(t, 2);
  if (t->kind == Kind::Func && !e.nonNil) e = literal(t, 2, true, 0);
  emit((r.oneIn(3) ? "var " + name + " " + t->text + " = " : "var " + name + " " + (t->kind == Kind::Int || r.oneIn(2) ? t->text + " " : "") + "= ") + e.text + "\n_ = " + name);
  declare(name, t, e);
}

void Generator::assignStmt() {
  std::vector<Path> found = paths([&](const Path& q) {
    return q.addressable && !q.root->fixed && !(q.whole && q.root->owned) && (!q.whole || q.type->kind != Kind::Func || true);
  });
  if (found.empty()) return declStmt();
  Path to = found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
  bool nonNil = to.whole && to.root->nonNil;
  int minLen = to.whole ? to.root->minLen : 0;
  if (to.type == int_ && r.oneIn(2)) {
    emit(to.text + (r.oneIn(2) ? " += " : " ^= ") + integer(1));
  } else if (to.type == string_ && minLen == 0 && r.oneIn(2)) {
    emit("if len(" + to.text + ") < 100 {\n" + to.text + " += " + expr(string_, 1).text + "\n}");
  } else {
    emit(to.text + " = " + expr(to.type, 2, nonNil, minLen).text);
  }
}

void Generator::addressStmt() {
  const Type* t = r.oneIn(3) ? pick(1) : r.oneIn(2) ? int_ : anyStruct();
  Expr e = pointer(ptr(t), 2);
  std::string name = fresh("p");
  emit(name + " := " + e.text + "\n_ = " + name);
  declare(name, ptr(t), e);
}

void Generator::checksumStmt() {
  std::vector<Path> found = paths([](const Path&) { return true; });
  if (found.empty()) return;
  const Path& q = found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
  emit(addSum(sum(q.type, q.text, "3")));
}

void Generator::appendStmt() {
  Var* s = findVar([&](const Var& v) { return v.owned && v.closure == closure_; });
  if (!s || r.oneIn(4)) {
    const Type* t = r.oneIn(3) ? ptr(int_) : r.oneIn(2) ? ptr(anyStruct()) : pick(1);
    std::string name = fresh("s");
    switch (r.below(4)) {
      case 0: emit("var " + name + " " + slice(t)->text + "\n_ = " + name); break;
      case 1: emit(name + " := make(" + slice(t)->text + ", 0, " + std::to_string(r.below(6)) + ")\n_ = " + name); break;
      case 2: emit("n" + name + " := " + std::to_string(r.below(5)) + "\n" + name + " := make(" + slice(t)->text + ", 0, n" + name + ")\n_ = " + name); break;
      default: emit(name + " := " + slice(t)->text + "{}\n_ = " + name); break;
    }
    Var& v = declare(name, slice(t), {});
    v.owned = true;
    v.nonNil = false;
    s = &v;
  }
  const Type* t = s->type->elem;
  std::string values;
  if (r.oneIn(5)) {
    values = expr(s->type, 1).text + "...";
    if (t == byte_ && r.oneIn(2)) values = expr(string_, 1).text + "...";
  } else {
    for (int n = r.between(1, 3); n > 0; --n) values += (values.empty() ? "" : ", ") + expr(t, 2).text;
  }
  // Unless the slice is still nobody else's, what append does must not depend on its capacity.
  std::string name = s->name;
  if (s->owned) emit("if len(" + name + ") < 8 {\n" + name + " = append(" + name + ", " + values + ")\n}");
  else emit("if len(" + name + ") < 8 {\n" + name + " = append(" + name + "[:len(" + name + "):len(" + name + ")], " + values + ")\n}");
}

void Generator::copyStmt() {
  Var* to = findVar([](const Var& v) { return v.type->kind == Kind::Slice && v.minLen > 0; });
  if (!to) return appendStmt();
  std::string from = to->type->elem == byte_ && r.oneIn(2) ? expr(string_, 1).text : expr(to->type, 1).text;
  if (r.oneIn(4)) emit("clear(" + to->name + ")");
  else emit(p + "h += uint64(copy(" + to->name + ", " + from + "))");
}

void Generator::mapStmt() {
  Var* m = findVar([](const Var& v) { return v.type->kind == Kind::Map && v.nonNil; });
  if (!m) {
    const Type* t = mapOf(r.oneIn(2) ? string_ : int_, pick(1));
    std::string name = fresh("m");
    Expr e = literal(t, 2, true, 0);
    emit(name + " := " + e.text + "\n_ = " + name);
    vars_.push_back({name, t, true, 0, false, false, region_, closure_});
    m = &vars_.back();
  }
  const Type* t = m->type;
  std::string key = t->key == int_ ? integer(1) + "%5" : expr(string_, 1).text;
  switch (r.below(5)) {
    case 0: emit("delete(" + m->name + ", " + key + ")"); break;
    case 1: {
      std::string name = fresh("e"), ok = fresh("ok");
      emit(name + ", " + ok + " := " + m->name + "[" + key + "]\n_, _ = " + name + ", " + ok);
      declare(name, t->elem, {});
      vars_.push_back({ok, bool_, false, 0, false, false, region_, closure_});
      break;
    }
    case 2:
      if (t->key == string_) {
        std::string name = fresh("b");
        emit(name + " := []byte(" + key + ")\n_ = " + name + "\n" + addSum(sum(t->elem, m->name + "[string(" + name + ")]", "2")));
        break;
      }
      [[fallthrough]];
    default: emit("if len(" + m->name + ") < 12 {\n" + m->name + "[" + key + "] = " + expr(t->elem, 2).text + "\n}"); break;
  }
}

/// Globals of the program: where things escape to, and come back from.
void Generator::globalStmt() {
  const Type* types[] = {ptr(structs_[0]), slice(int_), any_, func({}, int_), ptr(int_), iface_, structs_[0]};
  int i = r.below(7);
  std::string global = p + "g" + std::to_string(i);
  if (r.oneIn(2)) {
    emit(global + " = " + expr(types[i], 2).text);
    return;
  }
  std::string name = fresh("v");
  emit(name + " := " + global + "\n_ = " + name);
  vars_.push_back({name, types[i], false, 0, false, false, region_, closure_});
}

void Generator::stringStmt() {
  std::string name = fresh("b");
  std::string s = expr(string_, 2).text;
  switch (r.below(7)) {
    case 0:
      emit(name + " := []byte(" + s + ")\n_ = " + name);
      declare(name, slice(byte_), {"", false, 0});
      return;
    case 1: {
      Expr b = expr(slice(byte_), 1);
      emit(name + " := string(" + b.text + ")\n_ = " + name);
      declare(name, string_, {});
      return;
    }
    case 2: emit("for _, c := range []byte(" + s + ") {\n" + p + "h = " + p + "h*31 + uint64(c)\n}"); return;
    case 3: emit("for i, c := range []rune(" + s + ") {\n" + p + "h = " + p + "h*31 + uint64(c) + uint64(i)\n}"); return;
    case 4: emit("if string(" + expr(slice(byte_), 1).text + ") == " + s + " {\n" + p + "h++\n}"); return;
    case 5:
      emit(name + " := \"<\" + string(" + expr(slice(byte_), 1).text + ") + \">\" + string(rune(65+" + integer(0) + "%20))\n_ = " + name);
      declare(name, string_, {"", true, 2});
      return;
    default:
      emit(name + " := []byte(" + s + ")\nfor i := range " + name + " {\n" + name + "[i]++\n}\n" + addSum("sumString(string(" + name + "))"));
      return;
  }
}

/// Around the sizes from which on variables and temporaries move to the heap.
void Generator::bigStmt() {
  static const int kSizes[] = {1000, 8192, 65535, 65536, 65537, 131072, 131073};
  std::string n = std::to_string(kSizes[r.below(7)]), name = fresh("big");
  std::string at = std::to_string(r.below(1000));
  switch (r.below(5)) {
    case 0: emit("var " + name + " [" + n + "]byte\n" + name + "[" + at + "] = byte(" + integer(0) + ")\nq" + name + " := &" + name + "\nq" + name + "[1]++"); break;
    case 1: emit(name + " := make([]byte, " + n + ")\n" + name + "[" + at + "] = byte(" + integer(0) + ")"); break;
    case 2: emit(name + " := new([" + n + "]byte)\n" + name + "[" + at + "] = byte(" + integer(0) + ")"); break;
    case 3: emit(name + " := &[" + n + "]byte{" + at + ": 9}\n" + name + "[3]++"); break;
    default: emit("n" + name + " := " + n + "\n" + name + " := make([]byte, n" + name + ")\n" + name + "[" + at + "] = byte(" + integer(0) + ")"); break;
  }
  emit(p + "h = " + p + "h*31 + uint64(" + name + "[" + at + "]) + uint64(len(" + name + "))");
  if (r.oneIn(3)) emit(p + "g2 = " + (r.oneIn(2) ? "any(" + name + "[" + at + "])" : "any(" + name + "[:2])"));
}

void Generator::swapStmt() {
  const Type* t = pick();
  std::vector<Path> found = paths([&](const Path& q) {
    return q.type == t && q.addressable && !q.root->fixed && !(q.whole && (q.root->owned || q.root->nonNil || q.root->minLen)) && mayShare(q);
  });
  if (found.size() < 2) return assignStmt();
  size_t a = static_cast<size_t>(r.below(static_cast<int>(found.size()))), b = static_cast<size_t>(r.below(static_cast<int>(found.size())));
  emit(found[a].text + ", " + found[b].text + " = " + found[b].text + ", " + found[a].text);
}

/// Overwrites dead frames, makes the stack grow, collects.
void Generator::disturbStmt() {
  switch (r.below(8)) {
    case 0: emit(p + "h += uint64(deep(" + std::to_string(r.between(20, 200)) + "))"); break;
    case 1: emit("runtime.GC()"); break;
    default: emit(p + "h += uint64(stomp(" + std::to_string(r.between(0, 5)) + "))"); break;
  }
}

void Generator::stmt() {
  ++statements_;
  bool nest = nesting_ < 4;
  switch (r.below(60)) {
    case 0: case 1: case 2: case 3: return declStmt();
    case 4: case 5: case 6: return assignStmt();
    case 7: case 8: case 9: return addressStmt();
    case 10: case 11: return checksumStmt();
    case 12: case 13: case 14: return appendStmt();
    case 15: return copyStmt();
    case 16: return mapStmt();
    case 17: case 18: return globalStmt();
    case 19: return stringStmt();
    case 20: return r.oneIn(4) ? bigStmt() : swapStmt();
    case 21: case 22: return disturbStmt();
    case 23: case 24: case 25: return callStmt();
    case 26: case 27: return callVarStmt();
    case 28: case 29: return methodStmt();
    case 30: return variadicStmt();
    case 31: case 32: return genericStmt();
    case 33: return returnStmt();
    case 34: case 35: return embedStmt();
    case 36: return arrayStmt();
    case 37: return keyStmt();
    case 38: return recursionStmt();
    case 39: case 40: return libraryStmt();
    case 41: return workersStmt();
    case 42: return spliceStmt();
    default: break;
  }
  if (!nest) return callStmt();
  switch (r.below(17)) {
    case 0: case 1: case 2: return closureStmt();
    case 3: case 4: return guardStmt();
    case 5: return ifStmt();
    case 6: case 7: return loopStmt();
    case 8: case 9: return rangeStmt();
    case 10: return r.oneIn(2) ? labelledStmt() : gotoStmt();
    case 11: return r.oneIn(2) ? switchStmt() : typeSwitchStmt();
    case 12: return deferStmt();
    case 13: return recoverStmt();
    case 14: return goStmt();
    case 15: return rangeFuncStmt();
    default: return selectStmt();
  }
}

}  // namespace burrow::fuzz
