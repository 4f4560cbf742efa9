// Statements with blocks: conditions, loops of all kinds, switches.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

/// if q := x.next; q != nil { … }: inside, q is known to be good.
void Generator::guardStmt() {
  std::vector<Path> found = paths([&](const Path& q) {
    return (q.type->kind == Kind::Ptr || q.type->kind == Kind::Slice || q.type->kind == Kind::Iface || q.type->kind == Kind::Map) &&
           mayShare(q) && (q.whole || !q.throughSlice);
  });
  if (found.empty()) return addressStmt();
  const Path& path = found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
  if (!share(path)) return;
  std::string name = fresh("q"), text = path.text;
  const Type* t = path.type;
  int n = r.between(1, 2);
  std::string test = t->kind == Kind::Slice ? "len(" + name + ") >= " + std::to_string(n) : name + " != nil";
  body("if " + name + " := " + text + "; " + test + " {", "}", r.between(1, 4), false, [&] {
    emit("_ = " + name);
    vars_.push_back({name, t, true, t->kind == Kind::Slice ? n : 0, false, false, region_, closure_});
  });
}

void Generator::ifStmt() {
  std::string head = "if " + boolean(2) + " {";
  bool hasElse = r.oneIn(3);
  body(head, "}", r.between(1, 3), false);
  if (!hasElse) return;
  blocks_.back()->back().tail = "} else {";
  std::vector<Piece> first = std::move(blocks_.back()->back().body);
  // The else branch is a piece of its own inside the tail's block: if … { … } else { … } keeps its text together.
  Piece whole = std::move(blocks_.back()->back());
  blocks_.back()->pop_back();
  size_t visible = vars_.size();
  std::vector<Piece> second;
  blocks_.push_back(&second);
  block(r.between(1, 3));
  blocks_.pop_back();
  while (vars_.size() > visible) vars_.pop_back();
  Piece outer{"{", {}, "}"};
  outer.body.push_back({whole.head, std::move(first), "} else {"});
  outer.body.back().tail = "}";
  std::string flag = fresh("c");
  outer.body.insert(outer.body.begin(), Piece{flag + " := " + whole.head.substr(3, whole.head.size() - 5), {}, {}});
  outer.body[1].head = "if " + flag + " {";
  outer.body.push_back({"if !" + flag + " {", std::move(second), "}"});
  blocks_.back()->push_back(std::move(outer));
}

void Generator::loopStmt() {
  std::string i = fresh("i"), n = std::to_string(r.between(2, 4));
  if (r.oneIn(3)) {
    body("for " + i + " := range " + n + " {", "}", r.between(2, 4), true, [&] {
      emit("_ = " + i);
      vars_.push_back({i, int_, false, 0, false, false, region_, closure_});
    });
    return;
  }
  body("for " + i + " := 0; " + i + " < " + n + "; " + i + "++ {", "}", r.between(2, 4), true, [&] {
    vars_.push_back({i, int_, false, 0, true, false, region_, closure_});
  });
}

void Generator::rangeStmt() {
  std::string k = fresh("k"), v = fresh("e");
  auto vars = [&](const Type* kt, const Type* vt) {
    return [this, k, v, kt, vt] {
      emit("_, _ = " + k + ", " + v);
      vars_.push_back({k, kt, false, 0, false, false, region_, closure_});
      if (vt) vars_.push_back({v, vt, false, 0, false, false, region_, closure_});
    };
  };
  switch (r.below(6)) {
    case 0: {
      const Type* t = pick(1);
      Expr e = expr(slice(t), 2);
      body("for " + k + ", " + v + " := range atMost(" + e.text + ", 4) {", "}", r.between(1, 4), true, vars(int_, t));
      return;
    }
    case 1: {
      std::vector<Path> arrays = paths([](const Path& q) { return q.type->kind == Kind::Array; });
      if (arrays.empty()) return loopStmt();
      const Path& a = arrays[static_cast<size_t>(r.below(static_cast<int>(arrays.size())))];
      bool byAddress = a.addressable && !a.root->fixed && r.oneIn(3);
      body("for " + k + ", " + v + " := range " + (byAddress ? "&" : "") + a.text + " {", "}", r.between(1, 4), true, vars(int_, a.type->elem));
      return;
    }
    case 2: {
      // Whatever order a map has, the sum is the same.
      Var* m = findVar([](const Var& x) { return x.type->kind == Kind::Map; });
      if (!m) return mapStmt();
      emit("for " + k + ", " + v + " := range " + m->name + " {\nf := func() uint64 { return " + sum(m->type->key, k, "1") + "*3 + " +
           sum(m->type->elem, v, "1") + " }\n" + p + "h += f()\n}");
      return;
    }
    case 3: {
      const Type* t = pick(1);
      Expr e = expr(slice(t), 2);
      body("for " + k + ", " + v + " := range each(atMost(" + e.text + ", 4)) {", "}", r.between(1, 4), true, vars(int_, t));
      return;
    }
    case 4: {
      emit("for " + k + ", " + v + " := range " + expr(string_, 1).text + " {\n" + p + "h += uint64(" + k + ")*uint64(" + v + ")\n}");
      return;
    }
    default: {
      // Every iteration has variables of its own, and closures keep them.
      std::string fs = fresh("fs");
      emit(fs + " := []func() int{}");
      std::string n = std::to_string(r.between(2, 4));
      std::string captured = r.oneIn(2) ? k + "*2" : integer(1);
      body("for " + k + " := 0; " + k + " < " + n + "; " + k + "++ {", "}", r.below(3), true, [&] {
        vars_.push_back({k, int_, false, 0, true, false, region_, closure_});
        emit(v + " := " + captured + " + " + k + "\n_ = " + v);
        vars_.push_back({v, int_, false, 0, false, false, region_, closure_});
        emit(fs + " = append(" + fs + ", func() int { " + (r.oneIn(2) ? v + "++; " : "") + "return " + v + " + " + k + " })");
      });
      if (r.oneIn(2)) disturbStmt();
      emit("for _, f := range " + fs + " {\n" + p + "h = " + p + "h*31 + uint64(f()+f())\n}");
      return;
    }
  }
}

