// Expressions: names, operators, selectors, indexing, slicing.
#include "compiler/ir/func_builder.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

using syntax::Mode;
using syntax::Operator;

Node* FuncBuilder::node(Op op, Pos pos, Type* t) {
  Node* n = unit_.arena().make<Node>(op);
  n->pos = pos;
  n->type = t;
  return n;
}

Node* FuncBuilder::unary(Op op, Pos pos, Type* t, Node* x) {
  Node* n = node(op, pos, t);
  n->x = x;
  return n;
}

Node* FuncBuilder::binary(Op op, Pos pos, Type* t, Node* x, Node* y) {
  Node* n = unary(op, pos, t, x);
  n->y = y;
  return n;
}

Node* FuncBuilder::nameNode(Name* name, Pos pos) {
  Node* n = node(Op::Name, pos, name->type);
  n->name = name;
  return n;
}

Node* FuncBuilder::literal(const ConstantValue* v, Type* t, Pos pos) {
  // A constant of interface type is a constant of its own type, converted.
  if (as<Interface>(underlying(t))) {
    BasicKind k = BasicKind::Int;
    switch (v->kind()) {
      case ConstKind::Bool: k = BasicKind::Bool; break;
      case ConstKind::String: k = BasicKind::String; break;
      case ConstKind::Float: k = BasicKind::Float64; break;
      case ConstKind::Complex: k = BasicKind::Complex128; break;
      default: break;
    }
    return convert(literal(v, canon(typ(k)), pos), t, pos);
  }
  Node* n = node(Op::Literal, pos, t);
  if (auto* b = underlyingAs<Basic>(t)) {  // the kind follows the type: 1 of type float64 is a Float
    if (b->info & kIsInteger) v = constant::toInt(v);
    else if (b->info & kIsFloat) v = constant::toFloat(v);
    else if (b->info & kIsComplex) v = constant::toComplex(v);
  }
  n->value = v;
  return n;
}

Node* FuncBuilder::intLiteral(int64_t v, Type* t, Pos pos) { return literal(constant::makeInt64(v), t, pos); }

Node* FuncBuilder::nil(Type* t, Pos pos) { return node(Op::Nil, pos, t); }

Name* FuncBuilder::temp(Type* t, Pos pos) {
  Name* n = unit_.arena().make<Name>();
  n->type = t;
  n->pos = pos;
  n->func = func_;
  n->autoTemp = true;
  n->index = declared_++;
  func_->locals.push_back(n);
  return n;
}

Node* FuncBuilder::assignStmt(Node* to, Node* from, Pos pos, bool def) {
  Node* n = binary(Op::Assign, pos, nullptr, to, from);
  n->def = def;
  return n;
}

Type* FuncBuilder::resultOf(Type* t) {
  auto* sig = underlyingAs<Signature>(t);
  if (!sig->results || sig->results->vars.empty()) return nullptr;
  if (sig->results->vars.size() == 1) return canon(sig->results->vars[0]->type);
  return canon(sig->results);
}

Node* FuncBuilder::call(const FuncRef& f, std::vector<Node*> args, Pos pos) {
  Node* fn = node(Op::FuncName, pos, f.fullType);
  fn->symbol = f.symbol;
  fn->package = f.package;
  fn->object = f.object;
  Node* n = unary(Op::CallFunc, pos, resultOf(f.fullType), fn);
  n->list = unit_.arena().list(args);
  return n;
}

namespace {

bool isUntypedNil(const syntax::Expr* e) {
  auto* b = e->type ? burrow::as<Basic>(unalias(e->type)) : nullptr;
  return e->mode == Mode::NilValue || (b && b->basic == BasicKind::UntypedNil);
}

bool isComparison(Operator op) { return op >= Operator::Eql && op <= Operator::Geq; }

bool isStringType(Type* t) {
  auto* b = underlyingAs<Basic>(t);
  return b && b->basic == BasicKind::String;
}

/// Operands of a string addition, flattened as gc does.
void flattenAdd(Node* n, std::vector<Node*>& out) {
  if (n->op == Op::AddStr) out.insert(out.end(), n->list.begin(), n->list.end());
  else out.push_back(n);
}

}  // namespace

