#include "programs/burrow/session.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "compiler/packages/files.h"
#include "compiler/ir/ir.h"
#include "jit/jit.h"
#include "programs/burrow/remark_text.h"
#include "vm/link/linker.h"

namespace burrow {

namespace {

LoaderConfig loaderConfig(const CompileFlags& flags, bool tests, bool namesAsGiven) {
  LoaderConfig c;
  c.namesAsGiven = namesAsGiven;
  c.tests = tests;
  for (const std::string& list : flags.tags) {
    std::istringstream words(list);
    for (std::string tag; std::getline(words, tag, ',');) c.tags.insert(tag);
  }
  return c;
}

/// "64MiB", "1GiB", "4096": bytes, as GOMEMLIMIT has them.
bool parseSize(const std::string& text, uint64_t& out) {
  char* end = nullptr;
  out = std::strtoull(text.c_str(), &end, 10);
  if (end == text.c_str()) return false;
  std::string unit = end;
  for (const auto& [name, shift] : {std::pair{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}})
    if (unit == name) {
      out <<= shift;
      return true;
    }
  return false;
}

/// As the run time reads numbers from the environment: anything else than a whole number counts as not set.
bool parseInt32(const std::string& text, int32_t& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

}  // namespace

void CompileFlags::add(CLI::App& app) {
  app.add_option("--tags", tags, "build tags, separated by commas");
  app.add_option("--mod", mod, "module mode: readonly or vendor (Burrow never changes go.mod)");
  app.add_flag("--no-cache", options.noCache, "neither read nor write the cache of compiled packages");
  app.add_flag("--time", options.time, "print what each phase of the compiler took");
  app.add_option("--dump", options.dump, "print a stage of the program's packages")->check(CLI::IsMember({"ast", "ir"}));
  app.add_option("--func", options.dumpFunc, "limit --dump to one function, by symbol name");
  app.add_option("--gcflags", gcflags, "[pattern=]flags of go tool compile for packages: -m, -m=2 (what is inlined, what escapes), -l, -e, -lang")
      ->allow_extra_args(false);
  app.add_option("--ldflags", ldflags, "flags of go tool link: -X importpath.name=value gives a string variable its first value")
      ->allow_extra_args(false);
  app.add_flag("-e", options.allErrors, "report all errors, not only the first ten");
}

std::string CompileFlags::finish() {
  if (!mod.empty() && mod != "readonly" && mod != "vendor" && mod != "mod") return "-mod=" + mod + ": invalid value";
  bool bodyless = false;
  for (const std::string& value : gcflags) {
    if (std::string error = packageFlags.add(value, absolutePath(".")); !error.empty()) return error;
    bodyless |= value.find("-complete=") != std::string::npos;
  }
  for (const std::string& value : ldflags)
    if (std::string error = link.add(value); !error.empty()) return error;
  const GcFlags& gc = packageFlags.together();
  options.allErrors |= gc.allErrors;
  options.bodyless |= bodyless && !gc.complete;
  if (!gc.lang.empty()) options.langVersion = gc.lang;
  return {};
}

void VmFlags::add(CLI::App& app) {
  app.add_option("--jit", jit, "machine code for hot functions")->check(CLI::IsMember({"off", "on", "always"}));
  app.add_option("--jit-threshold", jitThreshold, "calls after which a function is compiled");
  app.add_option("--jit-improve-after", jitImproveAfter, "calls after which code made by templates is compiled by the optimizing compiler; 0: at once");
  app.add_option("--jit-limit", jitLimit, "functions to compile at most, naming each (to find a badly compiled one)");
  app.add_option("--jit-tier", jitTier, "compiler: optimizing where it can, or template only")->check(CLI::IsMember({"template", "optimizing"}));
  app.add_option("--jit-registers", jitRegisters, "registers that the optimizing compiler may use (a test mode)")->check(CLI::Range(4u, 16u));
  app.add_flag("--jit-sync", jitSync, "compile hot functions at once instead of on another thread");
  app.add_option("--jit-dump", jitDump, "FUNC[:PASS]: print a function on its way to machine code")->allow_extra_args(false);
  app.add_flag("--jit-perf", jitPerf, "tell perf of machine code: /tmp/perf-PID.map and jit-PID.dump");
  app.add_flag("--jit-gdb", jitGdb, "tell gdb of machine code");
  app.add_flag("--jit-stats", jitStats, "print at the end what was compiled to machine code");
  app.add_option("--escape", escape, "off: every allocation on the heap (a test mode)")->check(CLI::IsMember({"on", "off"}));
  app.add_option("--gogc", config.gogc, "heap growth in percent that starts a collection; -1: never");
  app.add_option("--max-heap", maxHeap, "heap size that ends the program (64MiB, 1GiB, …)");
  app.add_option("--max-stack", maxStack, "stack size of one goroutine that ends the program; default 1000000000 bytes, as gc");
  app.add_option("--procs", config.procs, "GOMAXPROCS");
  app.add_flag("--gc-stress", config.stressCollect, "collect at every allocation (a test mode)");
  app.add_flag("--stack-stress", config.stressStack, "move the stack at every call (a test mode)");
  app.add_option("--run-stats", runStats, "write statistics of the run to a file")->group("");  // for burrow bench
  app.add_flag("--preempt-stress", config.stressPreempt, "yield at every call and every turn of a loop (a test mode)");
  app.add_flag("--verify", config.verify, "verify bytecode when it is linked");
}

std::string VmFlags::finish() {
  auto env = [](const char* name) { const char* v = std::getenv(name); return std::string(v ? v : ""); };
  int32_t percent;
  if (std::string v = env("GOGC"); config.gogc == 100 && v == "off") config.gogc = -1;
  else if (config.gogc == 100 && parseInt32(v, percent)) config.gogc = percent;
  if (std::string v = env("GOMEMLIMIT"); !v.empty() && v != "off" && !parseSize(v, config.memoryLimit)) {
    // As the run time of a compiled program ends.
    std::fprintf(stderr, "GOMEMLIMIT=%s\nfatal error: malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`\n", v.c_str());
    std::exit(2);
  }
  if (std::string v = env("GOMAXPROCS"); !v.empty() && config.procs == 0) config.procs = std::atoi(v.c_str());
  if (!maxHeap.empty() && !parseSize(maxHeap, config.maxHeap)) return "--max-heap: not a size: " + maxHeap;
  if (!maxStack.empty() && !parseSize(maxStack, config.maxStack)) return "--max-stack: not a size: " + maxStack;
  return {};
}

PackageFlags packageFlagsOf(const GcFlags& gc) {
  return {gc.optimizationReports, gc.noInlining != 1, gc.noInlining == 4, gc.smallFrames, gc.hasDebug("escapemutationscalls"), gc.hasDebug("checkptr")};
}

void VmFlags::apply() const {
  vm::vmConfig = config;
  if (!runStats.empty()) writeRunStatsAtExit(runStats);
  if (jit == "off") return;
  jit::Options o;
  o.mode = jit == "always" ? jit::Mode::Always : jit::Mode::On;
  o.background = !jitSync;
  o.threshold = jitThreshold;
  o.improveAfter = jitImproveAfter;
  o.limit = jitLimit;
  o.optimize = jitTier == "optimizing";
  o.registers = jitRegisters;
  o.stats = jitStats;
  o.perf = jitPerf;
  o.gdb = jitGdb;
  o.dumps = jitDump;
  jit::install(o);
}

Session::Session(const CompileFlags& flags, bool tests, bool namesAsGiven)
    : flags_(flags), loader_(files_, loaderConfig(flags, tests, namesAsGiven)), compiler_(files_, loader_, flags.options) {
  packageFlags_ = flags.packageFlags;
  if (!packageFlags_.empty() || flags_.explain)
    compiler_.packageFlags = [this](const std::string& path, const std::string& dir, bool std) {
      PackageFlags f = packageFlagsOf(packageFlags_.flagsFor(path, dir, std));
      if (flags_.explain && (!std || flags_.explainStd)) f.remarkLevel = std::max(f.remarkLevel, 2);
      return f;
    };
  compiler_.onRemarks = [this](const PackageSource& s, const ir::Unit& u) {
    if (flags_.explain) flags_.explain(files_, s, u);
    if (!flags_.explain) return printRemarks(s, *u.remarks);
    ir::Remarks asked = *u.remarks;   // explanations need a level of their own
    asked.level = packageFlags_.flagsFor(s.path, s.dir, s.std).optimizationReports;
    if (asked.level) printRemarks(s, asked);
  };
  compiler_.onErrors = [this](const PackageSource& s, const Diagnostics* d, const std::string& m) { printErrors(s, d, m); };
}

bool Session::init() {
  std::string error = loader_.init();
  if (!error.empty()) std::fprintf(stderr, "burrow: %s\n", error.c_str());
  return error.empty();
}

bool Session::checkLoaded(const std::vector<PackageSource*>& sources) {
  std::vector<std::string> errors = loader_.check(sources);
  for (const std::string& e : errors) std::fprintf(stderr, "%s\n", e.c_str());
  return errors.empty();
}

bool Session::checkMain(const CompiledPackage& main) {
  if (main.view.header().mainSymbol >= 0) return true;
  std::fprintf(stderr, "# %s\nruntime.main_main·f: function main is undeclared in the main package\n",
               main.source ? main.source->path.c_str() : main.path.c_str());
  return false;
}

void Session::printErrors(const PackageSource& source, const Diagnostics* diagnostics, const std::string& message) {
  if (!diagnostics) {
    std::fprintf(stderr, "%s\n", message.c_str());
    return;
  }
  PrintOptions options;
  options.limit = flags_.options.allErrors ? 0 : flags_.options.errorLimit;
  options.excerpt = isatty(2) && !std::getenv("NO_COLOR");
  if (tool_) {
    options.columns = !tool_->noColumns;
    std::fputs(formatDiagnostics(*diagnostics, options).c_str(), stdout);
    return;
  }
  std::fprintf(stderr, "# %s\n%s", source.path.c_str(), formatDiagnostics(*diagnostics, options).c_str());
}

void Session::name(const std::vector<PackageSource*>& sources) {
  for (const PackageSource* s : sources) packageFlags_.name(s->path);
}

/// As go build shows a compiler's output, on standard error; as go tool compile does, on standard output.
void Session::printRemarks(const PackageSource& source, const ir::Remarks& remarks) {
  if (flags_.json) {
    std::fputs(remarkJson(remarks, files_, source.path).c_str(), stdout);
    return;
  }
  bool columns = tool_ ? !tool_->noColumns : !packageFlags_.flagsFor(source.path, source.dir, source.std).noColumns;
  std::string text = remarkLines(remarks, files_, columns);
  if (tool_) std::fputs(text.c_str(), stdout);
  else if (!text.empty()) std::fprintf(stderr, "# %s\n%s", source.path.c_str(), shortenPaths(text, source.dir, absolutePath(".")).c_str());
}

int Session::compileFiles(const std::vector<std::string>& names, const ToolCompile& tool) {
  tool_ = &tool;
  if (!tool.package.plain())
    compiler_.packageFlags = [&tool](const std::string& path, const std::string&, bool) { return path == tool.path ? tool.package : PackageFlags{}; };
  if (!tool.importcfg.empty()) {
    std::string text;
    if (!readFile(tool.importcfg, text)) {
      std::fprintf(stderr, "burrow tool compile: open %s: no such file or directory\n", tool.importcfg.c_str());
      return 1;
    }
    std::istringstream lines(text);
    for (std::string verb, what; lines >> verb >> what;)
      if (size_t eq = what.find('='); verb == "packagefile" && eq != std::string::npos)
        if (std::string path = what.substr(0, eq); path != tool.path && !loader_.isStd(path)) compiler_.useImage(path, what.substr(eq + 1));
  }
  PackageSource* source = loader_.loadFiles(names);
  if (!source->error.empty()) {
    std::printf("<unknown line number>: %s\n", source->error.c_str());
    return 2;
  }
  source->hasAsm = tool.allowBodyless;
  source->std |= tool.std;
  source->path = tool.path;
  // As with gc, errors of the package end the compiler with status 2.
  CompiledPackage* p = compiler_.compileFiles(source, source->files, source->path, Compiler::Variant::Plain);
  if (!p) return 2;
  std::string output = tool.output;
  if (output.empty()) {
    output = baseName(names[0]);
    output = output.substr(0, output.rfind(".go")) + ".o";
  }
  if (writeFileAtomically(output, p->bytes)) return 0;
  std::printf("<unknown line number>: open %s: %s\n", output.c_str(), errorText(errno).c_str());
  return 2;
}

bool Session::load(CompiledPackage* main) {
  std::vector<CompiledPackage*> order = compiler_.linkOrder(main);
  for (CompiledPackage* p : order) {
    vm::Module* module = nullptr;
    std::string error = p->file.empty() ? vm::loadImageBytes(p->bytes, &module) : vm::loadImageFile(p->file, &module);
    if (!error.empty()) {
      std::fprintf(stderr, "burrow: %s: %s\n", p->path.c_str(), error.c_str());
      return false;
    }
  }
  if (std::string error = flags_.link.apply(); !error.empty()) {
    std::fprintf(stderr, "# %s\n%s\n", main->source ? main->source->path.c_str() : main->path.c_str(), error.c_str());
    return false;
  }
  return !order.empty();
}

int Session::run(CompiledPackage* main, const std::vector<std::string>& args, const VmFlags& vmFlags, void (*loaded)()) {
  vmFlags.apply();
  if (!load(main)) return 1;
  if (flags_.options.time) {
    const PhaseTimes& t = compiler_.times();
    std::fprintf(stderr, "parse %.1f ms, check %.1f ms, ir %.1f ms, codegen %.1f ms; %llu packages, %llu lines\n", t.parse * 1e3,
                 t.check * 1e3, t.ir * 1e3, t.codegen * 1e3, static_cast<unsigned long long>(t.packages), static_cast<unsigned long long>(t.lines));
  }
  vm::RunOptions options;
  options.config = vmFlags.config;
  options.args = args;
  options.goroot = loader_.goRoot().dir;
  if (loaded) loaded();
  return vm::runProgram(options);
}

/// Whether `arg` is a flag whose value is the next argument.
static bool takesValueApart(const CLI::App& app, const std::string& arg) {
  const CLI::Option* option = arg.size() > 1 && arg[0] == '-' && arg.find('=') == std::string::npos ? app.get_option_no_throw(arg) : nullptr;
  return option && option->get_items_expected_min() > 0;
}

std::vector<std::string> goStyle(const CLI::App& app, const std::vector<std::string>& args) {
  std::vector<std::string> out;
  size_t i = 0;
  for (; i < args.size(); ++i) {
    std::string a = args[i];
    if (a.size() < 2 || a[0] != '-' || a == "--") break;
    if (a[1] != '-' && a.size() > 2) {
      std::string name = a.substr(1, a.find('=') - 1);
      if (name.size() > 1) a = "-" + a;
    }
    std::string name = a.substr(0, a.find('='));
    const CLI::Option* option = app.get_option_no_throw(name);
    if (option && name.size() == 2 && a.size() > 2) {  // to CLI11 the '=' after one letter is part of the value
      std::string value = a.substr(3);
      bool takesValue = option->get_items_expected_min() > 0;
      if (takesValue || (value != "0" && value != "false")) out.push_back(name);
      if (takesValue) out.push_back(value);
      continue;
    }
    out.push_back(a);
    if (option && option->get_items_expected_min() > 0 && a.find('=') == std::string::npos && i + 1 < args.size()) out.push_back(args[++i]);
  }
  if (i < args.size() && args[i] != "--") out.push_back("--");
  out.insert(out.end(), args.begin() + static_cast<std::ptrdiff_t>(i), args.end());
  return out;
}

int parseFlags(CLI::App& app, const std::vector<std::string>& args) {
  app.allow_extras();
  app.prefix_command();
  std::vector<std::string> rewritten = goStyle(app, args);
  for (const std::string& a : rewritten) {
    if (a == "--" || a.empty() || a[0] != '-' || a == "-" || a == "-h" || a == "--help") {
      if (a == "--" || a == "-") break;
      continue;
    }
    std::string name = a.substr(0, a.find('='));
    if (name[1] != '-' && name.size() > 2) name.resize(2);  // a value glued on by goStyle
    bool isValue = &a != &rewritten[0] && takesValueApart(app, (&a)[-1]);
    if (isValue || app.get_option_no_throw(name)) continue;
    std::fprintf(stderr, "flag provided but not defined: -%s\nRun '%s --help' for the flags.\n", name.c_str() + (name[1] == '-' ? 2 : 1), app.get_name().c_str());
    return 2;
  }
  std::reverse(rewritten.begin(), rewritten.end());
  try {
    app.parse(rewritten);
  } catch (const CLI::ParseError& e) {
    int status = app.exit(e);
    return status == 0 ? 0 : 2;
  }
  return -1;
}

std::vector<std::string> positionals(const CLI::App& app) {
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  return args;
}

std::vector<std::string> givenFlags(const CLI::App& app) {
  std::vector<const CLI::Option*> given = app.get_options([](const CLI::Option* o) { return o->count() > 0; });
  if (given.empty()) return {};
  CLI::App run;
  CompileFlags flags;
  VmFlags vmFlags;
  flags.add(run);
  vmFlags.add(run);
  std::vector<std::string> out;
  for (const CLI::Option* option : given) {
    std::string name = option->get_name();
    bool forThisRun = name == "--time" || name == "--dump" || name == "--func" || name == "--run-stats";
    if (forThisRun || !run.get_option_no_throw(name)) continue;
    for (const std::string& value : option->results()) out.push_back(name + "=" + value);
  }
  return out;
}

bool finishFlags(CompileFlags& flags, VmFlags& vmFlags) {
  std::string error = flags.finish();
  if (error.empty()) error = vmFlags.finish();
  if (!error.empty()) std::fprintf(stderr, "burrow: %s\n", error.c_str());
  flags.options.escapeOff = vmFlags.escape == "off";
  return error.empty();
}

}  // namespace burrow