void Generator::labelledStmt() {
  std::string label = fresh("L"), i = fresh("i"), j = fresh("j");
  std::string head = label + ":\nfor " + i + " := 0; " + i + " < 3; " + i + "++ {\nfor " + j + " := range 3 {\nif " + i + "+" + j + " == " +
                     std::to_string(r.between(2, 4)) + " {\n" + (r.oneIn(2) ? "continue " : "break ") + label + "\n}";
  body(head, "}\n}", r.between(1, 3), true, [&] {
    vars_.push_back({i, int_, false, 0, true, false, region_, closure_});
    vars_.push_back({j, int_, false, 0, false, false, region_, closure_});
  });
}

void Generator::gotoStmt() {
  std::string label = fresh("G"), i = fresh("i");
  emit("var " + i + " int");
  body(label + ":\nif " + i + " < 3 {\n" + i + "++", "goto " + label + "\n}", r.between(1, 3), true, [&] {
    vars_.push_back({i, int_, false, 0, true, false, region_, closure_});
  });
}

void Generator::switchStmt() {
  std::string tag = integer(1);
  size_t visible = vars_.size();
  open("switch " + tag + " % 3 {");
  for (const char* arm : {"case 0, 1:", "case 2:", "default:"}) {
    // Arms are braced blocks, so that each may be left out.
    emit(arm);
    body("{", "}", r.between(1, 2), false);
  }
  close();
  while (vars_.size() > visible) vars_.pop_back();
}

void Generator::typeSwitchStmt() {
  Var* x = findVar([](const Var& v) { return v.type->kind == Kind::Any || v.type->kind == Kind::Iface; });
  if (!x) return declStmt();
  const Type* s = anyStruct();
  std::string name = fresh("t"), from = x->name;
  bool any = x->type->kind == Kind::Any;
  auto arm = [&](const Type* t) {
    body("if " + name + ", ok := " + from + ".(" + t->text + "); ok {", "}", r.between(1, 3), false, [&] {
      emit("_ = " + name);
      vars_.push_back({name, t, t->kind != Kind::Ptr && t->kind != Kind::Slice, 0, false, false, region_, closure_});
    });
  };
  if (r.oneIn(2)) return arm(any && r.oneIn(3) ? int_ : ptr(s));
  body("switch " + name + " := " + from + ".(type) {\ncase *" + s->text + ":\n_ = " + name, "case nil:\n" + p + "h++\n}", r.between(1, 3), false, [&] {
    vars_.push_back({name, ptr(s), false, 0, false, false, region_, closure_});
  });
}

void Generator::returnStmt() {
  if (nesting_ < 2 || inClosure_) return checksumStmt();
  emit("if " + boolean(1) + " && " + p + "fuel%7 == 3 {\nreturn " + returnValues() + "\n}");
}

std::string Generator::returnValues() {
  std::string text;
  for (size_t i = 0; i < results_.size(); ++i) text += (i ? ", " : "") + expr(results_[i], 2).text;
  return text;
}

std::string Generator::fuelCheck(const std::string& returned) {
  return p + "fuel--\nif " + p + "fuel < 0 {\nreturn " + returned + "\n}";
}

}  // namespace burrow::fuzz
