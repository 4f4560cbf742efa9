// Types that cannot exist: larger than the address space, or channels of very large elements. gc
// finds them when it lays types out, after type checking, and shows them at the name that has the
// type.
#include "compiler/types/checker.h"

namespace burrow {

namespace {

constexpr __int128 kMaxWidth = __int128{1} << 50;
constexpr int64_t kMaxChanElem = 1 << 16;

class SizeChecker {
 public:
  explicit SizeChecker(Checker* check) : check_(check) {}

  /// Reports what is wrong with t and everything that it is made of; each type once.
  void visit(Type* t, Pos at) {
    t = unalias(t);
    if (t == nullptr || !seen_.insert(t).second) return;
    switch (t->kind) {
      case TypeKind::Named: {
        Named* n = static_cast<Named*>(t);
        if (n->obj->pkg == check_->pkg && n->inst == nullptr && n->tparams.empty()) {
          visit(under(n), n->obj->pos.isKnown() ? n->obj->pos : at);
        }
        break;
      }
      case TypeKind::Array: {
        Array* a = static_cast<Array*>(t);
        visit(a->elem, at);
        if (__int128 elem = width(a->elem);
            elem > 0 && elem < kMaxWidth && a->len > (kMaxWidth - 1) / elem) {
          check_->errorf(at, "type %s larger than address space", t);
        }
        break;
      }
      case TypeKind::Chan: {
        Chan* c = static_cast<Chan*>(t);
        visit(c->elem, at);
        if (width(c->elem) >= kMaxChanElem)
          check_->error(at, "channel element type too large (>64kB)");
        break;
      }
      case TypeKind::Slice:
        visit(static_cast<Slice*>(t)->elem, at);
        break;
      case TypeKind::Pointer:
        visit(static_cast<Pointer*>(t)->base, at);
        break;
      case TypeKind::Map:
        visit(static_cast<Map*>(t)->key, at);
        visit(static_cast<Map*>(t)->elem, at);
        break;
      case TypeKind::Struct:
        for (Var* f : static_cast<Struct*>(t)->fields) visit(f->type, at);
        break;
      default:
        break;
    }
  }

 private:
  /// Size in bytes without padding, which is enough for these limits; 0 if it is not known.
  __int128 width(Type* t) {
    Type* u = under(t);
    if (u == nullptr || isTypeParam(t)) return 0;
    if (Array* a = as<Array>(u)) {
      __int128 elem = width(a->elem);
      return elem >= kMaxWidth ? elem : elem * a->len;
    }
    if (Struct* s = as<Struct>(u)) {
      __int128 sum = 0;
      for (Var* f : s->fields) sum += width(f->type);
      return sum;
    }
    switch (u->kind) {
      case TypeKind::Interface:
        return 16;
      case TypeKind::Slice:
        return 24;
      case TypeKind::Basic:
        return isValid(u) && !isUntyped(u) ? sizeOf(u) : 0;
      default:
        return 8;
    }
  }

  Checker* check_;
  std::unordered_set<Type*> seen_;
};

}  // namespace

void Checker::sizeErrors() {
  SizeChecker sizes(this);
  // Only array lengths of this size can be at fault; most packages have none.
  if (!hasLargeArray) return;
  for (Object* o : objList) {
    if (o->kind == ObjectKind::TypeName || o->kind == ObjectKind::Var) sizes.visit(o->type, o->pos);
  }
  auto names = [&](Node* n) {
    Name* name = as<Name>(n);
    Var* v = name ? as<Var>(name->object) : nullptr;
    if (v != nullptr && v->pos == name->pos) sizes.visit(v->type, v->pos);
    return true;
  };
  for (File* file : files) {
    for (Decl* decl : file->decls) {
      FuncDecl* f = as<FuncDecl>(decl);
      if (f != nullptr && f->body != nullptr) inspect(f->body, names);
    }
  }
}

}  // namespace burrow
