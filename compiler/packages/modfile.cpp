#include "compiler/packages/modfile.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "compiler/packages/files.h"

namespace burrow {

namespace {

/// Words of a go.mod line: bare, "quoted" or `raw`; a comment ends it.
std::vector<std::string> splitWords(std::string_view line) {
  std::vector<std::string> words;
  size_t i = 0;
  while (i < line.size()) {
    char c = line[i];
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++i;
    } else if (c == '/' && i + 1 < line.size() && line[i + 1] == '/') {
      break;
    } else if (c == '"' || c == '`') {
      size_t end = std::min(line.find(c, i + 1), line.size());
      words.emplace_back(line.substr(i + 1, end - i - 1));
      i = std::min(end + 1, line.size());
    } else if (c == '(' || c == ')') {
      words.emplace_back(1, c);
      ++i;
    } else {
      size_t start = i;
      while (i < line.size() && !std::isspace(static_cast<unsigned char>(line[i])) && line[i] != '(' && line[i] != ')' &&
             !line.substr(i).starts_with("//"))
        ++i;
      words.emplace_back(line.substr(start, i - start));
    }
  }
  return words;
}

/// The newest go directive that this compiler knows; patch releases of it change no language.
constexpr const char* kNewest = "1.26.99";

bool isLocalPath(std::string_view p) { return p.starts_with("./") || p.starts_with("../") || p.starts_with("/") || p == "." || p == ".."; }

/// Numeric comparison of "v1.2.3-pre" versions, enough for minimal version selection.
int compareVersions(std::string_view a, std::string_view b) {
  auto part = [](std::string_view& s) {
    if (s.starts_with('v') || s.starts_with('.')) s.remove_prefix(1);
    uint64_t n = 0;
    while (!s.empty() && std::isdigit(static_cast<unsigned char>(s[0]))) n = n * 10 + static_cast<uint64_t>(s[0] - '0'), s.remove_prefix(1);
    return n;
  };
  for (int i = 0; i < 3; ++i) {
    uint64_t x = part(a), y = part(b);
    if (x != y) return x < y ? -1 : 1;
  }
  a = a.substr(0, a.find('+')), b = b.substr(0, b.find('+'));
  if (a.empty() || b.empty()) return a.empty() && b.empty() ? 0 : a.empty() ? 1 : -1;  // a pre-release comes first
  int c = a.compare(b);
  return c < 0 ? -1 : c > 0;
}

/// The module cache writes upper-case letters as !lower.
std::string escapePath(std::string_view p) {
  std::string out;
  for (char c : p) {
    if (c >= 'A' && c <= 'Z') out += '!', c = static_cast<char>(c - 'A' + 'a');
    out += c;
  }
  return out;
}

std::string moduleCacheDir() {
  if (const char* v = std::getenv("GOMODCACHE"); v && *v) return v;
  std::string gopath;
  if (const char* v = std::getenv("GOPATH"); v && *v) gopath = v;
  gopath = gopath.substr(0, gopath.find(':'));
  if (gopath.empty()) gopath = std::string(std::getenv("HOME") ? std::getenv("HOME") : "") + "/go";
  return gopath + "/pkg/mod";
}

bool within(std::string_view dir, std::string_view root) {
  return dir.starts_with(root) && (dir.size() == root.size() || dir[root.size()] == '/' || root == "/");
}

std::string findUpwards(std::string dir, const std::string& name) {
  while (true) {
    if (fileExists(dir + "/" + name)) return dir;
    if (dir == "/" || dir.empty()) return {};
    dir = dirName(dir);
  }
}

}  // namespace

