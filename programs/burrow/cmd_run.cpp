// burrow run: compile what the arguments name, and run it with the rest of them.
#include <cstdio>
#include <iostream>
#include <iterator>

#include "compiler/packages/files.h"
#include "programs/burrow/session.h"
#include "vm/link/linker.h"

namespace burrow {

namespace {

/// A file written by burrow build -o: link flags, then images, one after another, each preceded by its length.
bool isProgramFile(const std::string& name) {
  std::string text;
  if (std::FILE* f = std::fopen(name.c_str(), "rb")) {
    char head[8];
    bool yes = std::fread(head, 1, 8, f) == 8 && std::string_view(head, 8) == "BURROWP2";
    std::fclose(f);
    return yes;
  }
  return false;
}

int runProgramFile(const std::string& name, const std::vector<std::string>& args, const VmFlags& vmFlags, const BeforeRun& before) {
  std::string bytes;
  if (!readFile(name, bytes)) {
    std::fprintf(stderr, "burrow: open %s: cannot be read\n", name.c_str());
    return 1;
  }
  if (before) before(args);
  vmFlags.apply();
  size_t at = 8;
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
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  std::string e = flags.finish();
  if (e.empty()) e = vmFlags.finish();
  if (!e.empty()) {
    std::fprintf(stderr, "burrow: %s\n", e.c_str());
    return 2;
  }
  flags.options.escapeOff = vmFlags.escape == "off";
  if (args.empty()) {
    std::fprintf(stderr, "%s: no go files listed\n", app.get_name().c_str());
    return 1;
  }
  if (isProgramFile(args[0])) return runProgramFile(args[0], args, vmFlags, before);

  Session session(flags);
  if (!session.init()) return 1;
  PackageSource* source;
  size_t used = 1;
  if (args[0] == "-") {
    source = session.loader().loadText("<stdin>", std::string(std::istreambuf_iterator<char>(std::cin), {}));
  } else if (args[0].ends_with(".go") || fileExists(args[0])) {
    while (used < args.size() && args[0].ends_with(".go") && args[used].ends_with(".go")) ++used;
    source = session.loader().loadFiles({args.begin(), args.begin() + static_cast<std::ptrdiff_t>(used)});
  } else {
    std::string error;
    std::vector<PackageSource*> found = session.loader().expand({args[0]}, false, error);
    if (error.empty() && found.size() != 1 && (found.empty() || session.checkLoaded(found)))
      error = found.empty() ? "no packages loaded from " + args[0] : "pattern " + args[0] + " matches multiple packages";
    if (!error.empty()) std::fprintf(stderr, "%s\n", error.c_str());
    if (!error.empty() || found.size() != 1) return 1;
    source = found[0];
  }
  session.name({source});
  if (!session.checkLoaded({source})) return 1;
  if (!source->isCommand()) {
    std::fprintf(stderr, "package %s is not a main package\n", source->path.c_str());
    return 1;
  }
  CompiledPackage* main = session.compiler().compile(source);
  if (!main || !session.checkMain(*main)) return 1;
  std::vector<std::string> programArgs{args[0]};
  programArgs.insert(programArgs.end(), args.begin() + static_cast<std::ptrdiff_t>(used), args.end());
  if (before) before(programArgs);
  return session.run(main, programArgs, vmFlags);
}

}  // namespace burrow
