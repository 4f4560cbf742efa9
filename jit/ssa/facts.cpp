#include "jit/ssa/facts.h"

namespace burrow::jit {

namespace {

bool isConst(const Value* v, int64_t& c) {
  c = v->aux;
  return v->op == SOp::Const;
}

const Value* current(const Value* v) {
  while (v->forward) v = v->forward;
  return v;
}

/// v = x + c.
bool isStep(const Value* v, const Value*& x, int64_t& c) {
  v = current(v);
  if (v->op != SOp::Add || v->args[1]->op != SOp::Const) return false;
  x = current(v->args[0]);
  c = v->args[1]->aux;
  return true;
}

/// Steps so small that a 64-bit counter does not come round in the life of a machine.
constexpr int64_t kSmallStep = 1 << 10;

}  // namespace

bool Facts::isLength(const Value* v) const {
  for (const Fact& f : list_)
    if (!f.a && f.b == v) return true;
  return false;
}

/// Far from both ends of the range: small steps do not overflow it in the life of a machine.
bool Facts::moderate(const Value* v, int depth) const {
  int64_t c;
  const Value* x;
  if (isConst(v, c)) return c > -(int64_t{1} << 62) && c < int64_t{1} << 62;
  if (depth > 4) return false;
  if (isStep(v, x, c)) return c < kSmallStep && c > -kSmallStep && moderate(x, depth + 1);
  switch (v->op) {
    case SOp::ExtI8: case SOp::ExtI16: case SOp::ExtI32: case SOp::ExtU8: case SOp::ExtU16: case SOp::ExtU32: return true;
    case SOp::Load: if (v->width != Width::W64) return true; break;
    case SOp::Sar: case SOp::Shr: if (isConst(v->args[1], c) && c > 1) return true; break;
    case SOp::And: if (isConst(v->args[1], c) && c >= 0 && c < int64_t{1} << 62) return true; break;
    case SOp::Phi: if (counterStart(v, true, depth) || counterStart(v, false, depth)) return true; break;
    default: break;
  }
  if (isLength(v)) return true;
  // Between zero and something moderate.
  if (!nonNegative(v, depth + 1)) return false;
  for (const Fact& f : list_)
    if (f.a == v && moderate(f.b, depth + 1)) return true;
  return false;
}

/// A loop counter: phi of a start value and itself plus small steps, all of one sign, that does not overflow. Null if v is none.
const Value* Facts::counterStart(const Value* v, bool up, int depth) const {
  if (v->op != SOp::Phi) return nullptr;
  const Value* start = nullptr;
  bool steps = false;
  for (const Value* arg : v->args) {
    const Value *x, *a = current(arg);
    int64_t c;
    if (a == v) continue;
    if (isStep(a, x, c) && x == v && (up ? c > 0 : c < 0) && c < kSmallStep && c > -kSmallStep) {
      steps = true;
    } else if (start && start != a) {
      return nullptr;
    } else {
      start = a;
    }
  }
  return steps && start && moderate(start, depth + 1) ? start : nullptr;
}

void Facts::assume(const Value* v, bool holds) {
  while (v->op == SOp::Xor && v->args[1]->op == SOp::Const && v->args[1]->aux == 1) v = v->args[0], holds = !holds;
  const Value *a = v->args.empty() ? nullptr : v->args[0], *b = v->args.size() > 1 ? v->args[1] : nullptr;
  switch (v->op) {
    case SOp::LtS: holds ? less(a, b, false, false) : less(b, a, true, false); break;
    case SOp::LeS: holds ? less(a, b, true, false) : less(b, a, false, false); break;
    case SOp::LtU: holds ? less(a, b, false, true) : less(b, a, true, true); break;
    case SOp::LeU: holds ? less(a, b, true, true) : less(b, a, false, true); break;
    case SOp::Eq:
      if (holds) less(a, b, true, false), less(b, a, true, false);
      break;
    case SOp::Ne:
      if (!holds) less(a, b, true, false), less(b, a, true, false);
      break;
    default: break;
  }
}

/// The greatest constant that v is known not to be below, if any is known.
std::optional<int64_t> Facts::lowerBound(const Value* v, int depth) const {
  int64_t c;
  if (isConst(v, c)) return c;
  constexpr int kMaxDepth = 3;
  if (depth > kMaxDepth) return std::nullopt;
  std::optional<int64_t> best;
  auto atLeast = [&](std::optional<int64_t> x, int64_t more) {
    int64_t sum;
    if (x && !__builtin_add_overflow(*x, more, &sum) && (!best || sum > *best)) best = sum;
  };
  const Value *x = nullptr, *y;
  int64_t d;
  bool step = isStep(v, x, c);
  for (const Fact& f : list_) {
    if (!f.a || f.isUnsigned) continue;
    if (f.b == v) {
      if (f.a->op == SOp::Const) atLeast(f.a->aux, !f.orEqual);
    } else if (step && f.a->op == SOp::Const && isStep(f.b, y, d) && x == y && c < d) {
      // x + d is at least something: less the difference, which does not wrap as the bound does not.
      int64_t less;
      if (!__builtin_sub_overflow(c, d, &less) && !__builtin_add_overflow(less, int64_t{!f.orEqual}, &less) && less <= 0) atLeast(f.a->aux, less);
    }
  }
  if (step && c < 0) atLeast(lowerBound(x, depth + 1), c);
  if (const Value* start = counterStart(v, true, depth)) atLeast(lowerBound(start, depth + 1), 0);
  if ((!best || *best < 0) && nonNegative(v, depth + 1)) best = 0;
  return best;
}

bool Facts::nonNegative(const Value* v, int depth) const {
  int64_t c;
  if (isConst(v, c)) return c >= 0;
  if (depth > 4) return false;
  if (isLength(v)) return true;
  for (const Fact& f : list_) {
    if (f.b == v && f.a && !f.isUnsigned && isConst(f.a, c) && (c >= 0 || (c == -1 && !f.orEqual))) return true;
    if (f.a == v && f.isUnsigned && nonNegative(f.b, depth + 1)) return true;  // below a number that is not negative
  }
  switch (v->op) {
    case SOp::ExtU8: case SOp::ExtU16: case SOp::ExtU32: case SOp::Clz: case SOp::Ctz: case SOp::Popcnt: return true;
    case SOp::Eq: case SOp::Ne: case SOp::LtS: case SOp::LeS: case SOp::LtU: case SOp::LeU: return true;
    case SOp::Load: return v->width == Width::U8 || v->width == Width::U16 || v->width == Width::U32;
    case SOp::And: return nonNegative(v->args[0], depth + 1) || nonNegative(v->args[1], depth + 1);
    case SOp::Shr: return isConst(v->args[1], c) ? c > 0 || nonNegative(v->args[0], depth + 1) : nonNegative(v->args[0], depth + 1);
    case SOp::Sar: case SOp::DivU: case SOp::RemU: return nonNegative(v->args[0], depth + 1) && (v->op != SOp::RemU || nonNegative(v->args[1], depth + 1));
    case SOp::DivS: case SOp::RemS: return nonNegative(v->args[0], depth + 1) && (v->op == SOp::RemS || nonNegative(v->args[1], depth + 1));
    case SOp::Phi:
      if (const Value* start = counterStart(v, true, depth)) return nonNegative(start, depth + 1);
      return false;
    default: {
      const Value* x;
      // What is above something, less as much.
      if (isStep(v, x, c) && c < 0 && c > -kSmallStep) {
        auto least = lowerBound(v, depth + 1);
        return least && *least >= 0;
      }
      // One step of a counter that is not negative.
      return isStep(v, x, c) && c > 0 && c < kSmallStep && x->op == SOp::Phi && counterStart(x, true, depth) && nonNegative(x, depth + 1);
    }
  }
}

/// a < b (or <=), signed.
bool Facts::below(const Value* a, const Value* b, bool orEqual, int depth) const {
  if (a == b && orEqual) return true;
  int64_t x, y;
  if (isConst(a, x) && isConst(b, y)) return orEqual ? x <= y : x < y;
  if (depth > 3) return false;
  if (isConst(a, x)) {
    auto least = lowerBound(b, depth);
    if (least && (orEqual ? x <= *least : x < *least)) return true;
  }
  // Constant bounds of the operation itself.
  if (isConst(b, y)) {
    int64_t c;
    if (a->op == SOp::And && isConst(a->args[1], c) && c >= 0 && (orEqual ? c <= y : c < y)) return true;
    if (a->op == SOp::ExtU8 && y > 255) return true;
    if (a->op == SOp::Load && a->width == Width::U8 && y > 255) return true;
    if (a->op == SOp::ExtU16 && y > 65535) return true;
    if (a->op == SOp::RemU && isConst(a->args[1], c) && c > 0 && (orEqual ? c - 1 <= y : c - 1 < y)) return true;
    if (a->op == SOp::RemS && isConst(a->args[1], c) && c > 0 && (orEqual ? c - 1 <= y : c - 1 < y)) return true;
  }
  for (const Fact& f : list_) {
    if (f.a != a) continue;
    if (f.isUnsigned && !nonNegative(f.b)) continue;   // both are then not negative: the same as signed
    bool strict = !f.orEqual;
    if (f.b == b) {
      if (orEqual || strict) return true;
    } else if (below(f.b, b, orEqual || strict, depth + 1)) {
      return true;
    }
  }
  const Value* p;
  int64_t c;
  // x - c < x, unless it comes round; the start of a counter that goes down is its greatest value.
  if (isStep(a, p, c) && c < 0 && c > -kSmallStep && (nonNegative(p, depth + 1) || moderate(p, depth + 1)) && below(p, b, true, depth + 1)) return true;
  if (const Value* start = counterStart(a, false, depth)) return below(start, b, orEqual, depth + 1);
  return false;
}

int Facts::decide(const Value* v) const {
  if (v->op == SOp::Const) return v->aux != 0;
  if (v->args.size() != 2) return -1;
  const Value *a = v->args[0], *b = v->args[1];
  switch (v->op) {
    case SOp::LtS: return below(a, b, false, 0) ? 1 : below(b, a, true, 0) ? 0 : -1;
    case SOp::LeS: return below(a, b, true, 0) ? 1 : below(b, a, false, 0) ? 0 : -1;
    case SOp::LtU: return inBounds(a, b) ? 1 : atMost(b, a) ? 0 : -1;
    case SOp::Eq: case SOp::Ne: {
      int equal = below(a, b, false, 0) || below(b, a, false, 0) ? 0 : below(a, b, true, 0) && below(b, a, true, 0) ? 1 : -1;
      return equal < 0 ? -1 : equal == (v->op == SOp::Eq);
    }
    default: return -1;
  }
}

bool Facts::inBounds(const Value* i, const Value* n) const {
  for (const Fact& f : list_)
    if (f.a == i && f.b == n && f.isUnsigned && !f.orEqual) return true;
  return below(i, n, false, 0) && nonNegative(i);
}

bool Facts::atMost(const Value* a, const Value* b) const {
  if (a == b) return true;
  for (const Fact& f : list_)
    if (f.a == a && f.b == b && f.isUnsigned) return true;
  return below(a, b, true, 0) && nonNegative(a);
}

}  // namespace burrow::jit
