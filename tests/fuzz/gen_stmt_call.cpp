// Statements that call: functions, closures, methods, defers, goroutines, generic code.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

void Generator::closureStmt() {
  std::vector<const Type*> params;
  for (int n = r.below(3); n > 0; --n) params.push_back(pick(1));
  const Type* t = r.oneIn(3) ? func({}, int_) : func(params, pick(1));
  std::string name = fresh("f"), head = name + " := func(";
  bool savedCalled = called_, savedInside = inClosure_;
  int savedClosure = closure_;
  called_ = false;
  inClosure_ = true;
  closure_ = ++closures_;
  std::vector<std::string> names;
  for (size_t i = 0; i < t->params.size(); ++i) {
    names.push_back(fresh("a"));
    head += (i ? ", " : "") + names.back() + " " + t->params[i]->text;
  }
  body(head + ") " + t->result->text + " {", "}\n_ = " + name, r.between(1, 4), true, [&] {
    for (size_t i = 0; i < names.size(); ++i) vars_.push_back({names[i], t->params[i], false, 0, false, false, region_, closure_});
  });
  // What is still visible outside is all that the result can be made of here; parameters were used by the body.
  std::vector<Piece>& inside = blocks_.back()->back().body;
  int savedRegion = region_;
  region_ = ++regions_;
  inside.push_back({"return " + expr(t->result, 2).text, {}, {}});
  region_ = savedRegion;
  if (called_) inside.insert(inside.begin(), Piece{fuelCheck(zero(t->result)), {}, {}});
  called_ = savedCalled;
  inClosure_ = savedInside;
  closure_ = savedClosure;
  vars_.push_back({name, t, true, 0, false, false, region_, closure_});
}

void Generator::callStmt() {
  std::vector<const Function*> found;
  for (const Function& f : functions_) {
    if (!f.pure) found.push_back(&f);
  }
  if (found.empty()) return declStmt();
  called_ = true;
  const Function& f = *found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
  std::string call = f.name + "(" + arguments(f, 2) + ")", names, uses;
  std::vector<std::string> declared;
  for (size_t i = 0; i < f.results.size(); ++i) {
    declared.push_back(fresh("c"));
    names += (i ? ", " : "") + declared.back();
    uses += i ? ", _" : "_";
  }
  if (declared.empty()) {
    emit(call);
    return;
  }
  emit(names + " := " + call + "\n" + uses + " = " + names);
  for (size_t i = 0; i < declared.size(); ++i) vars_.push_back({declared[i], f.results[i], false, 0, false, false, region_, closure_});
  if (r.oneIn(3)) disturbStmt();
}

void Generator::callVarStmt() {
  std::vector<Path> found = paths([](const Path& q) { return q.type->kind == Kind::Func; });
  if (found.empty()) return callStmt();
  called_ = true;
  const Path& f = found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
  const Type* t = f.type;
  std::string args;
  for (const Type* pt : t->params) args += (args.empty() ? "" : ", ") + expr(pt, 1).text;
  std::string call = f.text + "(" + args + ")";
  if (f.whole && f.root->nonNil) {
    std::string name = fresh("c");
    emit(name + " := " + call + "\n_ = " + name);
    vars_.push_back({name, t->result, false, 0, false, false, region_, closure_});
  } else {
    std::string fuel = p + "fuel";
    std::string name = fresh("c");
    emit("if " + fuel + "--; " + fuel + " > 0 && " + f.text + " != nil {\n" + name + " := " + call + "\n" + addSum(sum(t->result, name, "2")) + "\n}");
  }
}

