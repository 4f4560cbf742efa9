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

StaticInit::StaticInit(UnitBuilder& unit) : unit_(unit) {
  const std::string& path = unit.package()->path;
  noAddresses_ = path == "crypto/internal/fips140" || (path.starts_with("crypto/internal/fips140/") && !path.ends_with("_test"));
}

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

// ---- What goes into data, and what init code adds to it

/// What can be written for n: n without the conversions around it and the inlined calls that it is, if memory for it can be laid out now.
/// Elements of literals need not be known: init code assigns them. Null: n as a whole has to be evaluated.
Node* StaticInit::staticForm(Node* n, int depth) const {
  if (depth > 200) return nullptr;
  while (plainConversion(n)) n = n->x;
  if (isConstant(n)) {
    const Node* bare = n;
    while (isNop(bare)) bare = bare->x;
    if (bare->op == Op::Literal && bare->value->kind() == ConstKind::Unknown) return nullptr;
    bool address = bare->op == Op::FuncName || bare->op == Op::MethodExpr || (bare->op == Op::Literal && info(bare->type).shape == Shape::String);
    return address && noAddresses_ ? nullptr : n;
  }
  if (n->op == Op::StructLit || n->op == Op::ArrayLit) return n;
  if (noAddresses_) return nullptr;
  Name* name;
  uint64_t offset;
  switch (n->op) {
    case Op::Closure: return n->func->captures.empty() ? n : nullptr;
    case Op::SliceLit: return n;
    case Op::PtrLit: return n->x->op == Op::MapLit ? nullptr : n;
    case Op::Addr: return addressOfGlobal(n->x, &name, &offset) ? n : nullptr;
    case Op::ConvIface: {
      Node* value = n->x;
      if (as<Interface>(underlying(value->type))) return nullptr;
      return !info(value->type).direct || fitsWhole(value, depth + 1) ? n : nullptr;
    }
    case Op::StrToBytes: return n->x->op == Op::Literal ? n : nullptr;
    case Op::Slice:
      // The whole of a global array: global[:].
      return n->x->op == Op::Addr && !n->list[0] && !n->list[1] && !n->list[2] && addressOfGlobal(n->x->x, &name, &offset) ? n : nullptr;
    case Op::Name: {
      // A variable whose own value is static and which no initialiser's call can have assigned yet. Strings may change when the program is
      // linked (-X).
      if (n->name->cls != Class::Global || mutated || dynamic.count(n->name) || info(n->type).shape == Shape::String) return nullptr;
      auto it = globals.find(n->name);
      return it != globals.end() && n->name->package.empty() && info(n->type).size <= 1024 ? n : nullptr;
    }
    case Op::InlinedCall: {
      Node* value = valueOf(n);
      return value ? staticForm(value, depth + 1) : nullptr;
    }
    default: return nullptr;
  }
}

/// Whether no part of n is left to init code, but for what it points to.
bool StaticInit::fitsWhole(Node* n, int depth) const {
  n = staticForm(n, depth);
  if (!n) return false;
  if (n->op != Op::StructLit && n->op != Op::ArrayLit) return true;
  return std::all_of(n->list.begin(), n->list.end(),
                     [&](Node* e) { return fitsWhole(e->op == Op::StructKey || e->op == Op::Key ? e->x : e, depth + 1); });
}

bool StaticInit::store(Name* variable, Node* value, std::vector<Node*>& rest) {
  Node* form = staticForm(value, 0);
  if (!form) return false;
  StaticData* d = globals.at(variable);
  roots_[d] = {variable, variable->type, 0};
  rest_ = &rest;
  size_t before = rest.size();
  write(d, 0, form);
  if (rest.size() != before) dynamic.insert(variable);
  return true;
}

/// Puts n at d + offset, or an assignment that does it into init code.
void StaticInit::place(StaticData* d, uint64_t offset, Node* n) {
  if (Node* form = staticForm(n, 0)) return write(d, offset, form);
  Node* target = lvalue(d, offset, n->type);
  target->pos = n->pos;
  target->inl = n->inl;
  Node* assign = unit_.arena().make<Node>(Op::Assign);
  assign->pos = n->pos;
  assign->inl = n->inl;
  assign->x = target;
  assign->y = n;
  rest_->push_back(assign);
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
  roots_[d] = {nullptr, t, temps_++};
  return d;
}

/// The address of static data.
static void pointTo(StaticData* d, uint64_t offset, StaticData* to) {
  DataReloc r{};
  r.offset = offset;
  r.local = to;
  d->relocs.push_back(r);
}

