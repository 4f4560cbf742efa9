// burrow tool compile: one package from files, with the flags and the output of go tool compile.
// burrow tool counts (tool_counts.cpp): what a program's sites counted, raw.
// burrow tool buildstd: compiles the standard library into the store beside the binary (the build runs it).
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "compiler/packages/files.h"
#include "programs/burrow/gc_flags.h"
#include "programs/burrow/session.h"

namespace burrow {

namespace {

bool isLanguageVersion(std::string_view v) {
  if (!v.starts_with("go1.") || v.size() == 4 || v.size() > 7) return false;
  return v.substr(4).find_first_not_of("0123456789") == std::string_view::npos;
}

int toolCompile(const std::vector<std::string>& arguments) {
  GcFlags gc;
  std::vector<std::string> args = arguments;
  std::string error;
  constexpr const char* kUsage = "usage: burrow tool compile [flags] FILE.go…\n";
  if (!parseGcFlags(args, gc, error)) {
    std::fprintf(stderr, "%s\n%s", error.c_str(), kUsage);
    return 2;
  }
  if (args.empty()) {
    std::fprintf(stderr, "%s", kUsage);
    return 2;
  }
  if (!gc.lang.empty() && !isLanguageVersion(gc.lang)) {
    std::printf("invalid value \"%s\" for -lang: should be something like \"go1.12\"\n", gc.lang.c_str());
    return 2;
  }
  CompileFlags flags;
  flags.options.noCache = true;
  flags.options.singlePackage = true;
  flags.options.runtimeRules = gc.runtime;
  flags.options.localImports = gc.localImports;
  flags.options.langVersion = gc.lang;
  flags.options.allErrors = gc.allErrors;
  ToolCompile tool{gc.path.empty() ? "main" : gc.path, gc.importcfg, gc.output, gc.std, !gc.complete, gc.noColumns, packageFlagsOf(gc)};
  Session session(flags, false, true);
  if (!session.init()) return 1;
  return session.compileFiles(args, tool);
}

int toolBuildStd(const std::vector<std::string>& arguments) {
  CLI::App app("Compile the standard library into the store.", "burrow tool buildstd");
  CompileFlags flags;
  bool quiet = false;
  flags.add(app);
  app.add_option("-o", flags.options.stdDir, "directory of the store");
  app.add_flag("-q", quiet, "print failures and the summary only");
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  Session session(flags);
  if (!session.init()) return 1;
  if (session.loader().goRoot().dir.empty()) {
    std::fprintf(stderr, "burrow: %s\n", session.loader().goRoot().error.c_str());
    return 1;
  }
  int total = 0;
  int failed = session.compiler().buildStd([&](const std::string& path, bool ok) {
    ++total;
    if (!ok || !quiet) std::printf("%s %s\n", ok ? "ok  " : "FAIL", path.c_str());
  });
  const PhaseTimes& t = session.compiler().times();
  double seconds = t.parse + t.check + t.ir + t.inlining + t.escape + t.codegen;
  std::printf("std: %d packages, %d failed; %llu lines in %.2f s (parse %.2f, check %.2f, ir %.2f, inline %.2f, escape %.2f, codegen %.2f): %.0f lines/s\n",
              total, failed, static_cast<unsigned long long>(t.lines), seconds, t.parse, t.check, t.ir, t.inlining, t.escape, t.codegen,
              seconds > 0 ? static_cast<double>(t.lines) / seconds : 0.0);
  return failed ? 1 : 0;
}

}  // namespace

int cmdTool(const std::vector<std::string>& args) {
  if (!args.empty() && args[0] == "compile") return toolCompile({args.begin() + 1, args.end()});
  if (!args.empty() && args[0] == "buildstd") return toolBuildStd({args.begin() + 1, args.end()});
  if (!args.empty() && args[0] == "counts") return toolCounts({args.begin() + 1, args.end()});
  std::fprintf(stderr, "usage: burrow tool compile [flags] FILE.go…\n       burrow tool buildstd [-o DIR]\n       burrow tool counts [flags] FILE.go… | PKG [arguments]\n");
  return 2;
}

}  // namespace burrow