void Generator::methodStmt() {
  Var* x = findVar([](const Var& v) {
    return (v.type->kind == Kind::Iface && v.nonNil) || (v.type->kind == Kind::Ptr && v.nonNil && v.type->elem->kind == Kind::Struct) ||
           (v.type->kind == Kind::Struct && !v.fixed);
  });
  if (!x) {
    std::string name = fresh("x");
    Expr e = literal(iface_, 2, true, 0);
    emit(name + " := " + e.text + "\n_ = " + name);
    vars_.push_back({name, iface_, true, 0, false, false, region_, closure_});
    x = &vars_.back();
  }
  std::string receiver = x->name, name = fresh("m");
  std::string valueType = x->type->kind == Kind::Ptr ? "(" + x->type->text + ")" : x->type->text;
  bool expression = x->type->kind != Kind::Struct || !x->type->ptrMethods;
  switch (r.below(5)) {
    case 0:
      emit(addSum("uint64(" + receiver + ".Get(" + integer(1) + "))"));
      return;
    case 1: {
      emit(name + " := " + receiver + ".Get\n_ = " + name);
      vars_.push_back({name, func({int_}, int_), true, 0, false, false, region_, closure_});
      return;
    }
    case 2:
      if (expression) {
        emit(name + " := " + valueType + ".Get(" + receiver + ", " + integer(1) + ")\n_ = " + name);
        vars_.push_back({name, int_, false, 0, false, false, region_, closure_});
        return;
      }
      [[fallthrough]];
    default: {
      std::string q = pointer(ptr(int_), 1).text;
      emit(name + " := " + receiver + ".Ref(" + q + ")\n_ = " + name);
      vars_.push_back({name, ptr(int_), true, 0, false, false, region_, closure_});
      return;
    }
  }
}

void Generator::deferStmt() {
  if (r.oneIn(3)) {
    Var* x = findVar([](const Var& v) { return (v.type->kind == Kind::Iface || (v.type->kind == Kind::Ptr && v.type->elem->kind == Kind::Struct)) && v.nonNil; });
    if (x) return emit("defer " + x->name + ".Ref(" + pointer(ptr(int_), 1).text + ")");
  }
  if (r.oneIn(3)) {
    const Type* t = pick(1);
    return emit("defer func(x " + t->text + ") { " + addSum(sum(t, "x", "2")) + " }(" + expr(t, 2).text + ")");
  }
  bool savedInside = inClosure_;
  int savedClosure = closure_;
  inClosure_ = true;
  closure_ = ++closures_;
  body("defer func() {", "}()", r.between(1, 3), true, [&] {
    for (const std::string& name : resultNames_) {
      if (Var* v = findVar([&](const Var& x) { return x.name == name; })) emit(addSum(sum(v->type, name, "2")));
    }
  });
  inClosure_ = savedInside;
  closure_ = savedClosure;
}

void Generator::recoverStmt() {
  bool savedInside = inClosure_;
  int savedClosure = closure_;
  inClosure_ = true;
  closure_ = ++closures_;
  body("func() {\ndefer func() {\ne := recover()\nif err, ok := e.(error); ok {\n" + addSum("sumString(err.Error())") + "\n} else {\n" +
           addSum(sum(any_, "e", "2")) + "\n}\n}()",
       "}()", r.between(2, 5), true, [&] {});
  std::vector<Piece>& inside = blocks_.back()->back().body;
  const Type* s = anyStruct();
  switch (r.below(6)) {
    case 0: inside.push_back({"panic(\"deliberate\")", {}, {}}); break;
    case 1: inside.push_back({"thrower(" + std::to_string(r.below(5)) + ", &" + s->text + "{n: " + std::to_string(r.below(9)) + "})", {}, {}}); break;
    case 2: inside.push_back({"var z *" + s->text + "\nz.n++", {}, {}}); break;
    case 3: inside.push_back({"z := []int{1}\nz[len(z)+" + std::to_string(r.below(3)) + "]++", {}, {}}); break;
    case 4: inside.push_back({"z := any(1)\n_ = z.(" + p + "I)", {}, {}}); break;
    default: break;
  }
  inClosure_ = savedInside;
  closure_ = savedClosure;
}

void Generator::goStmt() {
  const Type* t = pick(1);
  std::string ch = fresh("ch"), name = fresh("v");
  bool savedInside = inClosure_;
  int savedClosure = closure_, savedRegion = region_;
  inClosure_ = true;
  closure_ = ++closures_;
  // One piece, and what the goroutine defers is done before it sends: there is never a race.
  body(ch + " := make(chan " + t->text + (r.oneIn(2) ? ", 1)" : ")") + "\ngo func() {\nfunc() {", {}, r.between(1, 4), true);
  region_ = ++regions_;
  blocks_.back()->back().tail = "}()\n" + ch + " <- " + expr(t, 2).text + "\n}()\n" + name + " := <-" + ch + "\n_ = " + name;
  region_ = savedRegion;
  inClosure_ = savedInside;
  closure_ = savedClosure;
  vars_.push_back({name, t, false, 0, false, false, region_, closure_});
}

