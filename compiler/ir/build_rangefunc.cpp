// for range over a function: the body becomes a function that the iterator calls. The statements are those that gc's rangefunc makes,
// for inlining counts them and messages show them:
//
//   for k, v := range f { body }   →   var #next int               (if anything leaves further than this loop)
//                                      var #state1 = ready
//                                      var #yield1 = func(k K, v V) bool {
//                                        #tmpState := #state1
//                                        #state1 = panicking
//                                        if #tmpState != ready { panicrangestate(#tmpState) }
//                                        body
//                                        #state1 = ready
//                                        return true }
//                                      f(#yield1)
//                                      if #state1 == panicking { panicrangestate(missed panic) }
//                                      #state1 = exhausted
//                                      go where #next says
//
// Leaving the body sets the state to done and returns false. What leaves further (return, goto, break and continue of outer loops) first
// notes in #next, a variable of the outermost function, where to go. Loops are numbered from the outermost, 1: 2·n means break loop n,
// 2·n - 1 continue it, -1 return (the results are stored in the function's result variables), and each label has three
// smaller numbers. After the call every level either goes there or, if it is itself such a body, passes it on.
#include <algorithm>

#include "compiler/ir/func_builder.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {

enum State : int { kDone = 0, kReady = 1, kPanicking = 2, kExhausted = 3, kMissedPanic = 4 };
constexpr int kReturn = -1;

Op branchOp(syntax::Token tok) {
  return tok == syntax::Token::Break ? Op::Break : tok == syntax::Token::Continue ? Op::Continue : tok == syntax::Token::Goto ? Op::Goto : Op::Fallthrough;
}

void noteReassigned(Name* n) {
  for (; n; n = n->outer) n->reassigned = true;
}

}  // namespace

Node* FuncBuilder::branchNode(syntax::Token tok, std::string_view label, Pos pos) {
  Node* n = node(branchOp(tok), pos);
  n->label = label;
  return n;
}

/// Whether a branch stays within this builder's function.
bool FuncBuilder::isInside(const syntax::BranchStmt* s) const {
  if (!rangeBody_) return true;
  for (const syntax::Stmt* e : enclosing_)
    if (e == s->target) return true;
  return s->tok == syntax::Token::Goto && labels_.count(s->label->name);
}

void FuncBuilder::branch(syntax::BranchStmt* s, std::vector<Node*>& out) {
  if (s->tok == syntax::Token::Fallthrough || isInside(s)) {
    out.push_back(branchNode(s->tok, s->label ? s->label->name : std::string_view(), s->pos));
    return;
  }
  std::vector<Node*> inner;
  leaveLoops(s, inner);
  Node* b = node(Op::Block, s->pos);
  b->body = unit_.arena().list(inner);
  out.push_back(b);
}

/// A branch out of this body: says the loops on the way what to check for.
void FuncBuilder::leaveLoops(syntax::BranchStmt* s, std::vector<Node*>& out) {
  bool goOn = s->tok == syntax::Token::Continue;
  RangeLoop* target = s->tok == syntax::Token::Goto ? nullptr : rangeBody_;
  while (target && target->loop != s->target) target = target->outer;
  if (target == rangeBody_) return leaveBody(goOn, s->pos, out);
  int code;
  if (target) {
    code = 2 * target->depth - goOn;
    for (RangeLoop* l = rangeBody_; l != target; l = l->outer)
      if (l->outer != target || !goOn) l->checkBreak = true;
      else l->checkContinue = true;
    if (!goOn) target->checkBreak = true;
  } else {
    // The loop whose end is followed by the branch: the outermost one that does not contain the label.
    RangeLoop* last = rangeBody_;
    for (; last->outer && !last->builder->outer_->labels_.count(s->label->name); last = last->outer) last->checkReturn = true;
    code = labelCode(s->tok, s->label->name);
    last->branches.push_back({s->tok, s->label->name, code});
  }
  setVar(nextVar(), code, s->pos, out);
  leaveBody(false, s->pos, out);
}

/// The number in #next of a branch to a label.
int FuncBuilder::labelCode(syntax::Token tok, std::string_view label) {
  int used = kReturn, code = 0;
  syntax::inspect(rangeBody_->home->syntaxBody_, [&](syntax::Node* n) {
    if (auto* l = syntax::as<syntax::LabeledStmt>(n)) {
      used -= 3;
      if (l->label->name == label) code = used + (tok == syntax::Token::Break ? 0 : tok == syntax::Token::Continue ? 1 : 2);
    }
    return true;
  });
  return code;
}

