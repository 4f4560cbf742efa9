// Go's own test tree, one test a file.
//
// With BURROW_SAMPLE=N a sample of one file in N runs, which depends on the names only;
// BURROW_TESTS=all overrules it. With BURROW_RUN_FLAGS ("--gc-stress", …) programs run in that
// mode, and those that it makes too slow are skipped (BURROW_TEST_SECONDS: each command's time). skipped.txt lists what does not apply here,
// expected.txt what fails today, each with its reason; a test of expected.txt that passes fails, so
// that the list only shrinks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "compiler/packages/files.h"
#include "compiler/packages/goroot.h"
#include "tests/conformance/error_check.h"
#include "tests/conformance/recipe.h"
#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

namespace fs = std::filesystem;

struct Counts {
  int run = 0, passed = 0, failed = 0, expected = 0;
};
std::map<std::string, Counts> countsByAction;
std::map<std::string, int> skippedByReason;
std::map<std::string, std::string> expectedFailures;
bool inMode = false;  ///< BURROW_RUN_FLAGS: an expected failure may pass there
double cpuSeconds = 0;

std::string suiteDir;
std::vector<std::string> runFlags;

void writeText(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// `import "./x"` becomes `import "test/x"`.
std::string rewriteImports(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    size_t quote = line.find("\"./");
    std::string before = line.substr(0, quote == std::string::npos ? 0 : quote);
    size_t word = before.find_first_not_of(" \t");
    bool import = quote != std::string::npos &&
                  before.find_first_of("\"`=(,") == std::string::npos &&
                  (word == std::string::npos || before.compare(word, 6, "import") == 0 ||
                   before.find(' ', word) == before.size() - 1);
    if (import) line.replace(quote, 3, "\"test/");
    out += line + "\n";
  }
  return out;
}

/// Runs one recipe. Every function returns what is wrong, or nothing.
class RecipeRunner {
 public:
  explicit RecipeRunner(const Recipe& r) : r_(r) {}

  std::string perform() {
    switch (r_.kind) {
      case Kind::Run:
        return runProgram();
      case Kind::Check:
        return checkFile();
      case Kind::RunDir:
      case Kind::CheckDir:
        return directory();
      case Kind::None:
        return "no such recipe: " + r_.action;
    }
    return {};
  }

 private:
  std::string runProgram() {
    std::vector<std::string> files{r_.name}, args = r_.args;
    while (!args.empty() && args[0].ends_with(".go")) {  // as with go run, more source files
      files.push_back(args[0]);
      args.erase(args.begin());
    }
    CommandResult result = run(files, args, suiteDir);
    if (r_.action != "runoutput") return compareOutput(result, false);
    if (result.status != 0 || result.timedOut)
      return "generating: " + result.describe() + "\n" + tail(result.out);
    std::string generated = temporary_.path() + "/tmp__.go";
    writeText(generated, result.out);
    return compareOutput(run({generated}, {}, suiteDir), false);
  }

  std::string checkFile() {
    std::string file = r_.path, shown = fs::path(r_.name).filename();
    if (r_.action == "errorcheckoutput") {
      CommandResult result = run({r_.name}, r_.args, suiteDir);
      if (result.status != 0 || result.timedOut)
        return "generating: " + result.describe() + "\n" + tail(result.out);
      shown = "tmp__.go";
      file = temporary_.path() + "/" + shown;
      writeText(file, result.out);
    }
    bool program = r_.action == "build";
    CommandResult result =
        compile({"-p=" + std::string(program ? "main" : "p"), "-o=/dev/null"}, {file}, suiteDir);
    if (std::string e = statusProblem(result, r_.wantError); !e.empty()) return e;
    return r_.action.starts_with("errorcheck")
               ? compareErrors(result.out, r_.wantAuto, {{file, shown}})
               : "";
  }

