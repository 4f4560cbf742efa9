#include "compiler/packages/overlay.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "compiler/packages/files.h"

namespace burrow {

namespace {

void addWords(std::set<std::string, std::less<>>& to, std::string_view list) {
  while (!list.empty()) {
    size_t n = std::min(list.find(','), list.size());
    if (n) to.emplace(list.substr(0, n));
    list.remove_prefix(std::min(n + 1, list.size()));
  }
}

}  // namespace

std::string Overlay::load(const std::string& dir) {
  std::string text;
  if (!readFile(dir + "/overlay.txt", text)) return "cannot read " + dir + "/overlay.txt";
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    line.resize(std::min(line.find('#'), line.size()));
    std::istringstream words(line);
    std::string verb, pkg, word;
    if (!(words >> verb)) continue;
    auto bad = [&] { return dir + "/overlay.txt:" + std::to_string(number) + ": malformed line"; };
    if (!(words >> pkg) || (verb != "replace" && verb != "patch")) return bad();
    OverlayEntry& e = entries_[pkg];
    e.replace = verb == "replace";
    while (words >> word) {
      size_t eq = word.find('=');
      if (eq == std::string::npos) return bad();
      std::string_view key = std::string_view(word).substr(0, eq), value = std::string_view(word).substr(eq + 1);
      if (key == "arch" && value == "amd64") e.amd64 = true;
      else if (key == "drop") addWords(e.drop, value);
      else if (key == "take") addWords(e.take, value);
      else if (key == "bodyless") addWords(e.bodyless, value);
      else if (key == "noescape") addWords(e.noescape, value);
      else if (key == "remove") addWords(e.remove, value);
      else return bad();
    }
    for (const std::string& name : listDir(dir + "/" + pkg))
      if (name.ends_with(".go")) e.files.push_back(name);
    std::sort(e.files.begin(), e.files.end());
    if (!e.files.empty()) e.dir = dir + "/" + pkg;
  }
  return {};
}

const OverlayEntry* Overlay::find(std::string_view path) const {
  for (std::string_view vendor : {"cmd/vendor/", "vendor/"})
    if (path.starts_with(vendor)) path.remove_prefix(vendor.size());
  auto it = entries_.find(path);
  return it == entries_.end() ? nullptr : &it->second;
}

std::vector<std::string> Overlay::replaced() const {
  std::vector<std::string> out;
  for (const auto& [path, e] : entries_)
    if (e.replace) out.push_back(path);
  return out;
}

std::string overlayDir() {
  if (const char* env = std::getenv("BURROW_OVERLAY"); env && *env) return env;
  std::string beside = executableDir() + "/overlay";
  if (fileExists(beside + "/overlay.txt")) return beside;
  return BURROW_OVERLAY_DIR;
}

}  // namespace burrow
