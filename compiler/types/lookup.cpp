// Fields and methods: selection through embedded fields, method sets, missing methods.
#include <algorithm>
#include <deque>

#include "compiler/types/checker.h"

namespace burrow {

Type* deref(Type* t, bool* wasPointer) {
  auto* p = as<Pointer>(unalias(t));
  if (wasPointer) *wasPointer = p != nullptr;
  if (!p) return t;
  return p->base ? p->base : typ(BasicKind::Invalid);
}

Type* derefStructPtr(Type* t) {
  auto* p = underAs<Pointer>(t);
  return p && underAs<Struct>(p->base) ? p->base : t;
}

int fieldIndex(List<Var*> fields, const Package* pkg, std::string_view name, bool foldCase) {
  if (name == "_") return -1;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i]->sameId(pkg, name, foldCase)) return static_cast<int>(i);
  }
  return -1;
}

int methodIndex(List<Func*> methods, const Package* pkg, std::string_view name, bool foldCase) {
  if (name == "_") return -1;
  for (size_t i = 0; i < methods.size(); ++i) {
    if (methods[i]->sameId(pkg, name, foldCase)) return static_cast<int>(i);
  }
  return -1;
}

bool isInterfacePtr(Type* T) {
  auto* p = underAs<Pointer>(T);
  return p && under(p->base)->kind == TypeKind::Interface;
}

bool hasInvalidEmbeddedFields(Type* T, std::unordered_set<Struct*>* seen) {
  auto* s = underAs<Struct>(derefStructPtr(T));
  if (!s) return false;
  std::unordered_set<Struct*> first;
  if (!seen) seen = &first;
  if (!seen->insert(s).second) return false;
  for (Var* f : s->fields) {
    if (f->embedded && (!isValid(f->type) || hasInvalidEmbeddedFields(f->type, seen))) return true;
  }
  return false;
}

namespace {

/// A type reached through embedded fields; the path is the chain of `from`s.
struct Embedded {
  Type* type;
  const Embedded* from;  ///< null: the type where the search began
  int index;             ///< field of from's struct
  bool indirect;         ///< a pointer was followed on the way
  bool multiples;        ///< the type occurs several times at this depth
};

std::vector<int> pathTo(const Embedded* e, int last) {
  std::vector<int> path{last};
  for (; e->from; e = e->from) path.push_back(e->index);
  std::reverse(path.begin(), path.end());
  return path;
}

bool isMethodWithPtrRecv(const Object* o) {
  auto* f = as<Func>(o);
  if (!f) return false;
  // The declaration says it even before the signature is known.
  if (auto* sig = f->signature(); sig && sig->recv) {
    if (sig->recv->type && as<Pointer>(unalias(sig->recv->type))) return true;
    if (sig->recv->type) return false;
  }
  return f->hasPtrRecv;
}

class Search {
 public:
  Search(Package* pkg, std::string_view name, bool foldCase)
      : pkg_(pkg), name_(name), foldCase_(foldCase) {}

  Selection run(Type* T, bool addressable) {
    if (name_ == "_") return {};
    bool isPtr;
    Type* t = deref(T, &isPtr);
    // A pointer to an interface (or to a type parameter) has no methods.
    if (isPtr && under(t)->kind == TypeKind::Interface) return {};

    store_.push_back({t, nullptr, 0, isPtr, false});
    size_t begin = 0, end = 1;
    while (begin < end) {
      for (size_t i = begin; i < end; ++i) {
        if (!visit(&store_[i])) return std::move(collision_);
      }
      if (found_.object) {
        if (!found_.indirect && !addressable && isMethodWithPtrRecv(found_.object)) {
          Selection none;
          none.indirect = true;
          return none;
        }
        return std::move(found_);
      }
      begin = end;
      end = consolidate(begin);
    }
    return {};
  }

