// Whole programs: a function with its helpers, the calls with edge values, and the file around many of them.
#include "tests/fuzz/jit_gen.h"

namespace burrow::fuzz {

namespace {

const char* kJitPrelude = R"go(package main

import (
	"bytes"
	"math"
	"math/bits"
	"os"
	"strings"
)

var nan, inf, zero = math.NaN(), math.Inf(1), 0.0
var hold any

var (
	edgeint8    = [16]int8{0, 1, -1, 2, 3, 7, 8, -128, 127, 64, -64, 31, 63, -7, 100, -2}
	edgeint16   = [16]int16{0, 1, -1, 2, 3, 15, 16, -32768, 32767, 255, 256, -129, 128, -7, 1000, -2}
	edgeint32   = [16]int32{0, 1, -1, 2, 3, 31, 32, -1 << 31, 1<<31 - 1, 65535, 1 << 16, 0x10ffff, 33, -7, 1000003, 'x'}
	edgeint64   = [16]int64{0, 1, -1, 2, 3, 63, 64, -1 << 63, 1<<63 - 1, 1 << 31, -1 << 31, 1 << 53, 65, -7, 1000000007, 1<<32 - 1}
	edgeint     = [16]int{0, 1, -1, 2, 3, 4, 5, -1 << 63, 1<<63 - 1, 1 << 31, -1 << 31, 1<<53 + 1, 6, -7, 17, 1 << 32}
	edgeuint8   = [16]uint8{0, 1, 2, 3, 7, 8, 9, 255, 127, 128, 64, 31, 63, 32, 100, 200}
	edgeuint16  = [16]uint16{0, 1, 2, 3, 15, 16, 17, 65535, 32767, 32768, 255, 256, 63, 64, 1000, 54321}
	edgeuint32  = [16]uint32{0, 1, 2, 3, 31, 32, 33, 1<<32 - 1, 1<<31 - 1, 1 << 31, 65535, 65536, 63, 64, 1000003, 0xdeadbeef}
	edgeuint64  = [16]uint64{0, 1, 2, 3, 63, 64, 65, 1<<64 - 1, 1<<63 - 1, 1 << 63, 1<<32 - 1, 1 << 32, 1<<53 + 1, 1<<63 + 1025, 1000000007, 0xdeadbeefcafebabe}
	edgeuint    = [16]uint{0, 1, 2, 3, 63, 64, 65, 1<<64 - 1, 1<<63 - 1, 1 << 63, 1<<32 - 1, 1 << 32, 7, 5, 1000000007, 0x123456789abcdef}
	edgefloat64 = [16]float64{0, -zero, 1, -1, 0.5, nan, inf, -inf, 1e19, -1e19, 2147483648, -2147483649.5, 9223372036854775808, 1e300, 5e-324, 1 << 53}
	edgefloat32 = [16]float32{0, float32(-zero), 1, -1, 0.5, float32(nan), float32(inf), float32(-inf), 1e19, -1e19, 2147483648, -2147483904, 9223372036854775808, 3e38, 1e-45, 16777217}
	edgebool    = [16]bool{1: true, 3: true, 4: true, 6: true, 9: true, 10: true, 12: true, 15: true}
	texts       = [16]string{"", "a", "ab", "b", "hello", "h\xc3\xa9llo", "\xff", "\x00", "0123456789", "\xe4\xb8\x96\xe7\x95\x8c", "abc", "abd", "xyz", "zz", "~", "A"}
	edgestring  = texts
)

type shape interface{ area(x int64) int64 }
type square struct {
	a int64
	b float64
}
type circle int16
type line struct{ n int64 }

func (s square) area(x int64) int64 { return s.a*x + int64(s.b) }
func (c circle) area(x int64) int64 { return x ^ int64(c) }
func (l *line) area(x int64) int64  { l.n += x; return l.n }
func makeShape(i int) shape {
	switch i & 3 {
	case 0:
		return square{int64(i), 2.5}
	case 1:
		return circle(i)
	}
	return &line{int64(i)}
}

func searched(s, t string, c byte) uint64 {
	b := []byte(t)
	n := strings.IndexByte(s, c) + 3*bytes.IndexByte(b, c) + 5*strings.Index(s, t) + 7*strings.Compare(s, t) + 11*bytes.Count(b, []byte{c})
	return uint64(n + 13*bytes.Compare(b, []byte(s)) + 17*strings.Count(s, string(rune(c))))
}

func pick[T any](c bool, a, b T) T {
	if c {
		return a
	}
	return b
}
func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}
func mulHi(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
func addCarry(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	diff, borrow := bits.Sub64(sum, a, carry)
	return diff ^ borrow<<1 ^ carry
}
func clip(s string) string {
	if len(s) > 24 {
		return s[:24]
	}
	return s
}
func itoa(x int64) string {
	var buf [20]byte
	i, u := len(buf), uint64(x)
	if x < 0 {
		u = -u
	}
	for {
		i--
		buf[i] = byte('0' + u%10)
		if u /= 10; u == 0 {
			break
		}
	}
	if x < 0 {
		return "-" + string(buf[i:])
	}
	return string(buf[i:])
}
func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 2
}
func hashText(s string) uint64 {
	h := uint64(len(s))
	for i := 0; i < len(s); i++ {
		h = h*1099511628211 ^ uint64(s[i])
	}
	return h
}
func hashFloat(f float64) uint64 {
	if f != f {
		return 0x7ff8
	}
	return math.Float64bits(f)
}
func panicText(e any) string {
	switch x := e.(type) {
	case error:
		return x.Error()
	case string:
		return x
	case int:
		return itoa(int64(x))
	}
	return "?"
}
func addTo(h *uint64, x uint64) { *h = *h*31 + x }
func try(f func() uint64) (h uint64) {
	defer func() {
		if e := recover(); e != nil {
			h = hashText(panicText(e))
		}
	}()
	return f()
}
func hex(x uint64) string {
	var buf [16]byte
	for i := range buf {
		buf[i] = "0123456789abcdef"[x>>(60-4*i)&15]
	}
	return string(buf[:])
}
func run(name string, f func() uint64) { os.Stdout.WriteString(name + " " + hex(try(f)) + "\n") }
)go";

}  // namespace

