#include "compiler/ir/static_init.h"

#include <algorithm>
#include <cstring>

#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {

bool isNop(const Node* n) { return n->op == Op::ConvNop || n->op == Op::Paren; }

Node* strip(Node* n) {
  while (n->op == Op::Paren) n = n->x;
  return n;
}

/// Conversions that leave a constant's bits alone. unsafe.Pointer and uintptr are not among them.
bool plainConversion(const Node* n) {
  if (n->op == Op::Paren) return true;
  if (n->op != Op::ConvNop) return false;
  Shape a = info(n->type).shape, b = info(n->x->type).shape;
  return a == b;
}

}  // namespace

bool StaticInit::isConstant(const Node* n) {
  while (isNop(n)) n = n->x;
  return n->op == Op::Literal || n->op == Op::Nil || n->op == Op::Zero || n->op == Op::FuncName || n->op == Op::MethodExpr;
}

void StaticInit::put(StaticData* d, uint64_t offset, const void* bytes, size_t size) {
  bool zero = true;
  for (size_t i = 0; i < size; ++i) zero &= static_cast<const char*>(bytes)[i] == 0;
  if (zero) return;
  if (d->bytes.size() < d->size) d->bytes.resize(d->size);
  std::memcpy(d->bytes.data() + offset, bytes, size);
}

/// &global, &global.f, &global[constant].
bool StaticInit::addressOfGlobal(const Node* n, Name** name, uint64_t* offset) const {
  while (n->op == Op::Paren) n = n->x;
  if (n->op == Op::Name) {
    if (n->name->cls != Class::Global) return false;
    *name = n->name;
    *offset = 0;
    return true;
  }
  if (n->op == Op::Dot) {
    if (!addressOfGlobal(n->x, name, offset)) return false;
    *offset += static_cast<uint64_t>(info(n->x->type).offsets[static_cast<size_t>(n->index)]);
    return true;
  }
  if (n->op == Op::Index && underlyingAs<Array>(n->x->type) && n->y->op == Op::Literal) {
    auto i = constant::int64Val(n->y->value);
    if (!i || !addressOfGlobal(n->x, name, offset)) return false;
    *offset += static_cast<uint64_t>(*i) * info(n->type).size;
    return true;
  }
  return false;
}

/// Whether n can be written without running anything.
bool StaticInit::fits(const Node* n, int depth) const {
  if (depth > 200) return false;
  while (plainConversion(n)) n = n->x;
  if (isConstant(n)) return n->op != Op::Literal || n->value->kind() != ConstKind::Unknown;
  switch (n->op) {
    case Op::Closure: return n->func->captures.empty();
    case Op::StructLit: case Op::ArrayLit: case Op::SliceLit:
      for (Node* e : n->list)
        if (!fits(e->op == Op::StructKey || e->op == Op::Key ? e->x : e, depth + 1)) return false;
      return true;
    case Op::PtrLit: return fits(n->x, depth + 1);
    case Op::New: return !n->x || fits(n->x, depth + 1);
    case Op::Addr: {
      Name* name;
      uint64_t offset;
      return addressOfGlobal(n->x, &name, &offset);
    }
    case Op::ConvIface: return !as<Interface>(underlying(n->x->type)) && fits(n->x, depth + 1);
    case Op::StrToBytes: return n->x->op == Op::Literal;
    case Op::Slice: {
      // The whole of a global array: global[:].
      Name* name;
      uint64_t offset;
      return n->x->op == Op::Addr && !n->list[0] && !n->list[1] && !n->list[2] && addressOfGlobal(n->x->x, &name, &offset);
    }
    case Op::Name: {
      // A variable whose own value is static and which no initialiser's call can have assigned yet.
      if (n->name->cls != Class::Global || mutated || dynamic.count(n->name)) return false;
      auto it = globals.find(n->name);
      return it != globals.end() && n->name->package.empty() && info(n->type).size <= 1024;
    }
    case Op::Make: return false;
    default: return false;
  }
}

// ---- Inlined calls: var err = errors.New("…")

