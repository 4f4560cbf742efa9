// Division: traps, and complex numbers.
#include <bit>
#include <cmath>

#include "vm/interp/slow.h"

namespace burrow::vm {

Next slowDivide(Goroutine& g, const Insn*, Slot*) { return raiseDivide(g); }
Next slowShift(Goroutine& g, const Insn*, Slot*) { return raiseShift(g); }

namespace {

bool finite(double x) { return std::isfinite(x); }
/// An operand of an infinite quotient: signed one for infinities, signed zero for the rest.
double unitOrZero(double x) { return std::copysign(std::isinf(x) ? 1.0 : 0.0, x); }

struct Complex {
  double re, im;
};

/// Smith's method, with C99's treatment of infinities and NaNs as gc has it.
Complex divide(Complex n, Complex m) {
  double e, f;
  if (std::fabs(m.re) >= std::fabs(m.im)) {
    double ratio = m.im / m.re, denom = m.re + ratio * m.im;
    e = (n.re + n.im * ratio) / denom;
    f = (n.im - n.re * ratio) / denom;
  } else {
    double ratio = m.re / m.im, denom = m.im + ratio * m.re;
    e = (n.re * ratio + n.im) / denom;
    f = (n.im * ratio - n.re) / denom;
  }
  if (std::isnan(e) && std::isnan(f)) {
    double a = n.re, b = n.im, c = m.re, d = m.im;
    if (c == 0 && d == 0 && (!std::isnan(a) || !std::isnan(b))) {
      e = std::copysign(INFINITY, c) * a;
      f = std::copysign(INFINITY, c) * b;
    } else if ((std::isinf(a) || std::isinf(b)) && finite(c) && finite(d)) {
      a = unitOrZero(a), b = unitOrZero(b);
      e = INFINITY * (a * c + b * d);
      f = INFINITY * (b * c - a * d);
    } else if ((std::isinf(c) || std::isinf(d)) && finite(a) && finite(b)) {
      c = unitOrZero(c), d = unitOrZero(d);
      e = 0 * (a * c + b * d);
      f = 0 * (b * c - a * d);
    }
  }
  return {e, f};
}

}  // namespace

Next slowDivC128(Goroutine&, const Insn* pc, Slot* r) {
  auto get = [&](unsigned reg) { return Complex{std::bit_cast<double>(r[reg]), std::bit_cast<double>(r[reg + 1])}; };
  Complex q = divide(get(pc->b), get(pc->c));
  r[pc->a] = std::bit_cast<Slot>(q.re);
  r[pc->a + 1u] = std::bit_cast<Slot>(q.im);
  return Next::Run;
}

}  // namespace burrow::vm