  std::string directory() {
    if (r_.action == "runindir" || r_.action == "builddir" || r_.action == "buildrundir")
      return module();
    // Each package gets a directory of a module "test", and an image beside it for the packages
    // after it.
    std::string root = temporary_.path() + "/src/test", config;
    writeText(root + "/go.mod", "module test\n\ngo 1.26\n");
    std::vector<DirPackage> packages = dirPackages(r_.dir, r_.onePackageAFile);
    if (packages.empty()) return "no packages in " + r_.dir;
    for (const DirPackage& p : packages) {
      for (const std::string& f : p.files)
        writeText(root + "/" + p.stem() + "/" + f, rewriteImports(readWholeFile(r_.dir + "/" + f)));
      config +=
          "packagefile test/" + p.stem() + "=" + temporary_.path() + "/" + p.stem() + ".image\n";
    }
    bool checks = r_.kind == Kind::CheckDir || r_.action == "errorcheckandrundir";
    size_t bad = packages.size() - (r_.wantError && r_.action == "errorcheckandrundir" ? 2 : 1);
    std::string known;
    for (size_t i = 0; checks && i < packages.size(); ++i) {
      const DirPackage& p = packages[i];
      writeText(temporary_.path() + "/importcfg", known);
      std::vector<std::string> sources;
      std::vector<CheckedFile> files;
      for (const std::string& f : p.files) {
        sources.push_back(root + "/" + p.stem() + "/" + f);
        files.push_back({r_.dir + "/" + f, f});
      }
      bool wantError = r_.wantError && i == bad;
      std::string image = temporary_.path() + "/" + p.stem() + ".image";
      CommandResult result =
          compile({"-p=" + (p.name == "main" ? "main" : "test/" + p.stem()), "-o=" + image,
                   "-importcfg=" + temporary_.path() + "/importcfg"},
                  sources, temporary_.path());
      if (std::string e = statusProblem(result, wantError); !e.empty()) return p.stem() + ": " + e;
      if (r_.action.starts_with("errorcheck"))
        if (std::string e = compareErrors(result.out, false, files); !e.empty()) return e;
      if (fileExists(image)) known += "packagefile test/" + p.stem() + "=" + image + "\n";
    }
    if (r_.kind == Kind::CheckDir) return {};
    // Go's driver compiles a file whatever its name is; as a directory, one called p_test.go would
    // have no program.
    const DirPackage& main = packages.back();
    std::vector<std::string> program{root + "/" + main.stem()};
    if (std::any_of(main.files.begin(), main.files.end(),
                    [](const std::string& f) { return f.ends_with("_test.go"); })) {
      program.clear();
      for (const std::string& f : main.files) program.push_back(root + "/" + main.stem() + "/" + f);
    }
    // As there, an output that nothing describes is not compared.
    return compareOutput(run(program, r_.args, root), true);
  }

