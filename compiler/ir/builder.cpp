// A package: its functions, globals and initialisation.
#include "compiler/ir/builder.h"

#include <algorithm>

#include "compiler/ir/embed.h"
#include "compiler/ir/func_builder.h"
#include "compiler/ir/static_init.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {

/// gc's limit for capturing by value.
constexpr uint64_t kMaxCaptureByValue = 128;

}  // namespace

void placeVariables(Func* f) {
  for (Name* r : f->results)
    if (r->captured) r->reassigned = true;  // return statements assign it
  auto place = [](Name* n) {
    bool shared = n->captured && (n->reassigned || n->addrTaken || info(n->type).size > kMaxCaptureByValue);
    n->onHeap = n->addrTaken || shared;
  };
  for (Name* n : f->params) place(n);
  for (Name* n : f->results) place(n);
  for (Name* n : f->locals) {
    place(n);
    if (info(n->type).size > (n->autoTemp ? kMaxImplicitStackVariable : kMaxStackVariable)) n->onHeap = true;
  }
  for (Func* c : f->closures) {
    for (Name* n : c->captures) {
      Name* root = n;
      while (root->outer) root = root->outer;
      n->byValue = !root->onHeap;
    }
    placeVariables(c);
  }
}

UnitBuilder::UnitBuilder(const CheckResult& checked, FileSet& files, Arena& arena, const BuildOptions& options, Diagnostics& diagnostics)
    : checked_(checked), files_(files), arena_(arena), options_(options), diagnostics_(diagnostics), unit_(new Unit), statics_(std::make_unique<StaticInit>(*this)) {
  unit_->package = checked.package;
  unit_->files = &files;
  unit_->arena = &arena;
}

UnitBuilder::~UnitBuilder() = default;

/// //go:linkname local target: the local name stands for the target symbol, whether it is defined here (push) or not (pull).
void UnitBuilder::collectLinknames() {
  for (syntax::File* f : checked_.files)
    for (const syntax::Linkname& l : f->linknames)
      if (!l.target.empty()) pulls_[std::string(l.local)] = std::string(l.target);
}

Unit* UnitBuilder::build() {
  collectLinknames();
  for (Package* p : checked_.package->imports) unit_->imports.emplace_back(p->path, "");
  // Bodyless ones last: a declaration may merely name a function that has its body elsewhere in the package.
  for (const CheckedFunc& f : checked_.funcs)
    if (f.decl->body) buildDeclared(f);
  for (const CheckedFunc& f : checked_.funcs)
    if (!f.decl->body) buildDeclared(f);
  buildInit();
  for (TypeName* t : checked_.types) {
    auto* n = burrow::as<Named>(unalias(t->type));
    if (!n || !n->tparams.empty() || hasTypeParams(n) || isGenericLocal(t)) continue;
    Type* c = canon(n);
    unit_->types.push_back(c);
    unit_->types.push_back(pointerTo(c));
  }
  drain();
  for (size_t i = 0; i < boxed_.size(); ++i) methodTable(*unit_, boxed_[i]);  // which may find more
  return unit_;
}

/// A type declared inside a generic function exists only in instances.
bool UnitBuilder::isGenericLocal(const TypeName* t) const {
  return t->parent != t->pkg->scope && insideGeneric_.count(t) > 0;
}

void UnitBuilder::noteBoxed(Type* t) {
  auto* p = burrow::as<Pointer>(t);
  auto* n = burrow::as<Named>(p ? canon(p->base) : t);
  if (n && n->inst && boxedSeen_.insert(t).second) boxed_.push_back(t);
}

void UnitBuilder::drain() {
  while (!pending_.empty()) {
    Pending p = pending_.front();
    pending_.pop_front();
    buildInstance(p);
  }
}

void UnitBuilder::noteGenericTypes(syntax::FuncDecl* decl) {
  if (!decl->body) return;
  syntax::inspect(decl->body, [&](syntax::Node* n) {
    if (auto* t = syntax::as<syntax::TypeDecl>(n))
      if (auto* name = burrow::as<TypeName>(t->name->object)) insideGeneric_.insert(name);
    return true;
  });
}

