// Computation of type sets. Methods and terms are factored apart: the methods of all embedded
// interfaces are collected, the terms of all embedded elements intersected.
#include "compiler/types/typeset.h"

#include <algorithm>

#include "compiler/types/checker.h"

namespace burrow {
namespace {

constexpr size_t kMaxTerms = 100;  // gc's limit; union operations are quadratic

TypeSet topSet{{}, allTerms, false};
/// Stands for a union in error. It is empty, but whoever meets it ignores it.
TypeSet invalidTypeSet;

TypeSet* newTypeSet() {
  return typeArena().make<TypeSet>();
}

/// Collects the methods of an interface and reports those declared twice.
class MethodCollector {
 public:
  explicit MethodCollector(Checker* check) : check_(check) {}

  /// `pos`: where m is declared, or the position of the embedded interface that it comes from.
  void add(Pos pos, Func* m, bool explicitly) {
    const Found* other = find(m);
    if (!other) {
      found_.push_back({m, pos});
      return;
    }
    if (!check_) return;
    Checker* check = check_;
    Func* first = other->method;
    Pos firstPos = other->pos;
    auto report = [=] {
      Error err(check);
      err.addf(pos, "duplicate method %s", m->name);
      err.addf(firstPos, "other declaration of method %s", m->name);
      err.report();
    };
    if (explicitly) return report();
    // Embedded duplicates are legal if they agree, which is known when all types are set up.
    check->later([=] {
      if ((pos.isKnown() && !check->allowVersion(14)) || !identical(m->type, first->type)) report();
    });
  }

  List<Func*> sorted() {
    std::vector<Func*> list;
    for (const Found& f : found_) list.push_back(f.method);
    List<Func*> result = typeArena().list(list);
    sortMethods(result);
    return result;
  }

 private:
  struct Found {
    Func* method;
    Pos pos;
  };

  const Found* find(Func* m) {
    if (found_.size() < 8) {
      for (const Found& f : found_) {
        if (f.method->sameId(m->pkg, m->name)) return &f;
      }
      return nullptr;
    }
    for (; indexed_ < found_.size(); ++indexed_) {
      index_.emplace(found_[indexed_].method->name, indexed_);
    }
    auto [from, to] = index_.equal_range(m->name);
    for (; from != to; ++from) {
      if (found_[from->second].method->sameId(m->pkg, m->name)) return &found_[from->second];
    }
    return nullptr;
  }

