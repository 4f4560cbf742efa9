// Whole programs: globals, small pure functions, larger functions, main; and the file around many of them.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

namespace {

constexpr const char* kPrelude = R"go(package main

import (
	"bytes"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

type node[T any] struct {
	v    T
	next *node[T]
}

func (n *node[T]) push(v T) *node[T] { return &node[T]{v, n} }
func (n *node[T]) each(f func(T)) {
	for ; n != nil; n = n.next {
		f(n.v)
	}
}
func (n node[T]) value() *T { return &n.v }

type pair[A, B any] struct {
	a A
	b B
}

func makePair[A, B any](a A, b B) pair[A, B] { return pair[A, B]{a, b} }
func (p pair[A, B]) swap() pair[B, A]         { return pair[B, A]{p.b, p.a} }
func (p *pair[A, B]) first() *A              { return &p.a }

func apply[T, U any](s []T, f func(T) U) []U {
	var out []U
	for _, x := range s {
		out = append(out, f(x))
	}
	return out
}
func id[T any](x T) T   { return x }
func box[T any](x T) *T { return &x }
func pick[T any](c bool, a, b T) T {
	if c {
		return a
	}
	return b
}
// clip keeps strings from growing with every turn and call.
func clip(s string) string {
	if len(s) > 64 {
		return s[:64]
	}
	return s
}
func atMost[T any](s []T, n int) []T {
	if len(s) > n {
		return s[:n:n]
	}
	return s
}
func each[T any](s []T) func(func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for i, x := range s {
			if !yield(i, x) {
				return
			}
		}
	}
}
func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}
func refs[T any](s []T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for i := range s {
			if !yield(&s[i]) {
				return
			}
		}
	}
}
func copies[T any](s []T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, x := range s {
			if !yield(&x) {
				return
			}
		}
	}
}
func descend[T any](n int, x *T, out *[]*T) *T {
	y := *x
	*out = append(*out, &y)
	if n <= 0 {
		return x
	}
	return descend(n-1, &y, out)
}
func probe(n int, p **int) int {
	x := n ^ **p
	q := &x
	if n <= 0 {
		return **p
	}
	return probe(n-1, &q) + *q
}
func firstOf[T any](xs ...T) *T        { return &xs[0] }
func keep[T any](dst *[]T, xs ...T)    { *dst = xs }
func total[T interface{ Get(int) int }](xs ...T) (n int) {
	for _, x := range xs {
		n = n*7 + x.Get(n)
	}
	return n
}
func count(xs ...any) (n int) {
	for _, x := range xs {
		n *= 3
		switch v := x.(type) {
		case int:
			n += v
		case string:
			n += len(v)
		case *int:
			if v != nil {
				n += *v
			}
		case fmt.Stringer:
			n += len(v.String())
		}
	}
	return n
}
func thrower(n int, v any) {
	x := n
	defer func() { x++ }()
	if n == 0 {
		panic(v)
	}
	thrower(n-1, v)
}
func stomp(n int) int {
	var a [40]int
	for i := range a {
		a[i] = n*0x1234567 + 0x5a5a5a5a
	}
	if n > 0 {
		return stomp(n-1) ^ a[n]
	}
	return a[3] & 0xff
}
func deep(n int) int {
	var a [12]int
	a[n%12] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + a[n%12]
}
func sumBool(b bool) uint64 {
	if b {
		return 1
	}
	return 2
}
func sumString(s string) uint64 {
	h := uint64(len(s))
	for i := 0; i < len(s); i++ {
		h = h*31 + uint64(s[i])
	}
	return h
}
func run(name string, f func(), h *uint64) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, "panic:", e, *h)
		}
	}()
	f()
	fmt.Println(name, *h)
}

var (
	_ = runtime.GC
	_ = slices.Insert[[]int]
	_ = sort.Slice
	_ = strconv.AppendInt
	_ = strings.Map
	_ bytes.Buffer
	_ sync.WaitGroup
)
)go";

}  // namespace

