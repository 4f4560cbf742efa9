#include "compiler/ir/instance_wrappers.h"

#include <unordered_map>
#include <unordered_set>

#include "compiler/ir/func_builder.h"
#include "compiler/ir/visit.h"

namespace burrow::ir {

namespace {

/// Finds the instantiations that gc reads with their types: what code and declarations outside of instances mention, what such types are
/// made of, and what instances need at run time, through their dictionaries. As in gc what was found last is looked at first.
class WrapperMaker {
 public:
  explicit WrapperMaker(Unit& unit) : unit_(unit), builder_(*unitBuilderOf(unit)) {}

  void run() {
    for (const StaticData* d : unit_.data) mention(d->type);
    for (Type* t : unit_.types) mention(t);
    for (const Func* f : std::vector<Func*>(unit_.funcs.begin(), unit_.funcs.end())) {
      if (!f->targs.empty() || f->wrapper || f == unit_.init) continue;
      mention(f->fullType);
      todo_.push_back({f, {}});
    }
    drain();
    if (unit_.init) body(*unit_.init);
    drain();
    for (size_t i = 0; i < unit_.funcs.size(); ++i) {  // instances that only instances refer to
      const Func& f = *unit_.funcs[i];
      if (f.targs.empty() || !looked_.insert(f.symbol).second) continue;
      instanceBody(f);
      drain();
    }
    indexFuncs(unit_);
    unit_.funcs.insert(unit_.funcs.end(), wrappers_.begin(), wrappers_.end());
  }

 private:
  struct Item {
    const Func* declared;       ///< to be searched, or …
    std::string_view instance;  ///< … the symbol of an instance, to get a wrapper
  };

  void drain();
  void body(const Func& f);
  void instanceBody(const Func& f);
  void want(std::string_view symbol) {
    if (wanted_.insert(symbol).second) todo_.push_back({nullptr, symbol});
  }
  const Func* find(std::string_view symbol);
  void mention(Type* t);
  void mentionAll(const Tuple* t) {
    for (const Var* v : t->vars) mention(v->type);
  }
  void mentionParts(Type* t);
  void wantMethods(Named* type);
  Func* wrapperOf(const Func& instance);