Op binaryOp(Operator op) {
  switch (op) {
    case Operator::Add: return Op::Add;
    case Operator::Sub: return Op::Sub;
    case Operator::Mul: return Op::Mul;
    case Operator::Div: return Op::Div;
    case Operator::Rem: return Op::Rem;
    case Operator::And: return Op::And;
    case Operator::Or: return Op::Or;
    case Operator::Xor: return Op::Xor;
    case Operator::AndNot: return Op::AndNot;
    case Operator::Shl: return Op::Shl;
    case Operator::Shr: return Op::Shr;
    case Operator::Eql: return Op::Eq;
    case Operator::Neq: return Op::Ne;
    case Operator::Lss: return Op::Lt;
    case Operator::Leq: return Op::Le;
    case Operator::Gtr: return Op::Gt;
    case Operator::Geq: return Op::Ge;
    case Operator::AndAnd: return Op::AndAnd;
    case Operator::OrOr: return Op::OrOr;
    default: BURROW_UNREACHABLE();
  }
}

Node* FuncBuilder::condition(syntax::Expr* e) { return expr(e); }

Node* FuncBuilder::expr(syntax::Expr* e) {
  if (e->mode == Mode::Constant && e->value) {
    Node* n = literal(e->value, typeOf(e), syntax::unparen(e)->pos);
    if (n->op == Op::Literal) n->written = written(e->type);
    return n;
  }
  switch (e->kind) {
    case syntax::Kind::ParenExpr: {
      auto* p = static_cast<syntax::ParenExpr*>(e);
      return expr(p->x);
    }
    case syntax::Kind::Name: return nameExpr(static_cast<syntax::Name*>(e));
    case syntax::Kind::FuncLit: return closure(static_cast<syntax::FuncLit*>(e));
    case syntax::Kind::CompositeLit: return compositeLit(static_cast<syntax::CompositeLit*>(e), typeOf(e));
    case syntax::Kind::SelectorExpr: return selector(static_cast<syntax::SelectorExpr*>(e));
    case syntax::Kind::IndexExpr: return index(static_cast<syntax::IndexExpr*>(e));
    case syntax::Kind::SliceExpr: return slice(static_cast<syntax::SliceExpr*>(e));
    case syntax::Kind::AssertExpr: {
      auto* a = static_cast<syntax::AssertExpr*>(e);
      Node* n = unary(Op::Assert, e->pos, nullptr, expr(a->x));
      n->typeArg = typeOf(a->target);
      if (hasTypeParams(a->target->type)) n->index = kDynamicDictionary;
      n->written = written(a->target->type);
      n->commaOk = e->commaOk;
      n->type = e->commaOk ? tupleOf({n->typeArg, canon(typ(BasicKind::Bool))}) : n->typeArg;
      return n;
    }
    case syntax::Kind::Operation: return operation(static_cast<syntax::Operation*>(e));
    case syntax::Kind::CallExpr: return callExpr(static_cast<syntax::CallExpr*>(e));
    default: BURROW_UNREACHABLE();
  }
}

Node* FuncBuilder::nameExpr(syntax::Name* e) {
  if (isUntypedNil(e)) return nil(typeOf(e), e->pos);
  Object* o = e->object;
  BURROW_CHECK(o != nullptr);
  if (auto* f = burrow::as<burrow::Func>(o)) {
    return funcName(f, e->targs, typeOf(e), e->pos);
  }
  if (burrow::as<Nil>(o)) return nil(typeOf(e), e->pos);
  return nameNode(lookup(o), e->pos);
}

Node* FuncBuilder::funcName(burrow::Func* f, List<Type*> targs, Type* t, Pos pos) {
  FuncRef ref = unit_.funcRef(f, canonArgs(targs));
  Node* n = node(Op::FuncName, pos, t);
  n->symbol = ref.symbol;
  n->package = ref.package;
  n->object = ref.object;
  n->index = dictionaryFor(targs);
  return n;
}

int64_t FuncBuilder::dictionaryFor(List<Type*> targs) {
  for (Type* t : targs)
    if (hasTypeParams(t)) return kDynamicDictionary;
  return targs.empty() ? kNoDictionary : kStaticDictionary;
}