void JitGenerator::declareStruct() {
  std::string text = "type " + p + "S struct {\n";
  for (int n = r.between(2, 6), i = 0; i < n; ++i) {
    fields_.push_back({"f" + std::to_string(i), anyNum()});
    text += fields_.back().name + " " + nameOf(fields_.back().type) + "\n";
  }
  const Field &a = fields_[0], &b = fields_[1];
  text += "}\n\nfunc (s *" + p + "S) get(x " + nameOf(a.type) + ") " + nameOf(b.type) + " {\ns." + a.name + ", x = x, s." + a.name + "\n";
  top_.push_back({text + "return s." + b.name + "\n}", {}, {}});
}

void JitGenerator::declareFunction(bool last) {
  Function f;
  f.name = last ? p + "f" : p + "g" + std::to_string(functions_.size());
  f.recursive = !last && r.oneIn(3);
  if (f.recursive) f.params.push_back(Num::Int);
  for (int n = last ? r.between(2, 6) : r.between(1, 4); n > 0; --n) f.params.push_back(anyNum());
  f.results.push_back(Num::U64);
  for (int n = last ? 0 : r.below(3); n > 0; --n) f.results.push_back(anyNum());
  bool named = f.results.size() == 1;
  vars_.clear();
  labels_.clear();
  around_ = {f.results, named, 0, 0, r.oneIn(2)};
  weight_ = last ? 1 : 20;
  nesting_ = last ? 0 : 1;
  budget_ = last ? r.between(12, 40) : r.between(4, 10);
  std::string head = std::string(r.oneIn(3) ? "//go:noinline\n" : "") + "func " + f.name + "(";
  for (size_t i = 0; i < f.params.size(); ++i) {
    std::string name = "p" + std::to_string(i);
    head += (i ? ", " : "") + name + " " + nameOf(f.params[i]);
    vars_.push_back({name, Shape::Scalar, f.params[i], {}, 0, f.recursive && i == 0});
  }
  head += ") (";
  if (named) head += "h uint64) {";
  else {
    for (size_t i = 0; i < f.results.size(); ++i) head += (i ? ", " : "") + std::string(nameOf(f.results[i]));
    head += ") {\nh := uint64(len(texts))";
  }
  head += around_.fuel ? "\nfuel := 40\n_ = fuel" : "";
  vars_.push_back({"h", Shape::Scalar, Num::U64, {}, 0, true});
  std::vector<Piece> body;
  blocks_ = {&body};
  emit("h = h*31 + " + std::to_string(r.below(1000)));
  for (size_t i = 0; i < f.params.size(); ++i)
    if (!r.oneIn(3)) mix(f.params[i], "p" + std::to_string(i));
  if (f.recursive) {
    std::string args = "p0-1";
    for (size_t i = 1; i < f.params.size(); ++i) args += ", " + value(f.params[i], 1);
    std::string names = "r0", uses = "_";
    for (size_t i = 1; i < f.results.size(); ++i) names += ", r" + std::to_string(i), uses += ", _";
    emit("if p0 > 0 {\n" + names + " := " + f.name + "(" + args + ")\n" + uses + " = " + names + "\nh = h*31 + r0\n}");
  }
  while (budget_ > 0) block(8);
  std::string values = "h";
  for (size_t i = 1; i < f.results.size(); ++i) values += ", " + value(f.results[i], 2);
  emit("return " + values);
  top_.push_back({head, std::move(body), "}"});
  functions_.push_back(f);
}

