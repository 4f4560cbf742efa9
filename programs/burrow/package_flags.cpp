#include "programs/burrow/package_flags.h"

#include <algorithm>
#include <cctype>

#include "compiler/packages/files.h"

namespace burrow {

namespace {

/// "..." stands for any text; "/..." at the end also for none.
bool matchPattern(std::string_view pattern, std::string_view name) {
  size_t dots = pattern.find("...");
  if (dots == std::string_view::npos) return pattern == name;
  if (dots > 0 && pattern.substr(dots - 1) == "/..." && name == pattern.substr(0, dots - 1)) return true;
  if (!name.starts_with(pattern.substr(0, dots))) return false;
  std::string_view rest = pattern.substr(dots + 3);
  for (size_t i = dots; i <= name.size(); ++i)
    if (matchPattern(rest, name.substr(i))) return true;
  return false;
}

bool isRelative(std::string_view p) { return p == "." || p == ".." || p.starts_with("./") || p.starts_with("../"); }

std::string_view trim(std::string_view s) {
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
  return s;
}

}  // namespace

std::string PackageFlagRules::add(std::string_view value, const std::string& workDir) {
  std::string shown(value);
  auto bad = [&](const std::string& why) { return "invalid value \"" + shown + "\" for flag -gcflags: " + why; };
  Rule rule;
  value = trim(value);
  if (!value.empty() && !value.starts_with('-')) {
    size_t eq = value.find('=');
    if (eq == std::string_view::npos) return bad("missing =<value> in <pattern>=<value>");
    if (eq == 0) return bad("missing <pattern> in <pattern>=<value>");
    if (value[0] == '"' || value[0] == '\'') return bad(std::string("parameter may not start with quote character ") + value[0]);
    rule.pattern = trim(value.substr(0, eq));
    value.remove_prefix(eq + 1);
  }
  if (isRelative(rule.pattern)) {
    size_t dots = rule.pattern.find("...");
    size_t slash = dots == std::string::npos ? std::string::npos : rule.pattern.rfind('/', dots);
    rule.base = cleanPath(workDir + "/" + rule.pattern.substr(0, slash));
    rule.pattern = slash == std::string::npos ? "." : "./" + rule.pattern.substr(slash + 1);
  }
  std::vector<std::string> words;
  if (!splitQuoted(value, words)) return bad("unterminated quote in value");
  std::vector<std::string> again = words;
  std::string error;
  if (!parseGcFlags(words, rule.flags, error) || !parseGcFlags(again, together_, error)) return error;
  if (!words.empty()) return "unexpected argument in -gcflags: " + words[0];
  rules_.push_back(std::move(rule));
  return {};
}

bool PackageFlagRules::matches(const Rule& rule, const std::string& path, const std::string& dir, bool std) const {
  if (rule.pattern.empty()) return named_.count(path) != 0;
  if (rule.pattern == "all") return true;
  if (rule.pattern == "std") return std;
  if (rule.base.empty()) return matchPattern(rule.pattern, path);
  if (rule.pattern == ".") return dir == rule.base;
  if (dir != rule.base && !dir.starts_with(rule.base == "/" ? rule.base : rule.base + "/")) return false;
  std::string_view rest = dir == rule.base ? std::string_view(".") : std::string_view(dir).substr(rule.base.size() + (rule.base != "/"));
  return matchPattern(std::string_view(rule.pattern).substr(2), rest);
}

const GcFlags& PackageFlagRules::flagsFor(const std::string& path, const std::string& dir, bool std) const {
  auto last = std::find_if(rules_.rbegin(), rules_.rend(), [&](const Rule& r) { return matches(r, path, dir, std); });
  return last == rules_.rend() ? plain_ : last->flags;
}

}  // namespace burrow
