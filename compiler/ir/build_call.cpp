// Calls: functions, methods, conversions and built-ins.
#include "compiler/ir/func_builder.h"
#include "compiler/ir/visit.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

using syntax::Mode;

namespace {

Builtin* builtinOf(syntax::Expr* fun) {
  if (auto* n = syntax::as<syntax::Name>(fun)) return burrow::as<Builtin>(n->object);
  if (auto* s = syntax::as<syntax::SelectorExpr>(fun)) return burrow::as<Builtin>(s->sel->object);
  return nullptr;
}

/// Whether gc takes it that evaluating n shows: calls, built-in functions, receives.
bool hasEffects(const Node* n) {
  switch (n->op) {
    case Op::Append: case Op::CallFunc: case Op::CallInter: case Op::Cap: case Op::Clear: case Op::Close: case Op::Complex: case Op::Copy:
    case Op::Delete: case Op::Imag: case Op::Len: case Op::Make: case Op::Max: case Op::Min: case Op::Panic: case Op::Print: case Op::Real:
    case Op::Recover: case Op::Recv: case Op::UnsafeAdd: case Op::UnsafeSlice: case Op::UnsafeSliceData: case Op::UnsafeString:
    case Op::UnsafeStringData: return true;
    default: break;
  }
  bool any = false;
  visitChildren(n, [&](const Node* c) { any = any || hasEffects(c); });
  return any;
}

}  // namespace

Node* FuncBuilder::callExpr(syntax::CallExpr* e) {
  syntax::Expr* fun = syntax::unparen(e->fun);
  if (fun->mode == Mode::Type) return conversionTo(fun->type, e->args[0]);
  if (fun->mode == Mode::Builtin)
    if (Builtin* b = builtinOf(fun)) return builtin(e, b->id);
  if (auto* sel = syntax::as<syntax::SelectorExpr>(fun); sel && sel->selection == syntax::SelectionKind::MethodVal) return methodCall(e, sel);
  Node* f = expr(fun);
  std::vector<Node*> init;
  Node* n = unary(Op::CallFunc, e->pos, resultOf(f->type), f);
  n->list = unit_.arena().list(arguments(e, underlyingAs<Signature>(f->type), init));
  saveCallee(n->x, init);
  return withInit(n, init);
}

/// f()(x) and f().m(x) with an interface: the function or the interface is in a variable when the call begins.
void FuncBuilder::saveCallee(Node*& callee, std::vector<Node*>& init) {
  if (!hasEffects(callee)) return;
  Name* t = temp(callee->type, callee->pos);
  init.insert(init.begin(), assignStmt(nameNode(t, callee->pos), callee, callee->pos, true));
  callee = nameNode(t, callee->pos);
}

/// f().m(g()) with a multi-value g: its values are made in front of the call, but the receiver comes before them.
void FuncBuilder::saveReceiver(Node*& receiver, std::vector<Node*>& init) {
  if (init.empty() || !mayCall(receiver)) return;
  Name* t = temp(receiver->type, receiver->pos);
  init.insert(init.begin(), uncounted(assignStmt(tempTarget(t, receiver->pos), receiver, receiver->pos, true)));
  receiver = tempTarget(t, receiver->pos);
}

Node* FuncBuilder::withInit(Node* n, const std::vector<Node*>& init) {
  if (init.empty()) return n;
  Node* out = unary(Op::Init, n->pos, n->type, n);
  out->list = unit_.arena().list(init);
  return out;
}

Node* FuncBuilder::methodCall(syntax::CallExpr* e, syntax::SelectorExpr* sel) {
  std::vector<Node*> init;
  Type* recv = type(sel->recv);
  Selection s = concreteSelection(sel, recv);
  auto* m = static_cast<burrow::Func*>(s.object);
  Node* r = receiverFor(expr(sel->x), {s.path.data(), s.path.size()}, m, sel->pos);
  if (as<Interface>(underlying(r->type))) {
    int64_t i = methodIndex(r->type, m);
    burrow::Func* im = interfaceMethodsOf(r->type)[static_cast<size_t>(i)];
    auto* sig = static_cast<Signature*>(canon(im->Object::type));
    Node* n = unary(Op::CallInter, e->pos, resultOf(sig), r);
    n->index = i;
    n->object = im;
    n->list = unit_.arena().list(arguments(e, sig, init));
    saveCallee(n->x, init);
    return withInit(n, init);
  }
  FuncRef ref = unit_.methodRef(m, r->type);
  Node* fn = node(Op::MethodExpr, sel->pos, ref.fullType);
  fn->symbol = ref.symbol;
  fn->package = ref.package;
  fn->object = ref.object;
  fn->index = dictionaryOf(sel->recv, r->type);
  Node* n = unary(Op::CallFunc, e->pos, resultOf(ref.fullType), fn);
  auto* full = static_cast<Signature*>(ref.fullType);
  // The receiver is the first parameter; the rest are the call's arguments.
  Signature rest = *full;
  Tuple params;
  params.vars = full->params->vars.subspan(1);
  rest.params = &params;
  std::vector<Node*> args = arguments(e, &rest, init);
  saveReceiver(r, init);
  args.insert(args.begin(), r);
  n->list = unit_.arena().list(args);
  return withInit(n, init);
}

