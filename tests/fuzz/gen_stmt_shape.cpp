// Statements about shapes of data: embedded fields and the wrappers of their methods, arrays and keys made of several words, recursion
// that hands inner pointers on.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

/// A local type with an embedded field: its methods are wrappers, called directly, bound, as functions and through an interface.
void Generator::embedStmt() {
  const Type* s = anyStruct();
  std::string type = fresh("L"), x = fresh("x"), name = fresh("m"), field, value;
  bool byValue = false;
  switch (r.below(3)) {
    case 0: field = value = "*" + s->text, value = expr(ptr(s), 2, true).text; break;
    case 1: field = s->text, value = expr(s, 2).text, byValue = s->ptrMethods; break;
    default: field = iface_->text, value = expr(iface_, 2, true).text; break;
  }
  bool outer = r.oneIn(3);  // embedded in what is embedded
  emit("type " + type + " struct {\n" + (r.oneIn(2) ? "pad int\n" : "") + field + "\n}");
  std::string embedded = type, literal = type + "{" + (field[0] == '*' ? s->text : field) + ": " + value + "}";
  if (outer) {
    type += "O";
    bool pointer = r.oneIn(2);
    emit("type " + type + " struct {\n" + (pointer ? "*" : "") + embedded + "\nmore [2]*int\n}");
    literal = type + "{" + embedded + ": " + (pointer ? "&" : "") + literal + "}";
    if (pointer) byValue = false;
  }
  bool held = r.oneIn(2);  // by a pointer
  emit(x + " := " + (held ? "&" : "") + literal);
  std::string q = pointer(ptr(int_), 1).text, operand = held ? x : byValue ? "&" + x : x;
  switch (r.below(6)) {
    case 0: emit(name + " := " + x + ".Ref(" + q + ")\n_ = " + name); break;
    case 1: emit(name + " := " + iface_->text + "(" + operand + ").Ref(" + q + ")\n_ = " + name); break;
    case 2: emit(name + "f := " + x + ".Ref\n" + name + " := " + name + "f(" + q + ")\n_ = " + name); break;
    case 3: emit(name + " := (*" + type + ").Ref(" + (held ? "" : "&") + x + ", " + q + ")\n_ = " + name); break;
    case 4: emit("defer " + x + ".Ref(" + q + ")\n" + name + " := new(int)\n_ = " + name); break;
    default: emit(p + "g5 = " + operand + "\n" + name + " := " + p + "g5.Ref(" + q + ")\n_ = " + name); break;
  }
  vars_.push_back({name, ptr(int_), true, 0, false, false, region_, closure_});
  emit(addSum("uint64(" + x + ".Get(" + integer(1) + "))"));
}

/// Elements of arrays by address, slices as arrays, slices of arrays that grow no further.
void Generator::arrayStmt() {
  const Type* t = pick(1);
  std::string a = fresh("arr"), ps = fresh("ps"), i = fresh("i");
  switch (r.below(4)) {
    case 0:
      emit("var " + a + " [4]" + t->text + "\nvar " + ps + " []*" + t->text + "\nfor " + i + " := range " + a + " {\n" + a + "[" + i + "] = " +
           expr(t, 1).text + "\n" + ps + " = append(" + ps + ", &" + a + "[" + i + "])\n}");
      vars_.push_back({ps, slice(ptr(t)), true, 4, true, false, region_, closure_});
      return;
    case 1:
      emit(a + " := (*[2]" + t->text + ")(" + expr(slice(t), 2, true, 2).text + ")\n" + ps + " := &" + a + "[1]\n_ = " + ps);
      vars_.push_back({ps, ptr(t), true, 0, false, false, region_, closure_});
      return;
    case 2:
      emit(a + " := [2]" + t->text + "(" + expr(slice(t), 2, true, 2).text + ")\n_ = " + a);
      vars_.push_back({a, array(2, t), false, 0, false, false, region_, closure_});
      return;
    default:
      emit("var " + a + " [3][2]" + t->text + "\nfor " + i + " := range 3 {\n" + a + "[" + i + "][" + i + "&1] = " + expr(t, 1).text + "\n}\n" + ps +
           " := " + a + "[1][:]\n_ = " + ps);
      vars_.push_back({ps, slice(t), true, 2, false, false, region_, closure_});
      return;
  }
}

