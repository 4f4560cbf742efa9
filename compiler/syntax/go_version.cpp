// Evaluates build constraints over versions: `a && b` needs the larger one, `a || b` the smaller
// one.
#include "compiler/syntax/go_version.h"

#include <algorithm>
#include <charconv>

#include "compiler/syntax/unicode.h"

namespace burrow::syntax {

namespace {

constexpr int kUnknown = -1;

/// What an expression implies if it holds, and if it does not hold.
struct Implied {
  int yes = kUnknown, no = kUnknown;
};

class Constraint {
 public:
  explicit Constraint(std::string_view text) : text_(text) {}

  bool parse(Implied& result) {
    lex();
    result = disjunction();
    return ok_ && token_.empty();
  }

 private:
  static constexpr int kMaxSize = 1000;

  Implied disjunction() {
    Implied x = conjunction();
    while (ok_ && token_ == "||") {
      lex();
      Implied y = conjunction();
      x = {std::min(x.yes, y.yes), std::max(x.no, y.no)};
    }
    return x;
  }

  Implied conjunction() {
    Implied x = negation();
    while (ok_ && token_ == "&&") {
      lex();
      Implied y = negation();
      x = {std::max(x.yes, y.yes), std::min(x.no, y.no)};
    }
    return x;
  }

  Implied negation() {
    if (++size_ > kMaxSize) ok_ = false;
    if (!ok_) return {};
    if (token_ != "!") return atom();
    lex();
    if (token_ == "!") ok_ = false;
    Implied x = atom();
    return {x.no, x.yes};
  }

  Implied atom() {
    if (!ok_) return {};
    if (token_ == "(") {
      lex();
      Implied x = disjunction();
      if (token_ != ")") ok_ = false;
      lex();
      return x;
    }
    if (!isTag_) ok_ = false;
    Implied x{versionOf(token_), kUnknown};
    lex();
    return x;
  }

  static int versionOf(std::string_view tag) {
    if (tag == "go1") return 0;
    size_t at = tag.find("go1.");
    std::string_view digits = at == std::string_view::npos ? "" : tag.substr(at + 4);
    int n = 0;
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    bool whole = error == std::errc() && stop == digits.data() + digits.size() && !digits.empty();
    return whole ? n : kUnknown;
  }

  void lex() {
    isTag_ = false;
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t')) text_.remove_prefix(1);
    size_t size = 0;
    if (text_.empty()) {
      size = 0;
    } else if (text_[0] == '(' || text_[0] == ')' || text_[0] == '!') {
      size = 1;
    } else if (text_.starts_with("&&") || text_.starts_with("||")) {
      size = 2;
    } else {
      while (size < text_.size()) {
        Rune r = decodeRune(text_.substr(size));
        if (!isLetter(r.rune) && !isDigit(r.rune) && r.rune != '_' && r.rune != '.') break;
        size += r.width;
      }
      isTag_ = size > 0;
      if (size == 0) ok_ = false;
    }
    token_ = text_.substr(0, size);
    text_.remove_prefix(size);
  }

  std::string_view text_, token_;
  bool isTag_ = false, ok_ = true;
  int size_ = 0;
};

}  // namespace

std::optional<std::string> goVersionOfConstraint(std::string_view text) {
  constexpr std::string_view kPrefix = "go:build";
  if (!text.starts_with(kPrefix)) return {};
  text.remove_prefix(kPrefix.size());
  if (!text.empty() && text[0] != ' ' && text[0] != '\t') return {};
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  Implied implied;
  if (!Constraint(text).parse(implied)) return {};
  if (implied.yes < 0) return "";
  if (implied.yes == 0) return "go1";
  return "go1." + std::to_string(implied.yes);
}

}  // namespace burrow::syntax
