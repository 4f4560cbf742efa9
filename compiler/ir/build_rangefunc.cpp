// for range over a function: the body becomes a function that the iterator calls.
//
//   for k, v := range f { body }   →   state = ready
//                                      f(func(k K, v V) bool {
//                                        if state != ready { panicrangestate(state) }
//                                        state = panicking; body; state = ready; return true })
//                                      if state == panicking { panicrangestate(missed panic) }
//                                      state = exhausted; go where `next` says
//
// Leaving the body sets state to done and returns false. What leaves further than this loop (return, goto, break and
// continue of outer loops) first notes in `next`, a variable of the outermost function, where to go: -1 to return (the
// results are stored in the function's result variables), else the number of the branch. After the call each level
// either goes there or, if it is itself such a body, passes it on. The states are those of gc's runtime.
#include "compiler/ir/func_builder.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {
enum State : int { kDone = 0, kReady = 1, kPanicking = 2, kExhausted = 3, kMissedPanic = 4 };
constexpr int kReturn = -1;
}  // namespace

/// Whether a branch to `target` stays within this builder's function.
bool FuncBuilder::isInside(const syntax::BranchStmt* s) const {
  for (const syntax::Stmt* e : enclosing_)
    if (e == s->target) return true;
  return !rangeBody_ || (s->tok == syntax::Token::Goto && labels_.count(s->label->name));
}

static Node* branchNode(FuncBuilder& b, const syntax::BranchStmt* s) {
  Op op = s->tok == syntax::Token::Break ? Op::Break : s->tok == syntax::Token::Continue ? Op::Continue : s->tok == syntax::Token::Goto ? Op::Goto : Op::Fallthrough;
  Node* n = b.node(op, s->pos);
  if (s->label) n->label = s->label->name;
  return n;
}

void FuncBuilder::branch(syntax::BranchStmt* s, std::vector<Node*>& out) {
  if (s->tok == syntax::Token::Fallthrough || isInside(s)) {
    out.push_back(branchNode(*this, s));
    return;
  }
  if (s->target == rangeBody_->loop && s->tok != syntax::Token::Goto) return leaveBody(s->tok == syntax::Token::Continue, s->pos, out);
  // Out of more than this loop: note where to, and unwind level by level.
  FuncBuilder* home = rangeBody_->home;
  home->exits_.push_back({s, static_cast<int>(home->exits_.size()) + 1});
  setVar(rangeBody_->next, home->exits_.back().second, s->pos, out);
  leaveBody(false, s->pos, out);
}

/// Assigns a number to a variable of an enclosing function.
void FuncBuilder::setVar(Name* v, int64_t value, Pos pos, std::vector<Node*>& out) {
  Name* here = v->func == func_ ? v : captureFromOwner(v);
  for (Name* n = here; n; n = n->outer) n->reassigned = true;
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

void FuncBuilder::leaveRangeBody(const std::vector<Node*>& results, Pos pos, std::vector<Node*>& out) {
  FuncBuilder* home = rangeBody_->home;
  if (!results.empty()) {
    Node* n = node(Op::Assign2, pos);
    std::vector<Node*> targets;
    for (Name* r : home->func_->results) {
      Name* here = captureFromOwner(r);
      for (Name* x = here; x; x = x->outer) x->reassigned = true;
      targets.push_back(nameNode(here, pos));
    }
    n->list = unit_.arena().list(targets);
    n->list2 = unit_.arena().list(results);
    out.push_back(n);
  }
  setVar(rangeBody_->next, kReturn, pos, out);
  leaveBody(false, pos, out);
}

Node* FuncBuilder::deferToken(Pos pos) {
  FuncBuilder* home = rangeBody_->home;
  home->func_->hasDefer = true;
  if (!home->deferToken_) {
    home->deferToken_ = home->temp(canon(typ(BasicKind::UnsafePointer)), pos);
    // Assigned once: before the outermost loop of this function (rangeFunc).
  }
  return nameNode(captureFromOwner(home->deferToken_), pos);
}

void FuncBuilder::stateCheck(Node* condition, Node* argument, Pos pos, std::vector<Node*>& out) {
  FuncRef ref{unit_.intern("runtime.panicrangestate"), "runtime", funcType({canon(typ(BasicKind::Int))}, {})};
  Node* n = unary(Op::If, pos, nullptr, condition);
  n->body = unit_.arena().list(std::vector<Node*>{unary(Op::ExprStmt, pos, nullptr, call(ref, {argument}, pos))});
  out.push_back(n);
}

void FuncBuilder::rangeFunc(syntax::ForStmt* s, std::vector<Node*>& out) {
  auto* r = static_cast<syntax::RangeClause*>(s->init);
  Type* integer = canon(typ(BasicKind::Int));
  Pos pos = s->pos;
  FuncBuilder* home = rangeBody_ ? rangeBody_->home : this;
  Name* next = rangeBody_ ? rangeBody_->next : nullptr;
  size_t firstExit = home->exits_.size();
  size_t tokenAt = out.size();
  // Each outermost loop has a token, and thereby a list of deferred calls, of its own.
  Name* outerToken = home->deferToken_;
  if (!rangeBody_) home->deferToken_ = nullptr;
  if (!next) {
    next = temp(integer, pos);
    next->reassigned = true;
    out.push_back(assignStmt(nameNode(next, pos), intLiteral(0, integer, pos), pos, true));
  }
  Name* state = temp(integer, pos);
  state->reassigned = true;
  out.push_back(assignStmt(nameNode(state, pos), intLiteral(kReady, integer, pos), pos, true));
  Node* iterator = expr(r->x);
  auto* yieldType = underlyingAs<Signature>(canon(underlyingAs<Signature>(iterator->type)->params->vars[0]->type));

  Func* f = newClosure(s->body->pos);
  FuncBuilder inner(unit_, f, env_, this);
  RangeBody body{s, state, next, home};
  inner.rangeBody_ = &body;
  inner.buildRangeBody(s, yieldType);
  Node* closure = node(Op::Closure, pos, canon(underlyingAs<Signature>(iterator->type)->params->vars[0]->type));
  closure->func = f;
  Node* callNode = unary(Op::CallFunc, pos, nullptr, iterator);
  callNode->list = unit_.arena().list(std::vector<Node*>{closure});
  out.push_back(unary(Op::ExprStmt, pos, nullptr, callNode));

  stateCheck(varIs(state, Op::Eq, kPanicking, pos), intLiteral(kMissedPanic, integer, pos), pos, out);
  out.push_back(assignStmt(nameNode(state, pos), intLiteral(kExhausted, integer, pos), pos));
  afterLoop(s, next, home, firstExit, out);
  if (rangeBody_) return;
  if (deferToken_) {
    Node* token = assignStmt(nameNode(deferToken_, pos), node(Op::DeferToken, pos, deferToken_->type), pos, true);
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(tokenAt), token);
  }
  deferToken_ = outerToken;
}

