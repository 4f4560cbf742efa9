// Functions that the source does not spell: promoted methods, pointer wrappers of value methods, interface methods as
// functions, method values; and the method tables made of them.
#include <algorithm>

#include "compiler/ir/func_builder.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {

std::unordered_map<Unit*, UnitBuilder*>& builders() {
  static std::unordered_map<Unit*, UnitBuilder*> all;
  return all;
}

}  // namespace

UnitBuilder*& unitBuilderOf(Unit& unit) { return builders()[&unit]; }
void forgetBuilder(Unit& unit) { builders().erase(&unit); }

/// `return call`, whatever the number of results.
void FuncBuilder::returnCall(Node* call, std::vector<Node*>& out) {
  Pos pos = call->pos;
  if (!call->type) {
    out.push_back(unary(Op::ExprStmt, pos, nullptr, call));
    out.push_back(node(Op::Return, pos));
    return;
  }
  std::vector<Node*> values;
  if (call->type->kind == TypeKind::Tuple) out.push_back(tupleTemps(call, nullptr, call->pos, values));
  else values.push_back(call);
  Node* n = node(Op::Return, pos);
  if (!values.empty()) values[0]->wrapped = false;
  n->list = unit_.arena().list(values);
  out.push_back(n);
}

/// Parameters and results with these types, called what the method calls its own: explanations of -m=2 name them. `recv` is the first
/// parameter's namesake, null if there is none.
void FuncBuilder::declareTypes(const std::vector<Type*>& params, const std::vector<Type*>& results, Var* recv, const Signature& like) {
  auto make = [&](const std::vector<Type*>& types, Class cls, const std::vector<Var*>& namesakes) {
    std::vector<Name*> names;
    for (Type* t : types) {
      Name* n = unit_.arena().make<Name>();
      n->cls = cls;
      n->type = t;
      n->func = func_;
      n->index = static_cast<int>(names.size());
      if (const Var* v = namesakes[names.size()]) {
        if (v->name != "_") n->name = v->name;
        n->pos = v->pos;
      }
      names.push_back(n);
      ++declared_;
    }
    return unit_.arena().list(names);
  };
  std::vector<Var*> ins, outs;
  if (like.params) ins.assign(like.params->vars.begin(), like.params->vars.end());
  if (like.results) outs.assign(like.results->vars.begin(), like.results->vars.end());
  if (params.size() > ins.size()) ins.insert(ins.begin(), recv);
  func_->params = make(params, Class::Param, ins);
  func_->results = make(results, Class::Result, outs);
}

/// callOn, with the function's remaining parameters.
Node* FuncBuilder::forward(Node* recv, List<int> path, burrow::Func* m, List<Name*> args, Pos pos) {
  std::vector<Node*> values;
  for (Name* a : args) values.push_back(nameNode(a, pos));
  return callOn(recv, path, m, {values.data(), values.size()}, pos);
}

Node* FuncBuilder::callOn(Node* recv, List<int> path, burrow::Func* m, List<Node*> args, Pos pos) {
  Node* r = receiverFor(recv, path, m, pos);
  if (as<Interface>(underlying(r->type))) {
    int64_t i = methodIndex(r->type, m);
    burrow::Func* im = interfaceMethodsOf(r->type)[static_cast<size_t>(i)];
    Node* n = unary(Op::CallInter, pos, resultOf(canon(im->Object::type)), r);
    n->index = i;
    n->object = im;
    n->list = unit_.arena().list(std::span<Node* const>(args));
    return n;
  }
  FuncRef ref = unit_.methodRef(m, r->type);
  Node* fn = node(Op::MethodExpr, pos, ref.fullType);
  fn->symbol = ref.symbol;
  fn->package = ref.package;
  fn->object = ref.object;
  std::vector<Node*> values(args.begin(), args.end());
  values.insert(values.begin(), r);
  Node* n = unary(Op::CallFunc, pos, resultOf(ref.fullType), fn);
  n->list = unit_.arena().list(values);
  return n;
}