/// {type or itab, data}: a pointer-shaped value is the data itself, anything else lies in read-only data.
void StaticInit::writeInterface(StaticData* d, uint64_t offset, Node* n) {
  DataReloc word{};
  word.offset = offset;
  word.descriptor = n->x->type;
  if (!isEmptyInterface(n->type)) word.iface = n->type;
  d->relocs.push_back(word);
  const TypeInfo& i = info(n->x->type);
  if (i.direct) return place(d, offset + 8, n->x);
  StaticData* box = backing(n->x->type, 1);
  size_t before = rest_->size();
  place(box, 0, n->x);
  box->readOnly = rest_->size() == before;
  box->bytes.resize(box->size);
  pointTo(d, offset + 8, box);
}

void StaticInit::putLengths(StaticData* d, uint64_t offset, uint64_t count) {
  put(d, offset + 8, &count, 8);
  put(d, offset + 16, &count, 8);
}

void StaticInit::putSlice(StaticData* d, uint64_t offset, StaticData* array, uint64_t count) {
  pointTo(d, offset, array);
  putLengths(d, offset, count);
}

void StaticInit::writeElements(StaticData* d, uint64_t offset, Type* elem, List<Node*> list) {
  uint64_t size = info(elem).size, at = 0;
  for (Node* e : list) {
    if (e->op == Op::Key) at = static_cast<uint64_t>(e->index);
    place(d, offset + at++ * size, e->op == Op::Key ? e->x : e);
  }
}

/// The address of a global variable or a part of it.
void StaticInit::writeAddress(StaticData* d, uint64_t offset, const Node* x) {
  Name* name = nullptr;
  uint64_t at = 0;
  addressOfGlobal(x, &name, &at);
  DataReloc r{};
  r.offset = offset;
  r.symbol = std::string(name->symbol);
  r.package = std::string(name->package);
  r.addend = static_cast<int64_t>(at);
  d->relocs.push_back(r);
}

void StaticInit::writeFunc(StaticData* d, uint64_t offset, const Node* n) {
  DataReloc r{};
  r.offset = offset;
  r.symbol = n->op == Op::Closure ? n->func->symbol : std::string(n->symbol);
  r.package = n->op == Op::Closure ? std::string() : std::string(n->package);
  r.funcValue = true;
  d->relocs.push_back(r);
}

/// What another variable starts with.
void StaticInit::copyValue(StaticData* d, uint64_t offset, const Node* n) {
  StaticData* from = globals[n->name];
  if (!from->bytes.empty()) put(d, offset, from->bytes.data(), info(n->type).size);
  for (size_t i = 0, count = from->relocs.size(); i < count; ++i) {
    DataReloc r = from->relocs[i];
    r.offset += offset;
    d->relocs.push_back(r);
  }
}

void StaticInit::write(StaticData* d, uint64_t offset, Node* n) {
  while (plainConversion(n)) n = n->x;
  n = strip(n);
  // A constant keeps its bytes in every conversion that does nothing (unsafe.Pointer(uintptr(0))).
  if (isConstant(n))
    while (isNop(n)) n = n->x;
  switch (n->op) {
    case Op::Nil: case Op::Zero: return;
    case Op::Literal: return writeLiteral(d, offset, n->type, n->value);
    case Op::FuncName: case Op::MethodExpr: case Op::Closure: return writeFunc(d, offset, n);
    case Op::StructLit:
      for (Node* k : n->list) {
        auto field = static_cast<size_t>(k->index);
        if (underlyingAs<Struct>(n->type)->fields[field]->name == "_") continue;  // stays zero
        place(d, offset + static_cast<uint64_t>(info(n->type).offsets[field]), k->x);
      }
      return;
    case Op::ArrayLit: return writeElements(d, offset, canon(underlyingAs<Array>(n->type)->elem), n->list);
    case Op::SliceLit: {
      Type* elem = canon(underlyingAs<burrow::Slice>(n->type)->elem);
      auto count = static_cast<uint64_t>(n->index);
      StaticData* array = backing(elem, count);
      roots_[array].type = arrayOf(elem, n->index);
      writeElements(array, 0, elem, n->list);
      return putSlice(d, offset, array, count);
    }
    case Op::StrToBytes: {
      std::string_view text = constant::stringVal(n->x->value);
      StaticData* array = backing(canon(typ(BasicKind::Uint8)), text.size());
      roots_.erase(array), --temps_;  // gc gives it a name of another kind
      array->bytes = std::string(text);
      return putSlice(d, offset, array, text.size());
    }
    case Op::PtrLit: {
      StaticData* cell = backing(canon(underlyingAs<Pointer>(n->type)->base), 1);
      place(cell, 0, n->x);
      return pointTo(d, offset, cell);
    }
    case Op::Addr: return writeAddress(d, offset, n->x);
    case Op::Slice:
      writeAddress(d, offset, n->x->x);
      return putLengths(d, offset, static_cast<uint64_t>(underlyingAs<Array>(n->x->x->type)->len));
    case Op::ConvIface: return writeInterface(d, offset, n);
    case Op::Name: return copyValue(d, offset, n);
    default: BURROW_UNREACHABLE();
  }
}

}  // namespace burrow::ir