  /// The directory is a module as it stands.
  std::string module() {
    std::string name = r_.action == "runindir" ? fs::path(r_.dir).filename().string() : "test";
    std::string root = temporary_.path() + "/src/" + name;
    fs::create_directories(root);
    fs::copy(r_.dir, root, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    writeText(root + "/go.mod",
              "module " + name + "\ngo " + (r_.action == "runindir" ? r_.goMod : "1.26") + "\n");
    if (r_.action != "builddir") return compareOutput(run({"."}, r_.args, root), false);
    Command c;
    c.argv = {burrowPath(), "build", "."};
    c.dir = root;
    c.merge = true;
    return statusProblem(execute(c), false);
  }

  CommandResult run(const std::vector<std::string>& files, const std::vector<std::string>& args,
                    const std::string& dir) {
    Command c;
    c.argv = {burrowPath(), "run", "--max-heap=3GiB"};
    c.argv.insert(c.argv.end(), runFlags.begin(), runFlags.end());
    c.argv.insert(c.argv.end(), files.begin(), files.end());
    c.argv.insert(c.argv.end(), args.begin(), args.end());
    c.dir = dir;
    c.env = r_.env;
    c.merge = true;
    return execute(c);
  }

  CommandResult compile(const std::vector<std::string>& flags,
                        const std::vector<std::string>& files, const std::string& dir) {
    Command c;
    c.argv = {burrowPath(), "tool", "compile", "-C"};
    if (std::find(r_.flags.begin(), r_.flags.end(), "-e=0") == r_.flags.end())
      c.argv.push_back("-e");
    bool ownPath = std::any_of(r_.flags.begin(), r_.flags.end(),
                               [](const std::string& f) { return f.starts_with("-p="); });
    for (const std::string& f : flags)
      if (!ownPath || !f.starts_with("-p=")) c.argv.push_back(f);
    for (const std::string& f : r_.flags)
      for (const char* taken : {"-std", "-+", "-complete", "-lang=", "-p=", "-m", "-l", "-N", "-smallframes", "-d="})
        if (f.starts_with(taken)) {
          c.argv.push_back(f);
          break;
        }
    c.argv.insert(c.argv.end(), files.begin(), files.end());
    c.dir = dir;
    c.env = r_.env;
    c.merge = true;
    return execute(c);
  }

  static CommandResult execute(Command c) {
    if (const char* v = std::getenv("BURROW_TEST_SECONDS"); v && *v) c.limits.seconds = std::atof(v);
    CommandResult result = runCommand(c);
    cpuSeconds += result.cpuSeconds;
    return result;
  }

  std::string compareOutput(const CommandResult& result, bool lenient) {
    if (result.status != 0 || result.timedOut || result.tooMuchOutput)
      return result.describe() + "\n" + tail(result.out);
    bool recorded;
    std::string want = readWholeFile(r_.path.substr(0, r_.path.size() - 3) + ".out", &recorded);
    if (result.out == want || (!recorded && lenient)) return {};
    return recorded ? firstDifference(result.out, want) : "unexpected output: " + tail(result.out);
  }

  static std::string statusProblem(const CommandResult& result, bool wantError) {
    if (result.timedOut || result.tooMuchOutput || result.status < 0 || result.status > 2)
      return result.describe() + "\n" + tail(result.out);
    if (wantError && result.status == 0) return "accepted: no error reported\n" + tail(result.out);
    if (!wantError && result.status != 0) return "rejected:\n" + tail(result.out);
    return {};
  }

  static std::string tail(const std::string& text) {
    return text.size() < 2000 ? text
                              : text.substr(0, 1000) + "\n…\n" + text.substr(text.size() - 800);
  }

  const Recipe& r_;
  TemporaryDir temporary_;
};

class ConformanceTest : public ::testing::Test {
 public:
  explicit ConformanceTest(const Recipe& r) : r_(r) {}
  void TestBody() override {
    if (!r_.skip.empty()) {
      ++skippedByReason[r_.skip];
      GTEST_SKIP() << r_.skip;
    }
    Counts& counts = countsByAction[r_.action];
    std::string problem = RecipeRunner(r_).perform();
    if (inMode && (problem.starts_with("timed out") || problem.starts_with("generating: timed out"))) {
      ++skippedByReason["too slow in this mode"];
      GTEST_SKIP() << problem;
    }
    ++counts.run;
    auto expected = expectedFailures.find(r_.name);
    if (problem.empty() && (expected == expectedFailures.end() || inMode)) {
      ++counts.passed;
    } else if (problem.empty()) {
      ++counts.failed;
      ADD_FAILURE() << r_.name << " passes now: remove it from tests/conformance/expected.txt ("
                    << expected->second << ")";
    } else if (expected != expectedFailures.end()) {
      ++counts.expected;
    } else {
      ++counts.failed;
      ADD_FAILURE() << r_.name << ": " << r_.action << ": " << problem;
    }
  }