/// Evaluates a multi-value call into temporaries, before the expression or statement at `pos` that is being built.
Node* FuncBuilder::tupleTemps(Node* multi, Type* shown, Pos pos, std::vector<Node*>& values) {
  Node* assign = unary(Op::Assign2Call, pos, nullptr, multi);
  std::vector<Node*> targets;
  for (Var* v : static_cast<Tuple*>(multi->type)->vars) {
    Name* t = temp(canon(v->type), pos);
    targets.push_back(nameNode(t, pos));
    values.push_back(nameNode(t, pos));
    values.back()->wrapped = values.size() == 1;
    if (auto* tuple = burrow::as<Tuple>(shown)) t->written = written(tuple->vars[values.size() - 1]->type);
  }
  assign->list = unit_.arena().list(targets);
  assign->def = assign->implicit = true;
  return assign;
}

std::vector<Node*> FuncBuilder::arguments(syntax::CallExpr* e, Signature* sig, std::vector<Node*>& init) {
  std::vector<Node*> values;
  if (e->args.size() == 1 && e->args[0]->type && unalias(e->args[0]->type)->kind == TypeKind::Tuple && !e->args[0]->commaOk) {
    init.push_back(tupleTemps(expr(e->args[0]), e->args[0]->type, e->pos, values));
  } else {
    for (syntax::Expr* a : e->args) values.push_back(nullptr), (void)a;
  }
  List<Var*> params = sig->params ? sig->params->vars : List<Var*>();
  size_t fixed = params.size() - (sig->variadic ? 1 : 0);
  auto value = [&](size_t i, Type* t) {
    if (values[i]) return convert(values[i], t, values[i]->pos);
    return exprTo(e->args[i], t);
  };
  std::vector<Node*> out;
  for (size_t i = 0; i < fixed; ++i) out.push_back(value(i, canon(params[i]->type)));
  if (!sig->variadic) return out;
  Type* sliceType = canon(params[fixed]->type);
  if (e->hasDots) {
    out.push_back(value(fixed, sliceType));
    return out;
  }
  if (values.size() == fixed) {
    out.push_back(nil(sliceType, e->pos));
    return out;
  }
  Type* elem = canon(underlyingAs<burrow::Slice>(sliceType)->elem);
  Node* lit = node(Op::SliceLit, e->pos, sliceType);
  std::vector<Node*> elems;
  for (size_t i = fixed; i < values.size(); ++i) elems.push_back(value(i, elem));
  lit->index = static_cast<int64_t>(elems.size());
  lit->list = unit_.arena().list(elems);
  lit->implicit = true;
  out.push_back(lit);
  return out;
}

Node* FuncBuilder::appendCall(syntax::CallExpr* e) {
  Type* t = typeOf(e);
  if (e->args.size() == 1 && e->args[0]->type && unalias(e->args[0]->type)->kind == TypeKind::Tuple) {
    std::vector<Node*> values, init{tupleTemps(expr(e->args[0]), e->args[0]->type, e->pos, values)};
    Node* n = unary(Op::Append, e->pos, t, convert(values[0], t, e->pos));
    for (size_t i = 1; i < values.size(); ++i) values[i] = convert(values[i], canon(underlyingAs<burrow::Slice>(t)->elem), e->pos);
    n->list = unit_.arena().list(values).subspan(1);
    return withInit(n, init);
  }
  Node* n = unary(Op::Append, e->pos, t, exprTo(e->args[0], t));
  n->dots = e->hasDots;
  std::vector<Node*> rest;
  Type* elem = canon(underlyingAs<burrow::Slice>(t)->elem);
  for (size_t i = 1; i < e->args.size(); ++i) {
    if (!e->hasDots) {
      rest.push_back(exprTo(e->args[i], elem));
      continue;
    }
    Node* s = expr(e->args[i]);
    auto* b = underlyingAs<Basic>(s->type);
    rest.push_back(b && (b->info & kIsString) ? s : convert(s, t, s->pos));
  }
  n->list = unit_.arena().list(rest);
  return n;
}