ModFile parseModFile(std::string_view text, std::string& error) {
  ModFile m;
  std::string block;
  int number = 0;
  while (!text.empty()) {
    size_t n = std::min(text.find('\n'), text.size());
    std::vector<std::string> w = splitWords(text.substr(0, n));
    text.remove_prefix(std::min(n + 1, text.size()));
    ++number;
    if (w.empty()) continue;
    if (!block.empty()) {
      if (w[0] == ")") {
        block.clear();
        continue;
      }
      w.insert(w.begin(), block);
    } else if (w.size() == 2 && w[1] == "(") {
      block = w[0];
      continue;
    }
    auto bad = [&](std::string what) {
      if (error.empty()) error = std::to_string(number) + ": " + std::move(what);
    };
    const std::string& verb = w[0];
    if (verb == "module") {
      if (w.size() != 2) bad("usage: module module/path");
      else m.module = w[1];
    } else if (verb == "go") {
      if (w.size() != 2) bad("go directive expects exactly one argument");
      else m.goVersion = w[1];
    } else if (verb == "require") {
      if (w.size() < 3) bad("usage: require module/path v1.2.3");
      else m.require.push_back({w[1], w[2]});
    } else if (verb == "replace") {
      auto arrow = std::find(w.begin(), w.end(), "=>");
      size_t left = static_cast<size_t>(arrow - w.begin()) - 1, right = arrow == w.end() ? 0 : static_cast<size_t>(w.end() - arrow) - 1;
      if (arrow == w.end() || left < 1 || left > 2 || right < 1 || right > 2) {
        bad("usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory");
      } else {
        m.replace.push_back({w[1], left == 2 ? w[2] : "", arrow[1], right == 2 ? arrow[2] : ""});
      }
    } else if (verb == "use") {
      if (w.size() == 2) m.use.push_back(w[1]);
      else bad("usage: use local/dir");
    } else if (verb == "godebug") {
      if (size_t eq; w.size() == 2 && (eq = w[1].find('=')) != std::string::npos) m.godebug.emplace_back(w[1].substr(0, eq), w[1].substr(eq + 1));
      else bad("usage: godebug key=value");
    } else if (verb != "exclude" && verb != "retract" && verb != "toolchain" && verb != "tool" && verb != "ignore") {
      bad("unknown directive: " + verb);
    }
  }
  return m;
}

Vendored readVendored(const std::string& vendorDir) {
  Vendored out;
  std::string list;
  readFile(vendorDir + "/modules.txt", list);
  GoModule m;
  std::string_view rest = list;
  while (!rest.empty()) {
    size_t n = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, n);
    rest.remove_prefix(std::min(n + 1, rest.size()));
    if (line.starts_with("# ")) {
      std::string_view path = line.substr(2, line.find(' ', 2) - 2);
      m = {std::string(path), vendorDir + "/" + std::string(path), "", "1.16", false};
    } else if (size_t at = line.find("; go "); line.starts_with("## ") && at != std::string_view::npos) {
      m.goVersion = line.substr(at + 5);
    } else if (!line.starts_with('#') && !line.empty()) {
      out.emplace(line, m);
    }
  }
  return out;
}

