// Applies an overlay entry's `bodyless`, `noescape` and `remove` words to a parsed file of the Go tree.
#include "compiler/packages/overlay.h"
#include "compiler/syntax/nodes.h"

namespace burrow {

namespace {

using namespace syntax;

/// "F", or "T.M" for a method of T or *T.
std::string declName(const FuncDecl* f) {
  std::string name(f->name->name);
  if (!f->recv) return name;
  Expr* t = f->recv->type;
  while (true) {
    if (auto* p = as<ParenExpr>(t)) t = p->x;
    else if (auto* o = as<Operation>(t)) t = o->x;
    else if (auto* i = as<IndexExpr>(t)) t = i->x;
    else break;
  }
  auto* n = as<syntax::Name>(t);
  return (n ? std::string(n->name) : "?") + "." + name;
}

bool isRemoved(const OverlayEntry& entry, Decl* d) {
  if (auto* f = as<FuncDecl>(d)) return entry.remove.count(declName(f)) > 0;
  if (auto* t = as<TypeDecl>(d)) return entry.remove.count(t->name->name) > 0;
  List<Name*> names;
  if (auto* v = as<VarDecl>(d)) names = v->names;
  if (auto* c = as<ConstDecl>(d)) names = c->names;
  return names.size() == 1 && entry.remove.count(names[0]->name) > 0;
}

}  // namespace

void applyOverlay(const OverlayEntry& entry, File* file, Arena& arena, bool isOverlayFile) {
  if (isOverlayFile || (entry.bodyless.empty() && entry.noescape.empty() && entry.remove.empty())) return;
  std::vector<Decl*> kept;
  for (Decl* d : file->decls) {
    if (isRemoved(entry, d)) continue;
    if (auto* f = as<FuncDecl>(d)) {
      if (entry.bodyless.count(declName(f))) f->body = nullptr;
      if (entry.noescape.count(declName(f))) f->pragma |= kNoescape;
    }
    kept.push_back(d);
  }
  file->decls = arena.list(kept);
}

}  // namespace burrow
