#include "programs/burrow/link_flags.h"

#include <cstring>
#include <string_view>

#include "programs/burrow/gc_flags.h"
#include "vm/link/linker.h"

namespace burrow {

namespace {

constexpr std::string_view kSwitches[] = {"a", "asan", "aslr", "bindnow", "c", "checklinkname", "compressdwarf", "d", "dumpdep", "f", "g",
                                          "h", "linkshared", "msan", "n", "pruneweakmap", "race", "s", "v", "w"};
constexpr std::string_view kWithValue[] = {"B", "E", "H", "I", "L", "R", "T", "X", "benchmark", "benchmarkprofile", "buildid", "buildmode",
                                           "capturehostobjs", "cpuprofile", "debugtramp", "debugtextsize", "extar", "extld", "extldflags",
                                           "fipso", "funcalign", "importcfg", "installsuffix", "k", "libgcc", "linkmode", "macos", "macsdk",
                                           "memprofile", "memprofilerate", "o", "plugin", "r", "randlayout", "strictdups", "tmpdir"};

template <size_t n>
bool contains(const std::string_view (&names)[n], std::string_view name) {
  for (std::string_view s : names)
    if (s == name) return true;
  return false;
}

}  // namespace

std::string LinkFlags::add(const std::string& text) {
  std::vector<std::string> words;
  if (!splitQuoted(text, words)) return "invalid value \"" + text + "\" for flag -ldflags: unterminated quoted string";
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word.size() < 2 || word[0] != '-') return "-ldflags: not a flag: " + words[i];
    word.remove_prefix(word[1] == '-' ? 2 : 1);
    size_t eq = word.find('=');
    std::string_view name = word.substr(0, eq);
    bool isSwitch = contains(kSwitches, name);
    if (!isSwitch && !contains(kWithValue, name)) return "flag provided but not defined: -" + std::string(name);
    if (isSwitch) continue;
    std::string value(eq == word.npos ? std::string_view() : word.substr(eq + 1));
    if (eq == word.npos) {
      if (++i == words.size()) return "flag needs an argument: -" + std::string(name);
      value = words[i];
    }
    if (name != "X") continue;
    size_t is = value.find('='), dot = value.substr(0, is).rfind('.');
    if (is == value.npos || dot == value.npos) return "-X flag requires argument of the form importpath.name=value";
    strings.emplace_back(value.substr(0, is), value.substr(is + 1));
  }
  return {};
}

std::string LinkFlags::apply() const {
  for (const auto& [symbol, value] : strings)
    if (!vm::setStringVariable(symbol, value)) return symbol + ": cannot set with -X: not a var of type string";
  return {};
}

std::string LinkFlags::save() const {
  std::string out;
  for (const auto& [symbol, value] : strings)
    for (const std::string* s : {&symbol, &value}) {
      uint64_t n = s->size();
      out.append(reinterpret_cast<const char*>(&n), 8);
      out += *s;
    }
  return out;
}

LinkFlags LinkFlags::load(std::string_view bytes) {
  LinkFlags flags;
  auto next = [&bytes](std::string& s) {
    uint64_t n;
    if (bytes.size() < 8) return false;
    std::memcpy(&n, bytes.data(), 8);
    bytes.remove_prefix(8);
    if (n > bytes.size()) return false;
    s = bytes.substr(0, n);
    bytes.remove_prefix(n);
    return true;
  };
  for (std::string symbol, value; next(symbol) && next(value);) flags.strings.emplace_back(symbol, value);
  return flags;
}

}  // namespace burrow