  Unit& unit_;
  UnitBuilder& builder_;
  std::vector<Item> todo_;
  std::unordered_set<Type*> seen_;
  std::unordered_set<std::string_view> wanted_;  ///< symbols of instances
  std::unordered_set<std::string_view> looked_;
  std::unordered_map<std::string_view, const Func*> instances_;
  size_t known_ = 0;                             ///< functions of the unit that instances_ knows
  std::vector<Func*> wrappers_;
};

void WrapperMaker::drain() {
  while (!todo_.empty()) {
    Item item = todo_.back();
    todo_.pop_back();
    if (item.declared) {
      body(*item.declared);
      continue;
    }
    const Func* f = find(item.instance);
    if (!f) continue;
    mention(f->fullType);
    wrappers_.push_back(wrapperOf(*f));
    if (looked_.insert(f->symbol).second) instanceBody(*f);
  }
}

const Func* WrapperMaker::find(std::string_view symbol) {
  builder_.drain();
  for (; known_ < unit_.funcs.size(); ++known_)
    if (const Func* f = unit_.funcs[known_]; f->dupOk && !f->wrapper && !f->targs.empty()) instances_[f->symbol] = f;
  auto it = instances_.find(symbol);
  return it == instances_.end() ? nullptr : it->second;
}

void WrapperMaker::body(const Func& f) {
  for (const Name* n : f.locals) mention(n->type);
  visitAll(f.body, true, [&](const Node* n) {
    if (n->index == kStaticDictionary && n->op == Op::FuncName) want(n->symbol);
    if (n->type) mention(n->type);
    if (n->typeArg) mention(n->typeArg);
  });
}

void WrapperMaker::instanceBody(const Func& f) {
  visitAll(f.body, true, [&](const Node* n) {
    switch (n->op) {
      case Op::FuncName:
        if (n->index == kStaticDictionary) want(n->symbol);
        return;
      case Op::MethodExpr:
        if (n->index == kStaticDictionary) mention(static_cast<Signature*>(n->type)->params->vars[0]->type);
        return;
      case Op::ConvIface: return mention(n->x->type);
      case Op::New: case Op::PtrLit: case Op::Make: case Op::MapLit: case Op::SliceLit: return mention(n->type);
      case Op::TypeWord: case Op::Assert: return mention(n->typeArg);
      default: return;
    }
  });
}

void WrapperMaker::mention(Type* t) {
  t = canon(t);
  if (!seen_.insert(t).second) return;
  if (auto* named = burrow::as<Named>(t)) {
    if (named->inst) {
      for (Type* a : named->inst->targs) mention(a);
      wantMethods(named);
    }
    return mention(underlying(t));
  }
  mentionParts(t);
}

void WrapperMaker::mentionParts(Type* t) {
  switch (t->kind) {
    case TypeKind::Array: return mention(static_cast<Array*>(t)->elem);
    case TypeKind::Slice: return mention(static_cast<burrow::Slice*>(t)->elem);
    case TypeKind::Pointer: return mention(static_cast<Pointer*>(t)->base);
    case TypeKind::Chan: return mention(static_cast<Chan*>(t)->elem);
    case TypeKind::Tuple: return mentionAll(static_cast<Tuple*>(t));
    case TypeKind::Map:
      mention(static_cast<Map*>(t)->key);
      return mention(static_cast<Map*>(t)->elem);
    case TypeKind::Struct:
      for (const Var* v : static_cast<Struct*>(t)->fields) mention(v->type);
      return;
    case TypeKind::Signature:
      mentionAll(static_cast<Signature*>(t)->params);
      return mentionAll(static_cast<Signature*>(t)->results);
    case TypeKind::Interface:
      for (const burrow::Func* m : interfaceMethodsOf(t)) mention(m->Object::type);
      return;
    default: return;
  }
}

void WrapperMaker::wantMethods(Named* type) {
  for (int i = 0, n = numMethods(type); i < n; ++i) {
    burrow::Func* m = method(type, i);
    burrow::Func* origin = m->origin ? m->origin : m;
    const Signature* sig = origin->signature();
    bool viaPointer = sig && sig->recv ? unalias(sig->recv->type)->kind == TypeKind::Pointer : origin->hasPtrRecv;
    want(builder_.methodRef(m, viaPointer ? pointerTo(type) : type).symbol);
  }
}

/// `return instance(dictionary, parameters…)`; the dictionary is only said.
Func* WrapperMaker::wrapperOf(const Func& instance) {
  Func* fn = unit_.newFunc();
  fn->symbol = instance.symbol;
  fn->package = instance.package;
  fn->pos = instance.pos;
  fn->object = instance.object;
  fn->targs = instance.targs;
  fn->pragma = instance.pragma;
  fn->dupOk = fn->dead = true;
  Signature* sig = instance.object->signature();
  auto* env = new TypeEnv{sig->recv ? sig->rparams : sig->tparams, instance.targs, {}, instance.symbol, nullptr};
  FuncBuilder b(builder_, fn, env, nullptr);
  b.declareParams(sig);
  Node* fun = b.node(sig->recv ? Op::MethodExpr : Op::FuncName, fn->pos, instance.fullType);
  fun->symbol = builder_.intern(instance.symbol);
  fun->object = instance.object;
  fun->index = kStaticDictionary;
  std::vector<Node*> values, body;
  for (Name* p : fn->params) values.push_back(b.nameNode(p, fn->pos));
  Node* call = b.unary(Op::CallFunc, fn->pos, b.resultOf(instance.fullType), fun);
  call->list = builder_.arena().list(values);
  if (call->type) {
    b.returnCall(call, body);
  } else {
    body.push_back(b.unary(Op::ExprStmt, fn->pos, nullptr, call));
  }
  fn->body = builder_.arena().list(body);
  placeVariables(fn);
  return fn;
}

}  // namespace

void addInstanceWrappers(Unit& unit) { WrapperMaker(unit).run(); }

}  // namespace burrow::ir
