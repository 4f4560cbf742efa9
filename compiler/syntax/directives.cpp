// Comments that mean something: //line and /*line*/, and the //go: family. Misuse is reported in
// gc's words, part of it at once and part of it (lateError) only after type checking, also as gc
// does.
#include <algorithm>
#include <charconv>

#include "compiler/syntax/go_version.h"
#include "compiler/syntax/parser_state.h"
#include "compiler/syntax/pragma.h"
#include "compiler/syntax/unicode.h"

namespace burrow::syntax {

namespace {

/// Lines and columns of directives go this far.
constexpr uint64_t kMaxNumber = uint64_t{1} << 30;

/// What is behind the last colon of a text, as a number.
struct TrailingNumber {
  size_t at = 0;  ///< where it starts; 0: there is no colon
  uint64_t value = 0;
  bool ok = false;
};

TrailingNumber trailingNumber(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  TrailingNumber n;
  n.at = colon + 1;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data() + n.at, end, n.value);
  n.ok = error == std::errc() && stop == end && n.at < text.size();
  return n;
}

bool isSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && isSpace(s.front())) s.remove_prefix(1);
  while (!s.empty() && isSpace(s.back())) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> fieldsOf(std::string_view s) {
  std::vector<std::string_view> fields;
  for (s = trim(s); !s.empty(); s = trim(s)) {
    size_t n = static_cast<size_t>(std::find_if(s.begin(), s.end(), isSpace) - s.begin());
    fields.push_back(s.substr(0, n));
    s.remove_prefix(n);
  }
  return fields;
}

/// As fieldsOf, but "quoted text" is one field, whatever is around it. An open quote ends the list.
std::vector<std::string_view> quotedFieldsOf(std::string_view s) {
  std::vector<std::string_view> fields;
  size_t i = 0;
  while (i < s.size()) {
    if (isSpace(s[i])) {
      ++i;
    } else if (s[i] == '"') {
      size_t close = s.find('"', i + 1);
      if (close == std::string_view::npos) break;
      fields.push_back(s.substr(i, close + 1 - i));
      i = close + 1;
    } else {
      size_t end = i;
      while (end < s.size() && !isSpace(s[end]) && s[end] != '"') ++end;
      fields.push_back(s.substr(i, end - i));
      i = end;
    }
  }
  return fields;
}

bool isQuoted(std::string_view s) {
  return s.size() >= 2 && s.front() == '"' && s.back() == '"';
}

uint32_t flagsOf(std::string_view verb) {
  struct Row {
    std::string_view verb;
    uint32_t flags;
  };
  static constexpr Row kRows[] = {
      {"go:build", kGoBuild},
      {"go:noescape", kNoescape},
      {"go:norace", kNorace},
      {"go:nosplit", kNosplit | kNocheckptr},
      {"go:noinline", kNoinline},
      {"go:nocheckptr", kNocheckptr},
      {"go:systemstack", kSystemstack},
      {"go:nowritebarrier", kNowritebarrier},
      {"go:nowritebarrierrec", kNowritebarrierrec | kNowritebarrier},
      {"go:yeswritebarrierrec", kYeswritebarrierrec},
      {"go:cgo_unsafe_args", kCgoUnsafeArgs | kNocheckptr},
      {"go:uintptrkeepalive", kUintptrKeepAlive},
      {"go:uintptrescapes", kUintptrEscapes | kUintptrKeepAlive},
      {"go:registerparams", kRegisterParams},
  };
  for (const Row& row : kRows) {
    if (row.verb == verb) return row.flags;
  }
  return 0;
}

/// The value of a "…" in an embed pattern, or false. Only what Go's strings allow is accepted.
bool unquote(std::string_view s, std::string& out) {
  s = s.substr(1, s.size() - 2);
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\') {
      out += s[i];
      continue;
    }
    if (++i == s.size()) return false;
    constexpr std::string_view kLetters = "abfnrtv\\\"", kValues = "\a\b\f\n\r\t\v\\\"";
    size_t simple = kLetters.find(s[i]);
    if (simple != std::string_view::npos) {
      out += kValues[simple];
      continue;
    }
    int count = s[i] == 'x' ? 2 : s[i] == 'u' ? 4 : s[i] == 'U' ? 8 : 3;
    int base = count == 3 ? 8 : 16;
    if (base == 16) ++i;
    if (i + count > s.size()) return false;
    uint32_t value = 0;
    auto [stop, error] = std::from_chars(s.data() + i, s.data() + i + count, value, base);
    if (error != std::errc() || stop != s.data() + i + count) return false;
    if (count <= 3) {
      if (value > 255) return false;
      out += static_cast<char>(value);
    } else {
      if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return false;
      out += encodeRune(value);
    }
    i += count - 1;
  }
  return true;
}

}  // namespace

