// Spellings of tokens and operators.
#include "compiler/syntax/tokens.h"

namespace burrow::syntax {

namespace {

constexpr std::string_view kTokens[] = {
#define X(name, text) text,
    BURROW_PUNCTUATION(X) BURROW_KEYWORDS(X)
#undef X
};

struct OperatorRow {
  std::string_view text;
  int precedence;
};
constexpr OperatorRow kOperators[] = {
#define X(name, text, precedence) {text, precedence},
    BURROW_OPERATORS(X)
#undef X
};

}  // namespace

std::string_view tokenText(Token t) {
  return kTokens[static_cast<size_t>(t)];
}
std::string_view operatorText(Operator op) {
  return kOperators[static_cast<size_t>(op)].text;
}
int precedence(Operator op) {
  return kOperators[static_cast<size_t>(op)].precedence;
}

}  // namespace burrow::syntax