void Generator::selectStmt() {
  const Type* t = pick(1);
  std::string ch = fresh("ch"), name = fresh("v");
  emit(ch + " := make(chan " + t->text + ", 2)\n" + ch + " <- " + expr(t, 2).text);
  if (r.oneIn(2)) {
    emit("select {\ncase " + ch + " <- " + expr(t, 2).text + ":\n" + p + "h++\ndefault:\n}");
  }
  body("select {\ncase " + name + " := <-" + ch + ":\n_ = " + name, "default:\n}", r.between(1, 3), false, [&] {
    vars_.push_back({name, t, false, 0, false, false, region_, closure_});
  });
}

void Generator::genericStmt() {
  const Type *t = pick(1), *u = pick(1);
  std::string name = fresh("n"), x = fresh("x");
  switch (r.below(7)) {
    case 0:
      emit(name + " := &node[" + t->text + "]{v: " + expr(t, 1).text + "}\n" + name + " = " + name + ".push(" + expr(t, 2).text + ")");
      if (r.oneIn(2)) emit(name + " = " + name + ".push(" + expr(t, 2).text + ")");
      emit(name + ".each(func(x " + t->text + ") { " + addSum(sum(t, "x", "2")) + " })");
      emit(x + " := " + name + ".next.value()\n_ = " + x);
      vars_.push_back({x, ptr(t), true, 0, false, false, region_, closure_});
      return;
    case 1: {
      emit(name + " := makePair(" + typed(t) + ", " + typed(u) + ")");
      emit(x + " := " + name + (r.oneIn(2) ? ".first()" : ".swap().b\n_ = " + x + "\n" + x + "p := &" + name + ".a\n_ = " + x + "p"));
      emit(addSum(sum(t, name + ".a", "2")) + "\n_ = " + x);
      return;
    }
    case 2:
      emit(name + " := apply(atMost(" + expr(slice(t), 2).text + ", 5), func(x " + t->text + ") " + u->text + " { " +
           (r.oneIn(2) ? addSum(sum(t, "x", "1")) + "; " : "") + "return " + expr(u, 1).text + " })\n_ = " + name);
      vars_.push_back({name, slice(u), false, 0, false, false, region_, closure_});
      return;
    case 3:
      emit(name + " := firstOf(" + typed(t) + (r.oneIn(2) ? ", " + expr(t, 1).text : "") + ")\n_ = " + name);
      vars_.push_back({name, ptr(t), true, 0, false, false, region_, closure_});
      return;
    case 4: {
      const Type* s = anyStruct();
      std::string item = s->ptrMethods ? expr(ptr(s), 2, true).text : expr(s, 2).text;
      emit(addSum("uint64(total(" + item + (r.oneIn(2) ? ", " + item : "") + "))"));
      return;
    }
    case 5: {
      std::string dst = fresh("d");
      emit("var " + dst + " " + slice(t)->text + "\nkeep(&" + dst + ", " + expr(t, 2).text + ", " + expr(t, 1).text + ")");
      vars_.push_back({dst, slice(t), false, 0, false, false, region_, closure_});
      return;
    }
    default:
      emit(name + " := box(" + typed(t) + ")\n_ = " + name + "\n*" + name + " = " + expr(t, 1).text);
      vars_.push_back({name, ptr(t), true, 0, false, false, region_, closure_});
      return;
  }
}

std::string Generator::typed(const Type* t) {
  return "id[" + t->text + "](" + expr(t, 1).text + ")";
}

void Generator::variadicStmt() {
  switch (r.below(3)) {
    case 0: {
      std::string args;
      for (int n = r.below(5); n > 0; --n) args += (args.empty() ? "" : ", ") + expr(pick(1), 1).text;
      return emit(addSum("uint64(count(" + args + "))"));
    }
    case 1: return emit(addSum("sumString(fmt.Sprint(" + integer(1) + ", " + expr(string_, 1).text + ", " + boolean(1) + "))"));
    default: {
      std::string name = fresh("v");
      emit(name + " := fmt.Sprintf(\"%d-%s-%v\", " + integer(1) + ", " + expr(string_, 1).text + ", " + boolean(0) + ")\n_ = " + name);
      vars_.push_back({name, string_, true, 3, false, false, region_, closure_});
      return;
    }
  }
}

}  // namespace burrow::fuzz
