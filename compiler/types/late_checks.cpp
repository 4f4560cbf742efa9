// What gc checks only when a package has been type-checked without errors: interfaces without a
// name that contain themselves, directives, and functions that lack a body.
#include "compiler/types/checker.h"

namespace burrow {

namespace {

/// Finds interfaces without a name that contain themselves.
class InterfaceCycleFinder {
 public:
  bool hasCycle(Interface* t) {
    for (Func* m : typeSetOf(t)->methods) {
      if (visit(m->type)) return true;
    }
    return false;
  }
  void suppressRepeats() {
    for (auto& [t, cyclic] : cyclic_) cyclic = false;
  }

 private:
  bool visit(const Tuple* t) {
    if (t == nullptr) return false;
    for (Var* v : t->vars) {
      if (visit(v->type)) return true;
    }
    return false;
  }
  bool visit(Type* t) {
    t = unalias(t);
    if (t == nullptr) return false;
    switch (t->kind) {
      case TypeKind::Pointer:
        return visit(static_cast<Pointer*>(t)->base);
      case TypeKind::Array:
        return visit(static_cast<Array*>(t)->elem);
      case TypeKind::Chan:
        return visit(static_cast<Chan*>(t)->elem);
      case TypeKind::Slice:
        return visit(static_cast<Slice*>(t)->elem);
      case TypeKind::Map:
        return visit(static_cast<Map*>(t)->key) || visit(static_cast<Map*>(t)->elem);
      case TypeKind::Struct:
        for (Var* f : static_cast<Struct*>(t)->fields) {
          if (visit(f->type)) return true;
        }
        return false;
      case TypeKind::Signature: {
        Signature* s = static_cast<Signature*>(t);
        return visit(s->params) || visit(s->results);
      }
      case TypeKind::Interface: {
        Interface* i = static_cast<Interface*>(t);
        if (i->methods.empty() && i->embeddeds.empty()) return false;
        auto [it, isNew] = cyclic_.emplace(i, true);
        if (!isNew) return it->second;
        if (hasCycle(i)) return true;
        cyclic_[i] = false;
        return false;
      }
      default:
        return false;
    }
  }

  std::unordered_map<Interface*, bool> cyclic_;
};

}  // namespace

void Checker::anonymousInterfaceCycles() {
  // Most packages have none: look in any order first, and in gc's order only if there is one.
  InterfaceCycleFinder quick;
  bool any = false;
  for (InterfaceType* e : interfaceExprs) {
    Interface* t = as<Interface>(unalias(e->type));
    any = any || (t != nullptr && quick.hasCycle(t));
  }
  if (!any) return;
  InterfaceCycleFinder finder;
  auto look = [&](Node* n) {
    InterfaceType* e = as<InterfaceType>(n);
    if (e == nullptr) return true;
    Interface* t = as<Interface>(unalias(e->type));
    if (t != nullptr && finder.hasCycle(t)) {
      error(e->pos,
            "invalid recursive type: anonymous interface refers to itself (see "
            "https://go.dev/issue/56103)");
      finder.suppressRepeats();
    }
    return false;  // what is inside was looked at
  };
  for (File* file : files) {
    for (Decl* decl : file->decls) inspect(decl, look);
  }
}

void Checker::embedErrors() {
  for (EmbedDecl& e : embedDecls) {
    bool imported = false;
    for (Decl* d : e.file->decls) {
      ImportDecl* imp = as<ImportDecl>(d);
      imported |= imp != nullptr && imp->path != nullptr &&
                  (imp->path->text == "\"embed\"" || imp->path->text == "`embed`");
    }
    Pos at = e.decl->embeds[0].pos;
    if (!imported) {
      error(at,
            "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)");
    } else if (e.decl->names.size() > 1) {
      error(at, "go:embed cannot apply to multiple vars");
    } else if (e.decl->values != nullptr) {
      error(at, "go:embed cannot apply to var with initializer");
    } else if (e.decl->type == nullptr) {
      error(at, "go:embed cannot apply to var without type");
    } else if (e.inFunc) {
      error(at, "go:embed cannot apply to var inside func");
    } else if (confVersion != 0 && confVersion < 16) {
      error(at, "go:embed requires go1.16 or later");
    }
  }
}

void Checker::linknameErrors(std::unordered_set<Object*>& linked) {
  for (File* file : files) {
    for (const Linkname& l : file->linknames) {
      if (l.target.find('[') != std::string_view::npos &&
          l.target.find(']') != std::string_view::npos) {
        continue;  // reported with the late errors
      }
      Object* o = pkg->scope->lookup(l.local);
      if (o != nullptr && (o->kind == ObjectKind::Func || o->kind == ObjectKind::Var)) {
        if (!linked.insert(o).second) errorf(l.pos, "duplicate //go:linkname for %s", l.local);
      } else if (confVersion == 0 || confVersion >= 18) {
        error(l.pos, "//go:linkname must refer to declared function or variable");
      }
    }
  }
}

void Checker::lateChecks() {
  anonymousInterfaceCycles();
  if (hasError) return;
  embedErrors();
  for (File* file : files) {
    for (const LateError& e : file->lateErrors) error(e.pos, e.text);
  }
  std::unordered_set<Object*> linked;
  linknameErrors(linked);

  for (Object* o : objList) {
    Func* f = as<Func>(o);
    if (f == nullptr) continue;
    FuncDecl* decl = f->decl->fdecl;
    uint32_t pragma = decl->pragma;
    result.funcs.push_back({f, decl, f->decl->syntaxFile});
    // Generic and blank functions are not compiled by themselves.
    if (f->name == "_" || !f->signature()->tparams.empty() || !f->signature()->rparams.empty()) {
      continue;
    }
    if ((pragma & kSystemstack) && (pragma & kNosplit)) {
      error(decl, "go:nosplit and go:systemstack cannot be combined");
    }
    if (decl->body != nullptr) {
      if (pragma & kNoescape) {
        error(decl, "can only use //go:noescape with external func implementations");
      }
      if ((pragma & kUintptrKeepAlive) && !(pragma & kUintptrEscapes) && !(pragma & kNosplit)) {
        error(decl, "go:uintptrkeepalive requires go:nosplit");
      }
    } else if (!conf.std && !conf.allowBodyless && !linked.count(f)) {
      error(decl, "missing function body");
    }
  }
  if (!hasError) sizeErrors();
}

}  // namespace burrow