 private:
  const Recipe& r_;
};

/// "file<TAB>reason" lines; # starts a comment.
std::map<std::string, std::string> readList(const std::string& path) {
  std::map<std::string, std::string> out;
  std::istringstream lines(readWholeFile(path));
  for (std::string line; std::getline(lines, line);) {
    size_t tab = line.find('\t');
    if (line.empty() || line[0] == '#') continue;
    if (tab == std::string::npos || tab + 1 == line.size()) {
      std::fprintf(stderr, "%s: no reason for %s\n", path.c_str(), line.c_str());
      std::exit(2);
    }
    out[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return out;
}

void printCounts() {
  Counts all;
  int skipped = 0;
  std::printf("\n%-22s %6s %6s %6s %9s\n", "recipe", "run", "passed", "failed", "expected");
  auto row = [](const std::string& name, const Counts& c) {
    std::printf("%-22s %6d %6d %6d %9d\n", name.c_str(), c.run, c.passed, c.failed, c.expected);
  };
  for (const auto& [action, c] : countsByAction) {
    row(action, c);
    all.run += c.run, all.passed += c.passed, all.failed += c.failed, all.expected += c.expected;
  }
  row("total", all);
  for (const auto& [reason, n] : skippedByReason) {
    std::printf("skipped %4d: %s\n", n, reason.c_str());
    skipped += n;
  }
  std::printf(
      "%d run, %d passed, %d failed, %d failed as expected, %d skipped; %.0f s of CPU time\n",
      all.run, all.passed, all.failed, all.expected, skipped, cpuSeconds);
  recordCounts(
      inMode ? "Go's test tree " + std::string(std::getenv("BURROW_RUN_FLAGS")) : "Go's test tree",
      all.run, all.passed, all.failed, all.expected, skipped);
}

std::string testName(const std::string& file) {
  std::string out = file.substr(0, file.size() - 3);
  for (char& c : out)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return out;
}

}  // namespace

int conformanceMain(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  GoRoot root = findGoRoot();
  suiteDir = root.dir + "/test";
  if (const char* v = std::getenv("BURROW_SUITE"); v && *v) suiteDir = v;
  if (!isDirectory(suiteDir))
    suiteDir =
        root.dir + "/../../share/go-1.26/test";  // the distribution keeps text apart from binaries
  if (!isDirectory(suiteDir)) {
    std::printf("no test tree beside the Go sources (%s)\n", suiteDir.c_str());
    return root.dir.empty() ? 1 : 0;
  }
  suiteDir = fs::canonical(suiteDir).string();
  const std::string here = BURROW_SOURCE_DIR "/tests/conformance/";
  std::map<std::string, std::string> skipped = readList(here + "skipped.txt");
  if (std::any_of(runFlags.begin(), runFlags.end(), [](const std::string& f) { return f.ends_with("-stress"); }))
    skipped.merge(readList(here + "skipped_stress.txt"));
  expectedFailures = readList(here + "expected.txt");
  if (const char* v = std::getenv("BURROW_RUN_FLAGS")) runFlags = splitQuoted(v);
  inMode = !runFlags.empty();
  unsigned oneIn = 1;
  if (const char* v = std::getenv("BURROW_SAMPLE"); v && *v)
    oneIn = static_cast<unsigned>(std::max(1, std::atoi(v)));
  if (const char* v = std::getenv("BURROW_TESTS"); v && std::string_view(v) == "all") oneIn = 1;
  static std::vector<Recipe> recipes = findRecipes(suiteDir);
  for (Recipe& r : recipes) {
    if (inMode && r.kind != Kind::Run && r.kind != Kind::RunDir) continue;
    if (hashContent(r.name) / 64 % oneIn != 0) continue;
    if (auto it = skipped.find(r.name); it != skipped.end() && r.skip.empty()) r.skip = it->second;
    const char* suite = r.kind == Kind::Run        ? "Run"
                        : r.kind == Kind::Check    ? "Check"
                        : r.kind == Kind::RunDir   ? "RunDir"
                        : r.kind == Kind::CheckDir ? "CheckDir"
                                                   : "Other";
    ::testing::RegisterTest(suite, testName(r.name).c_str(), nullptr, nullptr, r.path.c_str(), 1,
                            [&r]() -> ::testing::Test* { return new ConformanceTest(r); });
  }
  int status = RUN_ALL_TESTS();
  if (!::testing::GTEST_FLAG(list_tests)) printCounts();
  return status;
}

}  // namespace burrow::test

int main(int argc, char** argv) {
  return burrow::test::conformanceMain(argc, argv);
}
