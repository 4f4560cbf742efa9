// Comments. They are skipped fast, eight bytes at a time, and looked at only where they may be
// directives: //go:…, //line …, /*line …*/.
#include <cstring>

#include "compiler/syntax/char_class.h"
#include "compiler/syntax/scanner.h"
#include "compiler/syntax/unicode.h"

namespace burrow::syntax {

namespace {

constexpr uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;

/// Whether one of eight bytes is a newline, NUL, or not ASCII.
bool hasLineStop(uint64_t word) {
  uint64_t newlines = word ^ (kOnes * '\n');
  return (((newlines - kOnes) & ~newlines) | ((word - kOnes) & ~word) | word) & kHighs;
}

}  // namespace

const char* Scanner::endOfLine(const char* p) {
  for (;;) {
    uint64_t word;
    while (std::memcpy(&word, p, 8), !hasLineStop(word)) p += 8;
    while (*p != '\n' && !isSpecial(*p)) ++p;
    if (*p == '\n' || atEnd(p)) return p;
    const char* q = skipJunkSlow(p);
    p = q == p ? p + decodeRune({p, static_cast<size_t>(end_ - p)}).width : q;
  }
}

/// Behind the closing */, or null.
const char* Scanner::endOfComment(const char* p) {
  for (;;) {
    while (!(charClass(*p) & kCommentStopBit)) ++p;
    if (*p == '*') {
      p = advance(p);
      if (*p == '/') return p + 1;
    } else if (*p == '\n') {
      newline(++p);
    } else if (atEnd(p)) {
      return nullptr;
    } else {
      const char* q = skipJunkSlow(p);
      p = q == p ? p + decodeRune({p, static_cast<size_t>(end_ - p)}).width : q;
    }
  }
}

/// Only white space before `p` on its line.
bool Scanner::onlySpaceBefore(const char* p) const {
  const char* from = line_ < begin_ ? begin_ : line_;
  for (; from < p; ++from) {
    if (*from == ' ' || *from == '\t' || *from == '\r') continue;
    if (from == begin_ && p - from >= 3 && std::memcmp(from, "\xef\xbb\xbf", 3) == 0) {
      from += 2;  // a byte order mark
      continue;
    }
    return false;
  }
  return true;
}

/// `p` is behind the slashes.
const char* Scanner::lineComment(const char* p) {
  bool directive = (*p == 'g' && std::strncmp(p, "go:", 3) == 0) ||
                   (*p == 'l' && std::strncmp(p, "line ", 5) == 0);
  const char* end = endOfLine(p);
  if (directive) {
    uint64_t line = lineBits_ + (uint64_t{1} << 20);
    onDirective(pos, {token_, static_cast<size_t>(end - token_)}, Pos::fromBits(line + 1),
                onlySpaceBefore(token_));
  }
  return end;
}

/// `p` is behind the opening.
const char* Scanner::fullComment(const char* p) {
  const char* end = endOfComment(p);
  if (!end) {
    onError(pos, "comment not terminated");
    return end_;
  }
  if (std::strncmp(p, "line ", 5) == 0) {
    // A directive that spans lines is none; its text then ends in no number.
    Pos after(pos.file(), pos.line(), pos.col() + static_cast<uint64_t>(end - token_));
    onDirective(pos, {token_, static_cast<size_t>(end - token_)}, after, onlySpaceBefore(token_));
  }
  return end;
}

}  // namespace burrow::syntax