 private:
  /// False: two candidates at this depth.
  bool take(Object* o, const Embedded* e, int index) {
    if (found_.object || e->multiples) {
      collision_.path = pathTo(e, index);
      return false;
    }
    found_.object = o;
    found_.path = pathTo(e, index);
    found_.indirect = e->indirect;
    return true;
  }

  bool visit(const Embedded* e) {
    if (Named* n = asNamed(e->type)) {
      // Seen before means at a shallower depth, where it shadows this one.
      for (Named* s : seen_) {
        if (identical(s, n)) return true;
      }
      seen_.push_back(n);
      int i = -1;
      if (Func* m = namedLookupMethod(n, pkg_, name_, foldCase_, &i)) return take(m, e, i);
    }
    Type* u = under(e->type);
    if (auto* s = as<Struct>(u)) {
      for (size_t i = 0; i < s->fields.size(); ++i) {
        Var* f = s->fields[i];
        if (f->sameId(pkg_, name_, foldCase_)) {
          if (!take(f, e, static_cast<int>(i))) return false;
          continue;
        }
        if (!found_.object && f->embedded) {
          bool isPtr;
          Type* t = deref(f->type, &isPtr);
          store_.push_back({t, e, static_cast<int>(i), e->indirect || isPtr, e->multiples});
        }
      }
    } else if (auto* iface = as<Interface>(u)) {
      int i = -1;
      if (Func* m = typeSetOf(iface)->lookupMethod(pkg_, name_, foldCase_, &i))
        return take(m, e, i);
    }
    return true;
  }

  /// Joins entries of one type at the depth that starts at `begin`; returns where it ends.
  size_t consolidate(size_t begin) {
    size_t n = begin;
    for (size_t i = begin; i < store_.size(); ++i) {
      bool repeated = false;
      for (size_t j = begin; j < n && !repeated; ++j) {
        if (identical(store_[j].type, store_[i].type)) {
          store_[j].multiples = true;
          repeated = true;
        }
      }
      if (!repeated) store_[n++] = store_[i];
    }
    store_.resize(n);
    return n;
  }

  Package* pkg_;
  std::string_view name_;
  bool foldCase_;
  std::deque<Embedded> store_;  // stable: entries point to each other
  std::vector<Named*> seen_;
  Selection found_, collision_;
};

/// As lookupFieldOrMethod, but finds nothing through a defined pointer type.
Selection lookupImpl(Type* T, bool addressable, Package* pkg, std::string_view name,
                     bool foldCase) {
  return Search(pkg, name, foldCase).run(T, addressable);
}

}  // namespace

Selection lookupFieldOrMethod(Type* T, bool addressable, Package* pkg, std::string_view name,
                              bool foldCase) {
  // A defined pointer type has the fields of its base, but no methods.
  if (Named* n = asNamed(T)) {
    if (auto* p = underAs<Pointer>(n)) {
      Selection s = lookupImpl(p, false, pkg, name, foldCase);
      if (as<Func>(s.object)) return {};
      return s;
    }
  }
  return lookupImpl(T, addressable, pkg, name, foldCase);
}

// ---- Method sets
// -----------------------------------------------------------------------------------

std::vector<Func*> interfaceMethods(Interface* t) {
  List<Func*> methods = typeSetOf(t)->methods;
  return {methods.begin(), methods.end()};
}

std::vector<Selection> methodSet(Type* t) {
  // Every method name there is anywhere below t, then an ordinary lookup for each.
  std::vector<Func*> candidates;
  std::vector<Type*> todo{deref(t)};
  std::unordered_set<Type*> seen;
  for (size_t i = 0; i < todo.size(); ++i) {
    Type* type = unalias(todo[i]);
    if (!seen.insert(type).second) continue;
    if (Named* n = asNamed(type)) {
      for (int m = 0; m < numMethods(n); ++m) candidates.push_back(method(n, m));
    }
    Type* u = under(type);
    if (auto* s = as<Struct>(u)) {
      for (Var* f : s->fields) {
        if (f->embedded) todo.push_back(deref(f->type));
      }
    } else if (auto* iface = as<Interface>(u)) {
      for (Func* m : typeSetOf(iface)->methods) candidates.push_back(m);
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](Func* a, Func* b) { return compareObjects(a, b) < 0; });
  std::vector<Selection> result;
  const Func* previous = nullptr;
  for (Func* m : candidates) {
    if (previous && compareObjects(previous, m) == 0) continue;
    previous = m;
    Selection s = lookupFieldOrMethod(t, false, m->pkg, m->name);
    if (as<Func>(s.object)) result.push_back(std::move(s));
  }
  return result;
}