void UnitBuilder::buildDeclared(const CheckedFunc& f) {
  Signature* sig = f.object->signature();
  if (!sig->tparams.empty() || !sig->rparams.empty()) {
    noteGenericTypes(f.decl);
    return;  // only instances are compiled
  }
  if (f.object->name == "_") return;
  Func* fn = unit_->newFunc();
  const std::string& path = checked_.package->path;
  std::string plain;
  if (f.object->name == "init" && !sig->recv) {
    fn->symbol = path + ".init." + std::to_string(initCount_++);
    inits_.push_back(fn);
  } else {
    plain = sig->recv ? methodSymbol(canon(sig->recv->type), f.object) : path + "." + std::string(f.object->name);
    fn->symbol = sig->recv ? linkSymbolOfMethod(plain) : linkSymbol(f.object, plain);
    if (fn->symbol != plain) f.object->linkName = syntax::intern(fn->symbol);
  }
  bool defined = define(fn->symbol);
  if (!defined && f.decl->body) return;
  if (!defined) fn->symbol = plain;  // a declaration of what another function here defines
  fn->package = path;
  fn->pos = f.decl->pos;
  fn->decl = f.decl;
  fn->object = f.object;
  fn->pragma = f.decl->pragma;
  fn->noinline = f.decl->pragma & syntax::kNoinline;
  fn->nosplit = f.decl->pragma & syntax::kNosplit;
  setCrashFunction(fn->symbol, fn->pos.bits());
  FuncBuilder b(*this, fn, nullptr, nullptr);
  b.declareParams(sig);
  if (f.decl->body) b.buildBody(f.decl->body);
  else fn->native = true;
  placeVariables(fn);
  checkFrame(*fn, diagnostics_);
  if (!defined) {
    unit_->elsewhere.push_back(fn);
    return;
  }
  unit_->funcs.push_back(fn);
  if (!sig->recv && f.object->exported()) aliasLinknamed(f.object, fn);
  if (f.object->name == "main" && !sig->recv && checked_.package->name == "main") unit_->main = fn;
}

/// Other packages know a function by its own name whatever //go:linkname made of it here: under that name it is a call.
void UnitBuilder::aliasLinknamed(burrow::Func* object, Func* target) {
  std::string plain = object->pkg->path + "." + std::string(object->name);
  if (target->symbol == plain || !define(plain)) return;
  Func* fn = unit_->newFunc();
  fn->symbol = plain;
  fn->package = target->package;
  fn->pos = target->pos;
  fn->wrapper = true;
  FuncBuilder b(*this, fn, nullptr, nullptr);
  b.buildAlias(object->signature(), funcRef(object, {}));
  placeVariables(fn);
  unit_->funcs.push_back(fn);
}

void UnitBuilder::buildInstance(const Pending& p) {
  syntax::FuncDecl* decl = bodyOf(p.func);
  Signature* sig = p.func->signature();
  Func* fn = unit_->newFunc();
  fn->symbol = p.symbol;
  fn->package = p.func->pkg->path;
  fn->dupOk = true;
  BURROW_CHECK(decl != nullptr);
  fn->pos = decl->pos;
  fn->decl = decl;
  fn->object = p.func;
  fn->targs = p.targs;
  setCrashFunction(fn->symbol, fn->pos.bits());
  fn->pragma = decl->pragma;
  auto* env = new TypeEnv{sig->recv ? sig->rparams : sig->tparams, p.targs, {}, p.symbol, nullptr};
  BURROW_CHECK(env->params.size() == env->args.size());
  FuncBuilder b(*this, fn, env, nullptr);
  b.declareParams(sig);
  if (decl->body) b.buildBody(decl->body);
  else fn->native = true;
  placeVariables(fn);
  checkFrame(*fn, diagnostics_);
  unit_->funcs.push_back(fn);
}

/// Variables with their initial values, as one function that assigns them in order and then calls the init functions. What can be laid
/// out at compile time is taken out of it later (layOutStatics).
void UnitBuilder::buildInit() {
  Func* init = unit_->newFunc();
  init->symbol = checked_.package->path + ".init";
  init->package = checked_.package->path;
  init->signature = init->fullType = funcType({}, {});
  define(init->symbol);
  FuncBuilder b(*this, init, nullptr, nullptr);
  std::vector<Node*> body;
  for (const Initializer& i : checked_.initOrder) {
    if (i.lhs.size() == 1 && i.rhs) {
      Var* v = i.lhs[0];
      init->pos = i.rhs->pos;
      Node* value = b.exprTo(i.rhs, canon(v->type));
      Node* target = nullptr;
      if (v->name != "_") dataOf(v), target = b.nameNode(global(v), v->pos);
      body.push_back(b.assignStmt(target, value, v->pos));
    } else if (i.rhs) {
      for (Var* v : i.lhs)
        if (v->name != "_") dataOf(v), statics_->dynamic.insert(global(v));
      b.initMulti(i, body);
    }
  }
  // Variables without initial value, and those of embeds.
  for (std::string_view name : checked_.package->scope->names()) {
    auto* v = burrow::as<Var>(checked_.package->scope->lookup(name));
    if (!v) continue;
    Name* n = global(v);
    bool defined = n->package.empty() || statics_->globals.count(n);
    if (!defined) continue;  // linknamed: another package's variable
    StaticData* d = dataOf(v);
    if (v->varDecl && !v->varDecl->embeds.empty()) embedFiles(*this, *statics_, d, v);
  }
  for (Func* f : inits_) {
    Node* fn = b.node(Op::FuncName, f->pos, f->fullType);
    fn->symbol = intern(f->symbol);
    Node* c = b.unary(Op::CallFunc, f->pos, nullptr, fn);
    body.push_back(b.unary(Op::ExprStmt, f->pos, nullptr, c));
  }
  init->body = arena_.list(body);
  placeVariables(init);
  checkFrame(*init, diagnostics_);
  unit_->init = init;
  unit_->funcs.push_back(init);
}