void Generator::declareGlobals() {
  const Type* types[] = {ptr(structs_[0]), slice(int_), any_, func({}, int_), ptr(int_), iface_, structs_[0]};
  std::string text = "var " + p + "h uint64\nvar " + p + "fuel = 150\n";
  for (int i = 0; i < 7; ++i) text += "var " + p + "g" + std::to_string(i) + " " + types[i]->text + "\n";
  text.pop_back();
  top_.push_back({text, {}, {}});
}

/// Functions that gc inlines, or would if it were allowed to: what leaks through their results is known to callers.
void Generator::declareLeaves() {
  const Type *s = anyStruct(), *other = anyStruct(), *t = pick(1);
  auto add = [&](const std::string& text, std::vector<const Type*> params, std::vector<const Type*> results, bool pure = true) {
    std::string name = p + "l" + std::to_string(functions_.size());
    top_.push_back({(r.oneIn(3) ? "//go:noinline\nfunc " : "func ") + name + text, {}, {}});
    functions_.push_back({name, std::move(params), std::move(results), nullptr, pure, false});
  };
  const std::string S = s->text, T = t->text, O = other->text;
  const Type* sp = ptr(s);
  add("(a, b *" + S + ") *" + S + " {\n\tif a != nil && a.n%2 == 0 {\n\t\treturn a\n\t}\n\treturn b\n}", {sp, sp}, {sp});
  add("(a " + T + ") *" + T + " { return &a }", {t}, {ptr(t)});
  add("(a *" + S + ") *int {\n\tif a == nil {\n\t\treturn nil\n\t}\n\treturn &a.n\n}", {sp}, {ptr(int_)});
  add("(q **int) *int {\n\tif q == nil {\n\t\treturn nil\n\t}\n\treturn *q\n}", {ptr(ptr(int_))}, {ptr(int_)});
  add("(xs []*" + S + ") *" + S + " {\n\tfor _, x := range xs {\n\t\tif x != nil {\n\t\t\treturn x\n\t\t}\n\t}\n\treturn nil\n}", {slice(sp)}, {sp});
  add("(x int) func() int { return func() int { x++; return x } }", {int_}, {func({}, int_)});
  add("(q *int) func() int {\n\treturn func() int {\n\t\tif q == nil {\n\t\t\treturn 0\n\t\t}\n\t\t*q += 2\n\t\treturn *q\n\t}\n}", {ptr(int_)}, {func({}, int_)});
  add("(a *" + O + ") " + p + "I {\n\tif a == nil {\n\t\ta = new(" + O + ")\n\t}\n\treturn a\n}", {ptr(other)}, {iface_});
  add("(a [2]*int) []*int { return a[:] }", {array(2, ptr(int_))}, {slice(ptr(int_))});
  add("(x " + T + ") any { return x }", {t}, {any_});
  add("(n int) *" + S + " { return &" + S + "{n: n} }", {int_}, {sp});
  const Type::Field& f = s->fields[static_cast<size_t>(r.below(static_cast<int>(s->fields.size())))];
  add("(a *" + S + ") " + f.type->text + " {\n\tif a == nil {\n\t\treturn " + zero(f.type) + "\n\t}\n\treturn a." + f.name + "\n}", {sp}, {f.type});
  // These store.
  add("(a *" + S + ", v " + f.type->text + ") {\n\tif a != nil {\n\t\ta." + f.name + " = v\n\t}\n}", {sp, f.type}, {}, false);
  add("(q **int, v *int) {\n\tif q != nil {\n\t\t*q = v\n\t}\n}", {ptr(ptr(int_)), ptr(int_)}, {}, false);
  add("(a *" + structs_[0]->text + ") { " + p + "g0 = a }", {ptr(structs_[0])}, {}, false);
}

