#include "programs/burrow/json_text.h"

#include <cstdio>

#include "compiler/syntax/unicode.h"

namespace burrow {

std::string jsonString(std::string_view s) {
  std::string out = "\"";
  char buffer[16];
  for (size_t i = 0; i < s.size();) {
    auto c = static_cast<unsigned char>(s[i]);
    if (c < 0x80) {
      ++i;
      switch (c) {
        case '"':
          out += "\\\"";
          break;
        case '\\':
          out += "\\\\";
          break;
        case '\n':
          out += "\\n";
          break;
        case '\r':
          out += "\\r";
          break;
        case '\t':
          out += "\\t";
          break;
        case '\b':
          out += "\\b";
          break;
        case '\f':
          out += "\\f";
          break;
        default:
          if (c < 0x20 || c == '<' || c == '>' || c == '&') {
            std::snprintf(buffer, sizeof buffer, "\\u%04x", c);
            out += buffer;
          } else {
            out += static_cast<char>(c);
          }
      }
      continue;
    }
    syntax::Rune r = syntax::decodeRune(s.substr(i));
    if (r.rune == 0xfffd && r.width == 1)
      out += "\\ufffd";
    else if (r.rune == 0x2028 || r.rune == 0x2029)
      out += r.rune == 0x2028 ? "\\u2028" : "\\u2029";
    else
      out += s.substr(i, r.width);
    i += r.width;
  }
  return out + "\"";
}

}  // namespace burrow