/// For a method called on `receiver`, found from an expression of the type `written`.
int64_t FuncBuilder::dictionaryOf(Type* written, Type* receiver) {
  auto* ptr = burrow::as<Pointer>(receiver);
  auto* named = burrow::as<Named>(ptr ? canon(ptr->base) : receiver);
  if (burrow::as<TypeParam>(unalias(written))) return kTypeParamMethod;
  if (!named || !named->inst) return kNoDictionary;
  return hasTypeParams(written) ? kDynamicDictionary : kStaticDictionary;
}

List<Type*> FuncBuilder::canonArgs(List<Type*> targs) {
  std::vector<Type*> out;
  for (Type* t : targs) out.push_back(type(t));
  return unit_.arena().list(out);
}

/// One step along an embedded path: field `i` of x, a struct or a pointer to one.
Node* FuncBuilder::fieldOf(Node* x, int i, Pos pos, bool implicit) {
  Type* u = underlying(x->type);
  bool viaPtr = u->kind == TypeKind::Pointer;
  auto* s = underlyingAs<Struct>(viaPtr ? static_cast<Pointer*>(u)->base : u);
  Node* n = unary(viaPtr ? Op::DotPtr : Op::Dot, pos, canon(s->fields[static_cast<size_t>(i)]->type), x);
  n->index = i;
  n->implicit = implicit;
  return n;
}

Node* FuncBuilder::walkPath(Node* x, List<int> path, Pos pos) {
  for (int i : path) x = fieldOf(x, i, pos, true);
  return x;
}

void FuncBuilder::markAddrTaken(Node* x) {
  while (x->op == Op::Dot || x->op == Op::Paren || (x->op == Op::Index && underlyingAs<Array>(x->x->type))) x = x->x;
  if (x->op != Op::Name) return;
  Name* n = x->name;
  while (n->outer) n = n->outer;
  n->addrTaken = true;
}

Node* FuncBuilder::addressOf(Node* x, Pos pos, bool implicit) {
  if (x->op == Op::Deref && x->implicit) return x->x;
  markAddrTaken(x);
  Node* n = unary(Op::Addr, pos, pointerTo(x->type), x);
  n->implicit = implicit;
  return n;
}

Node* FuncBuilder::deref(Node* x, Pos pos, bool implicit) {
  Node* n = unary(Op::Deref, pos, canon(underlyingAs<Pointer>(x->type)->base), x);
  n->implicit = implicit;
  return n;
}

/// x brought to the receiver type of the method that `path` ends at: embedded fields, then & or *.
Node* FuncBuilder::receiverFor(Node* x, List<int> path, burrow::Func* method, Pos pos) {
  x = walkPath(x, path.empty() ? path : path.first(path.size() - 1), pos);
  if (as<Interface>(underlying(x->type))) return x;
  bool wantPtr = isPointerReceiver(method), havePtr = canon(x->type)->kind == TypeKind::Pointer;
  if (wantPtr && !havePtr) return addressOf(x, pos, true);
  if (!wantPtr && havePtr) return deref(x, pos, true);
  return x;
}

bool FuncBuilder::isPointerReceiver(burrow::Func* m) {
  burrow::Func* o = m->origin ? m->origin : m;
  auto* sig = o->signature();
  if (!sig || !sig->recv) return o->hasPtrRecv;
  return unalias(sig->recv->type)->kind == TypeKind::Pointer;
}

/// In an instance, a method selected through a type parameter or a substituted type is looked up anew on the concrete type.
Selection FuncBuilder::concreteSelection(syntax::SelectorExpr* e, Type* recv) {
  Selection s;
  s.object = e->sel->object;
  s.path.assign(e->path.begin(), e->path.end());
  s.indirect = e->indirect;
  if (!env_ || !e->recv || !hasTypeParams(e->recv)) return s;
  Object* original = e->sel->object;
  Selection found = lookupFieldOrMethod(recv, true, original->pkg, original->name);
  BURROW_CHECK(found.object != nullptr);
  return found;
}