void Parser::onDirective(Pos at, std::string_view text, Pos after, bool alone) {
  bool block = text[1] == '*';
  std::string_view body = text.substr(2);
  if (block) {
    body.remove_suffix(2);
  } else if (!body.empty() && body.back() == '\r') {
    body.remove_suffix(1);
  }
  if (body.starts_with("line ")) {
    if (block || at.col() == 1) lineDirective(at, body.substr(5), after);
    return;
  }
  if (block) return;
  if (top_ && body.starts_with("go:build")) {
    if (auto version = goVersionOfConstraint(body)) goVersion_ = intern(*version);
  }
  goDirective(Pos(at.file(), at.line(), at.col() + 2), body, alone);
}

/// `text` is file:line, file:line:col, or :line:col for the file named last.
void Parser::lineDirective(Pos at, std::string_view text, Pos after) {
  auto place = [&](size_t offset) { return Pos(at.file(), at.line(), at.col() + 7 + offset); };
  auto invalid = [&](const char* what, size_t offset) {
    errorAt(place(offset),
            std::string("invalid ") + what + " number: " + std::string(text.substr(offset)));
  };
  TrailingNumber last = trailingNumber(text);
  if (last.at == 0) return;  // an ordinary comment
  if (!last.ok) return invalid("line", last.at);

  TrailingNumber line = last, col;
  TrailingNumber before = trailingNumber(text.substr(0, last.at - 1));
  if (before.ok) {
    line = before;
    col = last;
    if (col.value == 0 || col.value > kMaxNumber) return invalid("column", col.at);
    text = text.substr(0, col.at - 1);
  }
  if (line.value == 0 || line.value > kMaxNumber) return invalid("line", line.at);
  if (!source_) return;

  LineDirective d{after, std::string(text.substr(0, line.at - 1)),
                  static_cast<uint32_t>(line.value), static_cast<uint32_t>(col.value)};
  if (d.file.empty() && before.ok) {
    d.file = source_->directives.empty() ? source_->path : source_->directives.back().file;
  }
  source_->directives.push_back(std::move(d));
}

/// `text` is without slashes, at `at`.
void Parser::goDirective(Pos at, std::string_view text, bool alone) {
  pragma_.any = true;
  auto report = [&](std::string message) { diagnostics_.error(at, std::move(message)); };
  if (!alone) return report("misplaced compiler directive");
  if (text.starts_with("go:wasmimport ")) {
    if (fieldsOf(text).size() != 3) report("usage: //go:wasmimport importmodule importname");
  } else if (text.starts_with("go:wasmexport ")) {
    if (fieldsOf(text).size() != 2) report("usage: //go:wasmexport exportname");
  } else if (text.starts_with("go:linkname ")) {
    linkname(at, text);
  } else if (text == "go:embed" || text.starts_with("go:embed ")) {
    embed(at, text.substr(8));
  } else if (text.starts_with("go:cgo_")) {
    cgo(at, text);
  } else {
    mark(at, text);
  }
}

void Parser::mark(Pos at, std::string_view text) {
  std::string_view verb = text.substr(0, text.find(' '));
  uint32_t flags = flagsOf(verb);
  if (!options_.std) {
    constexpr uint32_t kRuntimeOnly =
        kSystemstack | kNowritebarrier | kNowritebarrierrec | kYeswritebarrierrec;
    if (flags & kRuntimeOnly) {
      diagnostics_.error(at, "//" + std::string(verb) + " only allowed in runtime");
    } else if (flags == kUintptrKeepAlive) {
      diagnostics_.error(at, "//" + std::string(verb) + " is only allowed in the standard library");
    }
  }
  if (flags == 0) {
    directives_.push_back({text.data() - 2, text.size() + 2});
    return;
  }
  pragma_.flags |= flags;
  pragma_.marks.push_back({flags, at});
}

void Parser::linkname(Pos at, std::string_view text) {
  auto fields = fieldsOf(text);
  if (fields.size() < 2 || fields.size() > 3) {
    diagnostics_.error(at, "usage: //go:linkname localname [linkname]");
    return;
  }
  linknames_.push_back(
      {at, intern(fields[1]), fields.size() == 3 ? intern(fields[2]) : std::string_view{}});
}

/// //go:embed PATTERN…: words, "quoted" or `raw` ones.
void Parser::embed(Pos at, std::string_view args) {
  size_t before = pragma_.embeds.size();
  auto invalid = [&](std::string_view text) {
    pragma_.embeds.resize(before);
    diagnostics_.error(at, "invalid quoted string in //go:embed: " + std::string(text));
  };
  auto parse = [&] {
    for (args = trim(args); !args.empty(); args = trim(args)) {
      std::string pattern;
      size_t size;
      if (args[0] == '`') {
        size_t close = args.find('`', 1);
        if (close == std::string_view::npos) return invalid(args);
        pattern = args.substr(1, close - 1);
        size = close + 1;
      } else if (args[0] == '"') {
        size_t close = 1;
        while (close < args.size() && args[close] != '"') close += args[close] == '\\' ? 2 : 1;
        if (close >= args.size()) return invalid(args);
        size = close + 1;
        if (!unquote(args.substr(0, size), pattern)) return invalid(args.substr(0, size));
      } else {
        size = static_cast<size_t>(std::find_if(args.begin(), args.end(), isSpace) - args.begin());
        pattern = args.substr(0, size);
      }
      args.remove_prefix(size);
      if (!args.empty() && !isSpace(args[0])) return invalid(args);
      pragma_.embeds.push_back({at, arena_.string(pattern)});
    }
  };
  parse();
  if (pragma_.embeds.size() == before) diagnostics_.error(at, "usage: //go:embed pattern...");
}

