// File selection, after go/build and go/build/constraint.
#include "compiler/packages/build_context.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace burrow {

namespace {

constexpr std::array<std::string_view, 18> kKnownOS = {
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js",
    "linux", "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos"};
constexpr std::array<std::string_view, 27> kKnownArch = {
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips",
    "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv",
    "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm", "burrow64", "", ""};
constexpr int kGoMinor = 26;

bool known(const auto& list, std::string_view s) {
  return !s.empty() && std::find(list.begin(), list.end(), s) != list.end();
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
  return s;
}

bool isTagChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || (c & 0x80);
}

/// Recursive descent over ||, &&, !, ( ) and tags.
class ConstraintParser {
 public:
  ConstraintParser(std::string_view text, const BuildContext& context, std::string& error)
      : rest_(text), context_(context), error_(error) {}

  bool parse() {
    bool v = parseOr(0);
    skip();
    if (error_.empty() && !rest_.empty()) fail("unexpected token " + std::string(rest_.substr(0, 1)));
    return v;
  }

 private:
  void skip() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool eat(std::string_view s) {
    skip();
    if (!rest_.starts_with(s)) return false;
    rest_.remove_prefix(s.size());
    return true;
  }
  void fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
    rest_ = {};
  }
  bool parseOr(int depth) {
    bool v = parseAnd(depth);
    while (eat("||")) v = parseAnd(depth) | v;
    return v;
  }
  bool parseAnd(int depth) {
    bool v = parseNot(depth);
    while (eat("&&")) v = parseNot(depth) & v;
    return v;
  }
  bool parseNot(int depth) {
    if (depth > 1000) {
      fail("build expression too large");
      return false;
    }
    if (eat("!")) return !parseNot(depth + 1);
    if (eat("(")) {
      bool v = parseOr(depth + 1);
      if (error_ == "unexpected end of expression") error_ = "missing close paren";
      if (!eat(")")) fail("missing close paren");
      return v;
    }
    skip();
    size_t n = 0;
    while (n < rest_.size() && isTagChar(rest_[n])) ++n;
    if (n == 0) {
      fail(rest_.empty() ? "unexpected end of expression" : "unexpected token " + std::string(rest_.substr(0, 1)));
      return false;
    }
    std::string_view tag = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return context_.hasTag(tag);
  }

  std::string_view rest_;
  const BuildContext& context_;
  std::string& error_;
};

/// A line of "// +build": options separated by spaces are alternatives, comma-separated terms must all hold.
bool evalPlusBuild(std::string_view args, const BuildContext& context) {
  bool any = false;
  while (!(args = trim(args)).empty()) {
    size_t n = std::min(args.find_first_of(" \t"), args.size());
    std::string_view option = args.substr(0, n);
    args.remove_prefix(n);
    bool all = true;
    while (!option.empty()) {
      size_t k = std::min(option.find(','), option.size());
      std::string_view term = option.substr(0, k);
      option.remove_prefix(std::min(k + 1, option.size()));
      bool negated = term.starts_with('!');
      if (negated) term.remove_prefix(1);
      all &= context.hasTag(term) != negated;
    }
    any |= all;
  }
  return any;
}

}  // namespace

bool evalConstraint(std::string_view expr, const BuildContext& context, std::string& error) {
  return ConstraintParser(expr, context, error).parse();
}

bool BuildContext::hasTag(std::string_view tag) const {
  if (tag == "linux" || tag == "unix" || tag == "gc" || tag == goarch) return true;
  if (tag.starts_with("go1.")) {
    int minor = -1;
    auto [end, ec] = std::from_chars(tag.data() + 4, tag.data() + tag.size(), minor);
    return ec == std::errc() && end == tag.data() + tag.size() && minor >= 1 && minor <= kGoMinor;
  }
  return tags.count(tag) > 0;
}

bool BuildContext::matchName(std::string_view name) const {
  name = name.substr(0, name.find('.'));
  size_t first = name.find('_');
  if (first == std::string_view::npos) return true;
  name.remove_prefix(first);
  std::vector<std::string_view> parts;
  while (!name.empty()) {
    size_t n = std::min(name.find('_'), name.size());
    parts.push_back(name.substr(0, n));
    name.remove_prefix(std::min(n + 1, name.size()));
  }
  if (!parts.empty() && parts.back() == "test") parts.pop_back();
  size_t n = parts.size();
  if (n >= 2 && known(kKnownOS, parts[n - 2]) && known(kKnownArch, parts[n - 1]))
    return hasTag(parts[n - 2]) && hasTag(parts[n - 1]);
  if (n >= 1 && (known(kKnownOS, parts[n - 1]) || known(kKnownArch, parts[n - 1]))) return hasTag(parts[n - 1]);
  return true;
}

bool BuildContext::matchText(std::string_view text, std::string& error) const {
  // Constraints stand among the comments and blank lines before the package clause.
  bool plusOk = true, goBuildSeen = false, goBuildOk = true, inBlock = false;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    size_t n = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, n));
    text.remove_prefix(std::min(n + 1, text.size()));
    if (inBlock) {
      size_t end = line.find("*/");
      if (end == std::string_view::npos) continue;
      inBlock = false;
      line = trim(line.substr(end + 2));
    }
    while (line.starts_with("/*")) {
      size_t end = line.find("*/", 2);
      if (end == std::string_view::npos) {
        inBlock = true;
        line = {};
        break;
      }
      line = trim(line.substr(end + 2));
    }
    if (line.empty()) continue;
    if (!line.starts_with("//")) break;
    if (line.starts_with("//go:build") && (line.size() == 10 || line[10] == ' ' || line[10] == '\t')) {
      if (goBuildSeen) {
        error = "multiple //go:build comments";
        return false;
      }
      goBuildSeen = true;
      goBuildOk = evalConstraint(trim(line.substr(10)), *this, error);
      if (!error.empty()) {
        error = "parsing //go:build line: " + error;
        return false;
      }
      continue;
    }
    std::string_view comment = trim(line.substr(2));
    if (comment.starts_with("+build") && (comment.size() == 6 || comment[6] == ' ' || comment[6] == '\t'))
      plusOk &= evalPlusBuild(comment.substr(6), *this);
  }
  return goBuildSeen ? goBuildOk : plusOk;
}

}  // namespace burrow
