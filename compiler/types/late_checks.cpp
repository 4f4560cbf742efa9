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

/// Types that Go code never allocates: internal/runtime/sys.NotInHeap and whatever holds it by value.
bool isNotInHeap(Type* t) {
  t = unalias(t);
  if (Named* n = as<Named>(t)) {
    if (n->obj->name == "nih" && n->obj->pkg != nullptr &&
        n->obj->pkg->path == "internal/runtime/sys") {
      return true;
    }
    t = under(n);
  }
  if (Array* a = as<Array>(t)) return isNotInHeap(a->elem);
  Struct* s = as<Struct>(t);
  return s != nullptr && std::any_of(s->fields.begin(), s->fields.end(),
                                     [](Var* f) { return isNotInHeap(f->type); });
}

void Checker::notInHeapErrors() {
  // Such types come from few packages: most programs cannot have any.
  if (std::none_of(pkg->imports.begin(), pkg->imports.end(), [](Package* p) {
        return p->path == "runtime/cgo" || p->path == "internal/runtime/sys";
      })) {
    return;
  }
  auto everywhere = [&](const std::function<void(Node*)>& look) {
    for (File* file : files) {
      for (Decl* decl : file->decls) {
        inspect(decl, [&](Node* n) {
          if (n != nullptr) look(n);
          return true;
        });
      }
    }
    return hasError;
  };
  bool stop = everywhere([&](Node* n) {
    Name* name = as<Name>(n);
    if (name == nullptr) return;
    for (Type* targ : name->targs) {
      if (isNotInHeap(targ)) {
        errorf(name, "cannot use incomplete (or unallocatable) type as a type argument: %s",
               typeText(targ, Qualifier{}));
      }
    }
  });
  if (stop) return;
  stop = everywhere([&](Node* n) {
    TypeDecl* decl = as<TypeDecl>(n);
    if (decl == nullptr || decl->type == nullptr) return;
    if (as<MapType>(decl->type) != nullptr) {
      Map* m = as<Map>(under(decl->type->type));
      if (m != nullptr && isNotInHeap(m->key)) {
        error(decl->type, "incomplete (or unallocatable) map key not allowed");
      }
      if (m != nullptr && isNotInHeap(m->elem)) {
        error(decl->type, "incomplete (or unallocatable) map value not allowed");
      }
    } else if (as<ChanType>(decl->type) != nullptr) {
      Chan* c = as<Chan>(under(decl->type->type));
      if (c != nullptr && isNotInHeap(c->elem)) {
        error(decl->type, "chan of incomplete (or unallocatable) type not allowed");
      }
    }
  });
  if (stop) return;
  auto bodyErrors = [&](Node* n) {
    if (Name* name = as<Name>(n)) {
      Var* v = as<Var>(name->object);
      if (v != nullptr && v->pos == name->pos && v->varKind != VarKind::Field && v->name != "_" &&
          isNotInHeap(v->type)) {
        errorf(name, "%s is incomplete (or unallocatable); stack allocation disallowed", v->type);
      }
      return true;
    }
    CallExpr* call = as<CallExpr>(n);
    Name* fun = call != nullptr ? as<Name>(call->fun) : nullptr;
    Builtin* builtin = fun != nullptr ? as<Builtin>(fun->object) : nullptr;
    if (builtin == nullptr || call->type == nullptr) return true;
    Type* allocated = nullptr;
    Type* result = under(call->type);
    if (fun->name == "new" && as<Pointer>(result)) allocated = as<Pointer>(result)->base;
    if (as<Slice>(result) && (fun->name == "make" || fun->name == "append")) {
      allocated = as<Slice>(result)->elem;
    }
    if (allocated != nullptr && isNotInHeap(allocated)) {
      errorf(call, "%s can't be allocated in Go; it is incomplete (or unallocatable)", allocated);
    }
    return true;
  };
  for (File* file : files) {
    for (Decl* decl : file->decls) {
      FuncDecl* f = as<FuncDecl>(decl);
      if (f != nullptr && f->body != nullptr) inspect(f->body, bodyErrors);
    }
  }
}

void Checker::lateChecks() {
  anonymousInterfaceCycles();
  if (hasError) return;
  notInHeapErrors();
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
