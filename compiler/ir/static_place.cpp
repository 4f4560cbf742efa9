// Static data: names for the places in it that init code assigns to.
#include "compiler/ir/format.h"
#include "compiler/ir/static_init.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {

/// The part of x at `offset` that has type t: x itself, a field or an element; null if there is none.
Node* partOf(Arena& arena, Node* x, uint64_t offset, Type* t) {
  if (offset == 0 && x->type == t) return x;
  if (auto* s = underlyingAs<Struct>(x->type)) {
    const TypeInfo& i = info(x->type);
    for (size_t f = 0; f < i.offsets.size(); ++f) {
      auto at = static_cast<uint64_t>(i.offsets[f]);
      Type* type = canon(s->fields[f]->type);
      if (offset < at || offset - at > info(type).size) continue;
      Node* field = arena.make<Node>(Op::Dot);
      field->x = x;
      field->type = type;
      field->index = static_cast<int64_t>(f);
      if (Node* part = partOf(arena, field, offset - at, t)) return part;
    }
  } else if (auto* a = underlyingAs<Array>(x->type)) {
    Type* type = canon(a->elem);
    uint64_t size = info(type).size, at = size ? offset / size : 0;
    if (static_cast<int64_t>(at) >= a->len) return nullptr;
    Node* element = arena.make<Node>(Op::Index);
    element->x = x;
    element->type = type;
    element->bounded = true;
    element->y = arena.make<Node>(Op::Literal);
    element->y->type = canon(typ(BasicKind::Int));
    element->y->value = constant::makeInt64(static_cast<int64_t>(at));
    return partOf(arena, element, offset - at * size, t);
  }
  return nullptr;
}

}  // namespace

/// The variable, or part of it, that lies at d + offset and has type t. Data that has no name yet gets one: init code refers to it.
Node* StaticInit::lvalue(StaticData* d, uint64_t offset, Type* t) {
  Arena& arena = unit_.arena();
  Root& root = roots_.at(d);
  if (!root.name) {
    const std::string& path = unit_.package()->path;
    std::string name = "..stmp_" + std::to_string(root.number);
    Name* n = arena.make<Name>();
    n->cls = Class::Global;
    n->type = root.type;
    n->symbol = unit_.intern(path + name);
    n->name = n->symbol;
    root.name = n;
    d->symbol = std::string(n->symbol);
    unit_.unit().data.push_back(d);
  }
  Node* x = arena.make<Node>(Op::Name);
  x->name = root.name;
  x->type = root.name->type;
  Node* part = partOf(arena, x, offset, t);
  BURROW_CHECK(part != nullptr);
  // Messages name the place as gc does.
  Speller speller(unit_.unit());
  part->label = unit_.intern("(" + speller.type(t) + ")(" + std::string(root.name->name) + "@" + std::to_string(offset) + ")");
  return part;
}

}  // namespace burrow::ir
