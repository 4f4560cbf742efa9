#include "programs/burrow/gc_flags.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace burrow {

namespace {

/// Flags that take no value unless written -name=value: gc's booleans and counters.
constexpr std::array<std::string_view, 43> kSwitches = {
    "%",       "+",        "B",           "C",       "E",    "K",       "L",    "N",          "S",         "V",
    "W",       "asan",     "clobberdead", "clobberdeadreg",  "complete", "dwarf", "dwarfbasentries", "dwarflocationlists",
    "dynlink", "e",        "errorurl",    "h",       "j",    "l",       "linkshared", "live",   "m",         "msan",
    "nolocalimports", "pack", "r",        "race",    "shared", "smallframes", "std", "t",      "v",         "w",
    "wb",      "0",        "1",           "s",       ""};
constexpr std::array<std::string_view, 27> kValues = {
    "D",         "I",       "asmhdr",  "bench",      "blockprofile", "buildid",       "c",       "coveragecfg", "cpuprofile",
    "d",         "embedcfg", "env",    "gendwarfinl", "goversion",   "importcfg",     "installsuffix", "json",  "lang",
    "linkobj",   "memprofile", "memprofilerate", "mutexprofile", "o", "p", "pgoprofile", "spectre", "symabis"};
constexpr std::array<std::string_view, 2> kMoreValues = {"traceprofile", "trimpath"};

bool has(const auto& list, std::string_view name) {
  return !name.empty() && std::find(list.begin(), list.end(), name) != list.end();
}

/// A switch's value: true, false, or a count. -1: neither.
int switchValue(std::string_view text) {
  for (std::string_view yes : {"", "1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return 1;
  for (std::string_view no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return 0;
  int n = 0;
  for (char c : text) {
    if (!std::isdigit(static_cast<unsigned char>(c))) return -1;
    n = std::min(n * 10 + (c - '0'), 1000);
  }
  return n;
}

/// -d=a,b=2 is a list.
void addDebugKeys(std::string_view list, std::vector<std::string>& keys) {
  while (!list.empty()) {
    size_t comma = std::min(list.find(','), list.size());
    if (comma) keys.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

}  // namespace

bool GcFlags::hasDebug(std::string_view key) const {
  bool on = false;
  for (std::string_view d : debug)
    if (d.substr(0, d.find('=')) == key) on = d.find('=') == std::string_view::npos || d.substr(d.find('=') + 1) != "0";
  return on;
}

bool parseGcFlags(std::vector<std::string>& args, GcFlags& flags, std::string& error) {
  size_t i = 0;
  for (; i < args.size(); ++i) {
    std::string_view arg = args[i];
    if (arg.size() < 2 || arg[0] != '-') break;
    if (arg == "--") {
      ++i;
      break;
    }
    arg.remove_prefix(arg[1] == '-' ? 2 : 1);
    size_t eq = arg.find('=');
    std::string name(arg.substr(0, eq));
    std::string value(eq == std::string_view::npos ? std::string_view() : arg.substr(eq + 1));
    if (has(kSwitches, name)) {
      int v = switchValue(value);
      if (v < 0) {
        error = "invalid boolean value \"" + value + "\" for -" + name + ": parse error";
        return false;
      }
      if (name == "std") flags.std = v;
      else if (name == "complete") flags.complete = v;
      else if (name == "C") flags.noColumns = v;
      else if (name == "e") flags.allErrors = v;
      else if (name == "+") flags.runtime = v;
      else if (name == "m") flags.optimizationReports = eq == std::string_view::npos ? flags.optimizationReports + 1 : v;
      else if (name == "smallframes") flags.smallFrames = v;
      else if (name == "l") flags.noInlining = eq == std::string_view::npos ? flags.noInlining + 1 : v;
      continue;
    }
    if (!has(kValues, name) && !has(kMoreValues, name)) {
      error = "flag provided but not defined: -" + name;
      return false;
    }
    if (eq == std::string_view::npos) {
      if (i + 1 == args.size()) {
        error = "flag needs an argument: -" + name;
        return false;
      }
      value = args[++i];
    }
    if (name == "o") flags.output = value;
    else if (name == "p") flags.path = value;
    else if (name == "lang") flags.lang = value;
    else if (name == "importcfg") flags.importcfg = value;
    else if (name == "D") flags.localImports = value;
    else if (name == "d") addDebugKeys(value, flags.debug);
  }
  args.erase(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(i));
  return true;
}

bool splitQuoted(std::string_view text, std::vector<std::string>& words) {
  std::string word;
  char quote = 0;
  bool open = false;
  for (char c : text) {
    if (quote ? c == quote : !open && (c == '"' || c == '\'')) {
      quote = quote ? 0 : c;
      open = true;
    } else if (!quote && std::isspace(static_cast<unsigned char>(c))) {
      if (open) words.push_back(word);
      word.clear();
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(word);
  return quote == 0;
}

}  // namespace burrow
