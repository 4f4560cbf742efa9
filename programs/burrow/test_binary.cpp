#include "programs/burrow/test_binary.h"

#include <cstdio>

#include "programs/burrow/test_main.h"
#include "vm/link/linker.h"

namespace burrow {

/// testing.Testing() asks a variable that gc's linker sets.
void markTestBinary() {
  struct GoString {
    const char* data;
    int64_t size;
  };
  if (auto* flag = static_cast<GoString*>(vm::lookupSymbol("testing.testBinary", "testing")))
    *flag = {"1", 1};
}

CompiledPackage* compileTest(Session& session, const CompileFlags& flags, PackageSource* source,
                             Stage& stage) {
  TestFuncs funcs = findTestFuncs(*source, session.files());
  stage = kSetupFailed;
  if (source->error.empty() && !funcs.error.empty()) source->error = funcs.error;
  if (!source->error.empty()) {
    std::fprintf(stderr, "# %s\n%s\n", source->path.c_str(), source->error.c_str());
    return nullptr;
  }
  stage = kRunning;
  std::string heading = source->path;
  Compiler& compiler = session.compiler();
  compiler.onErrors = [&](const PackageSource& s, const Diagnostics* diagnostics,
                          const std::string& message) {
    if (!diagnostics) {  // an import that cannot be loaded
      stage = kSetupFailed;
      std::fprintf(stderr, "# %s\n%s\n", source->path.c_str(), message.c_str());
      return;
    }
    PrintOptions options;
    options.limit = flags.options.allErrors ? 0 : flags.options.errorLimit;
    std::fprintf(stderr, "# %s\n%s", &s == source ? heading.c_str() : s.path.c_str(),
                 formatDiagnostics(*diagnostics, options).c_str());
  };
  CompiledPackage* inside = nullptr;
  if (!source->testFiles.empty() || (source->isCommand() && !source->files.empty())) {
    heading = source->path + " [" + source->path + ".test]";
    std::vector<uint32_t> files = source->files;
    files.insert(files.end(), source->testFiles.begin(), source->testFiles.end());
    inside = compiler.compileFiles(source, files, source->path, Compiler::Variant::Test);
    if (!inside) return nullptr;
  } else if (!source->files.empty()) {
    inside = source->std ? compiler.compilePath(source->path) : compiler.compile(source);
    if (!inside) return nullptr;
  }
  std::string externalPath = source->path + "_test";
  if (!source->xtestFiles.empty()) {
    heading = externalPath + " [" + source->path + ".test]";
    if (!compiler.compileFiles(source, source->xtestFiles, externalPath,
                               Compiler::Variant::External))
      return nullptr;
  }
  stage = kRunning;
  std::string shownPath = source->path.starts_with("_/") || source->path == "command-line-arguments"
                              ? ""
                              : source->path;
  std::string text = testMainText(funcs, shownPath,
                                  source->module ? source->module->path
                                  : source->std  ? "std"
                                                 : "");
  PackageSource* main = session.loader().loadText(
      "_testmain.go", text, {{kTestImport, source->path}, {kExternalTestImport, externalPath}});
  CompiledPackage* compiled = compiler.compile(main);
  if (compiled) stage = kRunning;
  return compiled;
}

CompiledPackage* compileTestBinary(Session& session, const CompileFlags& flags, const std::vector<std::string>& program) {
  const std::string& first = program[0];
  PackageSource* source = first.ends_with(".go")      ? session.loader().loadFiles(program)
                          : first.starts_with('/') ? session.loader().loadDir(first, true)
                                                   : session.loader().loadPath(first, true);
  session.name({source});
  Stage stage{};
  return compileTest(session, flags, source, stage);
}

}  // namespace burrow