bool implements(Type* t, Interface* iface) {
  return !Checker::none()->missingMethod(t, iface, true, identical, nullptr);
}

// ---- Missing methods
// -------------------------------------------------------------------------------

Func* Checker::missingMethod(Type* V, Type* T, bool isStatic, bool (*equivalent)(Type*, Type*),
                             std::string* cause, bool* wrongType) {
  return missingMethod(V, T, isStatic, std::function<bool(Type*, Type*)>(equivalent), cause,
                       wrongType);
}

Func* Checker::missingMethod(Type* V, Type* T, bool isStatic,
                             const std::function<bool(Type*, Type*)>& equivalent,
                             std::string* cause, bool* wrongType) {
  enum { Ok, NotFound, WrongName, Unexported, WrongSig, Ambiguous, PtrRecv, IsField } state = Ok;
  if (wrongType) *wrongType = false;
  List<Func*> wanted = typeSetOf(underAs<Interface>(T))->methods;
  Func* m = nullptr;  // of T, the one that V lacks
  Func* f = nullptr;  // of V, if there is something like it

  if (auto* iface = underAs<Interface>(V)) {
    TypeSet* set = typeSetOf(iface);
    for (Func* w : wanted) {
      m = w;
      f = set->lookupMethod(m->pkg, m->name, false);
      if (!f) {
        if (!isStatic) continue;
        state = NotFound;
        break;
      }
      if (!equivalent(f->type, m->type)) {
        state = WrongSig;
        break;
      }
    }
  } else {
    for (Func* w : wanted) {
      m = w;
      Selection s = lookupImpl(V, false, m->pkg, m->name, false);
      if (!s.object) {
        if (!s.path.empty()) {
          state = Ambiguous;
        } else if (s.indirect) {
          state = PtrRecv;
        } else {
          state = NotFound;
          f = as<Func>(lookupImpl(V, false, m->pkg, m->name, true).object);
          // Of the same name and not found: it is another package's, so not exported.
          if (f) state = f->name == m->name ? Unexported : WrongName;
        }
        break;
      }
      f = as<Func>(s.object);
      if (!f) {
        state = IsField;
        break;
      }
      objDecl(f);  // the signature may not be known yet
      if (!equivalent(f->type, m->type)) {
        state = WrongSig;
        break;
      }
    }
  }
  if (state == Ok) return nullptr;
  if (wrongType) *wrongType = state == WrongSig || state == PtrRecv;
  if (!cause) return m;

  if (f) objDecl(f);
  switch (state) {
    case NotFound:
      if (isInterfacePtr(V)) {
        *cause = "(" + interfacePtrError(V) + ")";
      } else if (isInterfacePtr(T)) {
        *cause = "(" + interfacePtrError(T) + ")";
      } else {
        *cause = sprintf("(missing method %s)", m->name);
      }
      break;
    case WrongName:
      *cause = sprintf("(missing method %s)\n\t\thave %s\n\t\twant %s", m->name,
                       funcString(f, false), funcString(m, false));
      break;
    case Unexported:
      *cause = sprintf("(unexported method %s)", m->name);
      break;
    case WrongSig: {
      std::string have = funcString(f, false), want = funcString(m, false);
      if (have == want) {
        have = funcString(f, true);
        want = funcString(m, true);
      }
      *cause = sprintf("(wrong type for method %s)", m->name);
      // Still equal: type parameters of one name, probably. Better to say less.
      if (have != want) *cause += "\n\t\thave " + have + "\n\t\twant " + want;
      break;
    }
    case Ambiguous:
      *cause = sprintf("(ambiguous selector %s.%s)", V, m->name);
      break;
    case PtrRecv:
      *cause = sprintf("(method %s has pointer receiver)", m->name);
      break;
    case IsField:
      *cause = sprintf("(%s.%s is a field, not a method)", V, m->name);
      break;
    case Ok:
      break;
  }
  return m;
}