bool ModuleGraph::load(const std::string& dir, std::string& error) {
  if (const char* v = std::getenv("GO111MODULE"); v && std::string_view(v) == "off") return true;
  auto read = [&](const std::string& file, ModFile& m) {
    std::string text, why;
    if (!readFile(file, text)) {
      error = "reading " + file + ": no such file or directory";
      return false;
    }
    m = parseModFile(text, why);
    if (!why.empty()) error = "errors parsing " + baseName(file) + ":\n" + file + ":" + why;
    else if (compareVersions(m.goVersion, kNewest) > 0) error = file + " requires go >= " + m.goVersion + " (running go 1.26)";
    return error.empty();
  };
  auto addMain = [&](const std::string& at, const ModFile& m) {
    mains_.push_back({m.module.empty() ? "command-line-arguments" : m.module, at, "", m.goVersion.empty() ? "1.16" : m.goVersion, true});
  };
  std::vector<std::pair<std::string, ModFile>> roots;  // directory and file
  const char* goWork = std::getenv("GOWORK");
  std::string workDir = goWork && std::string_view(goWork) == "off" ? "" : findUpwards(dir, "go.work");
  std::vector<Replacement> replace;
  if (!workDir.empty()) {
    ModFile work;
    if (!read(workDir + "/go.work", work)) return false;
    workspace_ = true;
    root_ = workDir;
    replace = work.replace;
    mainFile_ = work;
    for (const std::string& use : work.use) {
      std::string at = cleanPath(use.starts_with('/') ? use : workDir + "/" + use);
      ModFile m;
      if (!read(at + "/go.mod", m)) return false;
      addMain(at, m);
      roots.emplace_back(at, std::move(m));
    }
  } else {
    root_ = findUpwards(dir, "go.mod");
    if (root_.empty()) return true;
    ModFile m;
    if (!read(root_ + "/go.mod", m)) return false;
    addMain(root_, m);
    mainFile_ = m;
    roots.emplace_back(root_, std::move(m));
  }
  for (auto& [at, m] : roots)
    for (Replacement r : m.replace) {
      if (isLocalPath(r.newPath) && !r.newPath.starts_with('/')) r.newPath = cleanPath(at + "/" + r.newPath);
      replace.push_back(std::move(r));
    }
  for (Replacement& r : replace)
    if (isLocalPath(r.newPath) && !r.newPath.starts_with('/')) r.newPath = cleanPath(root_ + "/" + r.newPath);

  if (!workspace_ && fileExists(root_ + "/vendor/modules.txt")) {
    vendorDir_ = root_ + "/vendor";
    vendored_ = readVendored(vendorDir_);
    return true;
  }

  // Minimal version selection over the requirements that can be read.
  std::map<std::string, std::string> chosen;
  std::vector<ModuleVersion> queue;
  for (auto& [at, m] : roots) queue.insert(queue.end(), m.require.begin(), m.require.end());
  std::string cache = moduleCacheDir();
  std::map<std::string, GoModule> found;
  while (!queue.empty()) {
    ModuleVersion v = std::move(queue.back());
    queue.pop_back();
    bool isMain = std::any_of(mains_.begin(), mains_.end(), [&](const GoModule& m) { return m.path == v.path; });
    auto it = chosen.find(v.path);
    if (isMain || (it != chosen.end() && compareVersions(it->second, v.version) >= 0)) continue;
    chosen[v.path] = v.version;
    GoModule m{v.path, cache + "/" + escapePath(v.path) + "@" + escapePath(v.version), v.version, "1.16", false};
    std::string modText;
    bool replaced = false;
    for (const Replacement& r : replace)
      if (r.oldPath == v.path && (r.oldVersion.empty() || r.oldVersion == v.version)) {
        m.dir = r.newVersion.empty() ? r.newPath : cache + "/" + escapePath(r.newPath) + "@" + escapePath(r.newVersion);
        replaced = true;
      }
    if (!readFile(m.dir + "/go.mod", modText) && !replaced)
      readFile(cache + "/cache/download/" + escapePath(v.path) + "/@v/" + escapePath(v.version) + ".mod", modText);
    std::string ignored;
    ModFile file = parseModFile(modText, ignored);
    if (!file.goVersion.empty()) m.goVersion = file.goVersion;
    if (compareVersions(m.goVersion, kNewest) > 0) {
      error = "module " + v.path + "@" + v.version + " requires go >= " + m.goVersion + " (running go 1.26)";
      return false;
    }
    queue.insert(queue.end(), file.require.begin(), file.require.end());
    found[v.path] = std::move(m);
  }
  for (auto& [path, m] : found) (isDirectory(m.dir) ? deps_.push_back(m) : missing_.push_back(path + "@" + m.version));
  return true;
}

const GoModule* ModuleGraph::mainFor(std::string_view dir) const {
  const GoModule* best = nullptr;
  for (const GoModule& m : mains_)
    if (within(dir, m.dir) && (!best || m.dir.size() > best->dir.size())) best = &m;
  return best;
}

std::string ModuleGraph::findPackage(std::string_view path, const GoModule** module, std::string& error) const {
  const GoModule* best = nullptr;
  std::string bestDir;
  auto consider = [&](const GoModule& m) {
    if (!within(path, m.path) || (best && best->path.size() >= m.path.size())) return;
    std::string dir = m.dir + std::string(path.substr(m.path.size()));
    if (isDirectory(dir)) best = &m, bestDir = dir;
  };
  for (const GoModule& m : mains_) consider(m);
  for (const GoModule& m : deps_) consider(m);
  if (best) {
    *module = best;
    return bestDir;
  }
  if (!vendorDir_.empty()) {
    if (auto it = vendored_.find(path); it != vendored_.end()) {
      *module = &it->second;
      return vendorDir_ + "/" + std::string(path);
    }
    error = "cannot find module providing package " + std::string(path) + ": import lookup disabled by -mod=vendor";
    return {};
  }
  if (mains_.empty()) {
    error = "no required module provides package " + std::string(path) + ": go.mod file not found in current directory or any parent directory; see 'go help modules'";
    return {};
  }
  for (const GoModule& m : mains_)
    if (within(path, m.path)) {
      error = "package " + std::string(path) + " is not in " + (workspace_ ? "workspace" : "std") + " (" + m.dir + std::string(path.substr(m.path.size())) + ")";
      if (!workspace_) error = "no required module provides package " + std::string(path) + "; to add it:\n\tgo get " + std::string(path);
      return {};
    }
  for (const std::string& m : missing_)
    if (within(path, std::string_view(m).substr(0, m.find('@')))) {
      error = std::string(path) + ": module " + m + " is not in the module cache (Burrow downloads nothing: run 'go mod download')";
      return {};
    }
  error = "no required module provides package " + std::string(path) + "; to add it:\n\tgo get " + std::string(path);
  return {};
}

}  // namespace burrow