/// Keys that are arrays, structs and interfaces.
void Generator::keyStmt() {
  const Type* t = pick(1);
  std::string m = fresh("m"), e = fresh("e");
  auto key = [&](int kind) -> std::string {
    switch (kind) {
      case 0: return "[2]int{" + integer(0) + ", " + integer(0) + "%3}";
      case 1: return "pair[string, int]{" + expr(string_, 1).text + ", 1}";
      default: return r.oneIn(2) ? "any(" + integer(0) + ")" : "any(" + expr(string_, 1).text + ")";
    }
  };
  static const char* kTypes[] = {"[2]int", "pair[string, int]", "any"};
  int kind = r.below(3);
  emit(m + " := map[" + kTypes[kind] + "]" + t->text + "{}\n" + m + "[" + key(kind) + "] = " + expr(t, 2).text);
  if (r.oneIn(2)) emit(m + "[" + key(kind) + "] = " + expr(t, 1).text);
  emit(e + " := " + m + "[" + key(kind) + "]\n_ = " + e + "\n" + p + "h += uint64(len(" + m + "))");
  vars_.push_back({e, t, false, 0, false, false, region_, closure_});
}

/// Recursion whose frames hand each other pointers: down only, or up as well.
void Generator::recursionStmt() {
  const Type* t = pick(1);
  std::string out = fresh("out"), name = fresh("q"), n = std::to_string(r.between(1, 6));
  switch (r.below(4)) {
    case 0:
      emit("var " + out + " []*" + t->text + "\n" + name + " := descend(" + n + ", " + pointer(ptr(t), 2).text + ", &" + out + ")\n_ = " + name);
      vars_.push_back({name, ptr(t), true, 0, false, false, region_, closure_});
      vars_.push_back({out, slice(ptr(t)), false, 0, false, false, region_, closure_});
      return;
    case 1: {
      Expr q = expr(ptr(int_), 1, true);
      emit(name + " := " + q.text + "\n" + p + "h += uint64(probe(" + n + ", &" + name + "))");
      return;
    }
    case 2: {
      // A literal that calls itself, through a variable that it captures.
      const Type* s = anyStruct();
      std::string f = fresh("f"), x = fresh("x");
      emit("var " + f + " func(int) *" + s->text + "\n" + f + " = func(n int) *" + s->text + " {\n" + x + " := " + structLiteral(s, 1) + "\n" + x +
           ".n += n\nif n <= 0 {\nreturn &" + x + "\n}\ny := " + f + "(n - 1)\n" + x + ".n ^= y.n\n" +
           (r.oneIn(2) ? "return y" : "return &" + x) + "\n}\n" + name + " := " + f + "(" + n + ")\n_ = " + name);
      vars_.push_back({name, ptr(s), true, 0, false, false, region_, closure_});
      return;
    }
    default: {
      // Generic methods, bound and as functions.
      std::string list = fresh("n");
      emit(list + " := &node[" + t->text + "]{v: " + expr(t, 1).text + "}\npush" + list + " := " + list + ".push\n" + list + " = push" + list + "(" +
           expr(t, 1).text + ")");
      if (r.oneIn(2)) emit(list + " = (*node[" + t->text + "]).push(" + list + ", " + expr(t, 1).text + ")");
      emit(name + " := node[" + t->text + "].value(*" + list + ")\n_ = " + name);
      vars_.push_back({name, ptr(t), true, 0, false, false, region_, closure_});
      return;
    }
  }
}

}  // namespace burrow::fuzz
