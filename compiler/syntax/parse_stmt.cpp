// Statements.
#include "compiler/syntax/parser_state.h"
#include "compiler/syntax/walk.h"

namespace burrow::syntax {

namespace {

/// x for an error message that wants its parts told apart: a binary operation is put in
/// parentheses.
std::string emphasized(const Expr* x) {
  std::string text = toString(x);
  auto* o = as<const Operation>(x);
  return o && o->y ? "(" + text + ")" : text;
}

/// "no keyword" for simpleStmt and header.
constexpr Token kNone = Token::EndOfFile;

}  // namespace

RangeClause* Parser::rangeClause(Expr* lhs, bool def) {
  auto* r = make<RangeClause>(pos);
  next();
  r->lhs = lhs;
  r->def = def;
  r->x = expr();
  return r;
}

AssignStmt* Parser::assignment(Pos at, Operator o, Expr* lhs, Expr* rhs) {
  auto* a = make<AssignStmt>(at);
  a->op = o;
  a->lhs = lhs;
  a->rhs = rhs;
  return a;
}

ExprStmt* Parser::exprStmt(Expr* x) {
  auto* s = make<ExprStmt>(x->pos);
  s->x = x;
  return s;
}

// SimpleStmt = EmptyStmt | ExpressionStmt | SendStmt | IncDecStmt | Assignment | ShortVarDecl .
/// `lhs` if that was parsed already; `keyword`: of the statement whose header this is in.
Stmt* Parser::simpleStmt(Expr* lhs, Token keyword) {
  if (keyword == Token::For && tok == Token::Range) return rangeClause(nullptr, false);
  if (!lhs) lhs = exprList();
  Pos at = pos;

  if (tok == Token::Assign || tok == Token::Define) {
    Operator o = tok == Token::Define ? Operator::Def : Operator::None;
    next();
    if (keyword == Token::For && tok == Token::Range) return rangeClause(lhs, o == Operator::Def);
    Expr* rhs = exprList();
    if (auto* guard = as<TypeSwitchGuard>(rhs);
        guard && keyword == Token::Switch && o == Operator::Def && lhs->kind == Kind::Name) {
      guard->lhs = static_cast<Name*>(lhs);
      return exprStmt(guard);
    }
    return assignment(at, o, lhs, rhs);
  }

  if (auto* several = as<ListExpr>(lhs)) {
    syntaxError("expected := or = or comma");
    advance({Token::Semi, Token::Rbrace});
    return exprStmt(several->elems[0]);
  }

  Operator o = op;
  switch (tok) {
    case Token::AssignOp:
      next();
      return assignment(at, o, lhs, expr());
    case Token::IncOp:
      next();
      return assignment(at, o, lhs, nullptr);
    case Token::Arrow: {
      auto* s = make<SendStmt>(at);
      next();
      s->chan = lhs;
      s->value = expr();
      return s;
    }
    default:
      return exprStmt(lhs);
  }
}

Stmt* Parser::labeledStmtOrNull(Name* label) {
  auto* s = make<LabeledStmt>(pos);
  s->label = label;
  want(Token::Colon);
  if (tok == Token::Rbrace) {  // the empty statement, its semicolon left out
    s->stmt = make<EmptyStmt>(pos);
    return s;
  }
  s->stmt = stmtOrNull();
  if (s->stmt) return s;
  syntaxErrorAt(s->pos, "missing statement after label");
  return nullptr;
}

/// `context`: what the block belongs to, for an error about a missing `{`.
BlockStmt* Parser::blockStmt(std::string_view context) {
  auto* s = make<BlockStmt>(pos);
  if (!got(Token::Lbrace)) {
    syntaxError("expected { after " + std::string(context));
    advance({Token::Name, Token::Rbrace});
    s->rbrace = pos;
    if (got(Token::Rbrace)) return s;
  }
  s->list = stmtList();
  s->rbrace = pos;
  want(Token::Rbrace);
  return s;
}

Stmt* Parser::declStmt() {
  auto* s = make<DeclStmt>(pos);
  Builder<Decl> decls(*this);
  declaration(decls, tok);
  s->decls = decls.finish();
  return s;
}

/// From `if`, `for` or `switch` up to the `{`.
Parser::Header Parser::header(Token keyword) {
  Header h;
  want(keyword);
  if (tok == Token::Lbrace) {
    if (keyword == Token::If) {
      syntaxError("missing condition in if statement");
      h.cond = badExpr();
    }
    return h;
  }

  const int outer = exprDepth_;
  exprDepth_ = -1;
  if (tok != Token::Semi) {
    if (got(Token::Var)) {
      syntaxError("var declaration not allowed in " + std::string(tokenText(keyword)) +
                  " initializer");
    }
    h.init = simpleStmt(nullptr, keyword);
    if (h.init->kind == Kind::RangeClause) {
      exprDepth_ = outer;
      return h;
    }
  }

  Stmt* cond = nullptr;
  Pos semi;
  std::string_view semiText;
  if (tok == Token::Lbrace) {
    cond = h.init;
    h.init = nullptr;
  } else {
    if (tok == Token::Semi) {
      semi = pos;
      semiText = lit;
      next();
    } else {
      want(Token::Lbrace);  // "expected {" says more than "expected ;"
      if (tok != Token::Lbrace) advance({Token::Lbrace, Token::Rbrace});
    }
    if (keyword != Token::For) {
      if (tok != Token::Lbrace) cond = simpleStmt(nullptr, keyword);
    } else if (tok == Token::Lbrace) {
      syntaxError("expected for loop condition");
    } else {
      if (tok != Token::Semi) cond = simpleStmt(nullptr, kNone);
      want(Token::Semi);
      if (tok != Token::Lbrace) {
        h.post = simpleStmt(nullptr, kNone);
        if (auto* a = as<AssignStmt>(h.post); a && a->op == Operator::Def) {
          syntaxErrorAt(a->pos, "cannot declare in post statement of for loop");
        }
      }
    }
  }
  h.cond = condition(cond, keyword, semi, semiText);
  exprDepth_ = outer;
  return h;
}

/// The expression that statement s is; `semi` is where a semicolon before it stood, if one did.
Expr* Parser::condition(Stmt* s, Token keyword, Pos semi, std::string_view semiText) {
  if (!s) {
    if (keyword != Token::If || !semi.isKnown()) return nullptr;
    if (semiText == "semicolon") {
      syntaxErrorAt(semi, "missing condition in if statement");
    } else {
      syntaxErrorAt(semi, "unexpected " + std::string(semiText) + ", expected { after if clause");
    }
    return make<BadExpr>(semi);
  }
  if (auto* x = as<ExprStmt>(s)) return x->x;
  auto* a = as<AssignStmt>(s);
  // Probably = was written for ==: make that visible.
  std::string text = a && a->op == Operator::None
                         ? "assignment " + emphasized(a->lhs) + " = " + emphasized(a->rhs)
                         : toString(s);
  syntaxErrorAt(s->pos, "cannot use " + text + " as value");
  return nullptr;
}

Stmt* Parser::forStmt() {
  auto* s = make<ForStmt>(pos);
  Header h = header(Token::For);
  s->init = h.init;
  s->cond = h.cond;
  s->post = h.post;
  s->body = blockStmt("for clause");
  return s;
}

IfStmt* Parser::ifStmt() {
  auto* s = make<IfStmt>(pos);
  Nesting nesting(*this);
  Header h = header(Token::If);
  s->init = h.init;
  s->cond = h.cond ? h.cond : badExpr();
  s->then = blockStmt("if clause");
  if (nesting.ok && got(Token::Else)) {
    if (tok == Token::If) {
      s->otherwise = ifStmt();
    } else if (tok == Token::Lbrace) {
      s->otherwise = blockStmt("");
    } else {
      syntaxError("else must be followed by if or statement block");
      advance({Token::Name, Token::Rbrace});
    }
  }
  return s;
}

/// case GUARD: body | default: body.
template <class T, class F>
T* Parser::clause(F&& guard) {
  T* c = make<T>(pos);
  if (got(Token::Case)) {
    guard(c);
  } else if (!got(Token::Default)) {
    syntaxError("expected case or default or }");
    advance({Token::Colon, Token::Case, Token::Default, Token::Rbrace});
  }
  c->colon = pos;
  want(Token::Colon);
  c->body = stmtList();
  return c;
}

Stmt* Parser::switchStmt() {
  auto* s = make<SwitchStmt>(pos);
  Header h = header(Token::Switch);
  s->init = h.init;
  s->tag = h.cond;
  if (!got(Token::Lbrace)) {
    syntaxError("missing { after switch clause");
    advance({Token::Case, Token::Default, Token::Rbrace});
  }
  Builder<CaseClause> clauses(*this);
  while (tok != Token::EndOfFile && tok != Token::Rbrace) {
    clauses.add(clause<CaseClause>([&](CaseClause* c) { c->cases = exprList(); }));
  }
  s->body = clauses.finish();
  s->rbrace = pos;
  want(Token::Rbrace);
  return s;
}

Stmt* Parser::selectStmt() {
  auto* s = make<SelectStmt>(pos);
  want(Token::Select);
  if (!got(Token::Lbrace)) {
    syntaxError("missing { after select clause");
    advance({Token::Case, Token::Default, Token::Rbrace});
  }
  Builder<CommClause> clauses(*this);
  while (tok != Token::EndOfFile && tok != Token::Rbrace) {
    // Any simple statement here; the type checker narrows it to sends and receives.
    clauses.add(clause<CommClause>([&](CommClause* c) { c->comm = simpleStmt(nullptr, kNone); }));
  }
  s->body = clauses.finish();
  s->rbrace = pos;
  want(Token::Rbrace);
  return s;
}

/// go and defer.
Stmt* Parser::callStmt() {
  auto* s = make<CallStmt>(pos);
  s->tok = tok;
  next();
  Expr* x = primaryExpr(nullptr, tok == Token::Lparen);
  s->call = unparen(x);
  if (s->call != x) {
    errorAt(x->pos,
            "expression in " + std::string(tokenText(s->tok)) + " must not be parenthesized");
  }
  return s;
}

Stmt* Parser::branchStmt() {
  auto* s = make<BranchStmt>(pos);
  s->tok = tok;
  next();
  if (s->tok == Token::Goto || (s->tok != Token::Fallthrough && tok == Token::Name))
    s->label = name();
  return s;
}

// Statement = Declaration | LabeledStmt | SimpleStmt | GoStmt | ReturnStmt | BreakStmt |
// ContinueStmt |
//             GotoStmt | FallthroughStmt | Block | IfStmt | SwitchStmt | SelectStmt | ForStmt |
//             DeferStmt .
Stmt* Parser::stmtOrNull() {
  Nesting nesting(*this);
  if (!nesting.ok) return nullptr;
  if (tok == Token::Name) {  // most of them
    clearPragma();
    Expr* lhs = exprList();
    if (tok == Token::Colon && lhs->kind == Kind::Name)
      return labeledStmtOrNull(static_cast<Name*>(lhs));
    return simpleStmt(lhs, kNone);
  }
  if (tok == Token::Var || tok == Token::Const || tok == Token::Type) return declStmt();
  clearPragma();

  switch (tok) {
    case Token::Lbrace:
      return blockStmt("");
    case Token::Operator:
    case Token::Star:
      switch (op) {
        case Operator::Add:
        case Operator::Sub:
        case Operator::Mul:
        case Operator::And:
        case Operator::Xor:
        case Operator::Not:
          return simpleStmt(nullptr, kNone);
        default:
          return nullptr;
      }
    case Token::Literal:
    case Token::Func:
    case Token::Lparen:
    case Token::Lbrack:
    case Token::Struct:
    case Token::Map:
    case Token::Chan:
    case Token::Interface:
    case Token::Arrow:
      return simpleStmt(nullptr, kNone);
    case Token::For:
      return forStmt();
    case Token::Switch:
      return switchStmt();
    case Token::Select:
      return selectStmt();
    case Token::If:
      return ifStmt();
    case Token::Break:
    case Token::Continue:
    case Token::Fallthrough:
    case Token::Goto:
      return branchStmt();
    case Token::Go:
    case Token::Defer:
      return callStmt();
    case Token::Return: {
      auto* s = make<ReturnStmt>(pos);
      next();
      if (tok != Token::Semi && tok != Token::Rbrace) s->results = exprList();
      return s;
    }
    case Token::Semi:
      return make<EmptyStmt>(pos);
    default:
      return nullptr;
  }
}

// StatementList = { Statement ";" } .
List<Stmt*> Parser::stmtList() {
  Builder<Stmt> stmts(*this);
  while (tok != Token::EndOfFile && tok != Token::Rbrace && tok != Token::Case &&
         tok != Token::Default) {
    Stmt* s = stmtOrNull();
    clearPragma();
    if (!s) break;
    stmts.add(s);
    if (!got(Token::Semi) && tok != Token::Rbrace) {
      syntaxError("at end of statement");
      advance({Token::Semi, Token::Rbrace, Token::Case, Token::Default});
      got(Token::Semi);
    }
  }
  return stmts.finish();
}

}  // namespace burrow::syntax
