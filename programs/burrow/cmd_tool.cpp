// burrow tool compile: one package from files, with the flags and the output of go tool compile.
// burrow tool buildstd: compiles the standard library into the store beside the binary (the build runs it).
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "compiler/packages/files.h"
#include "programs/burrow/session.h"

namespace burrow {

namespace {

int toolCompile(const std::vector<std::string>& arguments) {
  CLI::App app("Type-check and compile one package, as go tool compile does.", "burrow tool compile");
  CompileFlags flags;
  std::string output, lang, path, importcfg, localImports, debug, ignoredText;
  bool ignored = false, std = false, complete = false, noColumns = false;
  app.add_option("-o", output, "write the image here");
  app.add_option("--lang", lang, "language version (go1.17)");
  app.add_option("-p", path, "import path of the package");
  app.add_option("--importcfg", importcfg, "where to find the images of imports: lines packagefile PATH=FILE");
  app.add_option("-D", localImports, "directory of relative imports");
  app.add_option("-d", debug, "debug settings of gc (panic, …): accepted");
  app.add_flag("-e", flags.options.allErrors, "no limit on the number of errors");
  app.add_flag("-C", noColumns, "no column numbers in errors");
  app.add_flag("--std", std, "the standard library's rules");
  app.add_flag("--complete", complete, "no function is declared elsewhere");
  for (const char* name : {"-l", "-N", "-B", "--race", "-+", "--dynlink", "--nolocalimports", "--pack", "--shared", "-w", "--live", "-t"})
    app.add_flag(name, ignored, "accepted");
  app.add_option("-c", ignoredText, "concurrency: accepted");
  app.add_option("--spectre", ignoredText, "accepted");
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  if (args.empty()) {
    std::fprintf(stderr, "usage: burrow tool compile [flags] FILE.go…\n");
    return 2;
  }
  flags.options.noCache = true;
  flags.options.langVersion = lang;
  ToolCompile tool{path.empty() ? "main" : path, importcfg, localImports, output, std, !complete, noColumns};
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
  double seconds = t.parse + t.check + t.ir + t.codegen;
  std::printf("std: %d packages, %d failed; %llu lines in %.2f s (parse %.2f, check %.2f, ir %.2f, codegen %.2f): %.0f lines/s\n", total, failed,
              static_cast<unsigned long long>(t.lines), seconds, t.parse, t.check, t.ir, t.codegen,
              seconds > 0 ? static_cast<double>(t.lines) / seconds : 0.0);
  return failed ? 1 : 0;
}

}  // namespace

int cmdTool(const std::vector<std::string>& args) {
  if (!args.empty() && args[0] == "compile") return toolCompile({args.begin() + 1, args.end()});
  if (!args.empty() && args[0] == "buildstd") return toolBuildStd({args.begin() + 1, args.end()});
  std::fprintf(stderr, "usage: burrow tool compile [flags] FILE.go…\n       burrow tool buildstd [-o DIR]\n");
  return 2;
}

}  // namespace burrow