/// The variable that says where to go after the loops; it comes to life with the outermost one.
Name* FuncBuilder::nextVar() {
  FuncBuilder* home = rangeBody_->home;
  if (home->next_) return home->next_;
  home->next_ = home->loopVariable("#next", canon(typ(BasicKind::Int)), Pos());
  // gc lists it in front of the states of the loops: messages come in that order.
  std::vector<Name*>& locals = home->func_->locals;
  auto isState = [&](const Name* n) { return n->name.starts_with("#state") && n->pos == home->loopPos_; };
  if (auto first = std::find_if(locals.begin(), locals.end(), isState); first != locals.end()) std::rotate(first, locals.end() - 1, locals.end());
  Node* d = node(Op::Declare, home->loopPos_);
  d->name = home->next_;
  home->loopDecls_.push_back(d);
  return home->next_;
}

/// A variable that the source does not have.
Name* FuncBuilder::loopVariable(std::string_view name, Type* t, Pos pos) {
  Name* n = unit_.arena().make<Name>();
  n->name = unit_.intern(std::string(name));
  n->type = t;
  n->pos = pos;
  n->func = func_;
  n->reassigned = true;
  ++declared_;
  func_->locals.push_back(n);
  return n;
}

/// Assigns a number to a variable of this or an enclosing function.
void FuncBuilder::setVar(Name* v, int64_t value, Pos pos, std::vector<Node*>& out) {
  Name* here = v->func == func_ ? v : captureFromOwner(v);
  noteReassigned(here);
  out.push_back(assignStmt(nameNode(here, pos), intLiteral(value, v->type, pos), pos));
}

Name* FuncBuilder::captureFromOwner(Name* v) {
  FuncBuilder* owner = outer_;
  while (owner->func_ != v->func) owner = owner->outer_;
  return captureFrom(owner, v);
}

Node* FuncBuilder::varIs(Name* v, Op op, int64_t value, Pos pos) {
  Name* here = v->func == func_ ? v : captureFromOwner(v);
  return binary(op, pos, canon(typ(BasicKind::Bool)), nameNode(here, pos), intLiteral(value, v->type, pos));
}

/// return true (next turn) or false (stop) from a body.
void FuncBuilder::leaveBody(bool goOn, Pos pos, std::vector<Node*>& out) {
  setVar(rangeBody_->state, goOn ? kReady : kDone, pos, out);
  Node* n = node(Op::Return, pos);
  n->list = unit_.arena().list(std::vector<Node*>{literal(constant::makeBool(goOn), canon(typ(BasicKind::Bool)), pos)});
  out.push_back(n);
}

/// return from inside a body: results are stored in the variables of the outermost function, which get names.
void FuncBuilder::leaveFunction(syntax::ReturnStmt* s, std::vector<Node*>& out) {
  List<Name*> results = rangeBody_->home->func_->results;
  List<syntax::Expr*> values = s->results ? syntax::unpackList(s->results) : List<syntax::Expr*>();
  for (RangeLoop* l = rangeBody_; l; l = l->outer) l->checkReturn = true;
  std::vector<Node*> targets, list;
  for (size_t i = 0; i < results.size() && s->results; ++i) {
    if (results[i]->name.empty() || results[i]->name == "_") results[i]->name = unit_.intern("#rv" + std::to_string(i + 1));
    Name* here = captureFromOwner(results[i]);
    noteReassigned(here);
    targets.push_back(nameNode(here, s->pos));
  }
  if (values.size() == 1 && targets.size() > 1) {
    Node* call = withoutInit(expr(values[0]), out);
    assignTuple(call, std::move(targets), s->pos, out)->written = written(values[0]->type);
  } else {
    for (size_t i = 0; i < values.size(); ++i) list.push_back(exprTo(values[i], results[i]->type));
    if (targets.size() == 1) out.push_back(assignStmt(targets[0], list[0], s->pos));
    if (targets.size() > 1) {
      Node* n = node(Op::Assign2, s->pos);
      n->list = unit_.arena().list(targets);
      n->list2 = unit_.arena().list(list);
      out.push_back(n);
    }
  }
  setVar(nextVar(), kReturn, s->pos, out);
  leaveBody(false, s->pos, out);
}

