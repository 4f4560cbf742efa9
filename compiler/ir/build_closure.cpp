// Variables, captures and function literals.
#include "compiler/ir/func_builder.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

Name* FuncBuilder::declare(Object* o, Class cls) {
  Name* n = unit_.arena().make<Name>();
  n->name = o->name;
  n->cls = cls;
  n->type = type(o->type);
  n->pos = o->pos;
  n->func = func_;
  n->written = written(o->type);
  ++declared_;
  if (cls == Class::Local) func_->locals.push_back(n);
  vars_[o] = n;
  return n;
}

Name* FuncBuilder::lookup(Object* o) {
  auto* v = static_cast<Var*>(o);
  BURROW_CHECK(o->kind == ObjectKind::Var);
  for (FuncBuilder* b = this; b; b = b->outer_)
    if (auto it = b->vars_.find(o); it != b->vars_.end()) return b == this ? it->second : captureFrom(b, it->second);
  return unit_.global(v);
}

/// The capture of a variable of an enclosing function, through each literal in between.
Name* FuncBuilder::captureFrom(FuncBuilder* owner, Name* n) {
  return capture(outer_ == owner ? n : outer_->captureFrom(owner, n));
}

Name* FuncBuilder::capture(Name* outer) {
  auto [it, added] = captures_.try_emplace(outer, nullptr);
  if (!added) return it->second;
  Name* c = unit_.arena().make<Name>();
  c->name = outer->name;
  c->cls = Class::Capture;
  c->type = outer->type;
  c->pos = outer->pos;
  c->func = func_;
  c->outer = outer;
  c->index = static_cast<int>(func_->captures.size());
  c->written = outer->written;
  for (Name* n = outer; n; n = n->outer) n->captured = true;
  func_->captures.push_back(c);
  func_->hasClosureVars = true;
  it->second = c;
  return c;
}

void FuncBuilder::declareParams(Signature* sig) {
  std::vector<Name*> params, results;
  auto add = [&](Var* v, Class cls, std::vector<Name*>& to) {
    Name* n = declare(v, cls);
    n->index = static_cast<int>(to.size());
    to.push_back(n);
  };
  if (sig->recv) add(sig->recv, Class::Param, params);
  if (sig->params)
    for (Var* v : sig->params->vars) add(v, Class::Param, params);
  if (sig->results)
    for (Var* v : sig->results->vars) add(v, Class::Result, results);
  func_->params = unit_.arena().list(params);
  func_->results = unit_.arena().list(results);
  setFuncTypes(func_, sig->recv != nullptr, sig->variadic);
}

/// Types from the declared parameters.
void FuncBuilder::setFuncTypes(Func* f, bool hasRecv, bool variadic) {
  std::vector<Type*> params, results;
  for (Name* n : f->params) params.push_back(n->type);
  for (Name* n : f->results) results.push_back(n->type);
  f->fullType = funcType(params, results, variadic);
  if (hasRecv) params.erase(params.begin());
  f->signature = funcType(params, results, variadic);
}

Func* FuncBuilder::newClosure(Pos pos, Literal why) {
  // What is in the body of a range-over-func loop belongs to the function that the loop is in.
  FuncBuilder* home = this;
  while (home->rangeBody_) home = home->outer_;
  Func* f = unit_.unit().newFunc();
  f->symbol = home->func_->symbol;
  switch (why) {
    case Literal::Source: f->symbol += (home->outer_ ? "." : ".func") + std::to_string(++home->literals_); break;
    case Literal::Range: f->symbol += "-range" + std::to_string(++home->ranges_); break;
    case Literal::Go: f->symbol += ".gowrap" + std::to_string(++home->wrappers_); break;
    case Literal::Defer: f->symbol += ".deferwrap" + std::to_string(++home->wrappers_); break;
  }
  f->rangeBody = why == Literal::Range;
  f->goDeferWrapper = why == Literal::Go || why == Literal::Defer;
  f->package = func_->package;
  f->pos = pos;
  f->outer = func_;
  f->dupOk = func_->dupOk;
  f->pragma = 0;
  func_->closures.push_back(f);
  return f;
}

Node* FuncBuilder::closure(syntax::FuncLit* lit) {
  Func* f = newClosure(lit->pos, Literal::Source);
  f->written = written(lit->type);
  FuncBuilder inner(unit_, f, env_, this);
  inner.declareParams(static_cast<Signature*>(under(lit->type)));
  inner.buildBody(lit->body);
  Node* n = node(Op::Closure, lit->pos, typeOf(lit));
  n->func = f;
  return n;
}

/// A function without parameters around statements made by `fill`: go and defer thunks, range-over-func bodies.
Node* FuncBuilder::thunk(Pos pos, Literal why, const std::function<void(FuncBuilder&, std::vector<Node*>&)>& fill) {
  Func* f = newClosure(pos, why);
  f->wrapper = true;
  f->signature = f->fullType = funcType({}, {});
  FuncBuilder inner(unit_, f, env_, this);
  std::vector<Node*> body;
  fill(inner, body);
  f->body = unit_.arena().list(body);
  Node* n = node(Op::Closure, pos, f->fullType);
  n->func = f;
  return n;
}

void FuncBuilder::buildBody(syntax::BlockStmt* body) {
  func_->endPos = body->rbrace;
  syntaxBody_ = body;
  func_->body = block(body);
}

}  // namespace burrow::ir
