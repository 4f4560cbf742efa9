// Go's benchmark format (https://go.dev/design/14313-benchmark-format), read strictly: what is neither a configuration line, a result, a
// line about a unit nor empty is an error here, where other readers pass it over.
#pragma once

#include <cctype>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace burrow::profiler::test {

struct BenchmarkResult {
  std::string name;                            ///< without "Benchmark" and GOMAXPROCS
  std::map<std::string, std::string> config;   ///< as it stands at the line, and /key=value of the name
  uint64_t iterations = 0;
  std::map<std::string, double> values;        ///< by unit
};

class BenchmarkFile {
 public:
  explicit BenchmarkFile(const std::string& text) {
    if (!text.empty() && text.back() != '\n') error = "the last line does not end";
    std::istringstream in(text);
    for (std::string line; error.empty() && std::getline(in, line);)
      if (!line.empty() && !isUnit(line) && !isConfig(line) && !isResult(line) && error.empty()) error = "neither configuration nor result: " + line;
  }
  std::vector<BenchmarkResult> results;
  std::string error;

 private:
  static bool isUnit(const std::string& line) { return line.starts_with("Unit "); }

  /// A key in lower case without spaces, a colon, a space or tab, the value; nothing behind the colon takes the key away.
  bool isConfig(const std::string& line) {
    size_t colon = line.find(':');
    if (colon == std::string::npos || !std::islower(static_cast<unsigned char>(line[0]))) return false;
    for (char c : line.substr(0, colon))
      if (std::isspace(static_cast<unsigned char>(c)) || std::isupper(static_cast<unsigned char>(c))) return false;
    std::string value = line.substr(colon + 1);
    if (!value.empty() && value[0] != ' ' && value[0] != '\t') return false;
    value.erase(0, value.find_first_not_of(" \t"));
    if (value.empty()) config_.erase(line.substr(0, colon));
    else config_[line.substr(0, colon)] = value;
    return true;
  }

  /// Benchmark and an upper-case letter, a count, and pairs of value and unit.
  bool isResult(const std::string& line) {
    if (!line.starts_with("Benchmark") || (line.size() > 9 && !std::isspace(static_cast<unsigned char>(line[9])) && !std::isupper(static_cast<unsigned char>(line[9])))) return false;
    std::istringstream in(line);
    std::vector<std::string> fields;
    for (std::string f; in >> f;) fields.push_back(f);
    if (fields.size() < 4 || fields.size() % 2) return fail("an odd number of fields, or less than four", line);
    BenchmarkResult r;
    r.config = config_;
    char* end = nullptr;
    r.iterations = std::strtoull(fields[1].c_str(), &end, 10);
    if (*end || !r.iterations || !std::isdigit(static_cast<unsigned char>(fields[1][0]))) return fail("no count of iterations", line);
    for (size_t i = 2; i < fields.size(); i += 2) {
      double value = std::strtod(fields[i].c_str(), &end);
      if (*end || end == fields[i].c_str()) return fail("no number: " + fields[i], line);
      if (!r.values.emplace(fields[i + 1], value).second) return fail("twice: " + fields[i + 1], line);
    }
    takeName(fields[0].substr(9), r);
    results.push_back(std::move(r));
    return true;
  }

  static void takeName(std::string name, BenchmarkResult& r) {
    size_t procs = name.find_last_not_of("0123456789");
    if (procs != std::string::npos && procs + 1 < name.size() && name[procs] == '-') {
      r.config["/gomaxprocs"] = name.substr(procs + 1);
      name.resize(procs);
    }
    std::istringstream in(name);
    for (std::string part; std::getline(in, part, '/');) {
      size_t eq = part.find('=');
      if (eq != std::string::npos && !r.name.empty()) r.config["/" + part.substr(0, eq)] = part.substr(eq + 1);
      else r.name += (r.name.empty() ? "" : "/") + part;
    }
  }

  bool fail(const std::string& what, const std::string& line) {
    error = what + ": " + line;
    return false;
  }

  std::map<std::string, std::string> config_;
};

}  // namespace burrow::profiler::test
