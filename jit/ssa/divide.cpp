// Division by constants, as multiplication (Granlund and Montgomery, Division by Invariant Integers using Multiplication, 1994; Warren, Hacker's
// Delight, chapter 10). The quotient of x and d is the high part of x * m, where m is slightly more than 2^p / d: so much more, m * d - 2^p,
// that no x of the given width comes to the next whole number.
//
// Behind all passes that prove something: facts know remainders by their operation.
#include <algorithm>
#include <bit>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

using Wide = unsigned __int128;

/// x is below 2^bits, as an unsigned number.
unsigned bitsOf(const Value* x, int depth = 0) {
  constexpr int kMaxDepth = 4;
  if (depth > kMaxDepth) return 64;
  auto constant = [&](const Value* v, unsigned limit) { return isConst(v) && static_cast<uint64_t>(v->aux) < limit; };
  switch (x->op) {
    case SOp::Const: return static_cast<unsigned>(std::bit_width(static_cast<uint64_t>(x->aux)));
    case SOp::ExtU8: return std::min(8u, bitsOf(x->args[0], depth + 1));
    case SOp::ExtU16: return std::min(16u, bitsOf(x->args[0], depth + 1));
    case SOp::ExtU32: return std::min(32u, bitsOf(x->args[0], depth + 1));
    case SOp::Load: return x->width == Width::U8 ? 8 : x->width == Width::U16 ? 16 : x->width == Width::U32 ? 32 : 64;
    case SOp::And: return std::min(bitsOf(x->args[0], depth + 1), bitsOf(x->args[1], depth + 1));
    case SOp::Or: case SOp::Xor: return std::max(bitsOf(x->args[0], depth + 1), bitsOf(x->args[1], depth + 1));
    case SOp::Shr: {
      unsigned bits = bitsOf(x->args[0], depth + 1);
      if (!constant(x->args[1], 64)) return bits;
      auto n = static_cast<unsigned>(x->args[1]->aux);
      return bits > n ? bits - n : 0;
    }
    case SOp::Sar: {
      unsigned bits = bitsOf(x->args[0], depth + 1);
      if (bits == 64 || !constant(x->args[1], 64)) return bits;
      auto n = static_cast<unsigned>(x->args[1]->aux);
      return bits > n ? bits - n : 0;
    }
    case SOp::RemU: return isConst(x->args[1]) && x->args[1]->aux ? bitsOf(x->args[1]) : 64;
    default: return 64;
  }
}

/// x / d is (x * multiplier) >> (high + shift), for all x below 2^bits.
struct Magic {
  uint64_t multiplier;
  unsigned shift;
};

/// The smallest shift of which the multiplier has no more than `high` bits; false: there is none.
bool findMagic(uint64_t d, unsigned bits, unsigned high, Magic& out) {
  for (unsigned shift = 0; shift < 64 && high + shift < 127; shift++) {
    Wide power = Wide{1} << (high + shift);
    Wide multiplier = power / d + 1;
    if (multiplier >> high) return false;
    Wide excess = multiplier * d - power;
    if (bits <= high + shift && excess <= Wide{1} << (high + shift - bits)) return out = {static_cast<uint64_t>(multiplier), shift}, true;
  }
  return false;
}

class Divisions {
 public:
  explicit Divisions(Graph& g) : g_(g) {}

  bool run() {
    bool any = false;
    for (Block* b : g_.blocks) {
      block_ = b;
      quotients_.clear();
      for (size_t i = 0; i < b->values.size(); i++) {
        Value* v = b->values[i];
        bool isSigned = v->op == SOp::DivS || v->op == SOp::RemS;
        if (!isSigned && v->op != SOp::DivU && v->op != SOp::RemU) continue;
        if (!isConst(v->args[1]) || v->args[1]->aux < 2) continue;
        any = true;
        made_.clear();
        pc_ = v->pc;
        v->forward = expand(v, isSigned);
        b->values.erase(b->values.begin() + static_cast<std::ptrdiff_t>(i));
        b->values.insert(b->values.begin() + static_cast<std::ptrdiff_t>(i), made_.begin(), made_.end());
        i += made_.size() - 1;
      }
    }
    return any;
  }

 private:
  struct Quotient {
    Value *x, *result;
    uint64_t d;
    bool isSigned;
  };

