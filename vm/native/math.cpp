// What package math has in assembly on amd64, and the inner loops of long arithmetic.
// Results are the same to the last bit: never let the compiler contract.

#include <cfloat>
#include <cmath>

#include "vm/native/native.h"

namespace burrow::vm {
namespace {

/// gc's exp on processors with fused multiply-add. Argument reduction by multiples of ln 2 and by 16, a Taylor polynomial of
/// degree 8 in Horner form for e^r - 1, then four squarings in the shape x(x + 2). (N. Shibata, "Efficient evaluation methods of
/// elementary functions suitable for SIMD computation", ISC 2010.)
double expFma(double x) {
  if (std::isnan(x) || x == HUGE_VAL) return x;
  if (x == -HUGE_VAL) return 0;
  if (x > 7.09782712893384e+02) return HUGE_VAL;
  // Conversion to a 32-bit integer rounds to nearest, and gives the smallest integer when it does not fit.
  double scaled = 1.4426950408889634073599246810018920 * x;
  int32_t k = std::fabs(scaled) < 2147483648.0 ? static_cast<int32_t>(std::nearbyint(scaled)) : INT32_MIN;
  double n = k;
  double r = std::fma(-n, 0.69314718055966295651160180568695068359375, x);
  r = std::fma(-n, 0.28235290563031577122588448175013436025525412068e-12, r);
  r *= 0.0625;
  double t = 2.4801587301587301587e-5;
  for (double c : {1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3, 4.1666666666666666667e-2,
                   1.6666666666666666667e-1, 0.5, 1.0}) {
    t = std::fma(t, r, c);
  }
  double y = r * t;
  for (int i = 0; i < 3; ++i) y *= y + 2.0;
  y = std::fma(y, y + 2.0, 1.0);
  // y * 2^k; the exponent arithmetic is that of 32-bit registers.
  int32_t e = static_cast<int32_t>(static_cast<uint32_t>(k) + 0x3ff);
  if (e >= 0x7ff) return HUGE_VAL;
  if (e > 0) return y * std::bit_cast<double>(static_cast<uint64_t>(e) << 52);
  if (e < -52) return 0;
  y *= std::bit_cast<double>(static_cast<uint64_t>(e + 0x3fe) << 52);
  return y * std::bit_cast<double>(uint64_t{1} << 52);
}

/// FreeBSD's logarithm: x = 2^k * f with sqrt(2)/2 <= f < sqrt(2); log(f) = log(1+s) - log(1-s) with s = (f-1)/(f+1).
double logReduced(double x) {
  if (std::isnan(x) || x == HUGE_VAL) return x;
  if (x < 0) return std::nan("");
  if (x == 0) return -HUGE_VAL;
  int ki;
  double f1 = std::frexp(x, &ki);
  if (f1 < M_SQRT2 / 2) {
    f1 *= 2;
    --ki;
  }
  double f = f1 - 1, k = ki;
  double s = f / (2 + f), s2 = s * s, s4 = s2 * s2;
  double t1 = s2 * (6.666666666666735130e-01 + s4 * (2.857142874366239149e-01 + s4 * (1.818357216161805012e-01 + s4 * 1.479819860511658591e-01)));
  double t2 = s4 * (3.999999999940941908e-01 + s4 * (2.222219843214978396e-01 + s4 * 1.531383769920937332e-01));
  double r = t1 + t2, hfsq = 0.5 * f * f;
  return k * 6.93147180369123816490e-01 - ((hfsq - (s * (hfsq + r) + k * 1.90821492927058770002e-10)) - f);
}

double hypot(double p, double q) {
  if (std::isinf(p) || std::isinf(q)) return HUGE_VAL;
  if (std::isnan(p) || std::isnan(q)) return std::nan("");
  p = std::fabs(p);
  q = std::fabs(q);
  if (p < q) std::swap(p, q);
  if (p == 0) return 0;
  q /= p;
  return p * std::sqrt(1 + q * q);
}

double maxOf(double x, double y) {
  if (x == HUGE_VAL || y == HUGE_VAL) return HUGE_VAL;
  if (std::isnan(x) || std::isnan(y)) return std::bit_cast<double>(uint64_t{0x7FF8000000000001});
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}
double minOf(double x, double y) {
  if (x == -HUGE_VAL || y == -HUGE_VAL) return -HUGE_VAL;
  if (std::isnan(x) || std::isnan(y)) return std::bit_cast<double>(uint64_t{0x7FF8000000000001});
  if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  return x < y ? x : y;
}

template <double (*F)(double)>
Next unary(Goroutine&, Slot* a) {
  a[1] = slotOfDouble(F(asDouble(a[0])));
  return Next::Run;
}
template <double (*F)(double, double)>
Next binary(Goroutine&, Slot* a) {
  a[2] = slotOfDouble(F(asDouble(a[0]), asDouble(a[1])));
  return Next::Run;
}

double floorOf(double x) { return std::floor(x); }
double ceilOf(double x) { return std::ceil(x); }
double truncOf(double x) { return std::trunc(x); }
double sqrtOf(double x) { return std::sqrt(x); }

NATIVE(fma3) {
  a[3] = slotOfDouble(std::fma(asDouble(a[0]), asDouble(a[1]), asDouble(a[2])));
  return Next::Run;
}

/// z += x * y for numbers of `bits` bits, least significant word first; the carry. Time does not depend on the values.
template <unsigned bits>
Next addMul(Goroutine&, Slot* a) {
  auto* z = as<uint64_t>(a[0]);
  auto* x = as<const uint64_t>(a[1]);
  uint64_t y = a[2], carry = 0;
  for (unsigned i = 0; i < bits / 64; ++i) {
    unsigned __int128 t = static_cast<unsigned __int128>(x[i]) * y + z[i] + carry;
    z[i] = static_cast<uint64_t>(t);
    carry = static_cast<uint64_t>(t >> 64);
  }
  a[3] = carry;
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"crypto/internal/fips140/bigmod.addMulVVW1024", addMul<1024>},
    {"crypto/internal/fips140/bigmod.addMulVVW1536", addMul<1536>},
    {"crypto/internal/fips140/bigmod.addMulVVW2048", addMul<2048>},
    {"math.archExp", unary<expFma>},    {"math.archLog", unary<logReduced>},  {"math.archFloor", unary<floorOf>},
    {"math.archCeil", unary<ceilOf>},   {"math.archTrunc", unary<truncOf>},   {"math.archSqrt", unary<sqrtOf>},
    {"math.archHypot", binary<hypot>},  {"math.archMax", binary<maxOf>},      {"math.archMin", binary<minOf>},
    {"math.archFMA", fma3},
};

}  // namespace

void registerMath() { addNatives(kTable); }

}  // namespace burrow::vm
