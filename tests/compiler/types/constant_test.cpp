// Constant arithmetic: exactness, kinds, rounding, and how values look in messages.
#include "compiler/types/constant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace burrow::constant {
namespace {

using syntax::LitKind;

Value i(std::string_view text) {
  return makeFromLiteral(text, LitKind::Int);
}
Value f(std::string_view text) {
  return makeFromLiteral(text, LitKind::Float);
}
Value im(std::string_view text) {
  return makeFromLiteral(text, LitKind::Imag);
}
Value s(std::string_view text) {
  return makeFromLiteral(text, LitKind::String);
}
Value op(Value x, Operator o, Value y) {
  return binaryOp(x, o, y);
}

TEST(Constant, IntegerLiterals) {
  EXPECT_EQ(exactString(i("0")), "0");
  EXPECT_EQ(exactString(i("017")), "15");
  EXPECT_EQ(exactString(i("0o17")), "15");
  EXPECT_EQ(exactString(i("0b1010_1010")), "170");
  EXPECT_EQ(exactString(i("0xDead_Beef")), "3735928559");
  EXPECT_EQ(exactString(i("9223372036854775807")), "9223372036854775807");
  EXPECT_EQ(exactString(i("9223372036854775808")), "9223372036854775808");
  EXPECT_EQ(exactString(i("0xffffffffffffffffffffffff")), "79228162514264337593543950335");
  EXPECT_EQ(i("08"), nullptr);
  EXPECT_EQ(i("0x"), nullptr);
}

TEST(Constant, FloatLiterals) {
  EXPECT_EQ(exactString(f("0.1")), "1/10");
  EXPECT_EQ(exactString(f("1_0.25e1")), "205/2");
  EXPECT_EQ(exactString(f("0x1p-2")), "1/4");
  EXPECT_EQ(exactString(f("0X.8p1")), "1");
  EXPECT_EQ(exactString(f("010.5")), "21/2");  // no octal here
  EXPECT_EQ(exactString(f("0e99999999")), "0");
  // Underflow is zero, not an hour of arithmetic; overflow is an error.
  EXPECT_EQ(sign(f("1e-1000000000")), 0);
  EXPECT_EQ(f("1e1000000000"), nullptr);
  EXPECT_EQ(f("1e99999999999999999999"), nullptr);
  // Beyond the size of fractions a float keeps 512 bits.
  Value big = f("1e2000");
  EXPECT_EQ(big->kind(), ConstKind::Float);
  EXPECT_EQ(toString(big), "1e+2000");
  EXPECT_EQ(toString(f("2.5e-3000")), "2.5e-3000");
}

TEST(Constant, OtherLiterals) {
  EXPECT_EQ(exactString(im("08i")), "(0 + 8i)");  // decimal for old programs' sake
  EXPECT_EQ(exactString(im("0x10i")), "(0 + 16i)");
  EXPECT_EQ(exactString(im("1.5i")), "(0 + 3/2i)");
  EXPECT_EQ(int64Val(makeFromLiteral("'a'", LitKind::Rune)), 97);
  EXPECT_EQ(int64Val(makeFromLiteral("'\\''", LitKind::Rune)), 39);
  EXPECT_EQ(int64Val(makeFromLiteral("'世'", LitKind::Rune)), 0x4e16);
  EXPECT_EQ(int64Val(makeFromLiteral("'\\U0001F600'", LitKind::Rune)), 0x1F600);
  EXPECT_EQ(stringVal(s("\"a\\tb\\x41\\101\\u00e9\"")), "a\tbAA\xc3\xa9");
  EXPECT_EQ(stringVal(s("\"\\xff\"")), "\xff");
  EXPECT_EQ(stringVal(s("`a\\n\r\nb`")), "a\\n\nb");  // carriage returns vanish from raw strings
}

TEST(Constant, IntegersDoNotOverflow) {
  Value max = makeInt64(std::numeric_limits<int64_t>::max());
  Value min = makeInt64(std::numeric_limits<int64_t>::min());
  EXPECT_EQ(exactString(op(max, Operator::Add, makeInt64(1))), "9223372036854775808");
  EXPECT_EQ(exactString(op(min, Operator::Sub, makeInt64(1))), "-9223372036854775809");
  EXPECT_EQ(exactString(op(max, Operator::Mul, max)), "85070591730234615847396907784232501249");
  EXPECT_EQ(exactString(unaryOp(Operator::Sub, min, 0)), "9223372036854775808");
  EXPECT_EQ(exactString(binaryOp(min, Operator::Div, makeInt64(-1), true)), "9223372036854775808");
  // Back in range they are small again.
  Value back = op(op(max, Operator::Add, max), Operator::Sub, max);
  EXPECT_EQ(int64Val(back), std::numeric_limits<int64_t>::max());
  EXPECT_FALSE(int64Val(makeUint64(1ull << 63)).has_value());
  EXPECT_EQ(uint64Val(makeUint64(~0ull)), ~0ull);
  EXPECT_FALSE(uint64Val(makeInt64(-1)).has_value());
}

TEST(Constant, DivisionAndBits) {
  EXPECT_EQ(exactString(binaryOp(makeInt64(-7), Operator::Div, makeInt64(2), true)), "-3");
  EXPECT_EQ(exactString(binaryOp(makeInt64(-7), Operator::Rem, makeInt64(2))), "-1");
  EXPECT_EQ(exactString(binaryOp(makeInt64(7), Operator::Div, makeInt64(2))), "7/2");
  EXPECT_EQ(exactString(op(makeInt64(-1), Operator::AndNot, i("0xff"))), "-256");
  EXPECT_EQ(exactString(op(i("0x10000000000000000"), Operator::Xor, makeInt64(-1))),
            "-18446744073709551617");
  EXPECT_EQ(exactString(unaryOp(Operator::Xor, makeInt64(0), 8)), "255");
  EXPECT_EQ(exactString(unaryOp(Operator::Xor, makeInt64(5), 0)), "-6");
  EXPECT_EQ(exactString(shift(makeInt64(1), Operator::Shl, 100)),
            "1267650600228229401496703205376");
  EXPECT_EQ(exactString(shift(makeInt64(-5), Operator::Shr, 1)), "-3");
  EXPECT_EQ(exactString(shift(makeInt64(-5), Operator::Shr, 200)), "-1");
  EXPECT_EQ(bitLen(makeInt64(std::numeric_limits<int64_t>::min())), 64);
  EXPECT_EQ(bitLen(shift(makeInt64(1), Operator::Shl, 512)), 513);
}

TEST(Constant, FractionsAreExact) {
  Value third = op(f("1.0"), Operator::Div, f("3.0"));
  EXPECT_EQ(exactString(third), "1/3");
  EXPECT_TRUE(compare(op(third, Operator::Mul, makeInt64(3)), Operator::Eql, makeInt64(1)));
  Value sum = op(f("0.1"), Operator::Add, f("0.2"));
  EXPECT_TRUE(compare(sum, Operator::Eql, f("0.3")));
  EXPECT_EQ(int64Val(toInt(op(f("2.5"), Operator::Mul, f("4.0")))), 10);
  EXPECT_EQ(toInt(f("2.5"))->kind(), ConstKind::Unknown);
}

TEST(Constant, BigFloatsRoundToIntegers) {
  // (1e-1500 * 1e1500) is an integer but for the last bits of a 512-bit mantissa.
  Value x = op(f("3e-1500"), Operator::Mul, f("1e1500"));
  EXPECT_EQ(int64Val(toInt(x)), 3);
  EXPECT_EQ(toInt(f("1e1500"))->kind(), ConstKind::Unknown);  // too large to be written out
}

TEST(Constant, Rounding) {
  EXPECT_EQ(float64Val(f("0.1")), 0.1);
  EXPECT_EQ(float64Val(f("1e308")), 1e308);
  EXPECT_TRUE(std::isinf(float64Val(f("1.8e308"))));
  EXPECT_EQ(float64Val(f("4.9406564584124654e-324")), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(float64Val(f("2.4703282292062327e-324")), 0);  // just below half of the smallest
  EXPECT_EQ(float64Val(f("2.4703282292062328e-324")), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(float64Val(f("2.2250738585072011e-308")), 2.2250738585072011e-308);
  EXPECT_EQ(float64Val(i("9007199254740993")), 9007199254740992.0);  // ties to even
  EXPECT_EQ(float64Val(i("9007199254740995")), 9007199254740996.0);
  EXPECT_EQ(float32Val(f("0.1")), 0.1f);
  EXPECT_EQ(float32Val(f("3.4028234663852886e38")), std::numeric_limits<float>::max());
  EXPECT_TRUE(std::isinf(float32Val(f("3.4028236e38"))));
  EXPECT_EQ(float32Val(f("1e-45")), std::numeric_limits<float>::denorm_min());
  // A double rounding would give 16777218.
  EXPECT_EQ(float32Val(f("16777217.0000000001")), 16777218.0f);
  EXPECT_EQ(float32Val(f("16777217.0")), 16777216.0f);
  EXPECT_EQ(roundToFloat64(f("1e400"))->kind(), ConstKind::Unknown);
  EXPECT_EQ(exactString(roundToFloat32(f("0.1"))), "13421773/134217728");
}

TEST(Constant, Complex) {
  Value z = op(makeInt64(1), Operator::Add, im("2i"));
  EXPECT_EQ(exactString(op(z, Operator::Mul, z)), "(-3 + 4i)");
  EXPECT_EQ(exactString(op(z, Operator::Div, z)), "(1 + 0i)");
  EXPECT_TRUE(compare(toFloat(op(z, Operator::Sub, im("2i"))), Operator::Eql, makeInt64(1)));
  EXPECT_EQ(toFloat(z)->kind(), ConstKind::Unknown);
  EXPECT_EQ(int64Val(toInt(op(z, Operator::Sub, im("2i")))), 1);
  EXPECT_TRUE(compare(z, Operator::Neq, makeInt64(1)));
  EXPECT_EQ(sign(op(z, Operator::Sub, z)), 0);
}

TEST(Constant, Strings) {
  Value text = s("\"\"");
  for (int n = 0; n < 20000; ++n) text = op(text, Operator::Add, s("\"ab\""));
  EXPECT_EQ(stringVal(text).size(), 40000u);
  EXPECT_EQ(stringVal(text).substr(0, 4), "abab");
  EXPECT_TRUE(compare(s("\"abc\""), Operator::Lss, s("\"abd\"")));
  EXPECT_TRUE(compare(s("\"\\xff\""), Operator::Gtr, s("\"a\"")));
}

TEST(Constant, Messages) {
  EXPECT_EQ(toString(makeUnknown()), "unknown");
  EXPECT_EQ(toString(makeBool(true)), "true");
  EXPECT_EQ(toString(s("\"a\\n\\\"\\x00é\\ufeff\"")), "\"a\\n\\\"\\x00é\\ufeff\"");
  EXPECT_EQ(toString(makeString(std::string(100, 'x'))), "\"" + std::string(68, 'x') + "...");
  EXPECT_EQ(toString(makeString(std::string(70, 'x'))), "\"" + std::string(70, 'x') + "\"");
  EXPECT_EQ(toString(f("0.1")), "0.1");
  EXPECT_EQ(toString(f("1e6")), "1e+06");
  EXPECT_EQ(toString(f("123456.7")), "123456.7");  // six digits would look like an integer
  EXPECT_EQ(toString(f("1234567.8")), "1.23457e+06");
  EXPECT_EQ(toString(f("1e-7")), "1e-07");
  EXPECT_EQ(toString(f("1e500")), "1e+500");
  EXPECT_EQ(toString(unaryOp(Operator::Sub, f("1e500"), 0)), "-1e+500");
  EXPECT_EQ(toString(op(makeInt64(1), Operator::Add, im("2.5i"))), "(1 + 2.5i)");
}

TEST(Constant, NegativeZeroIsZero) {
  EXPECT_EQ(std::signbit(float64Val(makeFloat64(-0.0))), false);
  EXPECT_EQ(std::signbit(float64Val(unaryOp(Operator::Sub, f("0.0"), 0))), false);
  EXPECT_EQ(makeFloat64(INFINITY)->kind(), ConstKind::Unknown);
  EXPECT_EQ(makeFloat64(NAN)->kind(), ConstKind::Unknown);
}

TEST(Constant, UnknownSpreads) {
  Value u = makeUnknown();
  EXPECT_EQ(op(u, Operator::Add, makeInt64(1))->kind(), ConstKind::Unknown);
  EXPECT_FALSE(compare(u, Operator::Eql, u));
  EXPECT_EQ(sign(u), 1);  // so that nothing is reported as a division by zero
  EXPECT_EQ(shift(u, Operator::Shl, 3)->kind(), ConstKind::Unknown);
}

TEST(Constant, BinaryForm) {
  for (Value v :
       {makeUnknown(), makeBool(false), makeBool(true), makeString(""), makeString("a\0b"),
        makeInt64(0), makeInt64(-1), makeInt64(std::numeric_limits<int64_t>::min()),
        makeUint64(~0ull), i("0x123456789abcdef0123456789"),
        unaryOp(Operator::Sub, i("0x123456789abcdef0123456789"), 0), f("0.1"),
        unaryOp(Operator::Sub, f("0.1"), 0), f("1e3000"), f("1e-3000"),
        op(f("1e-3000"), Operator::Sub, f("1e-3000")), im("2.5i")}) {
    Value w = decode(encode(v));
    EXPECT_EQ(w->kind(), v->kind()) << exactString(v);
    EXPECT_EQ(exactString(w), exactString(v));
  }
}

}  // namespace
}  // namespace burrow::constant