  Value* make(SOp op, std::initializer_list<Value*> args) {
    Value* v = g_.make(op);
    v->args = args;
    v->block = block_;
    v->pc = pc_;
    made_.push_back(v);
    return v;
  }
  Value* constant(uint64_t c) {
    Value* v = make(SOp::Const, {});
    v->aux = static_cast<int64_t>(c);
    return v;
  }
  Value* shift(SOp op, Value* x, unsigned n) { return n ? make(op, {x, constant(n)}) : x; }

  /// What takes the place of v.
  Value* expand(const Value* v, bool isSigned) {
    Value* x = resolve(v->args[0]);
    auto d = static_cast<uint64_t>(v->args[1]->aux);
    unsigned bits = bitsOf(x);
    if (v->belowSign) bits = std::min(bits, 63u);
    if (bits < 64) isSigned = false;   // the same then
    bool quotient = v->op == SOp::DivS || v->op == SOp::DivU;
    if (isSigned && std::has_single_bit(d)) return byPowerOfTwo(x, static_cast<unsigned>(std::countr_zero(d)), quotient);
    Value* q = known(x, d, isSigned);
    if (!q) {
      q = isSigned ? signedQuotient(x, d) : unsignedQuotient(x, d, bits);
      quotients_.push_back({x, q, d, isSigned});
    }
    return quotient ? q : make(SOp::Sub, {x, make(SOp::Mul, {q, constant(d)})});
  }

  Value* known(const Value* x, uint64_t d, bool isSigned) const {
    for (const Quotient& q : quotients_)
      if (q.x == x && q.d == d && q.isSigned == isSigned) return q.result;
    return nullptr;
  }

  Value* unsignedQuotient(Value* x, uint64_t d, unsigned bits) {
    if (std::has_single_bit(d)) return shift(SOp::Shr, x, static_cast<unsigned>(std::countr_zero(d)));
    Magic m;
    if (bits <= 32 && findMagic(d, bits, 64 - std::max(bits, 1u), m) && m.multiplier <= INT32_MAX) {
      // The product fits a register, and the multiplier its instruction.
      return shift(SOp::Shr, make(SOp::Mul, {x, constant(m.multiplier)}), 64 - std::max(bits, 1u) + m.shift);
    }
    if (findMagic(d, bits, 64, m)) return high(x, m);
    if (unsigned even = static_cast<unsigned>(std::countr_zero(d)); even && findMagic(d >> even, bits - even, 64, m))
      return high(shift(SOp::Shr, x, even), m);
    // The multiplier has one bit more: x * (2^64 + multiplier), whose sum must not overflow.
    unsigned p = static_cast<unsigned>(std::bit_width(d));
    auto multiplier = static_cast<uint64_t>((Wide{1} << (64 + p)) / d + 1 - (Wide{1} << 64));
    Value* h = make(SOp::MulHi, {x, constant(multiplier)});
    Value* half = shift(SOp::Shr, make(SOp::Sub, {x, h}), 1);
    return shift(SOp::Shr, make(SOp::Add, {half, h}), p - 1);
  }

  Value* high(Value* x, const Magic& m) { return shift(SOp::Shr, make(SOp::MulHi, {x, constant(m.multiplier)}), m.shift); }

  /// Rounded down, of dividends of 63 bits and a sign; and one more for negative ones.
  Value* signedQuotient(Value* x, uint64_t d) {
    Magic m;
    if (!findMagic(d, 63, 64, m)) __builtin_unreachable();
    Value* sign = shift(SOp::Sar, x, 63);
    Value* multiplier = constant(m.multiplier);
    // The high half takes x for unsigned: 2^64 too much, that is.
    Value* h = make(SOp::Sub, {make(SOp::MulHi, {x, multiplier}), make(SOp::And, {sign, multiplier})});
    return make(SOp::Sub, {shift(SOp::Sar, h, m.shift), sign});
  }

  /// Negative dividends are rounded towards zero: d - 1 more first.
  Value* byPowerOfTwo(Value* x, unsigned k, bool quotient) {
    Value* more = shift(SOp::Shr, k == 1 ? x : shift(SOp::Sar, x, 63), 64 - k);
    Value* sum = make(SOp::Add, {x, more});
    if (quotient) return shift(SOp::Sar, sum, k);
    return make(SOp::Sub, {make(SOp::And, {sum, constant((uint64_t{1} << k) - 1)}), more});
  }

  Graph& g_;
  Block* block_ = nullptr;
  uint32_t pc_ = 0;
  Vec<Value*> made_;
  Vec<Quotient> quotients_;   ///< of this block
};

}  // namespace

bool expandDivisions(Graph& g) { return Divisions(g).run(); }

}  // namespace burrow::jit
