// burrow build: type-check and compile packages; -o writes a program that starts by itself.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "compiler/packages/files.h"
#include "programs/burrow/launcher.h"
#include "programs/burrow/session.h"

namespace burrow {

namespace {

/// The lines that start it, link flags, then images, one after another, each preceded by its length and padded to 8 bytes (see
/// cmd_run.cpp).
bool writeProgram(Session& session, const LinkFlags& link, CompiledPackage* main, const std::string& output) {
  std::string bytes = startLines() + std::string(kProgramMagic);
  auto append = [&bytes](std::string_view part) {
    uint64_t n = part.size();
    bytes.append(reinterpret_cast<const char*>(&n), 8);
    bytes += part;
    bytes.resize((bytes.size() + 7) & ~size_t{7});
  };
  append(link.save());
  for (CompiledPackage* p : session.compiler().linkOrder(main)) append(p->bytes);
  if (writeFileAtomically(output, bytes, 0755)) return true;
  std::fprintf(stderr, "burrow build: open %s: %s\n", output.c_str(), errorText(errno).c_str());
  return false;
}

}  // namespace

int cmdBuild(const std::vector<std::string>& arguments) {
  CLI::App app("Type-check and compile packages.", "burrow build");
  CompileFlags flags;
  std::string output;
  flags.add(app);
  app.add_option("-o", output, "write the program here: a file that starts by itself, with the burrow that wrote it");
  app.add_flag("--json", flags.json, "print what -gcflags=-m asks for as JSON, on standard output");
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  std::vector<std::string> args = positionals(app);
  if (args.empty()) args.push_back(".");
  if (std::string e = flags.finish(); !e.empty()) {
    std::fprintf(stderr, "burrow build: %s\n", e.c_str());
    return 2;
  }

  Session session(flags);
  if (!session.init()) return 1;
  std::vector<PackageSource*> sources;
  std::string error;
  if (args[0].ends_with(".go")) sources.push_back(session.loader().loadFiles(args));
  else sources = session.loader().expand(args, false, error);
  if (!error.empty()) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
  }
  session.name(sources);
  if (!session.checkLoaded(sources)) return 1;
  int status = 0;
  CompiledPackage* main = nullptr;
  for (PackageSource* s : sources) {
    if (s->path == "unsafe" || s->path == "builtin") continue;
    CompiledPackage* p = session.compiler().compile(s);
    if (!p || (s->isCommand() && !session.checkMain(*p))) status = 1;
    else if (s->isCommand()) main = p;
  }
  if (flags.options.time) {
    const PhaseTimes& t = session.compiler().times();
    double total = t.parse + t.check + t.ir + t.codegen;
    std::fprintf(stderr, "parse %.1f ms, check %.1f ms, ir %.1f ms, codegen %.1f ms; %llu packages, %llu lines, %.0f lines/s\n", t.parse * 1e3,
                 t.check * 1e3, t.ir * 1e3, t.codegen * 1e3, static_cast<unsigned long long>(t.packages), static_cast<unsigned long long>(t.lines),
                 total > 0 ? static_cast<double>(t.lines) / total : 0.0);
  }
  if (status || output.empty()) return status;
  if (sources.size() != 1 || !main) {
    std::fprintf(stderr, "burrow build: -o needs one main package\n");
    return 1;
  }
  return writeProgram(session, flags.link, main, output) ? 0 : 1;
}

}  // namespace burrow