/// The body `return target(parameters…)`.
void FuncBuilder::buildAlias(Signature* sig, const FuncRef& target) {
  declareParams(sig);
  Node* fn = node(Op::FuncName, func_->pos, target.fullType);
  fn->symbol = target.symbol;
  fn->package = target.package;
  fn->object = target.object;
  std::vector<Node*> values;
  for (Name* a : func_->params) values.push_back(nameNode(a, func_->pos));
  Node* call = unary(Op::CallFunc, func_->pos, resultOf(target.fullType), fn);
  call->list = unit_.arena().list(values);
  std::vector<Node*> body;
  returnCall(call, body);
  func_->body = unit_.arena().list(body);
}

namespace {

struct Types {
  std::vector<Type*> params, results;
  bool variadic;
};

Types typesOf(Type* signature) {
  auto* sig = burrow::as<Signature>(canon(signature));
  Types t{{}, {}, sig->variadic};
  for (Var* v : sig->params->vars) t.params.push_back(canon(v->type));
  for (Var* v : sig->results->vars) t.results.push_back(canon(v->type));
  return t;
}

/// The receiver that m's declaration has; null: an interface's method.
Var* receiverOf(burrow::Func* m) {
  Signature* sig = (m->origin ? m->origin : m)->signature();
  return sig && sig->recv && !burrow::as<Interface>(under(sig->recv->type)) ? sig->recv : nullptr;
}

bool hasPtrRecv(burrow::Func* m) {
  burrow::Func* o = m->origin ? m->origin : m;
  Signature* sig = o->signature();
  return sig && sig->recv ? unalias(sig->recv->type)->kind == TypeKind::Pointer : o->hasPtrRecv;
}

/// A function around method m, without its body. Every package that needs it makes it.
Func* newWrapper(Unit& unit, const std::string& symbol, const burrow::Func* m, Type* type) {
  Func* f = unit.newFunc();
  f->symbol = symbol;
  if (m->pkg) f->package = m->pkg->path;
  f->dupOk = f->wrapper = true;
  f->fullType = f->signature = type;
  return f;
}

}  // namespace

FuncRef UnitBuilder::methodWrapper(Type* recv, const Selection& selection) {
  auto* m = static_cast<burrow::Func*>(selection.object);
  bool isPtr = recv->kind == TypeKind::Pointer, isIface = burrow::as<Interface>(underlying(recv)) != nullptr;
  // The method itself, if it is declared on this very type.
  if (selection.path.size() == 1 && !isIface && isPtr == hasPtrRecv(m)) return methodRef(m, recv);
  std::string symbol = methodSymbol(recv, m);
  Types t = typesOf(m->Object::type);
  t.params.insert(t.params.begin(), recv);
  FuncRef ref{intern(symbol), {}, funcType(t.params, t.results, t.variadic)};
  if (!define(symbol)) return ref;
  Func* f = newWrapper(*unit_, symbol, m, ref.fullType);
  FuncBuilder b(*this, f, nullptr, nullptr);
  b.declareTypes(t.params, t.results, receiverOf(m), *m->signature());
  std::vector<Node*> body;
  Node* r = b.nameNode(f->params[0], Pos());
  if (isPtr && !hasPtrRecv(m) && selection.path.size() == 1) {
    // A value method through a nil pointer has a panic text of its own.
    Node* isNil = b.binary(Op::Eq, Pos(), canon(typ(BasicKind::Bool)), b.nameNode(f->params[0], Pos()), b.nil(recv, Pos()));
    FuncRef wrap{intern("runtime.panicwrap"), "runtime", funcType({}, {})};
    Node* check = b.unary(Op::If, Pos(), nullptr, isNil);
    check->body = arena_.list(std::vector<Node*>{b.unary(Op::ExprStmt, Pos(), nullptr, b.call(wrap, {}, Pos()))});
    body.push_back(check);
  }
  List<int> path = arena_.list(selection.path);
  b.returnCall(b.forward(r, path, m, f->params.subspan(1), Pos()), body);
  f->body = arena_.list(body);
  unit_->funcs.push_back(f);
  return ref;
}

