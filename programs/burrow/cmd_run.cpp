// burrow run: compile what the arguments name, and run it with the rest of them.
#include <cstdio>
#include <iostream>
#include <iterator>

#include "compiler/packages/files.h"
#include "programs/burrow/launcher.h"
#include "programs/burrow/session.h"
#include "programs/burrow/test_binary.h"
#include "vm/link/linker.h"

namespace burrow {

namespace {

/// A file written by burrow build -o: after the magic link flags, then images, one after another, each preceded by its length.
int runProgramFile(size_t magic, const std::vector<std::string>& args, const VmFlags& vmFlags, const BeforeRun& before) {
  const std::string& name = args[0];
  std::string bytes;
  if (!readFile(name, bytes)) {
    std::fprintf(stderr, "burrow: open %s: cannot be read\n", name.c_str());
    return 1;
  }
  if (before) before(args);
  vmFlags.apply();
  size_t at = magic + kMagicSize;
  auto next = [&] {
    uint64_t n = *reinterpret_cast<const uint64_t*>(bytes.data() + at);
    at += 8;
    std::string_view part = n <= bytes.size() - at ? std::string_view(bytes).substr(at, n) : std::string_view();
    at += (part.size() + 7) & ~uint64_t{7};
    return part;
  };
  LinkFlags link;
  if (at + 8 <= bytes.size()) link = LinkFlags::load(next());
  while (at + 8 <= bytes.size()) {
    std::string_view image = next();
    std::string error = checkImage(image, Compiler::compilerHash());
    if (error.empty()) error = vm::loadImageBytes(image, nullptr);
    if (!error.empty()) {
      std::fprintf(stderr, "burrow: %s: %s; build it again\n", name.c_str(), error.c_str());
      return 1;
    }
  }
  if (std::string error = link.apply(); !error.empty()) {
    std::fprintf(stderr, "burrow: %s: %s\n", name.c_str(), error.c_str());
    return 1;
  }
  vm::RunOptions options;
  options.config = vmFlags.config;
  options.args = args;
  return vm::runProgram(options);
}

/// Compiles the main package that `what` names: files, a directory, an import path, or standard input. Null after an error (printed).
CompiledPackage* compileProgram(Session& session, const std::vector<std::string>& what) {
  PackageSource* source;
  if (what[0] == "-") {
    source = session.loader().loadText("<stdin>", std::string(std::istreambuf_iterator<char>(std::cin), {}));
  } else if (what[0].ends_with(".go") || fileExists(what[0])) {
    source = session.loader().loadFiles(what);
  } else {
    std::string error;
    std::vector<PackageSource*> found = session.loader().expand(what, false, error);
    if (error.empty() && found.size() != 1 && (found.empty() || session.checkLoaded(found)))
      error = found.empty() ? "no packages loaded from " + what[0] : "pattern " + what[0] + " matches multiple packages";
    if (!error.empty()) std::fprintf(stderr, "%s\n", error.c_str());
    if (!error.empty() || found.size() != 1) return nullptr;
    source = found[0];
  }
  session.name({source});
  if (!session.checkLoaded({source})) return nullptr;
  if (!source->isCommand()) {
    std::fprintf(stderr, "package %s is not a main package\n", source->path.c_str());
    return nullptr;
  }
  CompiledPackage* main = session.compiler().compile(source);
  return main && session.checkMain(*main) ? main : nullptr;
}

/// Runs what a launcher starts: compiled where it was made, run here. Flags of the command line take the place of its own.
int runLauncher(const CLI::App& app, CompileFlags& flags, VmFlags& vmFlags, const std::vector<std::string>& args, const BeforeRun& before) {
  Launcher launcher;
  std::string error = loadLauncher(args[0], launcher);
  LaunchPlace place(launcher);
  if (error.empty()) error = place.error();
  if (!error.empty()) {
    std::fprintf(stderr, "burrow: %s\n", error.c_str());
    return 1;
  }
  std::erase_if(launcher.flags, [&app](const std::string& flag) {
    const CLI::Option* option = app.get_option_no_throw(flag.substr(0, flag.find('=')));
    return option && option->count() > 0;
  });
  CLI::App own("", "burrow " + launcher.command);
  flags.add(own);
  vmFlags.add(own);
  if (int status = parseFlags(own, launcher.flags); status >= 0) return status;
  if (!finishFlags(flags, vmFlags)) return 2;
  bool isTest = launcher.command == "test";
  Session session(flags, isTest);
  if (!session.init()) return 1;
  if (!flags.explain) session.compiler().onRemarks = nullptr;  // printed when the program was compiled first
  CompiledPackage* main = isTest ? compileTestBinary(session, flags, launcher.program) : compileProgram(session, launcher.program);
  if (!main) return 1;
  place.leave();
  if (before) before(args);
  return session.run(main, args, vmFlags, isTest ? markTestBinary : nullptr);
}

}  // namespace

int cmdRun(const std::vector<std::string>& arguments) {
  CLI::App app("Compile and run a Go program.", "burrow run");
  CompileFlags flags;
  VmFlags vmFlags;
  std::string exec;
  flags.add(app);
  vmFlags.add(app);
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  return runArguments(app, flags, vmFlags);
}

int runArguments(const CLI::App& app, CompileFlags& flags, VmFlags& vmFlags, const BeforeRun& before) {
  std::vector<std::string> args = positionals(app);
  FileHead head = args.empty() || args[0] == "-" ? FileHead{} : headOf(args[0]);
  if (head.kind == FileKind::Launcher) return runLauncher(app, flags, vmFlags, args, before);
  if (!finishFlags(flags, vmFlags)) return 2;
  if (args.empty()) {
    std::fprintf(stderr, "%s: no go files listed\n", app.get_name().c_str());
    return 1;
  }
  if (head.kind == FileKind::Program) return runProgramFile(head.magic, args, vmFlags, before);

  auto rest = args.begin() + 1;
  while (rest != args.end() && args[0].ends_with(".go") && rest->ends_with(".go")) ++rest;
  const std::vector<std::string> what(args.begin(), rest);
  args.erase(args.begin() + 1, rest);
  Session session(flags);
  if (!session.init()) return 1;
  CompiledPackage* main = compileProgram(session, what);
  if (!main) return 1;
  if (before) before(args);
  // A script starts by itself; what came from standard input cannot start again.
  if (head.kind != FileKind::Script && what[0] != "-")
    if (std::string path = launcherFor("run", givenFlags(app), what, executableName(*main->source, what[0])); !path.empty()) args[0] = path;
  return session.run(main, args, vmFlags);
}

}  // namespace burrow
