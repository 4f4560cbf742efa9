#include "programs/burrow/test_flags.h"

#include <CLI/CLI.hpp>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

#include "compiler/packages/files.h"

namespace burrow {

namespace {

const std::set<std::string, std::less<>> kPassedBool = {"artifacts", "benchmem", "failfast",
                                                        "fullpath",  "short",    "v"};
const std::set<std::string, std::less<>> kPassedValue = {"bench",
                                                         "benchtime",
                                                         "blockprofile",
                                                         "blockprofilerate",
                                                         "count",
                                                         "cpu",
                                                         "cpuprofile",
                                                         "fuzz",
                                                         "fuzztime",
                                                         "fuzzminimizetime",
                                                         "list",
                                                         "memprofile",
                                                         "memprofilerate",
                                                         "mutexprofile",
                                                         "mutexprofilefraction",
                                                         "outputdir",
                                                         "parallel",
                                                         "run",
                                                         "shuffle",
                                                         "skip",
                                                         "timeout",
                                                         "trace"};
const std::set<std::string, std::less<>> kRefused = {
    "c",    "o",     "i",         "exec",     "race",        "msan",
    "asan", "cover", "covermode", "coverpkg", "coverprofile"};

/// A duration as time.ParseDuration reads it ("1h30m", "500ms", "0"), in seconds; negative if it is
/// none.
double parseDuration(const std::string& text) {
  if (text == "0") return 0;
  double total = 0;
  const char* p = text.c_str();
  if (!*p) return -1;
  while (*p) {
    char* end;
    double n = std::strtod(p, &end);
    if (end == p) return -1;
    p = end;
    bool known = false;
    for (const auto& [unit, seconds] : {std::pair{"ns", 1e-9},
                                        {"us", 1e-6},
                                        {"µs", 1e-6},
                                        {"ms", 1e-3},
                                        {"s", 1.0},
                                        {"m", 60.0},
                                        {"h", 3600.0}}) {
      size_t length = std::strlen(unit);
      if (std::strncmp(p, unit, length) != 0 ||
          (length == 1 && std::isalpha(static_cast<unsigned char>(p[1]))))
        continue;
      total += n * seconds;
      p += length;
      known = true;
      break;
    }
    if (!known) return -1;
  }
  return total;
}

constexpr const char* kUsage =
    "usage: burrow test [flags] [packages] [flags and arguments of the test binary]\n\n"
    "  -run -skip -list -bench -fuzz REGEXP   which tests\n"
    "  -v -json -short -failfast -fullpath    how they report\n"
    "  -count -cpu -parallel -shuffle -timeout -benchtime -benchmem\n"
    "  -p N                                   packages at once\n"
    "  -args …                                everything after it is the test's\n\n"
    "and the flags of the compiler and the virtual machine (burrow run --help).\n";

int usage(const std::string& message) {
  std::fprintf(stderr, "burrow test: %s\n", message.c_str());
  return 2;
}

class TestFlagParser {
 public:
  TestFlagParser(const std::vector<std::string>& args, const CLI::App& app, TestFlags& out)
      : args_(args), app_(app), out_(out) {}
  int run();

 private:
  bool word(const std::string& a);
  int flag(const std::string& a);
  int passedValue(const std::string& name);
  bool needValue();
  void passRest(size_t from) {
    out_.passed.insert(out_.passed.end(), args_.begin() + static_cast<std::ptrdiff_t>(from),
                       args_.end());
  }
  void addOwnFlags();

