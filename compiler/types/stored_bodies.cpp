// Bodies of functions of compiled packages, for those who instantiate or inline them: checked anew from their text, whether that
// comes from an image or from the files of a package compiled in this process, whose trees are gone.
#include <algorithm>
#include <memory>

#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"

namespace burrow {

using namespace syntax;

namespace {

/// What the functions of one file have in common.
struct KeptFile {
  std::vector<std::pair<std::string_view, Package*>> imports;
  std::string_view goVersion;
};

struct KeptBody {
  std::string_view text;
  Pos start;
  const KeptFile* file;
  uint32_t pragma;
  int firstLocalType;
};

/// Func::bodyRef is 1 + the index here; the references of images have something in the upper half.
std::vector<KeptBody>& keptBodies() {
  static auto* const list = new std::vector<KeptBody>;
  return *list;
}

StoredBody keptBody(const Func* f) {
  const KeptBody& k = keptBodies()[f->bodyRef - 1];
  return {k.text, k.start, k.file->imports, k.file->goVersion, k.pragma, k.firstLocalType};
}

const KeptFile* keepFile(const File* tree, const Package* package) {
  auto* file = new KeptFile;  // as long-lived as the package
  file->goVersion = tree->goVersion.empty() ? std::string_view(package->goVersion) : intern(tree->goVersion);
  for (Decl* d : tree->decls) {
    auto* import = as<ImportDecl>(d);
    auto* name = import ? burrow::as<PkgName>(import->object) : nullptr;
    if (name && name->imported && name->name != "_") file->imports.emplace_back(name->name, name->imported);
  }
  return file;
}

}  // namespace

bool hasSharedBody(const Func* f) {
  auto* s = f->signature();
  bool generic = s && (!s->tparams.empty() || !s->rparams.empty());
  return generic || (f->facts && f->facts->inlineCost >= 0);
}

int firstLocalTypeIn(const CheckResult& result, const FuncDecl& d) {
  auto it = std::lower_bound(result.types.begin(), result.types.end(), d.start, [](const TypeName* t, Pos at) { return t->pos < at; });
  bool inside = it != result.types.end() && d.body && (*it)->pos < d.body->rbrace && (*it)->pos.file() == d.start.file();
  return inside ? (*it)->localIndex : 0;
}

void forgetTrees(const CheckResult& result) {
  std::unordered_map<uint32_t, const KeptFile*> files;
  for (const CheckedFunc& f : result.funcs) {
    f.object->syntax = nullptr;
    if (!hasSharedBody(f.object) || f.decl->text.empty()) continue;
    const KeptFile*& file = files[f.decl->start.file()];
    for (const File* tree : result.files)
      if (!file && tree->index == f.decl->start.file()) file = keepFile(tree, result.package);
    if (!file) continue;
    keptBodies().push_back({f.decl->text, f.decl->start, file, f.decl->pragma, firstLocalTypeIn(result, *f.decl)});
    f.object->bodyRef = keptBodies().size();
  }
}

StoredBody (*storedBodyOf)(Func* f) = nullptr;

FuncDecl* bodyOf(Func* f) {
  if (f->origin != nullptr) f = f->origin;
  if (f->syntax != nullptr) return f->syntax;
  if (f->bodyRef == 0) return nullptr;
  StoredBody stored = f->bodyRef >> 32 ? storedBodyOf(f) : keptBody(f);

  static FileSet noFiles;
  Diagnostics diagnostics(noFiles);
  Arena& arena = typeArena();
  FuncDecl* decl = parseFuncDecl(stored.text, stored.start, arena, diagnostics);
  f->syntax = decl;
  decl->pragma = stored.pragma;

  // Its own file scope between the package's and the function's.
  CheckConfig* config = new CheckConfig;
  config->goVersion = std::string(stored.goVersion);
  config->std = true;
  Scope* fileScope = newScope(f->pkg->scope, stored.start, Pos());
  for (auto& [name, imported] : stored.imports) {
    if (name == ".") {
      for (std::string_view n : imported->scope->names()) {
        if (isExportedName(n)) fileScope->elems.insert(n, imported->scope->lookupInterned(n));
      }
      continue;
    }
    PkgName* p =
        newObject<PkgName>(arena, Pos(), f->pkg, intern(name), burrow::typ(BasicKind::Invalid));
    p->imported = imported;
    fileScope->insert(p);
  }
  Checker check(f->pkg, arena, *config, &diagnostics);
  check.checkStoredBody(f, decl, fileScope);
  // Types declared in it are those of the compiled package: they have the same names.
  std::vector<TypeName*>& types = check.result.types;
  std::sort(types.begin(), types.end(), [](TypeName* a, TypeName* b) { return a->pos < b->pos; });
  for (size_t i = 0; i < types.size(); ++i) types[i]->localIndex = stored.firstLocalType + static_cast<int>(i);
  if (diagnostics.hasErrors()) {
    setCrashContext("check stored body", diagnostics.list()[0].text.c_str());
    BURROW_CHECK(!diagnostics.hasErrors());
  }
  return decl;
}

void Checker::checkStoredBody(Func* f, FuncDecl* decl, Scope* fileScope) {
  env = Environment{};
  env.scope = fileScope;
  version = confVersion;
  // The signature is checked anew: the body refers to these parameters and type parameters, and it
  // is they that its instances replace.
  Signature* sig = make<Signature>();
  funcType(sig, decl->recv, decl->tparams, decl->signature);
  recordDef(decl->name, f);
  f->type = sig;
  funcBody(nullptr, f->name, sig, decl->body, nullptr);
  processDelayed(0);
  cleanup();
  recordUntyped();
}

}  // namespace burrow
