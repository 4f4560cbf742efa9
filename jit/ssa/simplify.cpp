// Values that are constants, or one of their operands, or cheaper to compute otherwise.
#include <bit>

#include "jit/ssa/numbering.h"

namespace burrow::jit {

namespace {

/// v, the opposite of a comparison of integers, as a comparison: if no call is between them, over which its operands would have to live.
void negate(Value* v, const Value* x, const Vec<Value*>& kept) {
  if (x->op < SOp::Eq || x->op > SOp::LeU || x->block != v->block) return;
  for (size_t i = kept.size(); i-- > 0 && kept[i] != x;)
    if (flagsOf(kept[i]->op) & kEffect) return;
  constexpr SOp kOpposite[] = {SOp::Ne, SOp::Eq, SOp::LeS, SOp::LtS, SOp::LeU, SOp::LtU};
  static_assert(static_cast<int>(SOp::LeU) - static_cast<int>(SOp::Eq) == 5);
  bool equality = x->op <= SOp::Ne;
  v->op = kOpposite[static_cast<int>(x->op) - static_cast<int>(SOp::Eq)];
  v->args = {x->args[equality ? 0 : 1], x->args[equality ? 1 : 0]};
}

bool isBool(const Value* v) {
  return (v->op >= SOp::Eq && v->op <= SOp::EqStr) || (v->op >= SOp::FEq && v->op <= SOp::FLe) ||
         (v->op == SOp::Xor && isConst(v->args[1]) && v->args[1]->aux == 1 && isBool(v->args[0]));
}
bool isExtension(SOp op) { return op >= SOp::ExtI8 && op <= SOp::ExtU32; }
/// x is as extended as the operation would make it.
bool covers(SOp op, const Value* x) {
  if (x->op == SOp::Load) {
    switch (op) {
      case SOp::ExtI8: return x->width == Width::I8;
      case SOp::ExtI16: return x->width == Width::I8 || x->width == Width::U8 || x->width == Width::I16;
      case SOp::ExtI32: return x->width != Width::W64 && x->width != Width::U32;
      case SOp::ExtU8: return x->width == Width::U8;
      case SOp::ExtU16: return x->width == Width::U8 || x->width == Width::U16;
      case SOp::ExtU32: return x->width == Width::U8 || x->width == Width::U16 || x->width == Width::U32;
      default: return false;
    }
  }
  if (isBool(x)) return true;
  if (x->op == SOp::And && isConst(x->args[1]) && x->args[1]->aux >= 0) {
    int64_t m = x->args[1]->aux;
    switch (op) {
      case SOp::ExtI8: return m < 128;
      case SOp::ExtI16: return m < 32768;
      case SOp::ExtI32: return m <= INT32_MAX;
      case SOp::ExtU8: return m < 256;
      case SOp::ExtU16: return m < 65536;
      case SOp::ExtU32: return m <= UINT32_MAX;
      default: return false;
    }
  }
  return false;
}

bool fold(const Value* v, int64_t& out) {
  for (const Value* a : v->args)
    if (!isConst(a)) return false;
  auto x = static_cast<uint64_t>(v->args[0]->aux), y = v->args.size() > 1 ? static_cast<uint64_t>(v->args[1]->aux) : 0;
  auto sx = static_cast<int64_t>(x), sy = static_cast<int64_t>(y);
  uint64_t r;
  switch (v->op) {
    case SOp::Add: r = x + y; break;
    case SOp::Sub: r = x - y; break;
    case SOp::Mul: r = x * y; break;
    case SOp::And: r = x & y; break;
    case SOp::Or: r = x | y; break;
    case SOp::Xor: r = x ^ y; break;
    case SOp::AndNot: r = x & ~y; break;
    case SOp::DivU: case SOp::RemU:
      if (y == 0) return false;
      r = v->op == SOp::DivU ? x / y : x % y;
      break;
    case SOp::DivS: case SOp::RemS:
      if (y == 0 || y == ~uint64_t{0}) return false;
      r = static_cast<uint64_t>(v->op == SOp::DivS ? sx / sy : sx % sy);
      break;
    case SOp::Shl: r = y < 64 ? x << y : 0; break;
    case SOp::Shr: r = y < 64 ? x >> y : 0; break;
    case SOp::Sar: r = static_cast<uint64_t>(sx >> (y < 64 ? y : 63)); break;
    case SOp::Neg: r = 0 - x; break;
    case SOp::Not: r = ~x; break;
    case SOp::ExtI8: r = static_cast<uint64_t>(int64_t{static_cast<int8_t>(x)}); break;
    case SOp::ExtI16: r = static_cast<uint64_t>(int64_t{static_cast<int16_t>(x)}); break;
    case SOp::ExtI32: r = static_cast<uint64_t>(int64_t{static_cast<int32_t>(x)}); break;
    case SOp::ExtU8: r = static_cast<uint8_t>(x); break;
    case SOp::ExtU16: r = static_cast<uint16_t>(x); break;
    case SOp::ExtU32: r = static_cast<uint32_t>(x); break;
    case SOp::Eq: r = x == y; break;
    case SOp::Ne: r = x != y; break;
    case SOp::LtS: r = sx < sy; break;
    case SOp::LeS: r = sx <= sy; break;
    case SOp::LtU: r = x < y; break;
    case SOp::LeU: r = x <= y; break;
    default: return false;
  }
  out = static_cast<int64_t>(r);
  return true;
}

}  // namespace

Value* Numbering::constant(int64_t c, Value* like, Vec<Value*>& kept) {
  Key key(SOp::Const, Kind::Int, Width::W64, c, 0, 0, 0);
  if (Value* same = table_.find(key)) return same;
  Value* v = g_.make(SOp::Const);
  v->aux = c;
  v->block = like->block;
  v->pc = like->pc;
  kept.push_back(v);
  table_.add(key, v);
  return v;
}

/// What simplify does where the second operand is a constant.
Value* Numbering::withConstant(Value* v, Value* x, Value* y, Vec<Value*>& kept) {
  int64_t k = y->aux;
  switch (v->op) {
    case SOp::Add: case SOp::Sub: case SOp::Or: case SOp::Xor: case SOp::Shl: case SOp::Sar: case SOp::Shr:
      if (k == 0) return x;
      if (v->op == SOp::Xor && k == 1) negate(v, x, kept);
      break;
    case SOp::Mul:
      if (k == 1) return x;
      if (k == 0) return constant(0, v, kept);
      if (k > 0 && (k & (k - 1)) == 0) v->op = SOp::Shl, v->args[1] = constant(std::countr_zero(static_cast<uint64_t>(k)), v, kept);
      break;
    case SOp::And:
      if (k == -1) return x;
      if (k == 0) return y;
      break;
    case SOp::Ne: if (k == 0 && isBool(x)) return x; break;
    case SOp::DivU: if (k > 0 && (k & (k - 1)) == 0) v->op = SOp::Shr, v->args[1] = constant(std::countr_zero(static_cast<uint64_t>(k)), v, kept); break;
    case SOp::RemU: if (k > 0 && (k & (k - 1)) == 0) v->op = SOp::And, v->args[1] = constant(k - 1, v, kept); break;
    case SOp::DivS: case SOp::RemS:
      if (k > 0 && (k & (k - 1)) == 0 && facts_.nonNegative(x)) {
        bool div = v->op == SOp::DivS;
        v->op = div ? SOp::Shr : SOp::And;
        v->args[1] = constant(div ? std::countr_zero(static_cast<uint64_t>(k)) : k - 1, v, kept);
      } else if (k > 1 && facts_.nonNegative(x)) {
        v->op = v->op == SOp::DivS ? SOp::DivU : SOp::RemU;
        v->belowSign = true;
      }
      break;
    default: break;
  }
  if (v->op == SOp::Sub && k != INT64_MIN) v->op = SOp::Add, v->args[1] = constant(-k, v, kept);
  // (x + a) + b. Not over a call: x might be a pointer into the stack that no map names there.
  if (v->op == SOp::Add && x->op == SOp::Add && isConst(x->args[1]) && effectOf(x) == effect_) {
    int64_t sum = static_cast<int64_t>(static_cast<uint64_t>(x->args[1]->aux) + static_cast<uint64_t>(v->args[1]->aux));
    Value* base = x->args[0];
    v->args = {base, constant(sum, v, kept)};
  }
  return nullptr;
}

Value* Numbering::simplify(Value* v, Vec<Value*>& kept) {
  if (v->op == SOp::Copy) return v->args[0];
  if (v->op == SOp::FMul) {
    // Twice x, exactly.
    int64_t two = std::bit_cast<int64_t>(2.0);
    if (v->kind == Kind::F32) two = std::bit_cast<int32_t>(2.0f);
    for (size_t i = 0; i < 2; i++)
      if (isConst(v->args[i]) && v->args[i]->aux == two) {
        v->op = SOp::FAdd;
        v->args[i] = v->args[1 - i];
        break;
      }
  }
  if (v->kind != Kind::Int || v->args.empty() || v->args.size() > 2) return nullptr;
  Value *x = v->args[0], *y = v->args.size() > 1 ? v->args[1] : nullptr;
  bool commutes = v->op == SOp::Add || v->op == SOp::Mul || v->op == SOp::And || v->op == SOp::Or || v->op == SOp::Xor || v->op == SOp::Eq || v->op == SOp::Ne;
  if (commutes && isConst(x) && !isConst(y)) std::swap(v->args[0], v->args[1]), std::swap(x, y);
  int64_t c;
  if (fold(v, c)) return constant(c, v, kept);
  if (y && isConst(y))
    if (Value* simple = withConstant(v, x, y, kept)) return simple;
  if (x == v->args[0] && y && x == v->args[1]) {
    switch (v->op) {
      case SOp::Sub: case SOp::Xor: case SOp::Ne: case SOp::LtS: case SOp::LtU: return constant(0, v, kept);
      case SOp::Eq: case SOp::LeS: case SOp::LeU: return constant(1, v, kept);
      case SOp::And: case SOp::Or: return x;
      default: break;
    }
  }
  if (isExtension(v->op) && (x->op == v->op || covers(v->op, x))) return x;
  return nullptr;
}

}  // namespace burrow::jit
