// Statements that use the library with closures, buffers and iterators, loops over functions, and goroutines that exchange pointers.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

void Generator::libraryStmt() {
  std::string x = fresh("lib"), n = fresh("n");
  switch (r.below(8)) {
    case 0:
      emit("var " + x + "b strings.Builder\nfor i := range 3 {\n" + x + "b.WriteString(clip(" + expr(string_, 1).text + "))\n" + x + "b.WriteByte(byte(i))\n}\n" +
           x + " := " + x + "b.String()\n_ = " + x);
      vars_.push_back({x, string_, true, 3, false, false, region_, closure_});
      return;
    case 1:
      emit(x + " := append([]int(nil), atMost(" + expr(slice(int_), 1).text + ", 6)...)\n" + n + " := 0\nsort.Slice(" + x + ", func(i, j int) bool { " + n +
           "++; return " + x + "[i] < " + x + "[j] })\n" + addSum("uint64(" + n + ")"));
      vars_.push_back({x, slice(int_), false, 0, false, false, region_, closure_});
      return;
    case 2: {
      const Type* s = anyStruct();
      emit(x + " := append([]*" + s->text + "(nil), atMost(" + expr(slice(ptr(s)), 1).text + ", 5)...)\n" + n + " := func(s *" + s->text +
           ") int {\nif s == nil {\nreturn -1\n}\nreturn s.n & 0xff\n}\nslices.SortStableFunc(" + x + ", func(a, b *" + s->text + ") int { return " + n +
           "(a) - " + n + "(b) })");
      vars_.push_back({x, slice(ptr(s)), false, 0, false, false, region_, closure_});
      return;
    }
    case 3:
      emit(n + " := 0\n" + x + " := strings.Map(func(c rune) rune { " + n + "++; return c + rune(" + integer(0) + "&3) }, clip(" + expr(string_, 1).text + "))\n_ = " + x +
           "\n" + addSum("uint64(" + n + ")"));
      vars_.push_back({x, string_, false, 0, false, false, region_, closure_});
      return;
    case 4: {
      const Type* t = pick(1);
      emit(n + ", stop" + n + " := iter.Pull(copies(atMost(" + expr(slice(t), 1).text + ", 3)))\n" + x + ", ok" + n + " := " + n + "()\nif !ok" + n + " {\n" + x +
           " = new(" + t->text + ")\n}\n_ = " + x);
      if (r.oneIn(2)) disturbStmt();
      emit("stop" + n + "()");
      vars_.push_back({x, ptr(t), true, 0, false, false, region_, closure_});
      return;
    }
    case 5:
      emit("var " + x + " bytes.Buffer\nfmt.Fprintf(&" + x + ", \"%d:%s\", " + integer(1) + ", clip(" + expr(string_, 1).text + "))\n" +
           addSum("sumString(" + x + ".String())"));
      return;
    case 6:
      emit("var " + x + "b [24]byte\n" + x + " := append(strconv.AppendInt(" + x + "b[:0], int64(" + integer(1) + "), 10), clip(" + expr(string_, 1).text + ")...)\n" +
           addSum("sumString(string(" + x + "))"));
      if (r.oneIn(2)) vars_.push_back({x, slice(byte_), true, 1, false, false, region_, closure_});
      return;
    default: {
      const Type* t = pick(1);
      emit(x + " := slices.Collect(copies(atMost(" + expr(slice(t), 1).text + ", 4)))\n_ = " + x);
      vars_.push_back({x, slice(ptr(t)), false, 0, false, false, region_, closure_});
      return;
    }
  }
}

/// Loops over functions that are left in every way, with defers of the function around.
void Generator::rangeFuncStmt() {
  const Type* t = pick(1);
  std::string label = fresh("R"), k = fresh("k"), v = fresh("e"), inner = fresh("k");
  bool pointers = r.oneIn(2);
  const Type* vt = pointers ? ptr(t) : t;
  std::string seq = pointers ? (r.oneIn(2) ? "copies(" : "refs(") : "each(";
  std::string over = seq + "atMost(" + expr(slice(t), 2).text + ", 4))";
  bool leaves = nesting_ >= 1 && !inClosure_ && r.oneIn(3), nested = r.oneIn(2);
  std::string head = k + "n := 0\n" + label + ":\nfor " + (pointers ? v : k + ", " + v) + " := range " + over + " {\n" + k + "n++\n_ = " + v;
  body(head, "}\n" + addSum("uint64(" + k + "n)"), r.between(1, 3), true, [&] {
    if (!pointers) {
      emit("_ = " + k);
      vars_.push_back({k, int_, false, 0, false, false, region_, closure_});
    }
    vars_.push_back({v, vt, pointers, 0, false, false, region_, closure_});
    if (nested)
      emit("for " + inner + " := range upTo(3) {\nif " + inner + " == " + k + "n {\n" + (r.oneIn(2) ? "continue " : "break ") + label + "\n}\n" +
           addSum("uint64(" + inner + ")") + "\n}");
    if (r.oneIn(3)) emit("defer func() { " + addSum(sum(vt, v, "2")) + " }()");
    if (r.oneIn(3)) emit("if " + boolean(1) + " {\n" + (r.oneIn(2) ? "continue" : "break") + "\n}");
    if (leaves) emit("if " + p + "fuel%5 == 3 {\nreturn " + returnValues() + "\n}");
    emit("if " + k + "n > 9 {\nbreak " + label + "\n}");
  });
}

void Generator::workersStmt() {
  std::string x = fresh("w"), i = fresh("i");
  if (r.oneIn(2)) {
    const Type* s = anyStruct();
    std::string made = structLiteral(s, 1);
    emit("var " + x + "g sync.WaitGroup\n" + x + " := make([]*" + s->text + ", 3)\nfor " + i + " := range " + x + " {\n" + x + "g.Add(1)\ngo func() {\ndefer " + x +
         "g.Done()\ny := " + made + "\ny.n += " + i + "\n" + x + "[" + i + "] = &y\n}()\n}\n" + x + "g.Wait()");
    vars_.push_back({x, slice(ptr(s)), true, 3, false, false, region_, closure_});
    return;
  }
  const Type* t = pick(1);
  emit(x + "in, " + x + " := make(chan *" + t->text + "), make(chan *" + t->text + ", 1)\ngo func() {\nfor q := range " + x + "in {\n" +
       (r.oneIn(2) ? "y := *q\n" + x + " <- &y" : x + " <- q") + "\n}\nclose(" + x + ")\n}()\ngo func() {\nfor " + i + " := range 3 {\n_ = " + i + "\nv := " +
       expr(t, 2).text + "\n" + x + "in <- &v\n}\nclose(" + x + "in)\n}()\nvar " + x + "p *" + t->text + " = new(" + t->text + ")\nfor q := range " + x + " {\n" + x +
       "p = q\n}\n_ = " + x + "p");
  vars_.push_back({x + "p", ptr(t), true, 0, false, false, region_, closure_});
}

/// Removes or inserts in a slice that is nobody else's.
void Generator::spliceStmt() {
  Var* s = findVar([&](const Var& v) { return v.owned && v.closure == closure_; });
  if (!s) return appendStmt();
  std::string name = s->name;
  if (r.oneIn(2)) emit("if len(" + name + ") > 1 {\n" + name + " = append(" + name + "[:1], " + name + "[2:]...)\n}");
  else emit("if len(" + name + ") < 8 {\n" + name + " = slices.Insert(" + name + ", len(" + name + ")/2, " + expr(s->type->elem, 1).text + ")\n}");
}

}  // namespace burrow::fuzz
