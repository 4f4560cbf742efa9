// Types that contain themselves: definitions that lead back to themselves (type A B; type B A), and
// types whose memory would have to contain itself (struct, array).
#include "compiler/types/checker.h"

namespace burrow {

void Checker::directCycles() {
  std::unordered_map<TypeName*, int> pathIdx;
  for (Object* o : objList) {
    if (TypeName* t = as<TypeName>(o)) directCycle(t, pathIdx);
  }
}

void Checker::directCycle(TypeName* tname, std::unordered_map<TypeName*, int>& pathIdx) {
  constexpr int kDone = -1;
  std::vector<TypeName*> path;
  for (;;) {
    auto it = pathIdx.find(tname);
    if (it != pathIdx.end() && it->second == kDone) break;
    if (it != pathIdx.end()) {
      tname->type = burrow::typ(BasicKind::Invalid);
      std::vector<Object*> cycle(path.begin() + it->second, path.end());
      size_t first = 0;
      for (size_t i = 1; i < cycle.size(); ++i) {
        if (cycle[i]->pos < cycle[first]->pos) first = i;
      }
      cycleError(cycle, first);
      break;
    }
    pathIdx[tname] = static_cast<int>(path.size());
    path.push_back(tname);
    // Only a chain of names can be a direct cycle, and only within the package.
    Name* rhs = as<Name>(tname->decl->tdecl->type);
    if (rhs == nullptr) break;
    TypeName* next = as<TypeName>(pkg->scope->lookupInterned(rhs->name));
    if (next == nullptr || next->decl == nullptr) break;
    tname = next;
  }
  for (TypeName* t : path) pathIdx[t] = kDone;
}

bool Checker::finiteSize(Type* type) {
  type = unalias(type);
  if (type == nullptr) return true;
  switch (type->kind) {
    case TypeKind::Named: {
      Named* t = static_cast<Named*>(type);
      if (auto it = finite.find(t); it != finite.end()) return it->second;
      if (t->obj->pathIndex >= 0) {
        std::vector<Object*> cycle(objPath.begin() + t->obj->pathIndex, objPath.end());
        size_t first = 0;
        for (size_t i = 1; i < cycle.size(); ++i) {
          if (cycle[i]->pos < cycle[first]->pos) first = i;
        }
        cycleError(cycle, first);
        return false;
      }
      push(t->obj);
      bool isFinite = finiteSize(t->fromRHS);
      pop();
      finite.emplace(t, isFinite);
      return isFinite;
    }
    case TypeKind::Array:
      return finiteSize(static_cast<Array*>(type)->elem);
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(type)->fields) {
        if (!finiteSize(f->type)) return false;
      }
      return true;
    default:
      return true;
  }
}

void Checker::validType(Named* t) {
  std::vector<Named*> nest, path;
  validType0(Pos(), t, nest, path);
}

// `nest` holds the types whose memory contains the current one; `path` all types on the way, which
// are more when the way led through type arguments.
bool Checker::validType0(Pos pos, Type* type, std::vector<Named*>& nest,
                         std::vector<Named*>& path) {
  type = unalias(type);
  if (type == nullptr) return true;
  switch (type->kind) {
    case TypeKind::Array:
      return validType0(pos, static_cast<Array*>(type)->elem, nest, path);
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(type)->fields) {
        if (!validType0(pos, f->type, nest, path)) return false;
      }
      return true;
    case TypeKind::Union:
      for (Term* t : static_cast<Union*>(type)->terms) {
        if (!validType0(pos, t->type, nest, path)) return false;
      }
      return true;
    case TypeKind::Interface:
      for (Type* t : static_cast<Interface*>(type)->embeddeds) {
        if (!validType0(pos, t, nest, path)) return false;
      }
      return true;
    case TypeKind::Named:
      return validNamed(pos, static_cast<Named*>(type), nest, path);
    case TypeKind::TypeParam: {
      // It stands for the type argument of the type around it, which has to be valid outside of it.
      if (nest.empty()) return true;
      Named* inst = nest.back();
      List<TypeParam*> tparams = typeParams(inst);
      List<Type*> targs = typeArgs(inst);
      for (size_t i = 0; i < tparams.size() && i < targs.size(); ++i) {
        if (tparams[i] != type) continue;
        nest.pop_back();
        bool ok = validType0(pos, targs[i], nest, path);
        nest.push_back(inst);
        return ok;
      }
      return true;
    }
    default:
      return true;
  }
}

bool Checker::validNamed(Pos pos, Named* t, std::vector<Named*>& nest, std::vector<Named*>& path) {
  // Types of other packages were found to be valid there, unless they depend on type arguments.
  if (t->obj->pkg != pkg && t->inst == nullptr) return true;
  if (t->inst == nullptr && t->tparams.empty() && validated.count(t)) return true;
  for (Named* e : nest) {
    if (e != t && !identical(e, t)) continue;
    originOf(t)->fromRHS = burrow::typ(BasicKind::Invalid);
    for (size_t start = 0; start < path.size(); ++start) {
      if (path[start] != t && !identical(path[start], t)) continue;
      std::vector<Object*> cycle;
      for (size_t i = start; i < path.size(); ++i) cycle.push_back(path[i]->obj);
      cycleError(cycle, 0);
      return false;
    }
    return false;
  }
  Named* orig = unpackNamed(originOf(t));
  nest.push_back(t);
  path.push_back(t);
  bool ok = validType0(pos, orig->fromRHS, nest, path);
  nest.pop_back();
  path.pop_back();
  // A type without parameters that was checked on its own is valid wherever it is used. (Inside
  // other types its answer may rest on the types around it.)
  if (ok && nest.empty() && t->inst == nullptr) validated.insert(t);
  return ok;
}

}  // namespace burrow
