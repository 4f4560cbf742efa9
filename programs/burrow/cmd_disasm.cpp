// burrow disasm: the bytecode of a package's functions beside their source lines.
#include <cstdio>

#include "compiler/packages/files.h"
#include "programs/burrow/session.h"
#include "vm/bytecode/disasm.h"

namespace burrow {

int cmdDisasm(const std::vector<std::string>& arguments) {
  CLI::App app("Show the bytecode of a package beside its source.", "burrow disasm");
  CompileFlags flags;
  flags.add(app);
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
  bool any = false;
  for (uint64_t i = 0; i < p->view.funcsCount(); ++i) {
    std::string_view name = p->view.string(p->view.symbols()[p->view.funcs()[i].symbol].name);
    if (!want.empty() && name != want && !name.ends_with("." + want)) continue;
    any = true;
    std::fputs(disassemble(p->view, static_cast<uint32_t>(i)).c_str(), stdout);
  }
  if (any || want.empty()) return 0;
  std::fprintf(stderr, "burrow disasm: no function %s in %s\n", want.c_str(), p->path.c_str());
  return 1;
}

}  // namespace burrow
