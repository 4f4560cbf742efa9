// Each arithmetic opcode against C++ on operands at the edges.
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "tests/vm/assembler.h"

namespace burrow::testing {

namespace {

using vm::Closure;

template <class T>
uint64_t ext(T v) {
  if constexpr (std::is_signed_v<T>) return static_cast<uint64_t>(static_cast<int64_t>(v));
  return static_cast<uint64_t>(v);
}

using Expect = std::function<uint64_t(uint64_t, uint64_t)>;
struct Case {
  Op op;
  Expect expect;
  bool narrow;           ///< operands are extended from `extend`
  Expect extend;         ///< (value, unused) → operand as the opcode's type keeps it
  bool needsDivisor = false;
};

template <class T>
Expect extender() {
  return [](uint64_t v, uint64_t) { return ext(static_cast<T>(v)); };
}

template <class T>
void addWidth(std::vector<Case>& cases, Op add, Op sub, Op mul, Op shl) {
  auto push = [&](Op op, Expect e) { cases.push_back({op, std::move(e), true, extender<T>()}); };
  push(add, [](uint64_t x, uint64_t y) { return ext(static_cast<T>(x + y)); });
  push(sub, [](uint64_t x, uint64_t y) { return ext(static_cast<T>(x - y)); });
  push(mul, [](uint64_t x, uint64_t y) { return ext(static_cast<T>(x * y)); });
  push(shl, [](uint64_t x, uint64_t y) { return y >= sizeof(T) * 8 ? 0 : ext(static_cast<T>(x << y)); });
}

template <class T>
void addSigned(std::vector<Case>& cases, Op div, Op rem) {
  auto quotient = [](uint64_t x, uint64_t y) {
    auto a = static_cast<__int128>(static_cast<int64_t>(x)), b = static_cast<__int128>(static_cast<int64_t>(y));
    return ext(static_cast<T>(a / b));
  };
  auto remainder = [](uint64_t x, uint64_t y) {
    auto a = static_cast<__int128>(static_cast<int64_t>(x)), b = static_cast<__int128>(static_cast<int64_t>(y));
    return ext(static_cast<T>(a % b));
  };
  cases.push_back({div, quotient, true, extender<T>(), true});
  cases.push_back({rem, remainder, true, extender<T>(), true});
}

std::vector<Case> allCases() {
  std::vector<Case> c;
  addWidth<int8_t>(c, Op::AddI8, Op::SubI8, Op::MulI8, Op::ShlI8);
  addWidth<int16_t>(c, Op::AddI16, Op::SubI16, Op::MulI16, Op::ShlI16);
  addWidth<int32_t>(c, Op::AddI32, Op::SubI32, Op::MulI32, Op::ShlI32);
  addWidth<int64_t>(c, Op::AddI64, Op::SubI64, Op::MulI64, Op::ShlI64);
  addWidth<uint8_t>(c, Op::AddU8, Op::SubU8, Op::MulU8, Op::ShlU8);
  addWidth<uint16_t>(c, Op::AddU16, Op::SubU16, Op::MulU16, Op::ShlU16);
  addWidth<uint32_t>(c, Op::AddU32, Op::SubU32, Op::MulU32, Op::ShlU32);
  addSigned<int8_t>(c, Op::DivI8, Op::RemI64);
  addSigned<int16_t>(c, Op::DivI16, Op::RemI64);
  addSigned<int32_t>(c, Op::DivI32, Op::RemI64);
  addSigned<int64_t>(c, Op::DivI64, Op::RemI64);
  auto wide = [&](Op op, Expect e, bool divisor = false) {
    c.push_back({op, std::move(e), false, extender<uint64_t>(), divisor});
  };
  auto s = [](uint64_t v) { return static_cast<int64_t>(v); };
  wide(Op::DivU64, [](uint64_t x, uint64_t y) { return x / y; }, true);
  wide(Op::RemU64, [](uint64_t x, uint64_t y) { return x % y; }, true);
  wide(Op::ShrI64, [s](uint64_t x, uint64_t y) { return ext(y > 63 ? (s(x) < 0 ? int64_t{-1} : 0) : s(x) >> y); });
  wide(Op::ShrU64, [](uint64_t x, uint64_t y) { return y > 63 ? 0 : x >> y; });
  wide(Op::And, [](uint64_t x, uint64_t y) { return x & y; });
  wide(Op::Or, [](uint64_t x, uint64_t y) { return x | y; });
  wide(Op::Xor, [](uint64_t x, uint64_t y) { return x ^ y; });
  wide(Op::AndNot, [](uint64_t x, uint64_t y) { return x & ~y; });
  wide(Op::MinI64, [s](uint64_t x, uint64_t y) { return ext(std::min(s(x), s(y))); });
  wide(Op::MaxU64, [](uint64_t x, uint64_t y) { return std::max(x, y); });
  wide(Op::LtI64, [s](uint64_t x, uint64_t y) { return uint64_t{s(x) < s(y)}; });
  wide(Op::LeU64, [](uint64_t x, uint64_t y) { return uint64_t{x <= y}; });
  wide(Op::RotL64, [](uint64_t x, uint64_t y) { return std::rotl(x, static_cast<int>(y & 63)); });
  return c;
}

}  // namespace

TEST(Arith, IntegersAtTheEdges) {
  std::vector<Case> cases = allCases();
  ImageBuilder image("arith", "arith");
  for (const char* v : {"arith.x", "arith.y", "arith.z"}) image.addBss(v, 8, 8, {});
  for (size_t i = 0; i < cases.size(); i++) {
    Code c(image, "arith.f" + std::to_string(i), 5);
    c.op(Op::LoadSym, 0);
    c.sym("arith.x");
    c.op(Op::Load64, 1, 0, 0);
    c.op(Op::LoadSym, 0);
    c.sym("arith.y");
    c.op(Op::Load64, 2, 0, 0);
    c.op(cases[i].op, 3, 1, 2);
    c.op(Op::LoadSym, 0);
    c.sym("arith.z");
    c.op(Op::Store64, 0, 3, 0);
    c.op(Op::Return);
    c.finish();
  }
  ASSERT_TRUE(load(image));
  const uint64_t values[] = {0, 1, 2, 7, 8, 31, 63, 64, 127, 128, 255, 256, 32767, 32768, 65535, 0x7fffffff, 0x80000000, 0xffffffff,
                             0x7fffffffffffffff, 0x8000000000000000, ~uint64_t{0}, ~uint64_t{0} - 1, 0x123456789abcdef};
  for (size_t i = 0; i < cases.size(); i++) {
    const Case& c = cases[i];
    bool shift = opInfo(c.op).name.starts_with("Sh");
    for (uint64_t x : values) {
      for (uint64_t y : values) {
        uint64_t a = c.extend(x, 0), b = shift ? y : c.extend(y, 0);
        if (c.needsDivisor && b == 0) continue;
        global("arith.x") = a;
        global("arith.y") = b;
        run("arith.f" + std::to_string(i));
        ASSERT_EQ(global("arith.z"), c.expect(a, b)) << opInfo(c.op).name << " " << a << " " << b;
      }
    }
  }
}

TEST(Arith, FloatConversionsOutOfRange) {
  const Op ops[] = {Op::F64ToI64, Op::F64ToU64, Op::F64ToI32, Op::F64ToU32};
  ImageBuilder image("conv", "conv");
  for (const char* v : {"conv.x", "conv.z"}) image.addBss(v, 8, 8, {});
  for (unsigned i = 0; i < 4; i++) {
    Code c(image, "conv.f" + std::to_string(i), 4);
    c.op(Op::LoadSym, 0);
    c.sym("conv.x");
    c.op(Op::Load64, 1, 0, 0);
    c.op(ops[i], 2, 1);
    c.op(Op::LoadSym, 0);
    c.sym("conv.z");
    c.op(Op::Store64, 0, 2, 0);
    c.op(Op::Return);
    c.finish();
  }
  ASSERT_TRUE(load(image));
  auto convert = [&](unsigned op, double d) {
    global("conv.x") = std::bit_cast<uint64_t>(d);
    run("conv.f" + std::to_string(op));
    return global("conv.z");
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr uint64_t k63 = uint64_t{1} << 63;
  EXPECT_EQ(convert(0, -1.9), ~uint64_t{0});
  EXPECT_EQ(convert(0, 1e20), k63);
  EXPECT_EQ(convert(0, nan), k63);
  EXPECT_EQ(convert(1, -1), ~uint64_t{0});
  EXPECT_EQ(convert(1, 1e19), uint64_t{10000000000000000000u});
  EXPECT_EQ(convert(1, nan), k63);
  EXPECT_EQ(convert(1, -1e20), k63);
  EXPECT_EQ(convert(1, 1e30), k63);
  EXPECT_EQ(convert(2, 3e9), ext(std::numeric_limits<int32_t>::min()));
  EXPECT_EQ(convert(3, 4294967297.0), 1u);
  EXPECT_EQ(convert(3, -1), 0xffffffffu);
}

}  // namespace burrow::testing
