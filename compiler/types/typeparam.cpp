// Type parameters and their constraints.
#include <atomic>

#include "compiler/types/checker.h"

namespace burrow {

TypeParam* newTypeParam(Checker* check, TypeName* obj, Type* constraint) {
  static std::atomic<uint64_t> lastId{0};
  auto* p = (check && check->active() ? check->arena : typeArena()).make<TypeParam>();
  p->obj = obj;
  p->bound = constraint;
  if (check && check->active()) {
    p->check = check;
    p->id = ++check->nextId;
    check->needsCleanup(p);
  } else {
    p->id = ++lastId;
  }
  if (!obj->type) {
    obj->type = p;
    obj->color = Color::Black;
  }
  return p;
}

Interface* constraintInterface(TypeParam* p) {
  Type* bound = p->bound;
  if (!bound) return emptyInterface();
  Interface* i = nullptr;
  Type* u = under(bound);
  if (!u || !isValid(u)) return emptyInterface();  // reported elsewhere
  if (u->kind == TypeKind::Interface) {
    if (isTypeParam(bound)) return emptyInterface();  // reported by collectTypeParams
    i = static_cast<Interface*>(u);
  } else {
    // A constraint like ~int stands for interface{ ~int }; remembered for next time.
    i = typeArena().make<Interface>();
    std::vector<Type*> one{bound};
    i->embeddeds = typeArena().list(one);
    i->implicit = true;
    i->complete = true;
    p->bound = i;
  }
  if (!i->tset) {
    Named* n = asNamed(bound);
    computeInterfaceTypeSet(p->check, n ? n->obj->pos : p->obj->pos, i);
  }
  return i;
}

List<TypeParam*> bindTypeParams(List<TypeParam*> list) {
  for (size_t i = 0; i < list.size(); ++i) list[i]->index = static_cast<int>(i);
  return list;
}

}  // namespace burrow
