// Type inference: the type arguments of a call or assignment from the types of its operands and
// from the constraints of the type parameters.
#include <algorithm>
#include <unordered_map>

#include "compiler/types/checker.h"
#include "compiler/types/parts.h"

namespace burrow {
namespace {

/// Searches types for type parameters. Types may be cyclic only through Named ones, whose arguments
/// alone matter, and through interfaces, which are remembered.
class ParamFinder {
 public:
  explicit ParamFinder(List<TypeParam*> tparams) : tparams_(tparams) {}

  bool find(Type* t) {
    t = t ? unalias(t) : nullptr;
    if (!t) return false;
    switch (t->kind) {
      case TypeKind::Interface: {
        if (std::find(seen_.begin(), seen_.end(), t) != seen_.end()) return false;
        seen_.push_back(t);
        TypeSet* set = typeSetOf(static_cast<Interface*>(t));
        for (Func* m : set->methods) {
          if (find(m->type)) return true;
        }
        return set->is([&](Term* x) { return x && find(x->type); });
      }
      case TypeKind::TypeParam:
        return all_ || std::find(tparams_.begin(), tparams_.end(), t) != tparams_.end();
      default:
        return anyPart(t, [&](Type* part) { return find(part); });
    }
  }

  bool all_ = false;  ///< any type parameter will do

 private:
  List<TypeParam*> tparams_;
  std::vector<Type*> seen_;
};

/// Walks the inferred types and forgets those that lead back to their own type parameter: replacing
/// the parameter in them would never end.
class CycleKiller {
 public:
  CycleKiller(List<TypeParam*> tparams, std::vector<Type*>& inferred)
      : tparams_(tparams), inferred_(inferred) {}

  void walk(Type* t) {
    t = t ? unalias(t) : nullptr;
    if (!t || t->kind == TypeKind::Basic) return;
    auto p = std::find(tparams_.begin(), tparams_.end(), t);
    if (std::find(path_.begin(), path_.end(), t) != path_.end()) {
      if (p != tparams_.end()) inferred_[static_cast<size_t>(p - tparams_.begin())] = nullptr;
      return;
    }
    path_.push_back(t);
    switch (t->kind) {
      case TypeKind::Interface:
        for (Func* m : static_cast<Interface*>(t)->methods) walk(m->type);
        for (Type* e : static_cast<Interface*>(t)->embeddeds) walk(e);
        break;
      case TypeKind::TypeParam:
        if (p != tparams_.end()) walk(inferred_[static_cast<size_t>(p - tparams_.begin())]);
        break;
      default:
        forEachPart(t, [&](Type* part) { walk(part); });
        break;
    }
    path_.pop_back();
  }

