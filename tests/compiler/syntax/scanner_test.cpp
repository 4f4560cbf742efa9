// Tokens, automatic semicolons, literals and their errors.
#include "compiler/syntax/scanner.h"

#include <gtest/gtest.h>

#include "tests/compiler/syntax/parse_util.h"

namespace burrow::syntax {
namespace {

class TestScanner final : public Scanner {
 public:
  explicit TestScanner(std::string_view padded) : Scanner(padded, Pos(1, 1, 1)) {}
  std::string errors;

 private:
  void onError(Pos at, std::string text) override {
    errors += std::to_string(at.line()) + ":" + std::to_string(at.col()) + " " + text + "\n";
  }
  void onDirective(Pos /*at*/, std::string_view text, Pos /*after*/, bool alone) override {
    errors += "directive " + std::string(text) + (alone ? "" : " (not alone)") + "\n";
  }
};

/// All tokens, one word each; names and literals as spelled, semicolons by how they came about.
std::string tokens(std::string text, std::string* errors = nullptr) {
  size_t size = text.size();
  text.resize(size + 16, '\0');
  TestScanner s({text.data(), size});
  std::string out;
  for (s.next(); s.tok != Token::EndOfFile; s.next()) {
    if (!out.empty()) out += ' ';
    switch (s.tok) {
      case Token::Name:
      case Token::Literal:
        out += s.lit;
        break;
      case Token::Semi:
        out += s.lit == "semicolon" ? ";" : "<" + std::string(s.lit) + ">";
        break;
      case Token::Operator:
        out += operatorText(s.op);
        break;
      case Token::AssignOp:
        out += std::string(operatorText(s.op)) + "=";
        break;
      case Token::IncOp:
        out += std::string(operatorText(s.op)) + std::string(operatorText(s.op));
        break;
      default:
        out += tokenText(s.tok);
    }
  }
  if (errors) {
    *errors = s.errors;
  } else {
    EXPECT_EQ(s.errors, "") << text;
  }
  return out;
}

std::string scanErrors(std::string text) {
  std::string errors;
  tokens(std::move(text), &errors);
  return errors;
}

TEST(Scanner, Operators) {
  EXPECT_EQ(tokens("+ - * / % & | ^ << >> &^"), "+ - * / % & | ^ << >> &^");
  EXPECT_EQ(tokens("+= -= *= /= %= &= |= ^= <<= >>= &^="), "+= -= *= /= %= &= |= ^= <<= >>= &^=");
  EXPECT_EQ(tokens("&& || <- == < > = ! ~ != <= >= :="), "&& || <- == < > = ! ~ != <= >= :=");
  EXPECT_EQ(tokens("( [ { , . .. ... :"), "( [ { , . . . ... :");
  EXPECT_EQ(tokens("a<-b"), "a <- b <EOF>");
  EXPECT_EQ(tokens("x++--"), "x ++ -- <EOF>");
}

TEST(Scanner, Semicolons) {
  EXPECT_EQ(tokens("a\n"), "a <newline>");
  EXPECT_EQ(tokens("a"), "a <EOF>");
  EXPECT_EQ(tokens("a;"), "a ;");
  EXPECT_EQ(tokens("a // b\n"), "a <newline>");
  EXPECT_EQ(tokens("a /* b */ c"), "a c <EOF>");
  EXPECT_EQ(tokens("a /* b\n */ c"), "a <newline> c <EOF>");
  EXPECT_EQ(tokens("return\nbreak\ngo\n)\n]\n}\n1\n"),
            "return <newline> break <newline> go ) <newline> ] <newline> } <newline> 1 <newline>");
  EXPECT_EQ(tokens("if\n(\n+\n"), "if ( +");
}

TEST(Scanner, Keywords) {
  EXPECT_EQ(
      tokens("break case chan const continue default defer else fallthrough for func go goto if"),
      "break case chan const continue default defer else fallthrough for func go goto if");
  EXPECT_EQ(tokens("import interface map package range select struct switch type var"),
            "import interface map package range select struct switch type var");
  EXPECT_EQ(tokens("breaks cas i iff"), "breaks cas i iff <EOF>");
}

TEST(Scanner, NamesAreInterned) {
  EXPECT_EQ(intern("someName").data(), intern(std::string("some") + "Name").data());
  EXPECT_NE(intern("a").data(), intern("b").data());
  std::string longName(200, 'x');
  EXPECT_EQ(intern(longName), longName);
  EXPECT_EQ(intern(longName).data(), intern(std::string(200, 'x')).data());
  EXPECT_EQ(tokens("größe π _x9"), "größe π _x9 <EOF>");
}

TEST(Scanner, Numbers) {
  std::string good =
      "0 1_000 0x1F 0X_1f 0b101 0o17 017 1. .5 1e9 1E+3 0x1p-2 0x.8p1 3i 0x1p3i 089.5 09i";
  EXPECT_EQ(tokens(good), good + " <EOF>");
}

TEST(Scanner, NumberErrors) {
  EXPECT_EQ(scanErrors("0x"), "1:3 hexadecimal literal has no digits\n");
  EXPECT_EQ(scanErrors("0b12"), "1:4 invalid digit '2' in binary literal\n");
  EXPECT_EQ(scanErrors("089"), "1:2 invalid digit '8' in octal literal\n");
  EXPECT_EQ(scanErrors("1__0"), "1:3 '_' must separate successive digits\n");
  EXPECT_EQ(scanErrors("1_"), "1:2 '_' must separate successive digits\n");
  EXPECT_EQ(scanErrors("0b1.0"), "1:4 invalid radix point in binary literal\n");
  EXPECT_EQ(scanErrors("1e"), "1:3 exponent has no digits\n");
  EXPECT_EQ(scanErrors("1p3"), "1:2 'p' exponent requires hexadecimal mantissa\n");
  EXPECT_EQ(scanErrors("0b1e3"), "1:4 'e' exponent requires decimal mantissa\n");
  EXPECT_EQ(scanErrors("0x1.8"), "1:6 hexadecimal mantissa requires a 'p' exponent\n");
}

TEST(Scanner, Strings) {
  EXPECT_EQ(tokens(R"("a\n\"\x41\u00e9\U0001F600\101")"),
            R"("a\n\"\x41\u00e9\U0001F600\101" <EOF>)");
  EXPECT_EQ(tokens("`a\n\\b` c"), "`a\n\\b` c <EOF>");
  EXPECT_EQ(tokens(R"('a' '\'' '\n' '世' '\x00')"), R"('a' '\'' '\n' '世' '\x00' <EOF>)");
}

TEST(Scanner, StringErrors) {
  EXPECT_EQ(scanErrors("\"ab\nc"), "1:4 newline in string\n");
  EXPECT_EQ(scanErrors("  \"ab"), "1:3 string not terminated\n");
  EXPECT_EQ(scanErrors("`ab\n"), "1:1 string not terminated\n");
  EXPECT_EQ(scanErrors(R"("\q")"), "1:3 unknown escape\n");
  EXPECT_EQ(scanErrors(R"("\'")"), "1:3 unknown escape\n");
  EXPECT_EQ(scanErrors(R"("\x4g")"), "1:5 invalid character 'g' in hexadecimal escape\n");
  EXPECT_EQ(scanErrors(R"("\400")"), "1:6 octal escape value 256 > 255\n");
  EXPECT_EQ(scanErrors(R"("\18")"), "1:4 invalid character '8' in octal escape\n");
  EXPECT_EQ(scanErrors(R"("\uD800")"), "1:8 escape is invalid Unicode code point U+D800\n");
  EXPECT_EQ(scanErrors(R"("\U00110000")"), "1:12 escape is invalid Unicode code point U+110000\n");
  EXPECT_EQ(scanErrors("''"), "1:2 empty rune literal or unescaped '\n");
  EXPECT_EQ(scanErrors("'ab'"), "1:1 more than one character in rune literal\n");
  EXPECT_EQ(scanErrors("'a\n"), "1:3 newline in rune literal\n");
  EXPECT_EQ(scanErrors("'a"), "1:1 rune literal not terminated\n");
}

TEST(Scanner, Characters) {
  using namespace std::string_literals;
  EXPECT_EQ(scanErrors("a\n #"), "2:2 invalid character U+0023 '#'\n");
  EXPECT_EQ(scanErrors("a\x01"), "1:2 invalid character U+0001\n");
  EXPECT_EQ(scanErrors("a\0b"s), "1:2 invalid NUL character\n");
  EXPECT_EQ(scanErrors("\0a"s), "1:1 invalid character U+0000\n");
  EXPECT_EQ(scanErrors("// a\xff\n"), "1:5 invalid UTF-8 encoding\n");
  EXPECT_EQ(scanErrors("/* \xc0\x80 */"),
            "1:4 invalid UTF-8 encoding\n1:5 invalid UTF-8 encoding\n");
  EXPECT_EQ(scanErrors("\xef\xbb\xbf package"), "");
  EXPECT_EQ(scanErrors("a \xef\xbb\xbf"), "1:3 invalid BOM in the middle of the file\n");
  EXPECT_EQ(scanErrors("\xe2\x80\x9cx"),
            "1:1 invalid character U+201C '\xe2\x80\x9c' in identifier\n");
  EXPECT_EQ(scanErrors("\xd9\xa1z"), "1:1 identifier cannot begin with digit U+0661 '\xd9\xa1'\n");
  EXPECT_EQ(scanErrors("a /* b"), "1:3 comment not terminated\n");
}

TEST(Scanner, Directives) {
  EXPECT_EQ(scanErrors("//go:noinline\n//go :x\n//line x:1\n/*line a:2*/ x //go:y\n"),
            "directive //go:noinline\ndirective //line x:1\ndirective /*line a:2*/\n"
            "directive //go:y (not alone)\n");
}

}  // namespace
}  // namespace burrow::syntax