/// The body function: parameters are the loop's variables, or are assigned to its targets.
void FuncBuilder::buildRangeBody(syntax::ForStmt* s, Signature* yieldType) {
  auto* r = static_cast<syntax::RangeClause*>(s->init);
  List<syntax::Expr*> lhs = r->lhs ? syntax::unpackList(r->lhs) : List<syntax::Expr*>();
  std::vector<Node*> out;
  Pos pos = s->pos;
  stateCheck(varIs(rangeBody_->state, Op::Ne, kReady, pos), nameNode(captureFromOwner(rangeBody_->state), pos), pos, out);
  setVar(rangeBody_->state, kPanicking, pos, out);
  std::vector<Name*> params;
  std::vector<Node*> targets, values;  // of a loop that assigns to existing variables
  for (size_t i = 0; i < yieldType->params->vars.size(); ++i) {
    Type* t = canon(yieldType->params->vars[i]->type);
    auto* name = i < lhs.size() ? syntax::as<syntax::Name>(lhs[i]) : nullptr;
    bool blank = i >= lhs.size() || (name && name->name == "_");
    Name* p;
    if (r->def && !blank) {
      p = declare(name->object, Class::Param);
    } else {
      p = unit_.arena().make<Name>();
      p->cls = Class::Param;
      p->type = t;
      p->pos = pos;
      p->func = func_;
      if (!blank) {
        targets.push_back(target(lhs[i]));
        values.push_back(convert(nameNode(p, pos), targets.back()->type, pos));
      }
    }
    p->index = static_cast<int>(i);
    params.push_back(p);
  }
  if (targets.size() == 1) out.push_back(assignStmt(targets[0], values[0], pos));
  if (targets.size() > 1) {
    Node* both = node(Op::Assign2, pos);
    both->list = unit_.arena().list(targets);
    both->list2 = unit_.arena().list(values);
    out.push_back(both);
  }
  Name* result = unit_.arena().make<Name>();
  result->cls = Class::Result;
  result->type = canon(typ(BasicKind::Bool));
  result->func = func_;
  func_->params = unit_.arena().list(params);
  func_->results = unit_.arena().list(std::vector<Name*>{result});
  setFuncTypes(func_, false, false);
  func_->endPos = s->body->rbrace;
  collectLabels(s->body);
  for (syntax::Stmt* b : s->body->list) stmt(b, out);
  leaveBody(true, s->body->rbrace, out);
  func_->body = unit_.arena().list(out);
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
void FuncBuilder::afterLoop(syntax::ForStmt* s, Name* next, FuncBuilder* home, size_t firstExit, std::vector<Node*>& out) {
  Pos pos = s->pos;
  auto when = [&](int code, std::vector<Node*>& body) {
    Node* n = unary(Op::If, pos, nullptr, varIs(next, Op::Eq, code, pos));
    n->body = unit_.arena().list(body);
    out.push_back(n);
  };
  bool returns = false;
  syntax::inspect(s->body, [&](syntax::Node* n) {
    if (n->kind == syntax::Kind::FuncLit) return false;
    returns |= n->kind == syntax::Kind::ReturnStmt;
    return true;
  });
  if (returns) {
    std::vector<Node*> body;
    if (rangeBody_) leaveBody(false, pos, body);
    else body.push_back(node(Op::Return, pos));
    when(kReturn, body);
  }
  for (size_t i = firstExit; i < home->exits_.size(); ++i) {
    auto [s2, code] = home->exits_[i];
    std::vector<Node*> body;
    if (isInside(s2) || !rangeBody_) {
      setVar(next, 0, pos, body);
      body.push_back(branchNode(*this, s2));
    } else if (s2->target == rangeBody_->loop && s2->tok != syntax::Token::Goto) {
      setVar(next, 0, pos, body);
      leaveBody(s2->tok == syntax::Token::Continue, pos, body);
    } else {
      leaveBody(false, pos, body);
    }
    when(code, body);
  }
}

}  // namespace burrow::ir
