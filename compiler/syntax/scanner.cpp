// The scanner's main loop: white space, names, operators. Literals and comments: scan_literal.cpp,
// scan_comment.cpp.
#include "compiler/syntax/scanner.h"

#include <array>

#include "compiler/syntax/char_class.h"
#include "compiler/syntax/unicode.h"

namespace burrow::syntax {

namespace {

// ---- Keywords: a hash without collisions, found at compile time
// ------------------------------------

constexpr size_t kKeywordSlots = 128;

struct Keyword {
  std::string_view text;
  Token token;
};
constexpr Keyword kKeywords[] = {
#define X(name, text) {text, Token::name},
    BURROW_KEYWORDS(X)
#undef X
};

constexpr uint32_t keywordHash(uint32_t factor, char a, char b, size_t size) {
  return ((static_cast<uint32_t>(a) * factor) ^
          (static_cast<uint32_t>(b) * 3 + static_cast<uint32_t>(size))) %
         kKeywordSlots;
}

constexpr bool isPerfect(uint32_t factor) {
  bool taken[kKeywordSlots] = {};
  for (const Keyword& k : kKeywords) {
    uint32_t h = keywordHash(factor, k.text[0], k.text[1], k.text.size());
    if (taken[h]) return false;
    taken[h] = true;
  }
  return true;
}

constexpr uint32_t findFactor() {
  for (uint32_t f = 1; f < 1000; ++f) {
    if (isPerfect(f)) return f;
  }
  return 0;
}

constexpr uint32_t kFactor = findFactor();
static_assert(kFactor != 0, "keywords collide: change keywordHash");

constexpr auto kKeywordTable = [] {
  std::array<Keyword, kKeywordSlots> table{};
  for (const Keyword& k : kKeywords) {
    table[keywordHash(kFactor, k.text[0], k.text[1], k.text.size())] = k;
  }
  return table;
}();

}  // namespace

Scanner::Scanner(std::string_view text, Pos start)
    : cur_(text.data()),
      end_(text.data() + text.size()),
      begin_(text.data()),
      line_(reinterpret_cast<const char*>(reinterpret_cast<uintptr_t>(text.data()) -
                                          (start.col() - 1))),
      lineBits_(start.bits() & ~Pos::kMaxCol),
      token_(cur_),
      previousEnd_(cur_),
      names_(InternCache::ofThread()) {}

void Scanner::stop() {
  // The rest stays unread; `end_` moves here, and this place must read as zero for the fast paths.
  static const char kNothing[32] = {};
  lineBits_ = pos.bits() & ~Pos::kMaxCol;
  line_ = reinterpret_cast<const char*>(reinterpret_cast<uintptr_t>(kNothing) -
                                        (pos.col() > 0 ? pos.col() - 1 : 0));
  cur_ = end_ = token_ = previousEnd_ = kNothing;
  nlsemi_ = false;
  tok = Token::EndOfFile;
}

void Scanner::newline(const char* nextLine) {
  line_ = nextLine;
  if ((lineBits_ >> 20 & Pos::kMaxLine) < Pos::kMaxLine) lineBits_ += uint64_t{1} << 20;
}

const char* Scanner::skipJunkSlow(const char* p) {
  while (!atEnd(p)) {
    if (*p == 0) {
      // gc reads the first byte of a file in its own way.
      error(p, p == begin_ ? "invalid character U+0000" : "invalid NUL character");
      ++p;
      continue;
    }
    if (!isSpecial(*p)) return p;
    Rune r = decodeRune({p, static_cast<size_t>(end_ - p)});
    if (r.rune == 0xfffd && r.width == 1) {
      error(p, "invalid UTF-8 encoding");
    } else if (r.rune == 0xfeff) {
      if (p != begin_) error(p, "invalid BOM in the middle of the file");
    } else {
      return p;
    }
    p += r.width;
  }
  return p;
}

const char* Scanner::advanceRune(const char* p) {
  if (static_cast<unsigned char>(*p) < 0x80) return advance(p);
  return skipJunk(p + decodeRune({p, static_cast<size_t>(end_ - p)}).width);
}

uint32_t Scanner::runeAt(const char* p) const {
  return decodeRune({p, static_cast<size_t>(end_ - p)}).rune;
}

void Scanner::semi(std::string_view text, const char* end) {
  tok = Token::Semi;
  lit = text;
  cur_ = end;
}

// Names. The common ones are ASCII throughout.
inline void Scanner::identifier(const char* p) {
  while (isNameByte(*p)) ++p;
  if (isSpecial(*p) && !atEnd(p)) p = identifierTail(p);
  cur_ = p;
  size_t size = static_cast<size_t>(p - token_);
  if (size >= 2) {
    const Keyword& k = kKeywordTable[keywordHash(kFactor, token_[0], token_[1], size)];
    if (k.text.size() == size && std::memcmp(k.text.data(), token_, size) == 0) {
      tok = k.token;
      nlsemi_ = tok == Token::Return || tok == Token::Break || tok == Token::Continue ||
                tok == Token::Fallthrough;
      return;
    }
  }
  nlsemi_ = true;
  tok = Token::Name;
  lit = names_.internPadded({token_, size});
}

const char* Scanner::identifierTail(const char* p) {
  for (p = skipJunk(p); !atEnd(p); p = advanceRune(p)) {
    if (isNameByte(*p)) continue;
    if (!isSpecial(*p)) break;
    uint32_t r = runeAt(p);
    if (!isLetter(r) && !isDigit(r)) {
      error(p, "invalid character " + describeRune(r) + " in identifier");
    }
  }
  return p;
}

void Scanner::next() {
  const bool nlsemi = nlsemi_;
  nlsemi_ = false;
  const char* p = cur_;
  previousEnd_ = p;

again:
  for (;;) {
    if (*p == ' ' || *p == '\t' || *p == '\r') {
      ++p;
    } else if (*p == '\n' && !nlsemi) {
      newline(++p);
      if ((lineBits_ >> 20 & Pos::kMaxLine) == Pos::kMaxLine) {
        onError(posOf(p), "syntax error: source file has too many lines");
        pos = posOf(p);
        return stop();
      }
    } else {
      break;
    }
  }

  token_ = p;
  pos = posOf(p);

  // Shorthand for the operators below.
  auto simple = [&](Token t, const char* end) {
    tok = t;
    cur_ = end;
  };
  auto closing = [&](Token t) {
    tok = t;
    cur_ = p + 1;
    nlsemi_ = true;
  };
  auto operation = [&](Operator o, int precedence, const char* end) {
    tok = Token::Operator;
    op = o;
    prec = static_cast<uint8_t>(precedence);
    cur_ = end;
  };
  // `o` at [p, end), or `o=`.
  auto assignable = [&](Operator o, int precedence, const char* end) {
    if (*end == '=') {
      tok = Token::AssignOp;
      op = o;
      prec = static_cast<uint8_t>(precedence);
      cur_ = end + 1;
    } else {
      operation(o, precedence, end);
    }
  };
  auto doubled = [&](Operator o, const char* end) {  // ++ and --
    if (*end == *p) {
      tok = Token::IncOp;
      op = o;
      prec = 4;
      nlsemi_ = true;
      cur_ = end + 1;
    } else {
      assignable(o, 4, end);
    }
  };

  if (isNameStart(*p)) return identifier(p + 1);

  switch (*p) {
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return number(p, false);
    case '"':
      return stringLiteral(p);
    case '`':
      return rawString(p);
    case '\'':
      return runeLiteral(p);
    case '\n': {
      // nlsemi is set here. The newline itself is consumed, so the next line starts.
      const char* after = p + 1;
      semi("newline", after);
      newline(after);
      return;
    }
    case ';':
      return semi("semicolon", p + 1);
    case '(':
      return simple(Token::Lparen, p + 1);
    case '[':
      return simple(Token::Lbrack, p + 1);
    case '{':
      return simple(Token::Lbrace, p + 1);
    case ',':
      return simple(Token::Comma, p + 1);
    case ')':
      return closing(Token::Rparen);
    case ']':
      return closing(Token::Rbrack);
    case '}':
      return closing(Token::Rbrace);
    default:
      break;
  }

  if (isSpecial(*p)) {
    if (atEnd(p)) {
      if (nlsemi) return semi("EOF", p);
      return simple(Token::EndOfFile, p);
    }
    const char* q = skipJunkSlow(p);
    if (q != p) {
      p = q;
      goto again;
    }
    uint32_t r = runeAt(p);
    if (isDigit(r)) {
      error(p, "identifier cannot begin with digit " + describeRune(r));
    } else if (!isLetter(r)) {
      error(p, "invalid character " + describeRune(r) + " in identifier");
    }
    return identifier(advanceRune(p));
  }

  const char* q = advance(p);
  switch (*p) {
    case ':':
      return *q == '=' ? simple(Token::Define, q + 1) : simple(Token::Colon, q);
    case '.':
      if (isDecimal(*q)) return number(q, true);
      if (*q == '.') {
        const char* third = advance(q);
        if (*third == '.') return simple(Token::DotDotDot, third + 1);
      }
      return simple(Token::Dot, q);
    case '+':
      return doubled(Operator::Add, q);
    case '-':
      return doubled(Operator::Sub, q);
    case '*':
      if (*q == '=') return assignable(Operator::Mul, 5, q);
      operation(Operator::Mul, 5, q);
      tok = Token::Star;
      return;
    case '/':
      if (*q == '/') {
        p = lineComment(q + 1);
        goto again;
      }
      if (*q == '*') {
        uint64_t before = lineBits_;
        p = fullComment(advance(q));
        // A comment over several lines is also a line end. It is a token of its own then, at its
        // start.
        if (nlsemi && lineBits_ != before) return semi("newline", p);
        goto again;
      }
      return assignable(Operator::Div, 5, q);
    case '%':
      return assignable(Operator::Rem, 5, q);
    case '&':
      if (*q == '&') return operation(Operator::AndAnd, 2, q + 1);
      if (*q == '^') return assignable(Operator::AndNot, 5, advance(q));
      return assignable(Operator::And, 5, q);
    case '|':
      if (*q == '|') return operation(Operator::OrOr, 1, q + 1);
      return assignable(Operator::Or, 4, q);
    case '^':
      return assignable(Operator::Xor, 4, q);
    case '<':
      if (*q == '=') return operation(Operator::Leq, 3, q + 1);
      if (*q == '<') return assignable(Operator::Shl, 5, advance(q));
      if (*q == '-') return simple(Token::Arrow, q + 1);
      return operation(Operator::Lss, 3, q);
    case '>':
      if (*q == '=') return operation(Operator::Geq, 3, q + 1);
      if (*q == '>') return assignable(Operator::Shr, 5, advance(q));
      return operation(Operator::Gtr, 3, q);
    case '=':
      return *q == '=' ? operation(Operator::Eql, 3, q + 1) : simple(Token::Assign, q);
    case '!':
      return *q == '=' ? operation(Operator::Neq, 3, q + 1) : operation(Operator::Not, 0, q);
    case '~':
      return operation(Operator::Tilde, 0, q);
    default:
      error(p, "invalid character " + describeRune(static_cast<unsigned char>(*p)));
      p = q;
      goto again;
  }
}

}  // namespace burrow::syntax