  const std::vector<std::string>& args_;
  const CLI::App& app_;
  TestFlags& out_;
  size_t at_ = 0;
  bool inPackages_ = false, packagesDone_ = false, afterUnknown_ = false;
  std::string value_;  ///< of the flag being read
  bool hasValue_ = false;
};

int TestFlagParser::run() {
  for (; at_ < args_.size(); ++at_) {
    const std::string& a = args_[at_];
    if (a == "--" || a == "-args" || a == "--args") {
      passRest(a == "--" ? at_ : at_ + 1);
      break;
    }
    if (a.size() < 2 || a[0] != '-') {
      if (!word(a)) break;
    } else if (int status = flag(a); status >= 0) {
      return status;
    }
  }
  addOwnFlags();
  return -1;
}

/// A package, or an argument of the test; false if all the rest is the test's.
bool TestFlagParser::word(const std::string& a) {
  if (!packagesDone_ && (inPackages_ || out_.packages.empty())) {
    inPackages_ = true;
    out_.packages.push_back(a);
    return true;
  }
  if (!afterUnknown_) {
    passRest(at_);
    return false;
  }
  out_.passed.push_back(a);  // perhaps the value of the flag before it
  afterUnknown_ = false;
  return true;
}

bool TestFlagParser::needValue() {
  if (!hasValue_ && at_ + 1 < args_.size()) value_ = args_[++at_], hasValue_ = true;
  return hasValue_;
}

int TestFlagParser::flag(const std::string& a) {
  inPackages_ = false;
  afterUnknown_ = false;
  std::string name = a.substr(a.starts_with("--") ? 2 : 1);
  size_t eq = name.find('=');
  hasValue_ = eq != std::string::npos;
  value_ = hasValue_ ? name.substr(eq + 1) : std::string();
  if (hasValue_) name.resize(eq);
  if (name.starts_with("test.")) name.erase(0, 5);
  if (kRefused.count(name)) return usage("-" + name + " is not supported");
  std::string dashed = (name.size() == 1 ? "-" : "--") + name;
  if (name == "h" || name == "help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (name == "json") {
    out_.json = value_ != "false";
  } else if (name == "vet") {
    if (!needValue()) return usage("flag needs an argument: -vet");
  } else if (name == "p") {
    if (!needValue() || std::atoi(value_.c_str()) <= 0) return usage("-p needs a number above 0");
    out_.parallel = static_cast<unsigned>(std::atoi(value_.c_str()));
  } else if (kPassedBool.count(name)) {
    if (!hasValue_) value_ = "true";
    out_.passed.push_back("-test." + name + "=" + value_);
    bool on = value_ != "false" && value_ != "0";
    if (name == "v") out_.verbose = on;
    if (name == "failfast") out_.failFast = on;
  } else if (kPassedValue.count(name)) {
    return passedValue(name);
  } else if (const CLI::Option* option = app_.get_option_no_throw(dashed)) {
    out_.compile.push_back(dashed + (hasValue_ ? "=" + value_ : ""));
    if (!hasValue_ && option->get_items_expected_min() > 0 && needValue())
      out_.compile.push_back(value_);
  } else {
    packagesDone_ = true;
    afterUnknown_ = !hasValue_;
    out_.passed.push_back(a);
  }
  return -1;
}

int TestFlagParser::passedValue(const std::string& name) {
  if (!needValue()) return usage("flag needs an argument: -" + name);
  if (name == "timeout") {
    out_.timeout = parseDuration(value_);
    out_.timeoutGiven = true;
    if (out_.timeout < 0)
      return usage("invalid value \"" + value_ + "\" for flag -timeout: parse error");
  }
  out_.list |= name == "list";
  out_.bench |= name == "bench" || name == "fuzz";
  out_.profile |= name.ends_with("profile") || name == "trace";
  if (name == "outputdir") value_ = absolutePath(value_), out_.outputDirGiven = true;
  out_.passed.push_back("-test." + name + "=" + value_);
  return -1;
}

/// The test binary has neither a time limit nor a place for profiles of its own.
void TestFlagParser::addOwnFlags() {
  std::vector<std::string> first;
  if (out_.json) first.push_back("-test.v=test2json");
  if (!out_.timeoutGiven) first.push_back("-test.timeout=10m0s");
  if (out_.profile && !out_.outputDirGiven)
    first.push_back("-test.outputdir=" + absolutePath("."));
  first.push_back("-test.paniconexit0");
  out_.passed.insert(out_.passed.begin(), first.begin(), first.end());
}

}  // namespace

int parseTestFlags(const std::vector<std::string>& args, const CLI::App& app, TestFlags& out) {
  return TestFlagParser(args, app, out).run();
}

}  // namespace burrow