/// A function that compilers inline, but for the one that makes bytecode: expressions, a way out in the middle, a panic or a call at times.
void JitGenerator::declareSmall() {
  Function f;
  f.name = p + "g" + std::to_string(functions_.size());
  f.recursive = r.oneIn(4);
  if (f.recursive) f.params.push_back(Num::Int);
  for (int n = r.between(1, 3); n > 0; --n) f.params.push_back(anyNum());
  f.results.push_back(Num::U64);
  if (r.oneIn(3)) f.results.push_back(anyNum());
  vars_.clear();
  std::string head = "//go:noinline\nfunc " + f.name + "(", results;
  for (size_t i = 0; i < f.params.size(); ++i) {
    std::string name = "p" + std::to_string(i);
    head += (i ? ", " : "") + name + " " + nameOf(f.params[i]);
    vars_.push_back({name, Shape::Scalar, f.params[i], {}, 0, f.recursive && i == 0});
  }
  for (Num t : f.results) results += (results.empty() ? "" : ", ") + std::string(nameOf(t));
  vars_.push_back({"h", Shape::Scalar, Num::U64, {}, 0, true});
  auto leave = [&](const std::string& h) {
    std::string values = h;
    for (size_t i = 1; i < f.results.size(); ++i) values += ", " + value(f.results[i], 1);
    return "return " + values;
  };
  std::vector<Piece> body;
  blocks_ = {&body};
  emit("h := uint64(" + std::to_string(r.below(1000)) + ")");
  for (size_t i = 0; i < f.params.size(); ++i)
    if (!r.oneIn(3)) mix(f.params[i], "p" + std::to_string(i));
  const Function* inner = functions_.empty() || r.oneIn(2) ? nullptr : &functions_[static_cast<size_t>(r.below(static_cast<int>(functions_.size())))];
  if (f.recursive) inner = &f, emit("if p0 <= 0 {\n" + leave("h") + "\n}");
  else if (r.oneIn(2)) emit("if " + value(Num::Bool, 1) + " {\n" + leave("h ^ 5") + "\n}");
  if (r.oneIn(5)) emit("h += uint64(edgeint[" + nonConstant(Num::Int, 1) + " & " + (r.oneIn(4) ? "31" : "15") + "])");
  for (int n = inner ? (f.recursive ? r.between(1, 2) : 1) : 0; n > 0; --n) {
    std::string args, names = "r" + std::to_string(n);
    for (size_t i = 0; i < inner->params.size(); ++i)
      args += (i ? ", " : "") + (i == 0 && inner->recursive ? (inner == &f ? "p0-" + std::to_string(n) : std::to_string(r.below(4))) : value(inner->params[i], 1));
    for (size_t i = 1; i < inner->results.size(); ++i) names += ", _";
    emit(names + " := " + inner->name + "(" + args + ")\n_ = r" + std::to_string(n) + "\nh = h*31 + r" + std::to_string(n));
  }
  emit(leave("h"));
  top_.push_back({head + ") (" + results + ") {", std::move(body), "}"});
  functions_.push_back(f);
}

void JitGenerator::declareMain() {
  const Function& f = functions_.back();
  std::string args;
  for (size_t i = 0; i < f.params.size(); ++i) {
    args += (i ? ", edge" : "edge") + std::string(nameOf(f.params[i])) + "[(i*" + std::to_string(r.below(8) * 2 + 1) + "+" + std::to_string(r.below(16)) + ")&15]";
  }
  top_.push_back({"func " + p + "main() (h uint64) {\nfor i := 0; i < 12; i++ {\nh = h*31 + try(func() uint64 { return " + f.name + "(" + args + ") })\n}\nreturn\n}", {}, {}});
}

std::vector<Piece> JitGenerator::run() {
  declareStruct();
  for (int helpers = r.below(4); helpers > 0; --helpers) declareSmall();
  for (int helpers = r.below(3); helpers > 0; --helpers) declareFunction(false);
  declareFunction(true);
  declareMain();
  return std::move(top_);
}

Program generateJitProgram(uint64_t seed, const std::string& name) { return {seed, name, JitGenerator(seed, name).run()}; }

std::string jitGoFile(const std::vector<Program>& programs) {
  std::string out = kJitPrelude;
  for (const Program& program : programs)
    for (const Piece& piece : program.pieces) print(piece, out);
  out += "func main() {\n";
  for (const Program& program : programs) out += "run(\"" + program.name + "\", " + program.name + "main)\n";
  return out + "}\n";
}

}  // namespace burrow::fuzz