/// pkg.T.M-fm: its closure holds the receiver, already of the method's receiver type.
FuncRef UnitBuilder::methodValueThunk(Type* recv, burrow::Func* m) {
  std::string symbol = methodSymbol(recv, m) + "-fm";
  Types t = typesOf(m->Object::type);
  FuncRef ref{intern(symbol), {}, funcType(t.params, t.results, t.variadic)};
  if (!define(symbol)) return ref;
  Func* f = newWrapper(*unit_, symbol, m, ref.fullType);
  FuncBuilder b(*this, f, nullptr, nullptr);
  b.declareTypes(t.params, t.results, nullptr, *m->signature());
  Name* held = arena_.make<Name>();
  held->cls = Class::Capture;
  held->type = recv;
  held->func = f;
  held->byValue = true;
  held->name = ".this";
  f->captures.push_back(held);
  f->hasClosureVars = true;
  std::vector<Node*> body;
  std::vector<int> last{0};
  b.returnCall(b.forward(b.nameNode(held, Pos()), arena_.list(last), m, f->params, Pos()), body);
  f->body = arena_.list(body);
  unit_->funcs.push_back(f);
  return ref;
}

namespace {

/// The receiver as one data word: pointer-shaped values are passed as they are, others by their address.
FuncRef dataWordMethod(UnitBuilder& b, Type* t, const Selection& s) {
  if (info(t).direct) return b.methodWrapper(t, s);
  Type* p = pointerTo(t);
  auto* m = static_cast<burrow::Func*>(s.object);
  Selection viaPtr = lookupFieldOrMethod(p, false, m->pkg, m->name);
  BURROW_CHECK(viaPtr.object != nullptr);
  return b.methodWrapper(p, viaPtr);
}

}  // namespace

std::vector<MethodEntry> methodTable(Unit& unit, Type* t) {
  UnitBuilder& b = *unitBuilderOf(unit);
  std::vector<MethodEntry> out;
  if (burrow::as<Interface>(underlying(t))) return out;
  for (const Selection& s : methodSet(t)) {
    auto* m = static_cast<burrow::Func*>(s.object);
    MethodEntry e;
    e.name = m->name;
    e.exported = m->exported();
    if (!e.exported && m->pkg) e.pkgPath = m->pkg->path;
    e.signature = canon(m->Object::type);
    FuncRef ifn = dataWordMethod(b, t, s), tfn = b.methodWrapper(t, s);
    e.ifn = ifn.symbol;
    e.tfn = tfn.symbol;
    e.package = ifn.package;
    e.tfnPackage = tfn.package;
    out.push_back(std::move(e));
  }
  b.drain();
  return out;
}

void addInterfaceWrappers(Unit& unit, Type* iface) {
  UnitBuilder& b = *unitBuilderOf(unit);
  const std::vector<burrow::Func*>& methods = interfaceMethodsOf(iface);
  for (auto m = methods.rbegin(); m != methods.rend(); ++m)  // messages about wrappers begin with the one that was made last
    b.methodWrapper(iface, lookupFieldOrMethod(iface, false, (*m)->pkg, (*m)->name));
  b.drain();
}

std::vector<std::pair<std::string_view, std::string_view>> itabMethods(Unit& unit, Type* concrete, Type* iface) {
  UnitBuilder& b = *unitBuilderOf(unit);
  std::vector<std::pair<std::string_view, std::string_view>> out;
  for (burrow::Func* im : interfaceMethodsOf(iface)) {
    Selection s = lookupFieldOrMethod(concrete, false, im->pkg, im->name);
    BURROW_CHECK(s.object != nullptr);
    FuncRef ref = dataWordMethod(b, concrete, s);
    out.emplace_back(ref.symbol, ref.package);
  }
  b.drain();
  return out;
}

}  // namespace burrow::ir
