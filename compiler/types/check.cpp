// Checking of a package from beginning to end, and the queue of delayed actions.
#include <algorithm>

#include "compiler/types/checker.h"

namespace burrow {

namespace {
const CheckConfig kNoConfig;
}

Checker::Checker(Package* p, Arena& a, const CheckConfig& c, Diagnostics* d)
    : pkg(p), arena(a), conf(c), diagnostics(d) {
  confVersion = asGoVersion(c.goVersion);
  version = confVersion;
}

Checker* Checker::none() {
  static Checker checker(nullptr, typeArena(), kNoConfig, nullptr);
  return &checker;
}

void Checker::later(std::function<void()> f) {
  if (!active()) return;
  delayed.push_back({version, std::move(f)});
}

void Checker::push(Object* obj) {
  obj->pathIndex = static_cast<int>(objPath.size());
  objPath.push_back(obj);
}

void Checker::pop() {
  objPath.back()->pathIndex = -1;
  objPath.pop_back();
}

void Checker::addDeclDep(Object* to) {
  // Only package-level objects and methods have a declaration.
  if (env.decl != nullptr && to->decl != nullptr && to->pkg == pkg) env.decl->addDep(to);
}

Object* Checker::lookupScope(std::string_view name, Scope** where) {
  for (Scope* s = env.scope; s != nullptr; s = s->parent) {
    if (Object* o = s->lookupInterned(name)) {
      if (where) *where = s;
      return o;
    }
  }
  return nullptr;
}

void Checker::processDelayed(size_t top) {
  // Actions may add more actions; functions are processed in the order in which they were found.
  GoVersion saved = version;
  for (size_t i = top; i < delayed.size(); ++i) {
    version = delayed[i].version;
    std::function<void()> f = std::move(delayed[i].f);
    f();
  }
  delayed.resize(top);
  version = saved;
}

void Checker::cleanup() {
  // Cleaning up may add more to clean up.
  for (size_t i = 0; i < cleaners.size(); ++i) {
    Type* t = cleaners[i];
    switch (t->kind) {
      case TypeKind::Named: {
        Named* n = static_cast<Named*>(t);
        // Instances are expanded when needed; all others must have an underlying type now.
        if (n->inst == nullptr) under(n);
        n->check = nullptr;
        break;
      }
      case TypeKind::Alias:
        unalias(t);
        break;
      case TypeKind::TypeParam: {
        TypeParam* p = static_cast<TypeParam*>(t);
        constraintInterface(p);
        p->check = nullptr;
        break;
      }
      case TypeKind::Interface: {
        Interface* iface = static_cast<Interface*>(t);
        computeInterfaceTypeSet(iface->check, Pos(), iface);
        iface->check = nullptr;
        break;
      }
      default:
        break;
    }
  }
  cleaners.clear();
}

void Checker::initFiles(const std::vector<File*>& all) {
  for (File* f : all) {
    std::string_view name = f->pkgName ? f->pkgName->name : std::string_view();
    if (pkg->name.empty()) {
      if (name == "_") {
        error(f->pkgName, "invalid package name _");
      } else {
        pkg->name = name;
      }
      files.push_back(f);
    } else if (pkg->name == name) {
      files.push_back(f);
    } else {
      errorf(f->pos, "package %s; expected package %s", name, pkg->name);
    }
  }
  if (confVersion > kGoCurrent && !all.empty()) {
    errorf(all[0]->pos, "package requires newer Go version %s (application built with %s)",
           conf.goVersion, goVersionString(kGoCurrent));
  }
  for (File* f : files) {
    GoVersion v = confVersion;
    // A //go:build line sets the language version, but not to one before go1.21.
    if (GoVersion own = asGoVersion(f->goVersion)) {
      v = std::max(own, 21);
      if (own > kGoCurrent) {
        errorf(f->pkgName, "file requires newer Go version %s", goVersionString(own));
      }
    }
    versions[f->index] = v;
  }
}

void Checker::checkFiles(const std::vector<File*>& all) {
  setCrashContext("check", pkg->path.c_str());
  initFiles(all);
  collectObjects();
  sortObjects();
  directCycles();
  packageObjects();
  processDelayed(0);  // all function bodies
  cleanup();
  initOrder();
  unusedImports();
  recordUntyped();
  if (!hasError) monomorph();
  // gc does not get further after any error, the parser's included.
  if (!hasError && !(diagnostics && diagnostics->hasErrors())) lateChecks();
}

CheckResult checkPackage(std::string path, const std::vector<File*>& files, Arena& arena,
                         const CheckConfig& config, Diagnostics& diagnostics) {
  Package* pkg = new Package;
  pkg->path = std::move(path);
  pkg->goVersion = config.goVersion;
  Pos start = files.empty() ? Pos() : files[0]->pos;
  pkg->scope = newScope(universe, start, Pos());
  Checker check(pkg, arena, config, &diagnostics);
  check.checkFiles(files);
  CheckResult& result = check.result;
  result.package = pkg;
  result.files = check.files;
  std::sort(result.types.begin(), result.types.end(),
            [](TypeName* a, TypeName* b) { return a->pos < b->pos; });
  int locals = 0;
  for (TypeName* t : result.types)
    if (t->parent != pkg->scope) t->localIndex = ++locals;
  std::sort(pkg->imports.begin(), pkg->imports.end(),
            [](Package* a, Package* b) { return a->path < b->path; });
  pkg->complete = !check.hasError;
  return std::move(check.result);
}

}  // namespace burrow
