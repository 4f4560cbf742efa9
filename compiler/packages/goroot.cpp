#include "compiler/packages/goroot.h"

#include <cstdlib>
#include <vector>

#include "compiler/packages/files.h"

namespace burrow {

namespace {

/// The first word of VERSION; distributions leave the file out of src packages, so src/internal/goversion decides then.
std::string versionOf(const std::string& dir) {
  std::string text;
  if (readFile(dir + "/VERSION", text)) return text.substr(0, text.find_first_of("\r\n \t"));
  if (!readFile(dir + "/src/internal/goversion/goversion.go", text)) return {};
  size_t at = text.find("const Version = ");
  if (at == std::string::npos) return {};
  return "go1." + text.substr(at + 16, text.find_first_not_of("0123456789", at + 16) - at - 16);
}

bool isRightVersion(const std::string& v) {
  std::string_view want = kGoVersion;
  return v.starts_with(want) && (v.size() == want.size() || !(v[want.size()] >= '0' && v[want.size()] <= '9'));
}

}  // namespace

GoRoot findGoRoot() {
  struct Candidate {
    std::string dir, from;
  };
  std::vector<Candidate> candidates;
  for (const char* name : {"BURROW_GOROOT", "GOROOT"})
    if (const char* env = std::getenv(name); env && *env) candidates.push_back({env, std::string("$") + name});
  const char* home = std::getenv("HOME");
  std::string cache = std::getenv("XDG_CACHE_HOME") ? std::getenv("XDG_CACHE_HOME") : std::string(home ? home : "") + "/.cache";
  for (std::string dir : {std::string("/usr/local/go"), std::string("/usr/lib/go-1.26"), std::string("/usr/share/go-1.26"),
                          std::string(home ? home : "") + "/sdk/go1.26", cache + "/burrow/go/lib/go-1.26", cache + "/burrow/go/share/go-1.26"})
    candidates.push_back({dir, ""});
  std::string wrong;
  for (const Candidate& c : candidates) {
    bool asked = !c.from.empty();
    if (!isDirectory(c.dir + "/src/runtime")) {
      if (asked) return {"", "", c.from + " is " + c.dir + ", which holds no Go source tree (no src/runtime)"};
      continue;
    }
    std::string v = versionOf(c.dir);
    if (isRightVersion(v)) return {c.dir, v, ""};
    std::string message = c.dir + " is " + (v.empty() ? "of an unknown version" : v) + "; Burrow needs " + kGoVersion;
    if (asked) return {"", v, c.from + ": " + message};
    if (wrong.empty()) wrong = message;
  }
  return {"", "", wrong.empty() ? std::string("no Go source tree found: set BURROW_GOROOT to one of ") + kGoVersion : wrong};
}

}  // namespace burrow
