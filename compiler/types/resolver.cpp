// Collects a package's declarations into its scopes, imports what it imports, and checks the
// collected objects in an order in which few of them are needed before they are ready.
#include <algorithm>

#include "compiler/syntax/unicode.h"
#include "compiler/types/checker.h"

namespace burrow {

void Checker::arity(Pos pos, List<Name*> names, List<Expr*> inits, bool constDecl, bool inherited) {
  size_t l = names.size(), r = inits.size();
  if (l < r) {
    Expr* n = inits[l];
    if (inherited) {
      errorf(pos, "extra init expr at %s", n->pos);
    } else {
      errorf(n, "extra init expr %s", n);
    }
  } else if (l > r && (constDecl || r != 1)) {  // one value may be a multi-valued call
    errorf(names[r], "missing init expr for %s", names[r]->name);
  }
}

namespace {

/// The import path of a literal; an error text if it is not a legal one.
std::string_view importPathOf(const BasicLit* lit, std::string& problem) {
  constant::Value v = constant::makeFromLiteral(lit->text, LitKind::String);
  if (v == nullptr || v->kind() != ConstKind::String) {
    problem = "invalid syntax";
    return {};
  }
  std::string_view path = constant::stringVal(v);
  if (path.empty()) {
    problem = "empty string";
    return {};
  }
  for (std::string_view rest = path; !rest.empty();) {
    Rune r = decodeRune(rest);
    rest.remove_prefix(r.width);
    bool graphic = r.rune < 0x80 ? r.rune > 0x20 && r.rune < 0x7f : isPrintable(r.rune);
    constexpr std::string_view kIllegal = "!\"#$%&'()*,:;<=>?[\\]^{|}`";
    if (!graphic || r.rune == 0xFFFD ||
        (r.rune < 0x80 && kIllegal.find(static_cast<char>(r.rune)) != std::string_view::npos)) {
      problem = "invalid character " + describeRune(r.rune);
      return {};
    }
  }
  return path;
}

/// Go's path.Clean for paths that do not start with a slash.
std::string cleanPath(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string clean;
  for (std::string_view part : parts) {
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean.empty() ? "." : clean;
}

}  // namespace

void Checker::declarePkgObj(Name* ident, Object* obj, DeclInfo* d) {
  if (ident->name == "init") {
    error(ident, "cannot declare init - must be func");
    return;
  }
  if (ident->name == "main" && pkg->name == "main") {
    error(ident, "cannot declare main - must be func");
    return;
  }
  declare(pkg->scope, ident, obj, Pos());
  registerDecl(obj, d);
}

void Checker::registerDecl(Object* obj, DeclInfo* d) {
  obj->decl = d;
  objList.push_back(obj);
  obj->order = static_cast<uint32_t>(objList.size());
}

Package* Checker::importPackage(Pos pos, std::string_view path) {
  auto it = impMap.find(std::string(path));
  if (it != impMap.end()) return it->second;
  std::string problem;
  Package* imp = nullptr;
  if (path == "unsafe") {
    imp = unsafePackage;
  } else if (path == "main") {
    problem = "cannot import \"main\"";
  } else if (path == pkg->path) {
    problem = "import \"" + std::string(path) + "\" while compiling that package (import cycle)";
  } else if (path[0] == '/') {
    problem = "import path cannot be absolute path";
  } else if (std::string canonical = cleanPath(path); canonical != path && path[0] != '.') {
    problem =
        "non-canonical import path \"" + std::string(path) + "\" (should be \"" + canonical + "\")";
  } else if (conf.import) {
    imp = conf.import(path, pos, problem);
  } else {
    problem = "no importer";
  }
  if (imp != nullptr && (imp->name.empty() || imp->name == "_")) {
    problem = "invalid package name: \"" + std::string(imp->name) + "\"";
    imp = nullptr;
  }
  if (imp == nullptr) {
    errorf(pos, "could not import %s (%s)", path, problem);
    // Go on with a package that has everything that is asked of it.
    std::string_view name = path;
    if (name.ends_with('/')) name.remove_suffix(1);
    size_t slash = name.rfind('/');
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    imp = new Package;
    imp->path = std::string(path);
    imp->name = intern(name);
    imp->scope = newScope(universe, Pos(), Pos());
    imp->fake = true;
  }
  impMap.emplace(std::string(path), imp);
  if (!pkgPathMap.empty()) markImports(imp);
  return imp;
}

/// What collecting the declarations of one file needs.
struct Checker::FileContext {
  File* file;
  Scope* scope;
  int first = -1;             ///< index of the first ConstDecl of the current group
  ConstDecl* last = nullptr;  ///< latest ConstDecl with values
  std::vector<MethodInfo>& methods;
};

void Checker::collectImport(FileContext& ctxt, ImportDecl* s) {
  if (s->path == nullptr || s->path->bad) return;  // reported by the parser
  std::string problem;
  std::string_view path = importPathOf(s->path, problem);
  if (!problem.empty()) {
    errorf(s->path, "invalid import path (%s)", problem);
    return;
  }
  Package* imp = importPackage(s->path->pos, path);
  if (imp == nullptr) return;
  std::string_view name = imp->name;
  if (s->localName != nullptr) {
    name = s->localName->name;
    if (path == "C") {
      error(s->localName, "cannot rename import \"C\"");
      return;
    }
  }
  if (name == "init") {
    error(s, "cannot import package as init - init must be a func");
    return;
  }
  if (std::find(pkg->imports.begin(), pkg->imports.end(), imp) == pkg->imports.end()) {
    pkg->imports.push_back(imp);
  }

  PkgName* pkgName = newObject<PkgName>(arena, s->pos, pkg, name, burrow::typ(BasicKind::Invalid));
  pkgName->imported = imp;
  s->object = pkgName;
  if (s->localName != nullptr) recordDef(s->localName, pkgName);
  if (imp->fake) pkgName->used = true;
  imports.push_back(pkgName);
  if (name != ".") {
    declare(ctxt.scope, nullptr, pkgName, Pos());
    return;
  }
  for (std::string_view exported : imp->scope->names()) {
    if (!isExportedName(exported)) continue;
    Object* obj = imp->scope->lookupInterned(exported);
    if (Object* alt = ctxt.scope->lookupInterned(exported)) {
      Error err(this);
      err.addf(s->localName, "%s redeclared in this block", alt->name);
      err.addAltDecl(alt);
      err.report();
    } else {
      ctxt.scope->elems.insert(exported, obj);  // its parent stays the scope it comes from
      dotImportMap[DotKey{ctxt.scope, exported}] = pkgName;
    }
  }
}

void Checker::collectConst(FileContext& ctxt, ConstDecl* s, int index) {
  List<Decl*> decls = ctxt.file->decls;
  if (ctxt.first < 0 || s->group == nullptr || decls[index - 1]->group != s->group) {
    ctxt.first = index;
    ctxt.last = nullptr;
  }
  constant::Value iota = constant::makeInt64(index - ctxt.first);
  bool inherited = true;
  if (s->type != nullptr || s->values != nullptr) {
    ctxt.last = s;
    inherited = false;
  } else if (ctxt.last == nullptr) {
    ctxt.last = make<ConstDecl>();
    inherited = false;
  }
  List<Expr*> values = unpackList(ctxt.last->values);
  for (size_t i = 0; i < s->names.size(); ++i) {
    Name* name = s->names[i];
    Const* obj = newObject<Const>(arena, name->pos, pkg, name->name, nullptr);
    obj->value = iota;
    DeclInfo* d = newDecl(ctxt);
    d->vtyp = ctxt.last->type;
    d->init = i < values.size() ? values[i] : nullptr;
    d->inherited = inherited;
    declarePkgObj(name, obj, d);
  }
  arity(s->pos, s->names, values, true, inherited);
}

void Checker::collectVar(FileContext& ctxt, VarDecl* s) {
  if (!s->embeds.empty()) embedDecls.push_back({s, ctxt.file, false});
  std::vector<Var*> lhs(s->names.size());
  // With one value for all, the variables share their declaration, and so their dependencies.
  DeclInfo* shared = nullptr;
  if (as<ListExpr>(s->values) == nullptr) {
    shared = newDecl(ctxt);
    shared->vtyp = s->type;
    shared->init = s->values;
  }
  List<Expr*> values = unpackList(s->values);
  for (size_t i = 0; i < s->names.size(); ++i) {
    Name* name = s->names[i];
    lhs[i] = newVar(arena, VarKind::Package, name->pos, pkg, name->name, nullptr);
    lhs[i]->varDecl = s;
    DeclInfo* d = shared;
    if (d == nullptr) {
      d = newDecl(ctxt);
      d->vtyp = s->type;
      d->init = i < values.size() ? values[i] : nullptr;
    }
    declarePkgObj(name, lhs[i], d);
  }
  if (shared != nullptr) shared->lhs = new std::vector<Var*>(lhs);
  if (s->type == nullptr || !values.empty()) arity(s->pos, s->names, values, false, false);
}

void Checker::collectFunc(FileContext& ctxt, FuncDecl* s) {
  std::string_view name = s->name->name;
  Func* obj = newObject<Func>(arena, s->name->pos, pkg, name, nullptr);
  obj->syntax = s;
  bool hasTParamError = false;
  if (s->recv == nullptr) {
    if (name == "init" || (name == "main" && pkg->name == "main")) {
      if (!s->tparams.empty()) {
        softErrorf(s->tparams[0], "func %s must have no type parameters", name);
        hasTParamError = true;
      }
      if (!s->signature->params.empty() || !s->signature->results.empty()) {
        softErrorf(s->name, "func %s must have no arguments and no return values", name);
      }
    }
    if (name == "init") {
      obj->parent = pkg->scope;  // but it cannot be referred to
      recordDef(s->name, obj);
      if (s->body == nullptr) softErrorf(obj->pos, "func init must have a body");
    } else {
      declare(pkg->scope, s->name, obj, Pos());
    }
  } else {
    Expr* base = nullptr;
    std::vector<Name*> none;
    bool ptr = unpackRecv(s->recv->type, false, base, none);
    // Methods with an invalid receiver are checked like functions; blank ones are never found.
    Name* recv = as<Name>(base);
    if (recv != nullptr && name != "_") ctxt.methods.push_back({obj, ptr, recv});
    recordDef(s->name, obj);
  }
  if (!s->tparams.empty() && !hasTParamError) verifyVersionf(s->tparams[0], 18, "type parameter");
  DeclInfo* d = newDecl(ctxt);
  d->fdecl = s;
  registerDecl(obj, d);
}

DeclInfo* Checker::newDecl(FileContext& ctxt) {
  DeclInfo* d = new DeclInfo;  // lives as long as the package's objects
  d->file = ctxt.scope;
  d->version = version;
  d->syntaxFile = ctxt.file;
  return d;
}

void Checker::collectObjects() {
  std::vector<MethodInfo> found;
  std::vector<Scope*> fileScopes;
  for (File* file : files) {
    version = versionOf(file);
    if (file->pkgName) recordDef(file->pkgName, nullptr);
    Scope* scope = newScope(pkg->scope, file->pos, file->eof);
    fileScopes.push_back(scope);
    FileContext ctxt{file, scope, -1, nullptr, found};
    for (size_t i = 0; i < file->decls.size(); ++i) {
      Decl* decl = file->decls[i];
      if (decl->kind != Kind::ConstDecl) ctxt.first = -1;
      switch (decl->kind) {
        case Kind::ImportDecl:
          collectImport(ctxt, static_cast<ImportDecl*>(decl));
          break;
        case Kind::ConstDecl:
          collectConst(ctxt, static_cast<ConstDecl*>(decl), static_cast<int>(i));
          break;
        case Kind::VarDecl:
          collectVar(ctxt, static_cast<VarDecl*>(decl));
          break;
        case Kind::TypeDecl: {
          TypeDecl* s = static_cast<TypeDecl*>(decl);
          TypeName* obj = newObject<TypeName>(arena, s->name->pos, pkg, s->name->name, nullptr);
          DeclInfo* d = newDecl(ctxt);
          d->tdecl = s;
          declarePkgObj(s->name, obj, d);
          break;
        }
        case Kind::FuncDecl:
          collectFunc(ctxt, static_cast<FuncDecl*>(decl));
          break;
        default:
          break;
      }
    }
  }

  // Names of the package and of its files must differ.
  for (Scope* scope : fileScopes) {
    for (auto& [name, obj] : scope->elems) {
      Object* alt = pkg->scope->lookupInterned(name);
      if (alt == nullptr) continue;
      Error err(this);
      if (PkgName* p = as<PkgName>(obj)) {
        err.addf(alt, "%s already declared through import of package %s (%q)", alt->name,
                 p->imported->name, p->imported->path);
        err.addAltDecl(p);
      } else {
        err.addf(alt, "%s already declared through dot-import of package %s (%q)", alt->name,
                 obj->pkg->name, obj->pkg->path);
        err.addAltDecl(obj);
      }
      err.report();
    }
  }

  for (MethodInfo& m : found) {
    TypeName* base = nullptr;
    bool ptr = resolveBaseTypeName(m.ptr, m.recv, base);
    if (base == nullptr) continue;
    m.obj->hasPtrRecv = ptr;
    methods[base].push_back(m.obj);
  }
}

void Checker::sortObjects() {}  // objList is in source order already

bool Checker::unpackRecv(Expr* rtyp, bool unpackParams, Expr*& base, std::vector<Name*>& tparams) {
  bool ptr = false;
  base = unparen(rtyp);
  if (Operation* t = as<Operation>(base); t && t->op == Operator::Mul && t->y == nullptr) {
    ptr = true;
    base = unparen(t->x);
  }
  IndexExpr* ptyp = as<IndexExpr>(base);
  if (ptyp == nullptr) return ptr;
  base = ptyp->x;
  if (!unpackParams) return ptr;
  for (Expr* arg : unpackList(ptyp->index)) {
    Name* par = as<Name>(arg);
    if (par == nullptr) {
      if (arg->kind != Kind::BadExpr) {
        errorf(arg, "receiver type parameter %s must be an identifier", arg);
      }
      par = make<Name>();
      par->pos = arg->pos;
      par->name = intern("_");
    }
    tparams.push_back(par);
  }
  return ptr;
}

bool Checker::resolveBaseTypeName(bool ptr, Name* name, TypeName*& base) {
  // Follow aliases that are not generic to the defined type, with one pointer at most on the way.
  std::vector<TypeName*> seen;
  base = nullptr;
  while (name != nullptr) {
    TypeName* tname = as<TypeName>(pkg->scope->lookupInterned(name->name));
    if (tname == nullptr || tname->decl == nullptr) return false;
    if (std::find(seen.begin(), seen.end(), tname) != seen.end()) return false;
    TypeDecl* tdecl = tname->decl->tdecl;
    if (!tdecl->alias) {
      base = tname;
      return ptr;
    }
    if (!tdecl->tparams.empty()) return false;
    seen.push_back(tname);
    Expr* t = unparen(tdecl->type);
    if (Operation* p = as<Operation>(t); p && p->op == Operator::Mul && p->y == nullptr) {
      if (ptr) return false;
      ptr = true;
      t = unparen(p->x);
    }
    name = as<Name>(t);
  }
  return false;
}

void Checker::packageObjects() {
  // Defined types first, then aliases, then the rest: aliases are then mostly ready when needed.
  // (objList does not grow here.)
  std::vector<Object*> aliases, others;
  for (Object* o : objList) {
    if (TypeName* t = as<TypeName>(o)) {
      if (t->decl->tdecl->alias) {
        aliases.push_back(o);
      } else {
        objDecl(o);
      }
    } else {
      others.push_back(o);
    }
  }
  for (Object* o : aliases) objDecl(o);
  for (Object* o : others) objDecl(o);
  methods.clear();
}

void Checker::unusedImports() {
  if (conf.ignoreFuncBodies || conf.ignoreUnusedImports) return;
  for (PkgName* obj : imports) {
    if (obj->name != "_" && !obj->used) errorUnusedPkg(obj);
  }
}

void Checker::errorUnusedPkg(PkgName* obj) {
  // The name is shown if it is not the last element of the path.
  std::string_view path = obj->imported->path, elem = path;
  size_t slash = elem.rfind('/');
  if (slash != std::string_view::npos) elem.remove_prefix(slash + 1);
  if (obj->name.empty() || obj->name == "." || obj->name == elem) {
    softErrorf(obj, "%q imported and not used", path);
  } else {
    softErrorf(obj, "%q imported as %s and not used", path, obj->name);
  }
}

}  // namespace burrow
