// The table of instances. There is one for the whole compilation, so that an instance has one Named
// wherever it is mentioned, which also makes recursive instantiation end.
#include "compiler/types/checker.h"

namespace burrow {
namespace {

class Hasher {
 public:
  void add(uint64_t x) { hash_ = (hash_ ^ x) * 0x9e3779b97f4a7c15u + (hash_ >> 29); }
  void add(const void* p) { add(reinterpret_cast<uint64_t>(p)); }

  /// Identical types add the same, and no type is expanded or completed by looking at it.
  void type(Type* t) {
    t = unalias(t);
    if (!t || depth_ > 20) return;
    ++depth_;
    add(static_cast<uint64_t>(t->kind) + 1);
    switch (t->kind) {
      case TypeKind::Basic:
        add(static_cast<uint64_t>(static_cast<Basic*>(t)->basic));
        break;
      case TypeKind::Array:
        add(static_cast<uint64_t>(static_cast<Array*>(t)->len));
        type(static_cast<Array*>(t)->elem);
        break;
      case TypeKind::Slice:
        type(static_cast<Slice*>(t)->elem);
        break;
      case TypeKind::Pointer:
        type(static_cast<Pointer*>(t)->base);
        break;
      case TypeKind::Map:
        type(static_cast<Map*>(t)->key);
        type(static_cast<Map*>(t)->elem);
        break;
      case TypeKind::Chan:
        add(static_cast<uint64_t>(static_cast<Chan*>(t)->dir));
        type(static_cast<Chan*>(t)->elem);
        break;
      case TypeKind::Struct:
        for (Var* f : static_cast<Struct*>(t)->fields) {
          if (!f->name.empty()) add(f->name.data());
          type(f->type);
        }
        break;
      case TypeKind::Tuple:
        vars(static_cast<Tuple*>(t));
        break;
      case TypeKind::Signature: {
        auto* s = static_cast<Signature*>(t);
        add(uint64_t{s->variadic});
        // Type parameters that a signature declares have no identity of their own.
        if (!s->tparams.empty()) {
          add(s->tparams.size());
          break;
        }
        vars(s->params);
        vars(s->results);
        break;
      }
      case TypeKind::Union:
        add(static_cast<Union*>(t)->terms.size());
        break;
      // Equal interfaces may be written in many ways, and this one may be incomplete still.
      case TypeKind::Interface:
        break;
      case TypeKind::Named: {
        auto* n = static_cast<Named*>(t);
        add(n->inst ? n->inst->orig : n);
        if (n->inst) {
          for (Type* a : n->inst->targs) type(a);
        }
        break;
      }
      case TypeKind::TypeParam:
        add(t);
        break;
      case TypeKind::Alias:
        break;
    }
    --depth_;
  }
  uint64_t result() const { return hash_; }

 private:
  void vars(Tuple* t) {
    add(tupleLen(t));
    if (!t) return;
    for (Var* v : t->vars) type(v->type);
  }

  uint64_t hash_ = 0x2545f4914f6cdd1du;
  int depth_ = 0;
};

}  // namespace

InstanceContext& globalInstances() {
  static InstanceContext* const context = new InstanceContext;
  return *context;
}

uint64_t InstanceContext::hash(Type* orig, List<Type*> targs) {
  Hasher h;
  h.add(orig);
  for (Type* t : targs) h.type(t);
  return h.result();
}

Type* InstanceContext::lookup(Type* orig, List<Type*> targs, uint64_t hash) const {
  auto [from, to] = entries_.equal_range(hash);
  for (; from != to; ++from) {
    const Entry& e = from->second;
    if (e.orig != orig || e.targs.size() != targs.size()) continue;
    bool same = true;
    for (size_t i = 0; same && i < targs.size(); ++i) same = identical(targs[i], e.targs[i]);
    if (same) return e.instance;
  }
  return nullptr;
}

Type* InstanceContext::update(Type* orig, List<Type*> targs, uint64_t hash, Type* instance) {
  if (Type* t = lookup(orig, targs, hash)) return t;
  entries_.emplace(hash, Entry{orig, targs, instance});
  return instance;
}

}  // namespace burrow
