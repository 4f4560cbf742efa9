#include "tests/conformance/recipe.h"

#include <algorithm>
#include <sstream>

#include "compiler/packages/build_context.h"
#include "compiler/packages/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

const char* const kDirectories[] = {
    ".",         "ken",     "chan", "interface", "internal/runtime/sys", "syntax", "dwarf",
    "fixedbugs", "codegen", "abi",  "typeparam", "typeparam/mdempsky",   "arenas", "simd"};

Kind kindOf(const std::string& action) {
  static const std::map<std::string, Kind> kinds = {{"run", Kind::Run},
                                                    {"buildrun", Kind::Run},
                                                    {"runoutput", Kind::Run},
                                                    {"errorcheck", Kind::Check},
                                                    {"errorcheckwithauto", Kind::Check},
                                                    {"errorcheckoutput", Kind::Check},
                                                    {"compile", Kind::Check},
                                                    {"build", Kind::Check},
                                                    {"rundir", Kind::RunDir},
                                                    {"errorcheckandrundir", Kind::RunDir},
                                                    {"runindir", Kind::RunDir},
                                                    {"buildrundir", Kind::RunDir},
                                                    {"compiledir", Kind::CheckDir},
                                                    {"errorcheckdir", Kind::CheckDir},
                                                    {"builddir", Kind::CheckDir}};
  auto it = kinds.find(action);
  return it == kinds.end() ? Kind::None : it->second;
}

bool isConstraint(const std::string& line) {
  if (line.starts_with("//go:build ")) return true;
  if (!line.starts_with("//")) return false;
  size_t at = line.find_first_not_of(" \t", 2);
  return at != std::string::npos && line.compare(at, 6, "+build") == 0 &&
         (at + 6 == line.size() || std::isspace(static_cast<unsigned char>(line[at + 6])));
}

/// -m, -m=2: what is inlined and what escapes.
bool asksForRemarks(const std::string& flag) { return flag == "-m" || flag.starts_with("-m="); }

/// Flags that Burrow's compiler understands, or that steer code generation only: neither which
/// programs are valid nor what they mean changes.
bool isNeutral(const std::string& flag) {
  for (const char* exact : {"-e", "-l", "-m", "-N", "-B", "-dynlink", "-complete", "-smallframes", "-std", "-+"})
    if (flag == exact) return true;
  for (const char* prefix :
       {"-l=", "-m=", "-d=inlfuncswithclosures=1", "-d=escapemutationscalls", "-c=", "-p=", "-lang=", "-spectre=", "-tags=", "-d=panic", "-d=checkptr",
        "-d=libfuzzer", "-d=softfloat", "-d=ssa/", "-gcflags", "--gcflags", "-ldflags", "-e="})
    if (flag.starts_with(prefix)) return true;
  return false;
}

/// Reasons that follow from the recipe itself.
std::string reasonToSkip(const Recipe& r) {
  if (r.action == "asmcheck") return "checks gc's machine code";
  if (r.action == "skip") return "the recipe says skip";
  if (r.kind == Kind::None) return "no recipe";
  if (r.env.count("GOEXPERIMENT")) return "GOEXPERIMENT";
  for (const std::string& f : r.flags)
    if (!isNeutral(f)) return f == "-race" ? "race detector" : "compiler flag " + f;
  bool onlyLang = std::all_of(r.flags.begin(), r.flags.end(), [](const std::string& f) {
    return f.starts_with("-lang=") || f == "-std" || f == "-+";
  });
  bool remarks = std::any_of(r.flags.begin(), r.flags.end(), asksForRemarks);
  if (r.action.starts_with("errorcheck") && !r.wantError && !onlyLang && !remarks)
    return "reports of gc's optimiser";
  if (r.action == "builddir" || r.action == "buildrundir")
    for (const std::string& f : listDir(r.dir))
      if (f.ends_with(".s")) return "assembly";
  return {};
}

}  // namespace

Recipe readRecipe(const std::string& suite, const std::string& name) {
  Recipe r;
  r.name = name;
  r.path = suite + "/" + name;
  r.dir = r.path.substr(0, r.path.size() - 3) + ".dir";
  std::string text = readWholeFile(r.path), recipe;
  std::istringstream lines(text);
  for (std::string line; recipe.empty() && std::getline(lines, line);) {
    if (isConstraint(line)) continue;
    if (line.starts_with("//")) line.erase(0, 2);
    size_t first = line.find_first_not_of(" \t\r");
    if (first != std::string::npos) recipe = line.substr(first);
  }
  std::vector<std::string> words = splitQuoted(recipe);
  if (words.empty()) return r;
  r.action = words[0];
  r.kind = kindOf(r.action);
  r.wantError = r.action.starts_with("errorcheck") && r.action != "errorcheckandrundir";
  r.wantAuto = r.action == "errorcheckwithauto";
  size_t i = 1;
  auto next = [&] { return ++i < words.size() ? words[i] : std::string(); };
  for (; i < words.size() && words[i].starts_with('-'); ++i) {
    const std::string& f = words[i];
    if (f == "-0" || f == "-1")
      r.wantError = f == "-1";
    else if (f == "-s")
      r.onePackageAFile = true;
    else if (f == "-t")
      next();  // a time limit: ours is the same for every test
    else if (f == "-goexperiment")
      r.env["GOEXPERIMENT"] = next();
    else if (f == "-godebug")
      r.env["GODEBUG"] = next();
    else if (f == "-gomodversion")
      r.goMod = next();
    else
      r.flags.push_back(f);
    if (f.starts_with("-lang=")) r.lang = f.substr(6);
  }
  if (i < words.size()) r.args.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  BuildContext context;
  context.tags = {"test_run", "goexperiment.regabiwrappers", "goexperiment.regabiargs",
                  "goexperiment.aliastypeparams", "goexperiment.greenteagc"};
  std::string error, header = text.substr(0, text.find("\npackage"));
  if (!context.matchText(header + "\npackage p\n", error) && error.empty())
    r.skip = "build constraint";
  if (r.skip.empty()) r.skip = reasonToSkip(r);
  return r;
}

std::vector<Recipe> findRecipes(const std::string& suite) {
  std::vector<Recipe> out;
  for (const std::string dir : kDirectories)
    for (const std::string& file : listDir(suite + "/" + dir))
      if (file.ends_with(".go") && !file.starts_with('.'))
        out.push_back(readRecipe(suite, dir == "." ? file : dir + "/" + file));
  return out;
}

std::vector<DirPackage> dirPackages(const std::string& dir, bool onePackageAFile) {
  std::vector<DirPackage> out;
  for (const std::string& file : listDir(dir)) {
    if (!file.ends_with(".go")) continue;
    std::istringstream lines(readWholeFile(dir + "/" + file));
    std::string name;
    for (std::string line; name.empty() && std::getline(lines, line);)
      if (line.starts_with("package ")) name = line.substr(8, line.find_first_of(" ;/\r\t", 8) - 8);
    auto it = std::find_if(out.begin(), out.end(),
                           [&](const DirPackage& p) { return !onePackageAFile && p.name == name; });
    if (it == out.end()) it = out.insert(out.end(), DirPackage{name, {}});
    it->files.push_back(file);
  }
  return out;
}

}  // namespace burrow::test
