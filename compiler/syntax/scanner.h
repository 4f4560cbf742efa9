// Text to tokens, one at a time. Errors carry gc's words and positions. The scanner reads past the
// end of a token by one character, as gc's does: that fixes which errors a broken character causes.
#pragma once

#include <string>
#include <string_view>

#include "compiler/source/pos.h"
#include "compiler/syntax/intern.h"
#include "compiler/syntax/nodes.h"
#include "compiler/syntax/tokens.h"

namespace burrow::syntax {

class Scanner {
 public:
  /// `text` must be followed by 16 readable bytes of zero. Its first byte is at `start`.
  Scanner(std::string_view text, Pos start);

  /// Moves to the next token and sets the members below.
  void next();

  // The current token.
  Token tok = Token::EndOfFile;
  Operator op = Operator::None;    ///< of Operator, Star, AssignOp, IncOp, (and Arrow: not set)
  uint8_t prec = 0;                ///< of Operator, Star
  LitKind litKind = LitKind::Int;  ///< of Literal
  bool bad = false;                ///< of Literal: an error was reported for it
  std::string_view lit;  ///< of Name (interned), Literal, Semi ("semicolon", "newline", "EOF")
  Pos pos;

  const char* tokenStart() const { return token_; }
  const char* previousEnd() const { return previousEnd_; }  ///< just behind the previous token

 protected:
  ~Scanner() = default;
  virtual void onError(Pos pos, std::string text) = 0;
  /// A comment that starts with //go:, //line or /*line. `text` is all of it; `after` is the
  /// position behind it (of the next line for a line comment); `alone`: only white space precedes
  /// it on its line.
  virtual void onDirective(Pos pos, std::string_view text, Pos after, bool alone) = 0;

  /// Makes everything that follows look like the end of the file.
  void stop();

 private:
  Pos posOf(const char* p) const { return Pos::fromBits(lineBits_ + column(p)); }
  uint64_t column(const char* p) const {
    uint64_t col = static_cast<uint64_t>(p - line_) + 1;
    return col < Pos::kMaxCol ? col : Pos::kMaxCol;
  }
  bool atEnd(const char* p) const { return p >= end_; }
  void newline(const char* nextLine);
  void error(const char* p, std::string text) { onError(posOf(p), std::move(text)); }
  void tokenError(size_t offset, std::string text) {
    onError(posOf(token_ + offset), std::move(text));
  }

  /// Whether a byte needs more than a table look-up: NUL (also the end) or not ASCII.
  static bool isSpecial(char c) { return static_cast<uint8_t>(c - 1) >= 0x7f; }
  /// Reports and skips what is no character: NULs, bad encodings, byte order marks.
  const char* skipJunk(const char* p) { return isSpecial(*p) ? skipJunkSlow(p) : p; }
  const char* skipJunkSlow(const char* p);
  /// The next character: past one valid character at `p`, and past junk.
  const char* advance(const char* p) { return skipJunk(p + 1); }
  const char* advanceRune(const char* p);
  uint32_t runeAt(const char* p) const;

  void semi(std::string_view text, const char* end);
  void identifier(const char* p);
  const char* identifierTail(const char* p);
  void number(const char* p, bool seenPoint);
  const char* digits(const char* p, int base, int* invalid, int* seen);
  void stringLiteral(const char* p);
  void rawString(const char* p);
  void runeLiteral(const char* p);
  bool escape(const char*& p, char quote);
  void literal(LitKind kind, bool ok, const char* end);
  const char* lineComment(const char* p);
  const char* fullComment(const char* p);
  const char* endOfLine(const char* p);
  const char* endOfComment(const char* p);
  bool onlySpaceBefore(const char* p) const;

  const char* cur_;
  const char* end_;
  const char* begin_;
  const char* line_;   ///< start of the current line
  uint64_t lineBits_;  ///< file and line, packed as in Pos
  const char* token_;
  const char* previousEnd_;
  bool nlsemi_ = false;  ///< a line end is a semicolon now
  InternCache& names_;
};

}  // namespace burrow::syntax