namespace {

bool hasInlinedCall(const Node* n) {
  if (!n) return false;
  if (n->op == Op::InlinedCall) return true;
  if (hasInlinedCall(n->x) || hasInlinedCall(n->y)) return true;
  return std::any_of(n->list.begin(), n->list.end(), hasInlinedCall);
}

/// How often a function's body mentions variable v; -1 if a literal is in it, which might capture v.
int countUses(const Node* n, const Name* v) {
  if (!n) return 0;
  if (n->op == Op::Closure) return -1;
  int uses = n->op == Op::Name && n->name == v;
  auto add = [&](const Node* c) {
    int more = countUses(c, v);
    uses = uses < 0 || more < 0 ? -1 : uses + more;
  };
  add(n->op == Op::InlinedCall ? nullptr : n->x);
  add(n->y);
  for (List<Node*> list : {n->list, n->list2, n->body})
    for (const Node* c : list) add(c);
  return uses;
}

struct Binding {
  const Name* param;
  Node* value;
};

/// A copy of n with the values in place of the parameters.
Node* substituted(Arena& arena, const Node* n, const std::vector<Binding>& bindings) {
  if (n->op == Op::Name)
    for (const Binding& b : bindings)
      if (b.param == n->name) return b.value;
  Node* c = arena.make<Node>(*n);
  if (n->x && n->op != Op::InlinedCall) c->x = substituted(arena, n->x, bindings);
  if (n->y) c->y = substituted(arena, n->y, bindings);
  for (PackedList<Node*> Node::*list : {&Node::list, &Node::list2, &Node::body}) {
    c->*list = arena.list(std::span<Node* const>(n->*list));
    for (Node*& e : c->*list)
      if (e) e = substituted(arena, e, bindings);
  }
  return c;
}

}  // namespace

/// The value of an inlined call whose body is one return of something that can be computed from its arguments in any order; else null.
Node* StaticInit::valueOf(const Node* call) const {
  if (call->list2.size() != 1 || call->body.size() != 1 || call->list.size() > 1) return nullptr;
  const Node* result = call->body[0];
  if (result->op != Op::Assign2 || result->list.size() != 1 || result->list[0]->name != call->list2[0]->name) return nullptr;
  const Node* value = result->list2[0];
  std::vector<Binding> bindings;
  if (!call->list.empty()) {
    const Node* bind = call->list[0];
    if (bind->op != Op::Assign2) return nullptr;
    for (size_t i = 0; i < bind->list.size(); ++i) {
      Node* argument = withoutCalls(bind->list2[i]);
      if (!fits(argument, 0)) return nullptr;
      if (!bind->list[i]) continue;
      const Name* param = bind->list[i]->name;
      int uses = countUses(value, param);
      if (param->addrTaken || uses < 0 || (uses > 1 && !isConstant(argument))) return nullptr;
      bindings.push_back({param, argument});
    }
  }
  return withoutCalls(substituted(unit_.arena(), value, bindings));
}

/// n with inlined calls replaced by their values where that can be done.
Node* StaticInit::withoutCalls(Node* n) const {
  if (!hasInlinedCall(n)) return n;
  if (n->op == Op::InlinedCall) {
    Node* value = valueOf(n);
    return value ? value : n;
  }
  Node* c = unit_.arena().make<Node>(*n);
  if (c->x) c->x = withoutCalls(c->x);
  if (c->y) c->y = withoutCalls(c->y);
  c->list = unit_.arena().list(std::span<Node* const>(n->list));
  for (Node*& e : c->list)
    if (e) e = withoutCalls(e);
  return c;
}

bool StaticInit::store(StaticData* d, uint64_t offset, Node* value) {
  value = withoutCalls(value);
  if (!fits(value, 0)) return false;
  write(d, offset, value);
  return true;
}

void StaticInit::storeString(StaticData* d, uint64_t offset, std::string_view text) {
  if (text.empty()) return;
  DataReloc r{};
  r.offset = offset;
  r.local = unit_.stringData(text);
  d->relocs.push_back(r);
  uint64_t n = text.size();
  put(d, offset + 8, &n, 8);
}

void StaticInit::writeLiteral(StaticData* d, uint64_t offset, Type* t, const ConstantValue* v) {
  const TypeInfo& i = info(t);
  switch (i.shape) {
    case Shape::String: return storeString(d, offset, constant::stringVal(v));
    case Shape::F32: { float f = constant::float32Val(v); return put(d, offset, &f, 4); }
    case Shape::F64: { double f = constant::float64Val(v); return put(d, offset, &f, 8); }
    case Shape::C64: {
      float f[2] = {constant::float32Val(constant::real(v)), constant::float32Val(constant::imag(v))};
      return put(d, offset, f, 8);
    }
    case Shape::C128: {
      double f[2] = {constant::float64Val(constant::real(v)), constant::float64Val(constant::imag(v))};
      return put(d, offset, f, 16);
    }
    default: {
      uint64_t bits = v->kind() == ConstKind::Bool ? constant::boolVal(v) : 0;
      if (v->kind() != ConstKind::Bool) {
        if (auto s = constant::int64Val(v)) bits = static_cast<uint64_t>(*s);
        else bits = constant::uint64Val(v).value_or(0);
      }
      return put(d, offset, &bits, i.size);
    }
  }
}

StaticData* StaticInit::backing(Type* t, uint64_t count) {
  auto* d = unit_.unit().newData();
  d->type = t;
  d->count = count;
  d->size = info(t).size * count;
  d->align = std::max<uint64_t>(info(t).align, 1);
  return d;
}