/// The data symbol of a package variable.
StaticData* UnitBuilder::dataOf(Var* v) {
  Name* n = global(v);
  StaticData*& d = statics_->globals[n];
  if (d) return d;
  d = unit_->newData();
  d->symbol = std::string(n->symbol);
  d->type = n->type;
  d->size = info(n->type).size;
  d->align = std::max<uint64_t>(info(n->type).align, 1);
  unit_->data.push_back(d);
  return d;
}

namespace {

/// Whether the assignment changes a local variable, another package's, or what one of these points to.
bool assignsElsewhere(const Node* target) {
  if (!target) return true;
  while (target->op == Op::Dot || target->op == Op::Paren || target->op == Op::Deref ||
         (target->op == Op::Index && underlyingAs<Array>(target->x->type)))
    target = target->x;
  return target->op == Op::Name && (target->name->cls != Class::Global || !target->name->package.empty());
}

/// Whether evaluating n may assign a variable of this package.
bool mayAssignGlobals(const Node* n) {
  if (!n) return false;
  auto any = [](const PackedList<Node*>& list) { return std::any_of(list.begin(), list.end(), mayAssignGlobals); };
  switch (n->op) {
    case Op::CallFunc: case Op::CallInter: case Op::Recv: case Op::Append: case Op::Clear: case Op::Copy: return true;
    case Op::Assign: case Op::AssignOp:
      if (!assignsElsewhere(n->x)) return true;
      break;
    case Op::Assign2: case Op::Assign2Call:
      if (!std::all_of(n->list.begin(), n->list.end(), assignsElsewhere)) return true;
      break;
    default: break;
  }
  return (n->op != Op::InlinedCall && mayAssignGlobals(n->x)) || mayAssignGlobals(n->y) || mayAssignGlobals(n->z) || any(n->list) ||
         any(n->list2) || any(n->body) || any(n->els);
}

}  // namespace

void UnitBuilder::layOutStatics() {
  Func* init = unit_->init;
  std::vector<Node*> rest;
  for (Node* n : init->body) {
    bool assigns = n->op == Op::Assign && (!n->x || (n->x->op == Op::Name && n->x->name->cls == Class::Global));
    if (!assigns) {
      statics_->mutated = true;
    } else {
      statics_->mutated |= mayAssignGlobals(n->y);
      if (!n->x) {
        if (StaticInit::canDiscard(n->y)) continue;
      } else {
        auto it = statics_->globals.find(n->x->name);
        if (it != statics_->globals.end() && !statics_->dynamic.count(n->x->name) && statics_->store(n->x->name, n->y, rest)) continue;
        statics_->dynamic.insert(n->x->name);
      }
    }
    rest.push_back(n);
  }
  init->body = arena_.list(rest);
  if (!rest.empty()) return;
  unit_->init = nullptr;
  std::erase(unit_->funcs, init);
  for (Func* c : init->closures) unit_->funcs.push_back(c);  // referred to by static data
}

void layOutStatics(Unit& unit) { unitBuilderOf(unit)->layOutStatics(); }

StaticData* UnitBuilder::stringData(std::string_view text) {
  auto [it, added] = strings_.try_emplace(std::string(text), nullptr);
  if (added) {
    it->second = unit_->newData();
    it->second->bytes = it->first;
    it->second->size = text.size();
    it->second->align = 1;
    it->second->readOnly = true;
  }
  return it->second;
}

Unit* buildUnit(const CheckResult& checked, FileSet& files, Arena& arena, const BuildOptions& options, Diagnostics& diagnostics) {
  auto* b = new UnitBuilder(checked, files, arena, options, diagnostics);
  unitBuilderOf(b->unit()) = b;  // methodTable and itabMethods come back to it during code generation
  return b->build();
}

void deleteUnit(Unit* unit) {
  delete unitBuilderOf(*unit);
  forgetBuilder(*unit);
  delete unit;
}

}  // namespace burrow::ir