/// //go:cgo_…: only cgo writes these, but for one that is open to all.
void Parser::cgo(Pos at, std::string_view text) {
  auto report = [&](std::string message) { diagnostics_.error(at, std::move(message)); };
  auto fields = quotedFieldsOf(text);
  std::string_view verb = fields[0];
  bool generated = false;
  if (source_) {
    std::string_view base = source_->path;
    base = base.substr(base.rfind('/') + 1);
    generated = base.starts_with("_cgo_");
  }

  bool open = verb == "go:cgo_import_dynamic" && fields.size() >= 4;
  if (open) {
    std::string_view lib = fields[3];
    while (!lib.empty() && lib.front() == '"') lib.remove_prefix(1);
    while (!lib.empty() && lib.back() == '"') lib.remove_suffix(1);
    auto safe = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
             c == '.' || c == '_' || c == '/' || static_cast<unsigned char>(c) >= 0x80;
    };
    if (!lib.empty() && !safe(lib[0]) && !generated) {
      report("invalid library name \"" + std::string(lib) + "\" in cgo_import_dynamic directive");
    }
  } else if (!generated && !options_.std) {
    report("//" + std::string(text) + " only allowed in cgo-generated code");
  }

  size_t n = fields.size();
  auto plain = [&](size_t i) { return !isQuoted(fields[i]); };
  std::string name(verb.substr(3));
  if (name == "cgo_export_static" || name == "cgo_export_dynamic") {
    if (!((n == 2 && plain(1)) || (n == 3 && plain(1) && plain(2)))) {
      report("usage: //go:" + name + " local [remote]");
    }
  } else if (name == "cgo_import_dynamic") {
    if (!((n == 2 && plain(1)) || (n == 3 && plain(1) && plain(2)) ||
          (n == 4 && plain(1) && plain(2) && !plain(3)))) {
      report("usage: //go:cgo_import_dynamic local [remote [\"library\"]]");
    }
  } else if (name == "cgo_import_static") {
    if (!(n == 2 && plain(1))) report("usage: //go:cgo_import_static local");
  } else if (name == "cgo_dynamic_linker") {
    if (!(n == 2 && !plain(1))) report("usage: //go:cgo_dynamic_linker \"path\"");
  } else if (name == "cgo_ldflag") {
    if (!(n == 2 && !plain(1))) report("usage: //go:cgo_ldflag \"arg\"");
  }
  if (!open) mark(at, text);
}

// ---- Where directives end up
// -----------------------------------------------------------------------

void Parser::takePragma(Decl* d, uint32_t allowed, bool embedOk) {
  if (!pragma_.any) return;
  for (const PendingPragma::Mark& m : pragma_.marks) {
    if (m.flags & ~allowed) lateError(m.pos, "misplaced compiler directive");
  }
  if (!embedOk) {
    // One error a directive: its patterns share a position.
    Pos last;
    for (const EmbedPattern& e : pragma_.embeds) {
      if (e.pos != last) lateError(e.pos, "misplaced go:embed directive");
      last = e.pos;
    }
  }
  if (d) {
    d->pragma = pragma_.flags & ~(kGoBuild | kRegisterParams);
    if (embedOk) d->embeds = arena_.list(pragma_.embeds);
  }
  pragma_ = {};
}

void Parser::misplacedPragma() {
  for (const PendingPragma::Mark& m : pragma_.marks) {
    diagnostics_.error(m.pos, "misplaced compiler directive");
  }
  Pos last;
  for (const EmbedPattern& e : pragma_.embeds) {
    if (e.pos != last) diagnostics_.error(e.pos, "misplaced go:embed directive");
    last = e.pos;
  }
  pragma_ = {};
}

void Parser::checkEmbeds(const VarDecl* d) {
  std::string_view wrong;
  if (!importsEmbed_) {
    wrong = "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)";
  } else if (d->names.size() > 1) {
    wrong = "go:embed cannot apply to multiple vars";
  } else if (d->values) {
    wrong = "go:embed cannot apply to var with initializer";
  } else if (functionDepth_ > 0) {
    wrong = "go:embed cannot apply to var inside func";
  } else {
    return;
  }
  lateError(d->embeds[0].pos, wrong);
}

}  // namespace burrow::syntax