void Generator::declareFunction(int index) {
  Function f;
  f.name = p + "f" + std::to_string(index);
  f.recursive = r.oneIn(4);
  if (f.recursive) f.params.push_back(int_);
  for (int n = r.between(1, 3); n > 0; --n) f.params.push_back(pick());
  if (r.oneIn(5)) f.variadic = pick(1);
  for (int n = r.below(3); n > 0; --n) f.results.push_back(pick());

  std::string head = (r.oneIn(5) ? "//go:noinline\nfunc " : "func ") + f.name + "(";
  vars_.clear();
  region_ = closure_ = 0;
  statements_ = 0;
  for (size_t i = 0; i < f.params.size(); ++i) {
    std::string name = "arg" + std::to_string(i);
    head += (i ? ", " : "") + name + " " + f.params[i]->text;
    vars_.push_back({name, f.params[i], false, 0, i == 0 && f.recursive, false, 0, 0});
  }
  if (f.variadic) {
    head += ", rest ..." + f.variadic->text;
    vars_.push_back({"rest", slice(f.variadic), false, 0, false, false, 0, 0});
  }
  head += ") (";
  results_ = f.results;
  resultNames_.clear();
  bool named = r.oneIn(2);
  std::string zeros;
  for (size_t i = 0; i < f.results.size(); ++i) {
    std::string name = "r" + std::to_string(i);
    head += (i ? ", " : "") + (named ? name + " " : "") + f.results[i]->text;
    zeros += (i ? ", " : "") + zero(f.results[i]);
    if (named) {
      resultNames_.push_back(name);
      vars_.push_back({name, f.results[i], false, 0, false, false, 0, 0});
    }
  }
  called_ = false;
  inClosure_ = false;
  std::vector<Piece> inside;
  blocks_ = {&inside};
  if (f.recursive) functions_.push_back(f);
  block(r.between(3, 9));
  if (f.recursive) {
    functions_.pop_back();
    std::string args = "arg0-1";
    for (size_t i = 1; i < f.params.size(); ++i) args += ", " + expr(f.params[i], 1).text;
    std::string call = f.name + "(" + args + ")", names;
    for (size_t i = 0; i < f.results.size(); ++i) names += (i ? ", t" : "t") + std::to_string(i);
    std::string again = "if arg0 > 0 {\n" + (names.empty() ? call : names + " := " + call);
    for (size_t i = 0; i < f.results.size(); ++i) again += "\n" + addSum(sum(f.results[i], "t" + std::to_string(i), "2"));
    emit(again + "\n}");
  }
  checksumStmt();
  if (!f.results.empty()) emit(named && r.oneIn(3) ? "return" : "return " + returnValues());
  if (called_ || f.recursive) inside.insert(inside.begin(), Piece{fuelCheck(zeros), {}, {}});
  top_.push_back({head + ") {", std::move(inside), "}"});
  functions_.push_back(std::move(f));
}

void Generator::declareMain() {
  vars_.clear();
  results_.clear();
  resultNames_.clear();
  region_ = closure_ = statements_ = 0;
  inClosure_ = false;
  std::vector<Piece> inside;
  blocks_ = {&inside};
  block(r.between(10, 18));
  size_t sums = 0;
  for (Var& v : vars_) {
    if (++sums > 12) break;
    emit(addSum(sum(v.type, v.name, "3")));
  }
  for (int i = 0; i < 3; ++i) {
    const Type* types[] = {ptr(structs_[0]), slice(int_), any_};
    emit(addSum(sum(types[i], p + "g" + std::to_string(i), "3")));
  }
  top_.push_back({"func " + p + "main() {", std::move(inside), "}"});
}

std::vector<Piece> Generator::run() {
  declareStructs();
  declareMethods();
  declareGlobals();
  declareLeaves();
  int functions = r.between(2, 5);
  for (int i = 0; i < functions; ++i) declareFunction(i);
  declareMain();
  return std::move(top_);
}

Program generateProgram(uint64_t seed, const std::string& name) {
  return {seed, name, Generator(seed, name).run()};
}

std::string goFile(const std::vector<Program>& programs) {
  std::string out = kPrelude;
  for (const Program& program : programs) {
    for (const Piece& piece : program.pieces) print(piece, out);
  }
  out += "func main() {\n";
  for (const Program& program : programs) out += "run(\"" + program.name + "\", " + program.name + "main, &" + program.name + "h)\n";
  return out + "}\n";
}

}  // namespace burrow::fuzz
