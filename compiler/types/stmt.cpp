// Statements and function bodies.
#include <algorithm>

#include "compiler/types/checker.h"

namespace burrow {

void Checker::funcBody(DeclInfo* decl, std::string_view name, Signature* sig, BlockStmt* body,
                       constant::Value iota) {
  if (body != nullptr) setCrashFunction(name, body->pos.bits());
  Environment saved = env;
  GoVersion v = version;
  env = Environment{};
  env.decl = decl;
  env.scope = sig->scope;
  env.version = v;
  env.iota = iota;
  env.sig = sig;

  stmtList(0, body->list);
  // Labels and jumps were checked by the parser.
  if (tupleLen(sig->results) > 0 && !isTerminating(body, {})) error(body->rbrace, "missing return");
  usage(sig->scope);
  env = saved;
}

void Checker::usage(Scope* scope) {
  std::vector<Var*> unused;
  for (auto& [name, o] : scope->elems) {
    Var* v = as<Var>(o);
    if (v != nullptr && v->varKind == VarKind::Local && !v->used) unused.push_back(v);
  }
  std::sort(unused.begin(), unused.end(), [](Var* a, Var* b) { return a->pos < b->pos; });
  for (Var* v : unused) softErrorf(v->pos, "declared and not used: %s", v->name);
  for (Scope* child : scope->children) {
    if (!child->isFunc) usage(child);  // function literals look after themselves
  }
}

void Checker::simpleStmt(Stmt* s) {
  if (s != nullptr) stmt(0, s);
}

void Checker::stmtList(StmtContext ctxt, List<Stmt*> list) {
  // Trailing empty statements do not matter to fallthrough.
  size_t n = list.size();
  while (n > 0 && list[n - 1]->kind == Kind::EmptyStmt) --n;
  StmtContext inner = ctxt & ~kFallthroughOk;
  for (size_t i = 0; i < n; ++i) {
    stmt(i + 1 == n ? inner | (ctxt & kFallthroughOk) : inner, list[i]);
  }
}

void Checker::multipleSwitchDefaults(List<CaseClause*> list) {
  CaseClause* first = nullptr;
  for (CaseClause* c : list) {
    if (c->cases != nullptr) continue;
    if (first != nullptr) errorf(c, "multiple defaults (first at %s)", first->pos);
    if (first == nullptr) first = c;
  }
}

void Checker::multipleSelectDefaults(List<CommClause*> list) {
  CommClause* first = nullptr;
  for (CommClause* c : list) {
    if (c->comm != nullptr) continue;
    if (first != nullptr) errorf(c, "multiple defaults (first at %s)", first->pos);
    if (first == nullptr) first = c;
  }
}

Scope* Checker::openScope(Node* node) {
  env.scope = newScope(env.scope, node->pos, Pos());
  return env.scope;
}

void Checker::closeScope() {
  env.scope = env.scope->parent;
}

void Checker::suspendedCall(std::string_view keyword, Expr* call) {
  if (call->kind != Kind::CallExpr) {
    errorf(call, "expression in %s must be function call", keyword);
    use(call);
    return;
  }
  Operand x;
  switch (rawExpr(nullptr, &x, call, nullptr, false)) {
    case ExprKind::Conversion:
      errorf(x, "%s requires function call, not conversion %s", keyword, x);
      break;
    case ExprKind::Expression:
      errorf(x, "%s discards result of %s", keyword, x);
      break;
    case ExprKind::Statement:
      break;
  }
}

// ---- Cases
// ---------------------------------------------------------------------------------------

namespace {

/// A key for values that are looked at for duplicates, as gc does: integers of 64 bits, floats and
/// strings. Empty for all others.
std::string caseKey(constant::Value v) {
  if (v == nullptr) return {};
  switch (v->kind()) {
    case ConstKind::Int:
      if (auto i = constant::int64Val(v)) return "i" + std::to_string(*i);
      if (auto u = constant::uint64Val(v)) return "u" + std::to_string(*u);
      return {};
    case ConstKind::Float: {
      double d = constant::float64Val(v);
      char text[40];
      snprintf(text, sizeof text, "f%a", d);
      return text;
    }
    case ConstKind::String:
      return "s" + std::string(constant::stringVal(v));
    default:
      return {};
  }
}

}  // namespace

void Checker::caseValues(Operand* x, List<Expr*> values, ValueMap& seen) {
  for (Expr* e : values) {
    Operand v;
    expr(nullptr, &v, e);
    if (!x->valid() || !v.valid()) continue;
    convertUntyped(&v, x->type);
    if (!v.valid()) continue;
    // v first: errors are then shown at the case.
    Operand res = v, other = *x;
    comparison(&res, &other, Operator::Eql, true);
    if (!res.valid() || v.mode != Mode::Constant) continue;
    std::string key = caseKey(v.val);
    if (key.empty()) continue;
    std::vector<SeenConst>& list = seen[key];
    bool duplicate = false;
    for (SeenConst& before : list) {
      if (!identical(v.type, before.type)) continue;
      Error err(this);
      err.addf(v, "duplicate case %s in expression switch", v);
      err.addf(before.pos, "previous case");
      err.report();
      duplicate = true;
      break;
    }
    if (!duplicate) list.push_back({v.pos(), v.type});
  }
}

bool Checker::isNilExpr(Expr* e) {
  Name* name = as<Name>(unparen(e));
  return name != nullptr && as<Nil>(lookup(name->name)) != nullptr;
}

Type* Checker::caseTypes(Operand* x, List<Expr*> types,
                         std::vector<std::pair<Type*, Expr*>>& seen) {
  Type* T = nullptr;
  for (Expr* e : types) {
    if (isNilExpr(e)) {
      T = nullptr;
      Operand dummy;
      expr(nullptr, &dummy, e);
    } else {
      T = varType(e);
      if (!isValid(T)) continue;
    }
    bool duplicate = false;
    for (auto& [t, other] : seen) {
      if ((T == nullptr) != (t == nullptr) || (T != nullptr && !identical(T, t))) continue;
      Error err(this);
      err.addf(e, "duplicate case %s in type switch", T ? sprintf("%s", T) : std::string("nil"));
      err.addf(other, "previous case");
      err.report();
      duplicate = true;
      break;
    }
    if (duplicate) continue;
    seen.emplace_back(T, e);
    if (x != nullptr && T != nullptr) typeAssertion(e, x, T, true);
  }
  // The variable has the type of the case if there is exactly one.
  if (types.size() != 1 || T == nullptr) return x ? x->type : burrow::typ(BasicKind::Invalid);
  return T;
}

// ---- Statements
// ----------------------------------------------------------------------------------

void Checker::stmt(StmtContext ctxt, Stmt* s) {
  size_t top = delayed.size();
  Scope* scope = env.scope;
  stmt0(ctxt, s);
  // Function literals found on the way are checked before the scope changes.
  if (delayed.size() > top) processDelayed(top);
  env.scope = scope;
}

void Checker::exprStmt(ExprStmt* s) {
  Operand x;
  ExprKind kind = rawExpr(nullptr, &x, s->x, nullptr, false);
  std::string_view msg;
  switch (x.mode) {
    case Mode::Builtin:
      msg = "must be called";
      break;
    case Mode::Type:
      msg = "is not an expression";
      break;
    default:
      if (kind == ExprKind::Statement) return;
      msg = "is not used";
      break;
  }
  errorf(x, "%s %s", x, msg);
}

void Checker::assignStmt(AssignStmt* s) {
  if (s->rhs == nullptr) {  // x++ or x--
    Operand x;
    expr(nullptr, &x, s->lhs);
    if (!x.valid()) return;
    if (!allNumeric(x.type)) {
      errorf(s->lhs, "invalid operation: %s%s%s (non-numeric type %s)", s->lhs, s->op, s->op,
             x.type);
      return;
    }
    assignVar(s->lhs, nullptr, &x, "assignment");
    return;
  }
  List<Expr*> lhs = unpackList(s->lhs), rhs = unpackList(s->rhs);
  if (s->op == Operator::None) {
    assignVars(lhs, rhs);
  } else if (s->op == Operator::Def) {
    shortVarDecl(s->pos, lhs, rhs);
  } else if (lhs.size() != 1 || rhs.size() != 1) {
    errorf(s, "assignment operation %s requires single-valued expressions", s->op);
  } else {
    Operand x;
    binary(&x, nullptr, lhs[0], rhs[0], s->op);
    assignVar(lhs[0], nullptr, &x, "assignment");
  }
}

void Checker::returnStmt(ReturnStmt* s) {
  Tuple* res = env.sig->results;
  List<Expr*> results = unpackList(s->results);
  if (!results.empty() || tupleLen(res) == 0 || res->vars[0]->name.empty()) {
    std::vector<Var*> lhs;
    if (res != nullptr) lhs.assign(res->vars.begin(), res->vars.end());
    initVars(lhs, results, s);
    return;
  }
  // Implicit results: they must not be hidden here.
  for (Var* obj : res->vars) {
    Object* alt = lookup(obj->name);
    if (alt == nullptr || alt == obj) continue;
    Error err(this);
    err.addf(s, "result parameter %s not in scope at return", obj->name);
    err.addf(alt, "inner declaration of %s", obj);
    err.report();
  }
}

void Checker::selectStmt(StmtContext inner, SelectStmt* s) {
  multipleSelectDefaults(s->body);
  for (CommClause* clause : s->body) {
    // What is received from, if it is a receive.
    bool valid = false;
    Expr* rhs = nullptr;
    if (clause->comm == nullptr || clause->comm->kind == Kind::SendStmt) {
      valid = true;
    } else if (AssignStmt* a = as<AssignStmt>(clause->comm)) {
      if (as<ListExpr>(a->rhs) == nullptr) rhs = a->rhs;
    } else if (ExprStmt* e = as<ExprStmt>(clause->comm)) {
      rhs = e->x;
    }
    if (rhs != nullptr) {
      Operation* op = as<Operation>(unparen(rhs));
      valid = op != nullptr && op->y == nullptr && op->op == Operator::Recv;
    }
    if (!valid) {
      error(clause->comm, "select case must be send or receive (possibly with assignment)");
      continue;
    }
    openScope(clause);
    if (clause->comm != nullptr) stmt(inner, clause->comm);
    stmtList(inner, clause->body);
    closeScope();
  }
}

void Checker::forStmt(StmtContext inner, ForStmt* s) {
  s->perIteration = allowVersion(22);
  if (RangeClause* r = as<RangeClause>(s->init)) {
    rangeStmt(inner, s, r);
    return;
  }
  openScope(s);
  simpleStmt(s->init);
  if (s->cond != nullptr) {
    Operand x;
    expr(nullptr, &x, s->cond);
    if (x.valid() && !allBoolean(x.type)) error(s->cond, "non-boolean condition in for statement");
  }
  simpleStmt(s->post);
  if (AssignStmt* post = as<AssignStmt>(s->post); post && post->op == Operator::Def) {
    use(post->lhs);  // reported by the parser
  }
  stmt(inner, s->body);
  closeScope();
}

void Checker::stmt0(StmtContext ctxt, Stmt* s) {
  StmtContext inner = ctxt & ~(kFallthroughOk | kFinalSwitchCase | kInTypeSwitch);
  switch (s->kind) {
    case Kind::EmptyStmt:
    case Kind::BranchStmt:  // checked by the parser
      break;
    case Kind::DeclStmt:
      declStmt(static_cast<DeclStmt*>(s)->decls);
      break;
    case Kind::LabeledStmt:
      env.hasLabel = true;
      stmt(ctxt, static_cast<LabeledStmt*>(s)->stmt);
      break;
    case Kind::ExprStmt:
      exprStmt(static_cast<ExprStmt*>(s));
      break;
    case Kind::SendStmt: {
      SendStmt* send = static_cast<SendStmt*>(s);
      Operand ch, val;
      expr(nullptr, &ch, send->chan);
      expr(nullptr, &val, send->value);
      if (!ch.valid() || !val.valid()) return;
      if (Type* elem = chanElem(s, &ch, false)) assignment(&val, elem, "send");
      break;
    }
    case Kind::AssignStmt:
      assignStmt(static_cast<AssignStmt*>(s));
      break;
    case Kind::CallStmt: {
      CallStmt* c = static_cast<CallStmt*>(s);
      suspendedCall(c->tok == Token::Defer ? "defer" : "go", c->call);
      break;
    }
    case Kind::ReturnStmt:
      returnStmt(static_cast<ReturnStmt*>(s));
      break;
    case Kind::BlockStmt:
      openScope(s);
      stmtList(inner, static_cast<BlockStmt*>(s)->list);
      closeScope();
      break;
    case Kind::IfStmt: {
      IfStmt* i = static_cast<IfStmt*>(s);
      openScope(s);
      simpleStmt(i->init);
      Operand x;
      expr(nullptr, &x, i->cond);
      if (x.valid() && !allBoolean(x.type)) error(i->cond, "non-boolean condition in if statement");
      stmt(inner, i->then);
      if (i->otherwise != nullptr) stmt(inner, i->otherwise);
      closeScope();
      break;
    }
    case Kind::SwitchStmt: {
      SwitchStmt* sw = static_cast<SwitchStmt*>(s);
      openScope(s);
      simpleStmt(sw->init);
      if (TypeSwitchGuard* g = as<TypeSwitchGuard>(sw->tag)) {
        typeSwitchStmt(inner | kBreakOk | kInTypeSwitch, sw, g);
      } else {
        switchStmt(inner | kBreakOk, sw);
      }
      closeScope();
      break;
    }
    case Kind::SelectStmt:
      selectStmt(inner | kBreakOk, static_cast<SelectStmt*>(s));
      break;
    case Kind::ForStmt:
      forStmt(inner | kBreakOk | kContinueOk, static_cast<ForStmt*>(s));
      break;
    default:
      error(s, "invalid syntax tree: invalid statement");
  }
}

void Checker::switchStmt(StmtContext inner, SwitchStmt* s) {
  Operand x;
  if (s->tag != nullptr) {
    expr(nullptr, &x, s->tag);
    // As if it were assigned to a variable.
    assignment(&x, nullptr, "switch expression");
    if (x.valid() && !comparableType(x.type) && !hasNil(x.type)) {
      errorf(x, "cannot switch on %s (%s is not comparable)", x, x.type);
      x.mode = Mode::Invalid;
    }
  } else {
    // No tag is the same as true.
    x.mode = Mode::Constant;
    x.type = burrow::typ(BasicKind::Bool);
    x.val = constant::makeBool(true);
    Name* name = make<Name>();
    name->pos = s->body.empty() ? s->rbrace : s->body[0]->pos;
    name->name = intern("true");
    x.expr = name;
  }
  multipleSwitchDefaults(s->body);
  ValueMap seen;
  for (size_t i = 0; i < s->body.size(); ++i) {
    CaseClause* clause = s->body[i];
    caseValues(&x, unpackList(clause->cases), seen);
    openScope(clause);
    stmtList(inner | (i + 1 < s->body.size() ? kFallthroughOk : kFinalSwitchCase), clause->body);
    closeScope();
  }
}

void Checker::typeSwitchStmt(StmtContext inner, SwitchStmt* s, TypeSwitchGuard* guard) {
  Name* lhs = guard->lhs;
  if (lhs != nullptr) {
    if (lhs->name == "_") {
      softErrorf(lhs, "no new variable on left side of :=");
      lhs = nullptr;
    } else {
      recordDef(lhs, nullptr);  // each clause has its own variable
    }
  }
  Operand x;
  Operand* sx = nullptr;
  expr(nullptr, &x, guard->x);
  if (x.valid()) {
    if (isTypeParam(x.type)) {
      errorf(x, "cannot use type switch on type parameter value %s", x);
    } else if (isInterface(x.type)) {
      sx = &x;
    } else {
      errorf(x, "%s is not an interface", x);
    }
  }
  multipleSwitchDefaults(s->body);
  std::vector<Var*> lhsVars;
  std::vector<std::pair<Type*, Expr*>> seen;
  for (CaseClause* clause : s->body) {
    Type* T = caseTypes(sx, unpackList(clause->cases), seen);
    openScope(clause);
    if (lhs != nullptr) {
      Var* v = newVar(arena, VarKind::Local, lhs->pos, pkg, lhs->name, T);
      declare(env.scope, nullptr, v, clause->colon);
      recordImplicit(clause, v);
      lhsVars.push_back(v);
    }
    stmtList(inner, clause->body);
    closeScope();
  }
  if (lhs == nullptr) return;
  // A use in one clause is enough.
  bool used = false;
  for (Var* v : lhsVars) {
    used |= v->used;
    v->used = true;
  }
  if (!used) softErrorf(lhs, "%s declared and not used", lhs->name);
}

}  // namespace burrow