Node* FuncBuilder::builtin(syntax::CallExpr* e, BuiltinId id) {
  auto arg = [&](size_t i) { return i < e->args.size() ? expr(e->args[i]) : nullptr; };
  std::vector<Node*> init;
  auto spread = [&](size_t n) {
    // f(g()) with a multi-value g.
    std::vector<Node*> values;
    if (e->args.size() == 1 && n > 1 && e->args[0]->type && unalias(e->args[0]->type)->kind == TypeKind::Tuple)
      init.push_back(tupleTemps(expr(e->args[0]), e->args[0]->type, e->pos, values));
    else
      for (syntax::Expr* a : e->args) values.push_back(expr(a));
    return values;
  };
  Type* t = e->type && e->mode != Mode::NoValue ? typeOf(e) : nullptr;
  auto make = [&](Op op, Node* x, Node* y = nullptr) { return binary(op, e->pos, t, x, y); };
  // A pointer and a length, perhaps from one call.
  auto pair = [&](Op op) {
    if (e->args.size() == 2) return make(op, arg(0), indexValue(e->args[1]));
    std::vector<Node*> v = spread(2);
    return withInit(make(op, v[0], v[1]), init);
  };
  switch (id) {
    case BuiltinId::Append: return appendCall(e);
    case BuiltinId::Len: case BuiltinId::Cap: {
      Node* x = arg(0);
      if (underlying(x->type)->kind == TypeKind::Pointer) x = deref(x, e->pos, true);
      return make(id == BuiltinId::Len ? Op::Len : Op::Cap, x);
    }
    case BuiltinId::Clear: return make(Op::Clear, arg(0));
    case BuiltinId::Close: return make(Op::Close, arg(0));
    case BuiltinId::Complex: {
      Type* part = canon(typ(underlyingAs<Basic>(t)->basic == BasicKind::Complex64 ? BasicKind::Float32 : BasicKind::Float64));
      std::vector<Node*> v = spread(2);
      auto as = [&](Node* n) { return n->op == Op::Literal ? literal(n->value, part, n->pos) : convert(n, part, n->pos); };
      return withInit(binary(Op::Complex, e->pos, t, as(v[0]), as(v[1])), init);
    }
    case BuiltinId::Copy: {
      std::vector<Node*> v = spread(2);
      return withInit(make(Op::Copy, v[0], v[1]), init);
    }
    case BuiltinId::Delete: {
      std::vector<Node*> v = spread(2);
      return withInit(make(Op::Delete, v[0], convert(v[1], canon(underlyingAs<Map>(v[0]->type)->key), v[1]->pos)), init);
    }
    case BuiltinId::Imag: return make(Op::Imag, arg(0));
    case BuiltinId::Real: return make(Op::Real, arg(0));
    case BuiltinId::Make: {
      Node* n = binary(Op::Make, e->pos, t, e->args.size() > 1 ? indexValue(e->args[1]) : nullptr, e->args.size() > 2 ? indexValue(e->args[2]) : nullptr);
      n->typeArg = t;
      n->written = written(e->args[0]->type);
      return n;
    }
    case BuiltinId::Max: case BuiltinId::Min: {
      Node* n = node(id == BuiltinId::Max ? Op::Max : Op::Min, e->pos, t);
      std::vector<Node*> v;
      for (syntax::Expr* a : e->args) v.push_back(exprTo(a, t));
      n->list = unit_.arena().list(v);
      return n;
    }
    case BuiltinId::New: {
      Type* elem = canon(underlyingAs<Pointer>(t)->base);
      Node* n = node(Op::New, e->pos, t);
      n->typeArg = elem;
      if (e->args[0]->mode == Mode::Type && hasTypeParams(e->args[0]->type)) n->index = kDynamicDictionary;
      n->written = written(e->args[0]->type);
      if (e->args[0]->mode != Mode::Type) n->x = exprTo(e->args[0], elem), n->index = declared_++;  // gc's temporary for it
      return n;
    }
    case BuiltinId::Panic: return unary(Op::Panic, e->pos, nullptr, exprTo(e->args[0], emptyInterface()));
    case BuiltinId::Print: case BuiltinId::Println: {
      Node* n = node(Op::Print, e->pos);
      n->index = id == BuiltinId::Println;
      n->list = unit_.arena().list(spread(2));
      return withInit(n, init);
    }
    case BuiltinId::Recover: func_->hasRecover = true; return make(Op::Recover, nullptr);
    case BuiltinId::Add: return pair(Op::UnsafeAdd);
    case BuiltinId::Slice: return pair(Op::UnsafeSlice);
    case BuiltinId::SliceData: return make(Op::UnsafeSliceData, arg(0));
    case BuiltinId::String: return pair(Op::UnsafeString);
    case BuiltinId::StringData: return make(Op::UnsafeStringData, arg(0));
    case BuiltinId::Alignof: case BuiltinId::Sizeof: {
      // Not constant only in generic code; in an instance the type is known.
      const TypeInfo& i = info(typeOf(e->args[0]));
      return intLiteral(static_cast<int64_t>(id == BuiltinId::Sizeof ? i.size : i.align), t, e->pos);
    }
    case BuiltinId::Offsetof: {
      auto* sel = syntax::as<syntax::SelectorExpr>(syntax::unparen(e->args[0]));
      Type* at = type(sel->recv);
      int64_t offset = 0;
      for (int i : sel->path) {
        if (auto* p = underlyingAs<Pointer>(at)) at = canon(p->base);
        offset += info(at).offsets[static_cast<size_t>(i)];
        at = canon(underlyingAs<Struct>(at)->fields[static_cast<size_t>(i)]->type);
      }
      return intLiteral(offset, t, e->pos);
    }
  }
  BURROW_UNREACHABLE();
}

}  // namespace burrow::ir
