// Tokens and operators of Go.
#pragma once

#include <cstdint>
#include <string_view>

namespace burrow::syntax {

// clang-format off
#define BURROW_KEYWORDS(X)                                                                         \
  X(Break, "break") X(Case, "case") X(Chan, "chan") X(Const, "const") X(Continue, "continue")      \
  X(Default, "default") X(Defer, "defer") X(Else, "else") X(Fallthrough, "fallthrough")            \
  X(For, "for") X(Func, "func") X(Go, "go") X(Goto, "goto") X(If, "if") X(Import, "import")        \
  X(Interface, "interface") X(Map, "map") X(Package, "package") X(Range, "range")                  \
  X(Return, "return") X(Select, "select") X(Struct, "struct") X(Switch, "switch") X(Type, "type")  \
  X(Var, "var")

#define BURROW_PUNCTUATION(X)                                                                      \
  X(EndOfFile, "EOF") X(Name, "name") X(Literal, "literal") X(Operator, "op") X(AssignOp, "op=")   \
  X(IncOp, "opop") X(Assign, "=") X(Define, ":=") X(Arrow, "<-") X(Star, "*") X(Lparen, "(")       \
  X(Lbrack, "[") X(Lbrace, "{") X(Rparen, ")") X(Rbrack, "]") X(Rbrace, "}") X(Comma, ",")         \
  X(Semi, ";") X(Colon, ":") X(Dot, ".") X(DotDotDot, "...")
// clang-format on

enum class Token : uint8_t {
#define X(name, text) name,
  BURROW_PUNCTUATION(X) BURROW_KEYWORDS(X)
#undef X
};
std::string_view tokenText(Token t);

// clang-format off
/// name, spelling, precedence (0: unary only or no operator)
#define BURROW_OPERATORS(X)                                                                        \
  X(None, "", 0) X(Def, ":", 0) X(Not, "!", 0) X(Recv, "<-", 0) X(Tilde, "~", 0)                   \
  X(OrOr, "||", 1) X(AndAnd, "&&", 2)                                                              \
  X(Eql, "==", 3) X(Neq, "!=", 3) X(Lss, "<", 3) X(Leq, "<=", 3) X(Gtr, ">", 3) X(Geq, ">=", 3)    \
  X(Add, "+", 4) X(Sub, "-", 4) X(Or, "|", 4) X(Xor, "^", 4)                                       \
  X(Mul, "*", 5) X(Div, "/", 5) X(Rem, "%", 5) X(And, "&", 5) X(AndNot, "&^", 5)                   \
  X(Shl, "<<", 5) X(Shr, ">>", 5)
// clang-format on

enum class Operator : uint8_t {
#define X(name, text, precedence) name,
  BURROW_OPERATORS(X)
#undef X
};
std::string_view operatorText(Operator op);
int precedence(Operator op);

}  // namespace burrow::syntax