Node* FuncBuilder::selector(syntax::SelectorExpr* e) {
  using K = syntax::SelectionKind;
  if (e->selection == K::None) {
    // pkg.Name
    Object* o = e->sel->object;
    if (auto* f = burrow::as<burrow::Func>(o)) {
      return funcName(f, e->sel->targs, typeOf(e), e->pos);
    }
    return nameNode(lookup(o), e->pos);
  }
  Type* recv = type(e->recv);
  Selection s = concreteSelection(e, recv);
  List<int> path{s.path.data(), s.path.size()};
  if (e->selection == K::MethodExpr) return methodExpr(e, recv, s);
  Node* x = expr(e->x);
  if (e->selection == K::FieldVal) {
    for (size_t i = 0; i < path.size(); ++i) x = fieldOf(x, path[i], e->pos, i + 1 < path.size());
    return x;
  }
  // A method value x.m: the receiver is evaluated and bound now.
  auto* m = static_cast<burrow::Func*>(s.object);
  Node* r = receiverFor(x, path, m, e->pos);
  Node* n = unary(Op::MethodValue, e->pos, typeOf(e), r);
  if (as<Interface>(underlying(r->type))) {
    n->index = methodIndex(r->type, m);
  }
  FuncRef thunk = unit_.methodValueThunk(r->type, m);
  n->symbol = thunk.symbol;
  n->package = thunk.package;
  n->object = m->origin ? m->origin : m;
  return n;
}

int64_t FuncBuilder::methodIndex(Type* iface, burrow::Func* m) {
  const std::vector<burrow::Func*>& methods = interfaceMethodsOf(iface);
  for (size_t i = 0; i < methods.size(); ++i)
    if (methods[i]->sameId(m->pkg, m->name)) return static_cast<int64_t>(i);
  BURROW_UNREACHABLE();
}

Node* FuncBuilder::methodExpr(syntax::SelectorExpr* e, Type* recv, const Selection& s) {
  FuncRef ref = unit_.methodWrapper(recv, s);
  Node* n = node(Op::MethodExpr, e->pos, typeOf(e));
  n->symbol = ref.symbol;
  n->package = ref.package;
  n->object = ref.object;
  return n;
}

Node* FuncBuilder::index(syntax::IndexExpr* e) {
  // F[T] of a generic function: the checker recorded the arguments at the name.
  if (e->x->mode == Mode::Value || e->x->mode == Mode::Variable || e->x->mode == Mode::MapIndex || e->x->mode == Mode::CommaOk ||
      e->x->mode == Mode::Constant) {
    syntax::Expr* fun = syntax::unparen(e->x);
    auto* name = syntax::as<syntax::Name>(fun);
    if (auto* sel = syntax::as<syntax::SelectorExpr>(fun); sel && sel->selection == syntax::SelectionKind::None) name = sel->sel;
    if (name && burrow::as<burrow::Func>(name->object)) {
      return funcName(static_cast<burrow::Func*>(name->object), name->targs, typeOf(e), e->pos);
    }
  }
  Node* x = expr(e->x);
  Type* u = underlying(x->type);
  if (auto* m = as<Map>(u)) {
    Node* n = binary(Op::IndexMap, e->pos, canon(m->elem), x, exprTo(e->index, canon(m->key)));
    n->commaOk = e->commaOk;
    if (e->commaOk) n->type = tupleOf({n->type, canon(typ(BasicKind::Bool))});
    return n;
  }
  if (auto* p = as<Pointer>(u)) {
    x = deref(x, e->pos, true);
    u = underlying(canon(p->base));
  }
  Type* elem = isStringType(u) ? canon(typ(BasicKind::Uint8)) : u->kind == TypeKind::Slice ? canon(static_cast<burrow::Slice*>(u)->elem) : canon(static_cast<Array*>(u)->elem);
  return binary(Op::Index, e->pos, elem, x, indexValue(e->index));
}

/// An index, length or capacity: any integer type; constants become int.
Node* FuncBuilder::indexValue(syntax::Expr* e) {
  if (e->mode != Mode::Constant || !e->value) return expr(e);
  Node* n = literal(constant::toInt(e->value), canon(typ(BasicKind::Int)), e->pos);
  if (!isUntyped(unalias(e->type))) n->written = written(e->type);
  return n;
}

Node* FuncBuilder::slice(syntax::SliceExpr* e) {
  Node* x = expr(e->x);
  Type* result = typeOf(e);
  if (as<Array>(underlying(x->type))) x = addressOf(x, e->pos, true);
  Node* n = unary(Op::Slice, e->pos, result, x);
  std::vector<Node*> bounds;
  for (syntax::Expr* b : e->index) bounds.push_back(b ? indexValue(b) : nullptr);
  n->list = unit_.arena().list(bounds);
  n->index = e->full ? 3 : 2;
  return n;
}