bool Checker::hasAllMethods(Type* V, Type* T, bool isStatic,
                            const std::function<bool(Type*, Type*)>& equivalent,
                            std::string* cause) {
  if (!isValid(V)) return true;  // it may have any method
  return !missingMethod(V, T, isStatic, equivalent, cause, nullptr) ||
         hasInvalidEmbeddedFields(V, nullptr);
}

std::string Checker::interfacePtrError(Type* T) {
  auto* p = underAs<Pointer>(T);
  if (p && isTypeParam(p->base)) {
    return sprintf("type %s is pointer to type parameter, not type parameter", T);
  }
  return sprintf("type %s is pointer to interface, not interface", T);
}

bool Checker::assertableTo(Type* V, Type* T, std::string* cause) {
  // Whether an interface is implemented is known at run time only.
  if (under(T)->kind == TypeKind::Interface) return true;
  return hasAllMethods(T, V, false, identical, cause);
}

// ---- Messages
// --------------------------------------------------------------------------------------

std::string Checker::funcString(Func* f, bool pkgInfo) {
  return methodText(f, qualifierOf(this), pkgInfo);
}

namespace {
/// The name without its first letter.
std::string_view tail(std::string_view s) {
  size_t i = 1;
  while (i < s.size() && (static_cast<unsigned char>(s[i]) & 0xC0) == 0x80) ++i;
  return s.size() < i ? std::string_view() : s.substr(i);
}
}  // namespace

std::string Checker::lookupError(Type* t, std::string_view sel, Object* obj, bool structLit) {
  // `obj` is what a search without regard to case found. In the checked package only its spelling
  // can be wrong; elsewhere it may not be exported, and then it is named only if the selector meant
  // it.
  enum { Missing, Misspelled, Unexported, Inaccessible } e = Missing;
  std::string_view alt;
  if (obj) {
    alt = obj->name;
    if (obj->pkg == pkg) {
      e = Misspelled;
    } else if (isExportedName(sel)) {
      if (isExportedName(alt)) {
        e = Misspelled;
      } else if (tail(sel) == tail(alt)) {
        e = Unexported;
      }
    } else if (isExportedName(alt)) {
      if (tail(sel) == tail(alt)) e = Misspelled;
    } else if (sel == alt) {
      e = Inaccessible;
    }
  }
  if (structLit) {
    switch (e) {
      case Missing:
        return sprintf("unknown field %s in struct literal of type %s", sel, t);
      case Misspelled:
        return sprintf("unknown field %s in struct literal of type %s, but does have %s", sel, t,
                       alt);
      case Unexported:
        return sprintf("unknown field %s in struct literal of type %s, but does have unexported %s",
                       sel, t, alt);
      case Inaccessible:
        return sprintf("cannot refer to unexported field %s in struct literal of type %s", alt, t);
    }
  }
  std::string_view what = as<Var>(obj) ? "field" : as<Func>(obj) ? "method" : "object";
  switch (e) {
    case Missing:
      return sprintf("type %s has no field or method %s", t, sel);
    case Misspelled:
      return sprintf("type %s has no field or method %s, but does have %s %s", t, sel, what, alt);
    case Unexported:
      return sprintf("type %s has no field or method %s, but does have unexported %s %s", t, sel,
                     what, alt);
    case Inaccessible:
      return sprintf("cannot refer to unexported %s %s", what, alt);
  }
  return "";
}

}  // namespace burrow