 private:
  List<TypeParam*> tparams_;
  std::vector<Type*>& inferred_;
  std::vector<Type*> path_;
};

/// What a constraint says about the structure of its types.
struct CoreTerm {
  Type* type = nullptr;  ///< null: nothing
  bool tilde = false;
  bool single = false;  ///< there is just this one term
};

CoreTerm coreTermOf(TypeParam* p) {
  CoreTerm result;
  int n = 0;
  Term* last = nullptr;
  bool tilde = false;
  typeSetOf(p)->is([&](Term* t) {
    if (!t) return false;
    ++n;
    last = t;
    tilde |= t->tilde;
    return true;
  });
  if (n == 1) return {last->type, last->tilde, true};
  return {commonUnder(nullptr, p), tilde, false};
}

}  // namespace

bool isParameterized(List<TypeParam*> tparams, Type* t) {
  return ParamFinder(tparams).find(t);
}

bool hasTypeParams(Type* t) {
  ParamFinder f({});
  f.all_ = true;
  return f.find(t);
}

std::vector<Type*> Checker::infer(Pos pos, List<TypeParam*> tparams, List<Type*> targsGiven,
                                  Tuple* params, const std::vector<Operand*>& args, bool reverse,
                                  Error& err) {
  size_t n = tparams.size();
  BURROW_CHECK(n > 0 && targsGiven.size() <= n && tupleLen(params) == args.size());
  std::vector<Type*> targs(targsGiven.begin(), targsGiven.end());
  if (targs.size() == n && std::find(targs.begin(), targs.end(), nullptr) == targs.end()) {
    return targs;
  }
  for (Operand* a : args) {
    if (!a->valid()) return {};  // reported
  }
  targs.resize(n);
  List<Type*> targsList(targs.data(), n);

  // Parameters whose types are given follow assignment rules, not those of unification.
  if (params) params = static_cast<Tuple*>(subst(Pos(), params, SubstMap(tparams, targsList)));

  Unifier u(tparams, targsList, allowVersion(21));

  auto mismatch = [&](Type* tpar, Type* targ, Operand* arg) {
    std::vector<Type*> known = u.inferred();
    if (std::all_of(known.begin(), known.end(), [](Type* t) { return !t; })) {
      err.addf(arg, "type %s of %s does not match %s (cannot infer %s)", targ, arg->expr, tpar,
               typeParamsString(tparams));
      return;
    }
    Type* inferred = subst(arg->pos(), tpar, SubstMap(tparams, {known.data(), n}));
    if (inferred == tpar) {
      err.addf(arg, "type %s of %s does not match %s", targ, arg->expr, tpar);
    } else if (reverse) {
      err.addf(arg, "inferred type %s for %s does not match type %s of %s", inferred, tpar, targ,
               arg->expr);
    } else {
      err.addf(arg, "type %s of %s does not match inferred type %s for %s", targ, arg->expr,
               inferred, tpar);
    }
  };

  // 1. The types of typed arguments.
  std::vector<size_t> untypedArgs;
  for (size_t i = 0; i < args.size(); ++i) {
    Operand* arg = args[i];
    Type* par = params->vars[i]->type;
    if (!isParameterized(tparams, par) && !isParameterized(tparams, arg->type)) continue;
    if (isTyped(arg->type)) {
      if (!u.unify(par, arg->type, kAssign)) {
        mismatch(par, arg->type, arg);
        return {};
      }
    } else if (par->kind == TypeKind::TypeParam && !arg->isNil()) {
      // Default types are basic, so they can be inferred for a lone type parameter only.
      untypedArgs.push_back(i);
    }
  }

  // 2. The constraints, for as long as they tell something new.
  for (;;) {
    int before = u.unknowns();
    for (TypeParam* p : tparams) {
      Type* tx = u.at(p);
      CoreTerm core = coreTermOf(p);
      if (core.type) {
        if (tx) {
          // A core type with a tilde is a type literal, which unify matches with what is under tx.
          if (!u.unify(tx, core.type, kInexact)) {
            err.addf(pos, "%s (type %s) does not satisfy %s", p, tx, p->bound);
            return {};
          }
        } else if (core.single && !core.tilde) {
          u.set(p, core.type);
        }
      }
      // Methods of a type that still mentions parameters are not final.
      if (tx && !isParameterized(tparams, tx)) {
        std::string cause;
        auto equivalent = [&](Type* x, Type* y) { return u.unify(x, y, kExact); };
        if (!hasAllMethods(tx, constraintInterface(p), true, equivalent, &cause)) {
          err.addf(pos, "%s (type %s) does not satisfy %s %s", p, tx, p->bound, cause);
          return {};
        }
      }
    }
    if (u.unknowns() == before) break;
  }

  // 3. The default types of untyped constants: of several for one parameter, the largest kind.
  std::vector<std::pair<TypeParam*, Type*>> maxUntyped;
  for (size_t i : untypedArgs) {
    auto* p = static_cast<TypeParam*>(params->vars[i]->type);
    if (u.at(p)) continue;
    Type* t = args[i]->type;
    auto it =
        std::find_if(maxUntyped.begin(), maxUntyped.end(), [&](auto& e) { return e.first == p; });
    if (it == maxUntyped.end()) {
      maxUntyped.emplace_back(p, t);
      continue;
    }
    Type* m = maxType(it->second, t);
    if (!m) {
      err.addf(args[i], "mismatched types %s and %s (cannot infer %s)", it->second, t, p);
      return {};
    }
    it->second = m;
  }
  for (auto& [p, t] : maxUntyped) u.set(p, defaultType(t));

  // What was inferred may mention other parameters: replace them until nothing changes.
  std::vector<Type*> inferred = u.inferred();
  CycleKiller killer(tparams, inferred);
  for (TypeParam* p : tparams) killer.walk(p);
  std::vector<size_t> dirty;
  for (size_t i = 0; i < n; ++i) {
    if (inferred[i] && !targs[i]) dirty.push_back(i);
  }
  while (!dirty.empty()) {
    std::vector<Type*> snapshot = inferred;
    SubstMap map(tparams, {snapshot.data(), n});
    std::erase_if(dirty, [&](size_t i) {
      Type* t = subst(Pos(), inferred[i], map);
      if (t == inferred[i]) return true;
      // A generic function argument is not generic any more when its parameters are gone.
      if (auto* s = as<Signature>(t); s && !s->tparams.empty() && !isParameterized(tparams, s)) {
        s->tparams = {};
      }
      inferred[i] = t;
      return false;
    });
  }
  for (size_t i = 0; i < n; ++i) {
    if (!inferred[i] || isParameterized(tparams, inferred[i])) {
      TypeName* obj = tparams[i]->obj;
      err.addf(pos, "cannot infer %s (declared at %v)", obj->name, obj->pos);
      return {};
    }
  }
  return inferred;
}

List<TypeParam*> renameTypeParams(Checker* check, Pos pos, List<TypeParam*> tparams, Type*& t) {
  // In func f[P any](x P) { f(x) } the P of the call is to be found, while x's P is a given type:
  // they must not be the same.
  if (tparams.empty()) return {};
  std::vector<TypeParam*> fresh;
  std::vector<Type*> types;
  for (TypeParam* p : tparams) {
    auto* name = newObject<TypeName>(typeArena(), p->obj->pos, p->obj->pkg, p->obj->name, nullptr);
    TypeParam* q = newTypeParam(check, name, nullptr);
    q->index = p->index;
    fresh.push_back(q);
    types.push_back(q);
  }
  SubstMap map(tparams, {types.data(), types.size()});
  for (size_t i = 0; i < fresh.size(); ++i) {
    fresh[i]->bound = subst(check, pos, tparams[i]->bound, map);
  }
  t = subst(check, pos, t, map);
  return typeArena().list(fresh);
}

}  // namespace burrow