  Checker* check_;
  std::vector<Found> found_;
  std::unordered_multimap<std::string_view, size_t> index_;
  size_t indexed_ = 0;
};

/// Intersects two sets without methods. The comparable bits mean something only for universal
/// terms.
void intersect(TermList& terms, bool& comparable, TermList other, bool otherComparable) {
  if (termsAll(other) && !otherComparable) return;
  terms = termsIntersect(terms, other);
  comparable |= otherComparable;
  if (!comparable || termsAll(terms)) return;
  std::vector<Term*> kept;
  for (Term* t : terms) {
    if (isComparable(nullptr, t->type, false)) kept.push_back(t);
  }
  terms = typeArena().list(kept);
  comparable = false;
}

TypeSet* unionTypeSet(Checker* check, std::unordered_map<Union*, TypeSet*>& sets, Pos pos,
                      Union* u) {
  auto [it, isNew] = sets.try_emplace(u, nullptr);
  if (!isNew) return it->second;
  TypeSet* set = newTypeSet();
  it->second = set;  // ends recursion; `it` does not survive it
  TermList all;
  for (Term* t : u->terms) {
    Type* ut = under(t->type);
    if (auto* i = as<Interface>(ut)) {
      all = termsUnion(all, computeInterfaceTypeSet(check, pos, i)->terms);
    } else if (isValid(ut)) {
      // There is no type whose underlying type is a ~T that is not an underlying type itself.
      Term* one[] = {t->tilde && !identical(t->type, ut) ? nullptr : t};
      all = termsUnion(all, {one, 1});
    }
    if (all.size() > kMaxTerms) {
      if (check) {
        check->errorf(pos, "cannot handle more than %d union terms (implementation limitation)",
                      static_cast<int>(kMaxTerms));
      }
      return sets[u] = &invalidTypeSet;
    }
  }
  set->terms = all;
  return set;
}

}  // namespace

TypeSet& topTypeSet = topSet;

bool TypeSet::isComparable() const {
  if (termsAll(terms)) return comparable;
  return is([](Term* t) { return t && burrow::isComparable(nullptr, t->type, false); });
}

Func* TypeSet::lookupMethod(const Package* pkg, std::string_view name, bool foldCase,
                            int* index) const {
  int i = methodIndex(methods, pkg, name, foldCase);
  if (index) *index = i;
  return i < 0 ? nullptr : methods[i];
}

Interface* emptyInterface() {
  static Interface* const empty = [] {
    auto* t = typeArena().make<Interface>();
    t->complete = true;
    t->tset = &topSet;
    return t;
  }();
  return empty;
}

int compareObjects(const Object* a, const Object* b) {
  if (a == b) return 0;
  bool exported = a->exported();
  if (exported != b->exported()) return exported ? -1 : 1;
  if (a->name.data() != b->name.data()) {
    if (int c = a->name.compare(b->name)) return c;
  }
  if (exported || a->pkg == b->pkg || !a->pkg || !b->pkg) return 0;
  return a->pkg->path.compare(b->pkg->path);
}

void sortMethods(List<Func*> methods) {
  std::sort(methods.begin(), methods.end(),
            [](const Func* a, const Func* b) { return compareObjects(a, b) < 0; });
}

TypeSet* typeSetOf(Interface* t) {
  return t->tset ? t->tset : computeInterfaceTypeSet(t->check, Pos(), t);
}

TypeSet* computeInterfaceTypeSet(Checker* check, Pos pos, Interface* t) {
  if (t->tset) return t->tset;
  if (!t->complete) return &topTypeSet;

  // Infinitely expanding interfaces are reported elsewhere; this only ends the recursion.
  TypeSet* set = newTypeSet();
  set->terms = allTerms;
  t->tset = set;

  std::unordered_map<Union*, TypeSet*> local;
  auto& unionSets = check ? check->unionTypeSets : local;
  MethodCollector methods(check);
  for (Func* m : t->methods) methods.add(m->pos, m, true);

  TermList terms = allTerms;
  bool comparable = false;
  for (size_t i = 0; i < t->embeddeds.size(); ++i) {
    Type* e = t->embeddeds[i];
    // Unknown for interfaces of compiled packages, which need no version checks.
    Pos at = i < t->embedPos.size() ? t->embedPos[i] : Pos();
    bool checked = at.isKnown() && check;
    Type* u = under(e);
    if (auto* ui = as<Interface>(u)) {
      TypeSet* es = computeInterfaceTypeSet(check, at, ui);
      if (checked && check->isImportedConstraint(e) &&
          !check->verifyVersionf(at, 18, "embedding constraint interface %s", e)) {
        continue;
      }
      for (Func* m : es->methods) methods.add(at, m, false);
      intersect(terms, comparable, es->terms, es->comparable);
    } else if (auto* uu = as<Union>(u)) {
      if (checked && !check->verifyVersionf(at, 18, "embedding interface element %s", u)) continue;
      TypeSet* es = unionTypeSet(check, unionSets, at, uu);
      if (es == &invalidTypeSet) continue;
      intersect(terms, comparable, es->terms, false);
    } else {
      if (!isValid(u)) continue;
      if (checked && !check->verifyVersionf(at, 18, "embedding non-interface type %s", e)) continue;
      Term* term = typeArena().make<Term>();
      term->type = e;
      std::vector<Term*> one{term};
      intersect(terms, comparable, typeArena().list(one), false);
    }
  }
  set->comparable = comparable;
  set->methods = methods.sorted();
  set->terms = terms;
  return set;
}

}  // namespace burrow