Node* FuncBuilder::deferToken(Pos pos) {
  FuncBuilder* home = rangeBody_->home;
  home->func_->hasDefer = true;
  home->func_->loopDefer = true;
  if (!home->deferToken_) {
    home->deferToken_ = home->loopVariable("#defers", canon(typ(BasicKind::UnsafePointer)), Pos());
    home->deferToken_->reassigned = false;
    Pos at = home->loopPos_;
    home->loopDecls_.push_back(assignStmt(nameNode(home->deferToken_, at), node(Op::DeferToken, at, home->deferToken_->type), at, true));
  }
  return nameNode(captureFromOwner(home->deferToken_), pos);
}

Node* FuncBuilder::panicRangeState(Node* argument, Pos pos) {
  FuncRef ref{unit_.intern("runtime.panicrangestate"), "runtime", funcType({canon(typ(BasicKind::Int))}, {})};
  return unary(Op::ExprStmt, pos, nullptr, call(ref, {argument}, pos));
}

Node* FuncBuilder::ifThen(Node* condition, const std::vector<Node*>& body, Pos pos) {
  Node* n = unary(Op::If, pos, nullptr, condition);
  n->body = unit_.arena().list(body);
  return n;
}

void FuncBuilder::rangeFunc(syntax::ForStmt* s, std::vector<Node*>& out) {
  if (rangeBody_) return rangeFuncLoop(s, out);
  // Each outermost loop has variables, and thereby a list of deferred calls, of its own.
  next_ = deferToken_ = nullptr;
  loopDecls_.clear();
  loopPos_ = s->pos;
  rangeFuncLoop(s, out);
}

void FuncBuilder::rangeFuncLoop(syntax::ForStmt* s, std::vector<Node*>& out) {
  auto* r = static_cast<syntax::RangeClause*>(s->init);
  Type* integer = canon(typ(BasicKind::Int));
  Pos pos = s->pos, end = s->body->rbrace;
  FuncBuilder* home = rangeBody_ ? rangeBody_->home : this;
  Name* state = loopVariable("#state" + std::to_string(++home->stateVars_), integer, pos);
  Node* iterator = expr(r->x);
  Type* yieldType = canon(underlyingAs<Signature>(iterator->type)->params->vars[0]->type);

  Func* f = newClosure(pos, Literal::Range);
  FuncBuilder inner(unit_, f, env_, this);
  RangeLoop loop{s, state, home, &inner, rangeBody_, rangeBody_ ? rangeBody_->depth + 1 : 1, false, false, false, {}};
  inner.rangeBody_ = &loop;
  inner.buildRangeBody(s, underlyingAs<Signature>(yieldType));
  Node* closure = node(Op::Closure, pos, f->fullType);
  closure->func = f;
  Name* yield = loopVariable("#yield" + std::to_string(++home->yieldVars_), f->fullType, Pos());
  yield->reassigned = false;

  std::vector<Node*> body, checks;
  body.push_back(assignStmt(nameNode(state, pos), intLiteral(kReady, integer, pos), pos, true));
  body.push_back(assignStmt(nameNode(yield, pos), closure, pos, true));
  Node* callNode = unary(Op::CallFunc, pos, nullptr, iterator);
  callNode->list = unit_.arena().list(std::vector<Node*>{convert(nameNode(yield, pos), yieldType, pos)});
  std::vector<Node*> init;
  saveCallee(callNode->x, init);
  body.insert(body.end(), init.begin(), init.end());
  body.push_back(unary(Op::ExprStmt, pos, nullptr, callNode));
  body.push_back(ifThen(varIs(state, Op::Eq, kPanicking, end), {panicRangeState(intLiteral(kMissedPanic, integer, end), end)}, end));
  setVar(state, kExhausted, end, body);
  afterLoop(loop, end, body);
  if (!rangeBody_) body.insert(body.begin(), loopDecls_.begin(), loopDecls_.end());
  Node* block = node(Op::Block, pos);
  block->body = unit_.arena().list(body);
  out.push_back(block);
}