/// {type or itab, data}: a pointer-shaped value is the data itself, anything else lies in read-only data.
void StaticInit::writeInterface(StaticData* d, uint64_t offset, Node* n) {
  DataReloc word{};
  word.offset = offset;
  word.descriptor = n->x->type;
  if (!isEmptyInterface(n->type)) word.iface = n->type;
  d->relocs.push_back(word);
  const TypeInfo& i = info(n->x->type);
  if (i.direct) return write(d, offset + 8, n->x);
  StaticData* box = backing(n->x->type, 1);
  write(box, 0, n->x);
  box->readOnly = true;
  box->bytes.resize(box->size);
  DataReloc data{};
  data.offset = offset + 8;
  data.local = box;
  d->relocs.push_back(data);
}

void StaticInit::write(StaticData* d, uint64_t offset, Node* n) {
  while (plainConversion(n)) n = n->x;
  n = strip(n);
  auto point = [&](StaticData* to) {
    DataReloc r{};
    r.offset = offset;
    r.local = to;
    d->relocs.push_back(r);
  };
  auto pointGlobal = [&](const Node* x) {
    Name* name = nullptr;
    uint64_t at = 0;
    addressOfGlobal(x, &name, &at);
    DataReloc r{};
    r.offset = offset;
    r.symbol = std::string(name->symbol);
    r.package = std::string(name->package);
    r.addend = static_cast<int64_t>(at);
    d->relocs.push_back(r);
  };
  // A constant keeps its bytes in every conversion that does nothing (unsafe.Pointer(uintptr(0))).
  if (isConstant(n))
    while (isNop(n)) n = n->x;
  switch (n->op) {
    case Op::Nil: case Op::Zero: return;
    case Op::Literal: return writeLiteral(d, offset, n->type, n->value);
    case Op::FuncName: case Op::MethodExpr: case Op::Closure: {
      DataReloc r{};
      r.offset = offset;
      r.symbol = n->op == Op::Closure ? n->func->symbol : std::string(n->symbol);
      r.package = n->op == Op::Closure ? std::string() : std::string(n->package);
      r.funcValue = true;
      d->relocs.push_back(r);
      return;
    }
    case Op::StructLit:
      for (Node* k : n->list) {
        auto field = static_cast<size_t>(k->index);
        if (underlyingAs<Struct>(n->type)->fields[field]->name == "_") continue;  // stays zero
        write(d, offset + static_cast<uint64_t>(info(n->type).offsets[field]), k->x);
      }
      return;
    case Op::ArrayLit: {
      uint64_t size = info(canon(underlyingAs<Array>(n->type)->elem)).size;
      uint64_t at = 0;
      for (Node* e : n->list) {
        if (e->op == Op::Key) at = static_cast<uint64_t>(e->index);
        write(d, offset + at++ * size, e->op == Op::Key ? e->x : e);
      }
      return;
    }
    case Op::SliceLit: {
      Type* elem = canon(underlyingAs<burrow::Slice>(n->type)->elem);
      uint64_t size = info(elem).size, count = static_cast<uint64_t>(n->index), at = 0;
      StaticData* array = backing(elem, count);
      for (Node* e : n->list) {
        if (e->op == Op::Key) at = static_cast<uint64_t>(e->index);
        write(array, at++ * size, e->op == Op::Key ? e->x : e);
      }
      point(array);
      put(d, offset + 8, &count, 8);
      put(d, offset + 16, &count, 8);
      return;
    }
    case Op::StrToBytes: {
      std::string_view text = constant::stringVal(n->x->value);
      StaticData* array = backing(canon(typ(BasicKind::Uint8)), text.size());
      array->bytes = std::string(text);
      uint64_t count = text.size();
      point(array);
      put(d, offset + 8, &count, 8);
      put(d, offset + 16, &count, 8);
      return;
    }
    case Op::PtrLit: case Op::New: {
      Type* t = canon(underlyingAs<Pointer>(n->type)->base);
      StaticData* cell = backing(t, 1);
      if (n->x) write(cell, 0, n->x);
      point(cell);
      return;
    }
    case Op::Addr: return pointGlobal(n->x);
    case Op::Slice: {
      pointGlobal(n->x->x);
      auto count = static_cast<uint64_t>(underlyingAs<Array>(n->x->x->type)->len);
      put(d, offset + 8, &count, 8);
      put(d, offset + 16, &count, 8);
      return;
    }
    case Op::ConvIface: return writeInterface(d, offset, n);
    case Op::Name: {
      StaticData* from = globals[n->name];
      uint64_t size = info(n->type).size;
      if (!from->bytes.empty()) put(d, offset, from->bytes.data(), size);
      for (size_t i = 0, count = from->relocs.size(); i < count; ++i) {
        DataReloc r = from->relocs[i];
        r.offset += offset;
        d->relocs.push_back(r);
      }
      return;
    }
    default: BURROW_UNREACHABLE();
  }
}

}  // namespace burrow::ir
