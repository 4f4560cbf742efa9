// Expressions: pure, of a wanted type, never constant as a whole where Go would complain about its value.
#include "tests/fuzz/jit_gen.h"

namespace burrow::fuzz {

const char* JitGenerator::nameOf(Num t) {
  static const char* names[] = {"int8", "int16", "int32", "int64", "int", "uint8", "uint16", "uint32", "uint64", "uint", "float32", "float64", "bool", "string"};
  return names[static_cast<int>(t)];
}

int JitGenerator::bitsOf(Num t) {
  static const int bits[] = {8, 16, 32, 64, 64, 8, 16, 32, 64, 64, 32, 64, 8, 128};
  return bits[static_cast<int>(t)];
}

std::string JitGenerator::literal(Num t) {
  if (t == Num::Bool) return r.oneIn(2) ? "true" : "false";
  if (t == Num::Str) {
    static const char* texts[] = {"\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"hello\"", "\"h\\xc3\\xa9llo\"", "\"\\xff\\x00z\"", "\"0123456789abcdef\""};
    return texts[r.below(8)];
  }
  if (isFloat(t)) {
    static const char* wide[] = {"0", "1", "-1", "0.5", "1.5", "-2.25", "1e10", "-1e300", "5e-324", "0.1", "1e19", "-9.3e18", "2147483648.5", "3"};
    static const char* narrow[] = {"0", "1", "-1", "0.5", "1.5", "-2.25", "1e10", "-1e38", "1e-45", "0.1", "1e19", "-9.3e18", "16777217", "3"};
    return t == Num::F64 ? wide[r.below(14)] : narrow[r.below(14)];
  }
  int bits = bitsOf(t);
  uint64_t all = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1, top = uint64_t{1} << (bits - 1);
  if (isSigned(t)) {
    int64_t max = static_cast<int64_t>(top - 1), min = -max - 1, v;
    switch (r.below(7)) {
      case 0: v = min; break;
      case 1: v = max; break;
      case 2: v = -1; break;
      case 3: v = static_cast<int64_t>(uint64_t{1} << r.below(bits - 1)); break;
      case 4: v = -static_cast<int64_t>(uint64_t{1} << r.below(bits - 1)); break;
      default: v = r.between(-10, 100); break;
    }
    return std::to_string(v);
  }
  switch (r.below(6)) {
    case 0: return std::to_string(all);
    case 1: return std::to_string(top);
    case 2: return std::to_string(uint64_t{1} << r.below(bits));
    case 3: return std::to_string((uint64_t{1} << r.below(bits)) - 1);
    default: return std::to_string(r.below(100));
  }
}

const JitGenerator::Var* JitGenerator::find(const std::function<bool(const Var&)>& wanted) {
  const Var* found = nullptr;
  int seen = 0;
  for (const Var& v : vars_)
    if (wanted(v) && r.below(++seen) == 0) found = &v;
  return found;
}

/// A variable, an element or a field of this type.
bool JitGenerator::leaf(Num t, Expr& out) {
  const Var* v = find([&](const Var& x) { return x.type == t && (x.shape == Shape::Scalar || x.shape == Shape::Array || (x.shape == Shape::Map && r.oneIn(3))); });
  if (v) {
    if (v->shape == Shape::Scalar) return out = {v->name}, true;
    if (v->shape == Shape::Map) return out = {v->name + "[" + (v->key == Num::Str ? text(0) : nonConstant(v->key, 0)) + "]"}, true;
    const Var* i = find([&](const Var& x) { return x.shape == Shape::Scalar && isInt(x.type); });
    std::string mask = std::to_string(v->n - 1);
    std::string index = r.oneIn(3) || !i ? "h&" + mask : i->name + "&" + mask;
    return out = {v->name + "[" + index + "]"}, true;
  }
  if (const Var* s = find([](const Var& x) { return x.shape == Shape::Struct; })) {
    for (const Field& f : fields_)
      if (f.type == t) return out = {s->name + "." + f.name}, true;
  }
  return false;
}

JitGenerator::Expr JitGenerator::expr(Num t, int depth) {
  if (depth <= 0 || r.oneIn(4)) {
    Expr e;
    if (!r.oneIn(4) && leaf(t, e)) return e;
    return {literal(t), true};
  }
  return {nonConstant(t, depth)};
}

std::string JitGenerator::nonConstant(Num t, int depth) {
  if (depth <= 0) {
    Expr e;
    if (leaf(t, e)) return e.text;
    const Var* v = find([](const Var& x) { return x.shape == Shape::Scalar && x.type < Num::Bool; });
    if (t == Num::Bool) return "(" + v->name + " == 0)";
    if (t == Num::Str) return "texts[uint(" + v->name + ")&15]";
    return std::string(nameOf(t)) + "(" + v->name + ")";
  }
  if (t == Num::Bool) return boolean(depth - 1);
  if (t == Num::Str) return text(depth - 1);
  return isFloat(t) ? floating(t, depth - 1) : integer(t, depth - 1);
}

std::string JitGenerator::convert(Num to, int depth) {
  return std::string(nameOf(to)) + "(" + nonConstant(r.oneIn(3) ? static_cast<Num>(10 + r.below(2)) : anyInt(), depth) + ")";
}

std::string JitGenerator::shift(Num t, int depth) {
  std::string x = nonConstant(t, depth), op = r.oneIn(2) ? " << " : " >> ";
  if (r.oneIn(2)) return "(" + x + op + std::to_string(r.oneIn(6) ? r.between(60, 70) : r.below(bitsOf(t) + 2)) + ")";
  auto count = static_cast<Num>(5 + r.below(5));
  std::string y = nonConstant(count, depth - 1);
  if (r.oneIn(2)) y = "(" + y + " & " + std::to_string(r.oneIn(2) ? bitsOf(t) - 1 : 127) + ")";
  return "(" + x + op + y + ")";
}

std::string JitGenerator::intrinsic(Num t, int depth) {
  std::string name = nameOf(t);
  switch (r.below(8)) {
    case 0: return name + "(bits.TrailingZeros" + (r.oneIn(2) ? "64(" + nonConstant(Num::U64, depth) : "32(" + nonConstant(Num::U32, depth)) + "))";
    case 1: return name + "(bits.Len" + (r.oneIn(2) ? "64(" + nonConstant(Num::U64, depth) : "8(" + nonConstant(Num::U8, depth)) + "))";
    case 2: return name + "(bits.OnesCount64(" + nonConstant(Num::U64, depth) + "))";
    case 3: return name + "(bits.RotateLeft" + (r.oneIn(2) ? "64(" + nonConstant(Num::U64, depth) : "16(" + nonConstant(Num::U16, depth)) + ", " + nonConstant(Num::Int, depth) + "))";
    case 4: return name + "(bits.ReverseBytes" + (r.oneIn(2) ? "64(" + nonConstant(Num::U64, depth) : "32(" + nonConstant(Num::U32, depth)) + "))";
    case 5: return name + "(mulHi(" + nonConstant(Num::U64, depth) + ", " + nonConstant(Num::U64, depth) + "))";
    case 6: return name + "(addCarry(" + nonConstant(Num::U64, depth) + ", " + nonConstant(Num::U64, depth) + "))";
    default: return (r.oneIn(2) ? "min(" : "max(") + nonConstant(t, depth) + ", " + value(t, depth) + ")";
  }
}

std::string JitGenerator::integer(Num t, int depth) {
  switch (r.below(16)) {
    case 0: case 1: return shift(t, depth);
    case 2: return (r.oneIn(2) ? "(-" : "(^") + nonConstant(t, depth) + ")";
    case 3: {
      std::string y = literal(t);
      return "(" + nonConstant(t, depth) + (r.oneIn(2) ? " / " : " % ") + (y == "0" ? "3" : y) + ")";
    }
    case 4: return "(" + nonConstant(t, depth) + (r.oneIn(2) ? " / (" : " % (") + nonConstant(t, depth) + " | 1))";
    case 5: case 6: case 7: return convert(t, depth);
    case 8: return intrinsic(t, depth);
    case 9: {
      const Var* v = find([](const Var& x) { return x.shape == Shape::Slice || x.shape == Shape::Map || (x.shape == Shape::Scalar && x.type == Num::Str); });
      if (v) return std::string(nameOf(t)) + "(len(" + v->name + "))";
      return convert(t, depth);
    }
    case 10: return std::string(nameOf(t)) + "(b2u(" + nonConstant(Num::Bool, depth) + "))";
    case 11: return "pick(" + nonConstant(Num::Bool, depth) + ", " + nonConstant(t, depth) + ", " + nonConstant(t, depth) + ")";
    default: {
      static const char* ops[] = {" + ", " - ", " * ", " & ", " | ", " ^ ", " &^ ", " + ", " - "};
      return "(" + nonConstant(t, depth) + ops[r.below(9)] + value(t, depth) + ")";
    }
  }
}

std::string JitGenerator::floating(Num t, int depth) {
  std::string x = nonConstant(t, depth), name = nameOf(t);
  auto wide = [&](const std::string& call) { return t == Num::F64 ? call : "float32(" + call + ")"; };
  std::string wideX = t == Num::F64 ? x : "float64(" + x + ")";
  switch (r.below(12)) {
    case 0: return "(-" + x + ")";
    case 1: return name + "(" + nonConstant(anyInt(), depth) + ")";
    case 2: return name + "(" + nonConstant(t == Num::F64 ? Num::F32 : Num::F64, depth) + ")";
    case 3: {
      static const char* calls[] = {"math.Sqrt(", "math.Floor(", "math.Ceil(", "math.Trunc(", "math.Abs(", "math.RoundToEven("};
      return wide(calls[r.below(6)] + wideX + ")");
    }
    case 4: return (r.oneIn(2) ? "min(" : "max(") + x + ", " + value(t, depth) + ")";
    case 5: return wide("math.FMA(" + wideX + ", " + nonConstant(Num::F64, depth) + ", " + nonConstant(Num::F64, depth) + ")");
    case 6: return wide("math.Copysign(" + wideX + ", float64(" + nonConstant(Num::I64, depth) + "))");
    case 7: return "pick(" + nonConstant(Num::Bool, depth) + ", " + x + ", " + nonConstant(t, depth) + ")";
    default: {
      static const char* ops[] = {" + ", " - ", " * ", " / "};
      std::string y = r.oneIn(5) ? literal(t) : nonConstant(t, depth);
      return "(" + x + ops[r.below(4)] + (y == "0" ? "2" : y) + ")";
    }
  }
}

std::string JitGenerator::boolean(int depth) {
  static const char* compare[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};
  switch (r.below(8)) {
    case 0: return "(!" + nonConstant(Num::Bool, depth) + ")";
    case 1: return "(" + nonConstant(Num::Bool, depth) + (r.oneIn(2) ? " && " : " || ") + nonConstant(Num::Bool, depth) + ")";
    case 2: {
      const Var* a = find([](const Var& x) { return x.shape == Shape::Array && !x.pointer; });
      const Var* b = a ? find([&](const Var& x) { return x.shape == Shape::Array && !x.pointer && x.type == a->type && x.n == a->n; }) : nullptr;
      if (a && b && !isFloat(a->type)) return "(" + a->name + " == " + b->name + ")";
      return "(" + nonConstant(Num::Bool, depth) + compare[r.below(2)] + nonConstant(Num::Bool, depth) + ")";
    }
    case 3: return "(" + nonConstant(Num::Str, depth) + compare[r.below(6)] + value(Num::Str, depth) + ")";
    default: {
      Num t = numeric();
      return "(" + nonConstant(t, depth) + compare[r.below(6)] + value(t, depth) + ")";
    }
  }
}

std::string JitGenerator::text(int depth) {
  switch (r.below(6)) {
    case 0: return "clip(" + nonConstant(Num::Str, depth) + " + " + value(Num::Str, depth) + ")";
    case 1: return "string(rune(" + nonConstant(Num::I32, depth) + "))";
    case 2: return "itoa(" + nonConstant(Num::I64, depth) + ")";
    case 3: return "pick(" + nonConstant(Num::Bool, depth) + ", " + nonConstant(Num::Str, depth) + ", " + value(Num::Str, depth) + ")";
    case 4: {
      const Var* v = find([](const Var& x) { return x.shape == Shape::Slice && x.type == Num::U8; });
      if (v) return "string(" + v->name + ")";
      [[fallthrough]];
    }
    default: return nonConstant(Num::Str, 0);
  }
}

std::string JitGenerator::mixed(Num t, const std::string& value) {
  if (t == Num::Bool) return "b2u(" + value + ")";
  if (t == Num::Str) return "hashText(" + value + ")";
  if (t == Num::F64) return "hashFloat(" + value + ")";
  if (t == Num::F32) return "hashFloat(float64(" + value + "))";
  return "uint64(" + value + ")";
}

}  // namespace burrow::fuzz