/// The body function: parameters are the loop's variables, or are assigned to its targets.
void FuncBuilder::buildRangeBody(syntax::ForStmt* s, Signature* yieldType) {
  auto* r = static_cast<syntax::RangeClause*>(s->init);
  List<syntax::Expr*> lhs = r->lhs ? syntax::unpackList(r->lhs) : List<syntax::Expr*>();
  std::vector<Node*> out;
  std::vector<Name*> params;
  Pos pos = s->pos;
  ++declared_;  // the result
  for (size_t i = 0; i < yieldType->params->vars.size(); ++i) {
    Type* t = canon(yieldType->params->vars[i]->type);
    auto* name = i < lhs.size() ? syntax::as<syntax::Name>(lhs[i]) : nullptr;
    bool blank = name && name->name == "_";
    Name* p;
    if (r->def && name && !blank) {
      p = declare(name->object, Class::Param);
    } else {
      ++declared_;
      p = unit_.arena().make<Name>();
      p->name = r->def && blank ? "_" : unit_.intern("#p" + std::to_string(i + 1));
      p->cls = Class::Param;
      p->type = t;
      p->pos = r->def && blank ? name->pos : pos;
      p->func = func_;
      if (i < lhs.size() && !r->def) {
        Node* to = target(lhs[i]);
        Node* value = nameNode(p, lhs[i]->pos);
        out.push_back(assignStmt(to, to ? convert(value, to->type, lhs[i]->pos) : value, lhs[i]->pos));
      }
    }
    p->index = static_cast<int>(i);
    params.push_back(p);
  }
  Name* result = unit_.arena().make<Name>();
  result->name = "#r";
  result->cls = Class::Result;
  result->type = canon(typ(BasicKind::Bool));
  result->pos = pos;
  result->func = func_;
  func_->params = unit_.arena().list(params);
  func_->results = unit_.arena().list(std::vector<Name*>{result});
  setFuncTypes(func_, false, false);
  func_->endPos = s->body->rbrace;
  collectLabels(s->body);
  checkState(pos, out);
  if (!stmts(s->body->list, out)) leaveBody(true, s->body->rbrace, out);
  func_->body = unit_.arena().list(out);
}

/// The iterator may call a body only when it waits to be called.
void FuncBuilder::checkState(Pos pos, std::vector<Node*>& out) {
  Name* was = loopVariable("#tmpState", rangeBody_->state->type, Pos());
  was->reassigned = false;
  out.push_back(assignStmt(nameNode(was, pos), nameNode(captureFromOwner(rangeBody_->state), pos), pos, true));
  setVar(rangeBody_->state, kPanicking, pos, out);
  out.push_back(ifThen(varIs(was, Op::Ne, kReady, pos), {panicRangeState(nameNode(was, pos), pos)}, pos));
}

/// Labels declared in a body, for gotos that stay inside it.
void FuncBuilder::collectLabels(syntax::BlockStmt* body) {
  syntax::inspect(body, [&](syntax::Node* n) {
    if (n->kind == syntax::Kind::FuncLit) return false;
    if (auto* l = syntax::as<syntax::LabeledStmt>(n)) labels_.insert(l->label->name);
    return true;
  });
}

/// Goes where the branches that left the loop wanted to go.
void FuncBuilder::afterLoop(const RangeLoop& loop, Pos pos, std::vector<Node*>& out) {
  Name* next = nullptr;
  auto when = [&](Op op, int code, bool reset, std::vector<Node*> then) {
    if (!next) next = loop.builder->nextVar();
    std::vector<Node*> body;
    if (reset) setVar(next, 0, pos, body);
    body.insert(body.end(), then.begin(), then.end());
    out.push_back(ifThen(varIs(next, op, code, pos), body, pos));
  };
  std::set<int> done;
  for (const RangeLoop::Branch& b : loop.branches)
    if (done.insert(b.code).second) when(Op::Eq, b.code, true, {branchNode(b.tok, b.label, pos)});
  if (!rangeBody_) {
    if (loop.checkReturn) when(Op::Eq, kReturn, false, {node(Op::Return, pos)});
    return;
  }
  auto leave = [&](bool goOn) {
    std::vector<Node*> body;
    leaveBody(goOn, pos, body);
    return body;
  };
  int here = 2 * (loop.depth - 1);  // the code of a break of the loop around this one
  if (loop.checkReturn) when(Op::Lt, 0, false, leave(false));
  when(Op::Gt, here, false, {panicRangeState(intLiteral(kDone, canon(typ(BasicKind::Int)), pos), pos)});
  if (loop.checkContinue) when(Op::Eq, here - 1, true, leave(true));
  if (loop.checkBreak) when(Op::Eq, here, true, leave(false));
  if (loop.checkContinue || loop.checkBreak) when(Op::Gt, 0, false, leave(false));
}

}  // namespace burrow::ir
