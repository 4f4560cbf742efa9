// burrow disasm: the bytecode of a package's functions beside their source lines; with --jit, machine code beside the bytecode.
#include <cstdio>

#include "compiler/packages/files.h"
#include "jit/jit.h"
#include "programs/burrow/session.h"
#include "vm/bytecode/disasm.h"
#include "vm/link/linker.h"

namespace burrow {

namespace {

/// The machine code of a function; false after saying why there is none.
bool printMachineCode(vm::Func& f, bool optimized) {
  if (f.flags & kNative) return true;
  vm::linkFunc(f);
  std::string why, text = jit::listCode(f, optimized, &why);
  if (text.empty() && optimized) text = jit::listCode(f, false, &why);
  if (text.empty()) {
    std::fprintf(stderr, "burrow disasm: %s: %s\n", std::string(f.name).c_str(), why.c_str());
    return false;
  }
  std::fputs((text + "\n").c_str(), stdout);
  return true;
}

}  // namespace

int cmdDisasm(const std::vector<std::string>& arguments) {
  CLI::App app("Show the bytecode of a package beside its source.", "burrow disasm");
  CompileFlags flags;
  flags.add(app);
  bool machine = false;
  std::string tier = "optimizing";
  app.add_flag("--jit", machine, "machine code, with the bytecode that it stands for");
  app.add_option("--jit-tier", tier, "whose machine code: of the optimizing compiler where it takes the function, or template")
      ->check(CLI::IsMember({"template", "optimizing"}));
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  if (args.empty() || args.size() > 2) {
    std::fprintf(stderr, "usage: burrow disasm [flags] FILE.go | PKG [FUNC]\n");
    return 2;
  }
  if (std::string e = flags.finish(); !e.empty()) {
    std::fprintf(stderr, "burrow disasm: %s\n", e.c_str());
    return 2;
  }
  Session session(flags);
  if (!session.init()) return 1;
  std::string error;
  std::vector<PackageSource*> found;
  if (args[0].ends_with(".go")) found.push_back(session.loader().loadFiles({args[0]}));
  else found = session.loader().expand({args[0]}, false, error);
  if (!error.empty() || found.size() != 1) {
    std::fprintf(stderr, "burrow disasm: %s\n", error.empty() ? "pattern matches more than one package" : error.c_str());
    return 1;
  }
  session.name(found);
  CompiledPackage* p = session.compiler().compile(found[0]);
  if (!p) return 1;
  std::string want = args.size() == 2 ? args[1] : "";
  bool any = false, good = true;
  if (machine) {
    vm::machineFaultsCaught = true;   // as when the program runs
    if (!jit::install({})) {
      std::fprintf(stderr, "burrow disasm: no memory for machine code\n");
      return 1;
    }
    if (!session.load(p)) return 1;
    vm::prepareProgram({});
  }
  for (uint64_t i = 0; i < p->view.funcsCount(); ++i) {
    std::string_view name = p->view.string(p->view.symbols()[p->view.funcs()[i].symbol].name);
    if (!want.empty() && name != want && !name.ends_with("." + want)) continue;
    any = true;
    if (machine) {
      if (vm::Func* f = vm::lookupFunc(name); f && f->info) good &= printMachineCode(*f, tier == "optimizing");
      continue;
    }
    std::fputs(disassemble(p->view, static_cast<uint32_t>(i)).c_str(), stdout);
  }
  if (any || want.empty()) return good ? 0 : 1;
  std::fprintf(stderr, "burrow disasm: no function %s in %s\n", want.c_str(), p->path.c_str());
  return 1;
}

}  // namespace burrow
