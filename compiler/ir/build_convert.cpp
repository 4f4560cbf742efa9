// Conversions, explicit and implied by assignment.
#include "compiler/ir/func_builder.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {

bool isKind(Type* t, uint16_t info) {
  auto* b = underlyingAs<Basic>(t);
  return b && (b->info & info);
}

bool isByteSlice(Type* t) {
  auto* s = underlyingAs<burrow::Slice>(t);
  auto* b = s ? underlyingAs<Basic>(canon(s->elem)) : nullptr;
  return b && b->basic == BasicKind::Uint8;
}

bool isRuneSlice(Type* t) {
  auto* s = underlyingAs<burrow::Slice>(t);
  auto* b = s ? underlyingAs<Basic>(canon(s->elem)) : nullptr;
  return b && b->basic == BasicKind::Int32;
}

/// int, uint and uintptr are other names of the 64-bit types.
BasicKind sized(BasicKind k) {
  return k == BasicKind::Int ? BasicKind::Int64 : k == BasicKind::Uint || k == BasicKind::Uintptr ? BasicKind::Uint64 : k;
}

Op conversionOp(Type* from, Type* to) {
  Type *f = underlying(from), *t = underlying(to);
  if (t->kind == TypeKind::Interface) return f->kind == TypeKind::Interface && isEmptyInterface(from) && isEmptyInterface(to) ? Op::ConvNop : Op::ConvIface;
  if (isKind(t, kIsString)) {
    if (isKind(f, kIsInteger)) return Op::RuneToStr;
    if (isByteSlice(f)) return Op::BytesToStr;
    if (isRuneSlice(f)) return Op::RunesToStr;
    return Op::ConvNop;
  }
  if (isKind(f, kIsString)) {
    if (isByteSlice(t)) return Op::StrToBytes;
    if (isRuneSlice(t)) return Op::StrToRunes;
    return Op::ConvNop;
  }
  if (f->kind == TypeKind::Slice && t->kind == TypeKind::Array) return Op::SliceToArr;
  if (f->kind == TypeKind::Slice && t->kind == TypeKind::Pointer) return Op::SliceToArrPtr;
  if (isKind(f, kIsNumeric) && isKind(t, kIsNumeric)) {
    auto bf = static_cast<Basic*>(f)->basic, bt = static_cast<Basic*>(t)->basic;
    return sized(bf) == sized(bt) ? Op::ConvNop : Op::Conv;
  }
  return Op::ConvNop;
}

}  // namespace

Node* FuncBuilder::convert(Node* n, Type* to, Pos pos) {
  if (n->type == to) return n;
  // nil itself takes any type; a typed nil pointer in an interface is not a nil interface.
  auto* basic = burrow::as<Basic>(n->type);
  bool untyped = basic && basic->basic == BasicKind::UntypedNil;
  if (n->op == Op::Nil && (untyped || !as<Interface>(underlying(to)) || as<Interface>(underlying(n->type)))) {
    n->type = to;
    return n;
  }
  Op op = conversionOp(n->type, to);
  if (op == Op::ConvIface) unit_.noteBoxed(n->type);
  Node* c = unary(op, pos, to, n);
  c->implicit = true;
  return c;
}

Node* FuncBuilder::exprTo(syntax::Expr* e, Type* t) {
  Node* n = expr(e);
  return n->type == t ? n : convert(n, t, e->pos);
}

/// T(e), which has e's position.
Node* FuncBuilder::conversionTo(Type* target, syntax::Expr* e) {
  Pos pos = e->pos;
  Type* to = type(target);
  auto convertTo = [&](Node* n) {
    Node* c = convert(n, to, pos);
    if (c == n && n->op == Op::Literal) return c;
    if (c == n) c = unary(Op::ConvNop, pos, to, n);  // written all the same
    c->implicit = false;
    c->written = written(target);
    return c;
  };
  // Constants convert by value where the representation does not say otherwise (string(65), []byte("x")).
  if (e->mode == syntax::Mode::Constant && e->value && !isKind(to, kIsString)) {
    Type* from = typeOf(e);
    bool numeric = isKind(to, kIsNumeric) && isKind(from, kIsNumeric);
    if (numeric || (isUntyped(unalias(e->type)) && isKind(to, kIsBoolean))) {
      Node* n = literal(e->value, to, pos);
      n->written = written(target);
      return n;
    }
    if (isUntyped(unalias(e->type))) return convertTo(literal(e->value, canon(defaultType(e->type)), pos));
  }
  return convertTo(expr(e));
}

}  // namespace burrow::ir