Node* FuncBuilder::operation(syntax::Operation* e) {
  if (!e->y) return unaryExpr(e);
  if (isComparison(e->op)) return comparison(e);
  Op op = binaryOp(e->op);
  if (op == Op::Shl || op == Op::Shr) {
    Node* y = e->y->mode == Mode::Constant && e->y->value ? literal(constant::toInt(e->y->value), canon(typ(BasicKind::Uint)), e->y->pos) : expr(e->y);
    return binary(op, e->pos, typeOf(e), exprTo(e->x, typeOf(e)), y);
  }
  Type* t = typeOf(e);
  if (op == Op::Add && isStringType(t)) {
    // Down the chain of left operands in a loop: generated sources have long ones.
    std::vector<syntax::Expr*> operands;
    syntax::Expr* left = e;
    for (auto* o = e; o && o->y && o->op == Operator::Add && !(o != e && o->mode == Mode::Constant && o->value);
         o = syntax::as<syntax::Operation>(left)) {
      operands.push_back(o->y);
      left = o->x;
    }
    std::vector<Node*> parts;
    flattenAdd(exprTo(left, t), parts);
    for (auto it = operands.rbegin(); it != operands.rend(); ++it) flattenAdd(exprTo(*it, t), parts);
    Node* n = node(Op::AddStr, e->pos, t);
    n->list = unit_.arena().list(parts);
    return n;
  }
  Node* x = exprTo(e->x, t);
  Node* y = exprTo(e->y, t);
  return binary(op, e->pos, t, x, y);
}

/// Both sides get one type: a concrete side is converted when the other is an interface.
Node* FuncBuilder::comparison(syntax::Operation* e) {
  Type* t = typeOf(e);
  Node* n;
  if (isUntypedNil(e->x) || isUntypedNil(e->y)) {
    syntax::Expr* other = isUntypedNil(e->x) ? e->y : e->x;
    Node* v = expr(other);
    Node* z = nil(v->type, e->pos);
    n = binary(binaryOp(e->op), e->pos, t, isUntypedNil(e->x) ? z : v, isUntypedNil(e->x) ? v : z);
    return n;
  }
  Node* x = expr(e->x);
  Node* y = expr(e->y);
  if (x->type != y->type) {
    bool xi = as<Interface>(underlying(x->type)), yi = as<Interface>(underlying(y->type));
    if (xi && !yi) y = convert(y, x->type, y->pos);
    else if (yi && !xi) x = convert(x, y->type, x->pos);
    else if (xi && yi && interfaceMethodsOf(x->type).size() > interfaceMethodsOf(y->type).size()) x = convert(x, y->type, x->pos);
    else y = convert(y, x->type, y->pos);
  }
  return binary(binaryOp(e->op), e->pos, t, x, y);
}

Node* FuncBuilder::unaryExpr(syntax::Operation* e) {
  switch (e->op) {
    case Operator::And: {
      syntax::Expr* inner = syntax::unparen(e->x);
      if (auto* lit = syntax::as<syntax::CompositeLit>(inner)) {
        Type* t = typeOf(e);
        return unary(Op::PtrLit, e->pos, t, compositeLit(lit, typeOf(lit)));
      }
      Node* n = addressOf(expr(e->x), e->pos, false);
      return n->type == typeOf(e) ? n : convert(n, typeOf(e), e->pos);
    }
    case Operator::Mul: return deref(expr(e->x), e->pos, false);
    case Operator::Recv: {
      Node* n = unary(Op::Recv, e->pos, nullptr, expr(e->x));
      Type* elem = canon(underlyingAs<Chan>(n->x->type)->elem);
      n->commaOk = e->commaOk;
      n->type = e->commaOk ? tupleOf({elem, canon(typ(BasicKind::Bool))}) : elem;
      return n;
    }
    case Operator::Not: return unary(Op::Not, e->pos, typeOf(e), expr(e->x));
    case Operator::Sub: return unary(Op::Neg, e->pos, typeOf(e), expr(e->x));
    case Operator::Add: return unary(Op::Plus, e->pos, typeOf(e), expr(e->x));
    case Operator::Xor: return unary(Op::BitNot, e->pos, typeOf(e), expr(e->x));
    default: BURROW_UNREACHABLE();
  }
}

}  // namespace burrow::ir
