// Substitution, instantiation and unification of types. Internal to types/. Functions that take a
// `Checker*` work without one (null) when types are completed after checking; errors then go
// nowhere.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "compiler/types/object.h"
#include "compiler/types/typeset.h"

namespace burrow {

class Checker;
struct Operand;

/// Where types are allocated that outlive any one check: instances, their parts, type sets.
Arena& typeArena();

// ---- Substitution
// --------------------------------------------------------------------------------

/// Type parameters and what replaces them; a null replacement leaves the parameter alone.
struct SubstMap {
  List<TypeParam*> params;
  List<Type*> args;

  SubstMap() = default;
  SubstMap(List<TypeParam*> p, List<Type*> a) : params(p), args(a) {}
  bool empty() const { return params.empty(); }
  Type* lookup(TypeParam* p) const {
    for (size_t i = 0; i < params.size(); ++i) {
      if (params[i] == p) return args[i] ? args[i] : p;
    }
    return p;
  }
};

/// t with the parameters of `map` replaced throughout; t itself if there was nothing to replace.
/// `expanding` is the instance that is being expanded, or null.
Type* subst(Checker* check, Pos pos, Type* t, const SubstMap& map, Named* expanding = nullptr);
Var* cloneVar(const Var* v, Type* type);
Func* cloneFunc(const Func* f, Type* type);
/// Methods whose receiver has type `from` get `to` instead; `methods` itself if there are none.
List<Func*> replaceRecvType(List<Func*> methods, Type* from, Type* to);

// ---- Instances
// -----------------------------------------------------------------------------------

/// Remembers instances, so that equal ones are shared and recursive ones end.
class InstanceContext {
 public:
  /// The instance of `orig` with these arguments, or null.
  Type* lookup(Type* orig, List<Type*> targs, uint64_t hash) const;
  /// Records an instance unless there is one already; returns the one to use.
  Type* update(Type* orig, List<Type*> targs, uint64_t hash, Type* instance);
  static uint64_t hash(Type* orig, List<Type*> targs);

 private:
  struct Entry {
    Type* orig;
    List<Type*> targs;
    Type* instance;
  };
  std::unordered_multimap<uint64_t, Entry> entries_;
};

/// orig[targs…] without any verification (Named ones are expanded when first needed). `orig` is a
/// Named, Alias or Signature. Invalid if the number of arguments is wrong (reported for the latter
/// two).
Type* instantiate(Checker* check, Pos pos, Type* orig, List<Type*> targs,
                  Named* expanding = nullptr);
/// Reports a wrong number of type arguments ("not enough type arguments for type %s: have …").
bool validateTypeArgCount(Checker* check, Pos pos, std::string_view name, size_t want, size_t got);
/// Whether the arguments satisfy the constraints: -1, or the index of the first that does not and
/// why.
int verifyInstance(Checker* check, Pos pos, List<TypeParam*> tparams, List<Type*> targs,
                   std::string* cause);
/// Whether v implements (or, for a constraint, satisfies) the interface t; else says why.
bool implementsType(Checker* check, Type* v, Type* t, bool constraint, std::string* cause);

// Parts of Named that expand instances (called by named.cpp).
Type* expandRhs(Named* n);
Func* expandMethod(Named* n, int i);

/// New type parameters in place of `tparams`, with constraints and `t` rewritten to use them.
List<TypeParam*> renameTypeParams(Checker* check, Pos pos, List<TypeParam*> tparams, Type*& t);
/// Sets the index of each parameter.
List<TypeParam*> bindTypeParams(List<TypeParam*> list);
/// check may be null. Sets obj's type if it has none.
TypeParam* newTypeParam(Checker* check, TypeName* obj, Type* constraint);
/// Whether t mentions one of `tparams` (the type parameters a signature declares do not count).
bool isParameterized(List<TypeParam*> tparams, Type* t);

// ---- Common types
// --------------------------------------------------------------------------------

/// A condition on a (type, underlying type) pair; returns false and sets the cause (if not null).
using TypeCondition = std::function<bool(Type* t, Type* u, std::string* cause)>;
/// The common underlying type of t's type set (t itself if it is no type parameter), or null and
/// why.
Type* commonUnder(Checker* check, Type* t, const TypeCondition& condition = nullptr,
                  std::string* cause = nullptr);

// ---- Unification
// ---------------------------------------------------------------------------------

enum UnifyMode : unsigned { kInexact = 0, kAssign = 1, kExact = 2 };

/// Finds types for type parameters such that types become equal; see unify.cpp.
class Unifier {
 public:
  Unifier(List<TypeParam*> tparams, List<Type*> targs, bool interfaceInference);

  bool unify(Type* x, Type* y, unsigned mode) { return nify(x, y, mode, nullptr); }
  Type* at(TypeParam* p) const;
  void set(TypeParam* p, Type* t);
  int unknowns() const;
  std::vector<Type*> inferred() const;  ///< one for each parameter; null: unknown

 private:
  struct InterfacePair {
    Interface *x, *y;
    const InterfacePair* prev;
    bool same(const InterfacePair& q) const {
      return (x == q.x && y == q.y) || (x == q.y && y == q.x);
    }
  };
  int indexOf(Type* t) const;
  bool join(int x, int y);
  void setHandle(int x, int handle);
  bool nify(Type* x, Type* y, unsigned mode, const InterfacePair* pair);
  bool nifyBound(int px, Type* x, Type* y, unsigned mode, const InterfacePair* pair);
  /// -1: does not apply, else the answer.
  int nifyInterfaces(Type* x, Type* y, const InterfacePair* pair);
  bool nifyStructure(Type* x, Type* y, unsigned mode, const InterfacePair* pair);

  List<TypeParam*> tparams_;
  std::vector<int> handle_;  ///< of each parameter: an index into types_, shared by joined ones
  std::vector<Type*> types_;
  int depth_ = 0;
  bool interfaceInference_;
};

}  // namespace burrow
