// Expressions. Types that may stand where an expression may are parsed by parse_type.cpp.
#include "compiler/syntax/parser_state.h"
#include "compiler/syntax/walk.h"

namespace burrow::syntax {

namespace {

/// Whether x cannot be a type: then `x {` is no composite literal.
bool mustBeValue(const Expr* x) {
  for (;;) {
    switch (x->kind) {
      case Kind::BasicLit:
      case Kind::CompositeLit:
      case Kind::FuncLit:
      case Kind::SliceExpr:
      case Kind::AssertExpr:
      case Kind::TypeSwitchGuard:
      case Kind::CallExpr:
        return true;
      case Kind::Operation: {
        auto* o = static_cast<const Operation*>(x);
        return o->op != Operator::Mul || o->y;
      }
      case Kind::ParenExpr:
        x = static_cast<const ParenExpr*>(x)->x;
        break;
      case Kind::IndexExpr: {
        auto* i = static_cast<const IndexExpr*>(x);
        if (mustBeValue(i->index)) return true;
        x = i->x;
        break;
      }
      default:
        return false;
    }
  }
}

}  // namespace

// Expression = UnaryExpr | Expression binary_op Expression .
/// Goes on behind x, with operators that bind more tightly than `above`.
Expr* Parser::binaryExpr(Expr* x, int above) {
  for (int length = 0; (tok == Token::Operator || tok == Token::Star) && prec > above; ++length) {
    if (length > kMaxChain) {
      nestingTooDeep();
      break;
    }
    auto* o = make<Operation>(pos);
    o->op = op;
    int own = prec;
    next();
    o->x = x;
    o->y = binaryExpr(unaryExpr(), own);
    x = o;
  }
  return x;
}

// UnaryExpr = PrimaryExpr | unary_op UnaryExpr .
Expr* Parser::unaryExpr() {
  Nesting nesting(*this);
  if (!nesting.ok) return badExpr();
  switch (tok) {
    case Token::Operator:
    case Token::Star:
      switch (op) {
        case Operator::Mul:
        case Operator::Add:
        case Operator::Sub:
        case Operator::Not:
        case Operator::Xor:
        case Operator::Tilde:
        case Operator::And: {
          auto* o = make<Operation>(pos);
          o->op = op;
          next();
          o->x = unaryExpr();
          // &(T{}): operand keeps these parentheses, nobody wants them.
          if (o->op == Operator::And) o->x = unparen(o->x);
          return o;
        }
        default:
          break;
      }
      break;
    case Token::Arrow:
      return receiveOrChannel();
    default:
      break;
  }
  // The parentheses are kept for the error about "(x) := true".
  return primaryExpr(nullptr, true);
}

/// `<-x`, or the type `<-chan T`. Only when all of the operand is there do we know which; for a
/// type the arrow moves inwards: `<-(chan T)` becomes `(<-chan T)`, `<-(chan<- T)` becomes `(<-chan
/// (<-T))`.
Expr* Parser::receiveOrChannel() {
  Pos at = pos;
  next();
  Expr* x = unaryExpr();
  if (x->kind != Kind::ChanType) {
    auto* o = make<Operation>(at);
    o->op = Operator::Recv;
    o->x = x;
    return o;
  }
  ChanDir dir = ChanDir::SendOnly;
  Expr* t = x;
  while (dir == ChanDir::SendOnly) {
    auto* c = as<ChanType>(t);
    if (!c) {
      syntaxError("unexpected " + toString(t) + ", expected chan");
      break;
    }
    dir = c->dir;
    if (dir == ChanDir::RecvOnly) syntaxError("unexpected <-, expected chan");
    c->dir = ChanDir::RecvOnly;
    t = c->elem;
  }
  return x;
}

// Operand = Literal | OperandName | "(" Expression ")" | a type .
Expr* Parser::operand(bool keepParens) {
  switch (tok) {
    case Token::Name:
      return name();
    case Token::Literal:
      return literalOrNull();
    case Token::Lparen: {
      Pos at = pos;
      next();
      ++exprDepth_;
      Expr* x = expr();
      --exprDepth_;
      want(Token::Rparen);
      // Parentheses matter only to errors: around the type of a composite literal (a `{` may start
      // one), and where the caller asks.
      if (!keepParens && tok != Token::Lbrace) return x;
      auto* p = make<ParenExpr>(at);
      p->x = x;
      return p;
    }
    case Token::Func: {
      Pos at = pos;
      next();
      FuncType* signature = funcType("function type", nullptr);
      if (tok != Token::Lbrace) return signature;
      ++exprDepth_;
      auto* f = make<FuncLit>(at);
      f->signature = signature;
      f->body = funcBody();
      --exprDepth_;
      return f;
    }
    case Token::Lbrack:
    case Token::Chan:
    case Token::Map:
    case Token::Struct:
    case Token::Interface:
      return type();
    default: {
      Expr* x = badExpr();
      syntaxError("expected expression");
      advance({Token::Rparen, Token::Rbrack, Token::Rbrace});
      return x;
    }
  }
}

// PrimaryExpr = Operand { Selector | Index | Slice | TypeAssertion | Arguments | LiteralValue } .
Expr* Parser::primaryExpr(Expr* x, bool keepParens) {
  if (!x) x = operand(keepParens);
  for (int length = 0;; ++length) {
    if (length > kMaxChain) {
      nestingTooDeep();
      return x;
    }
    Pos at = pos;
    switch (tok) {
      case Token::Dot:
        x = selectorOrAssertion(x, at);
        break;
      case Token::Lbrack:
        x = indexOrSlice(x, at);
        break;
      case Token::Lparen: {
        auto* call = make<CallExpr>(at);
        next();
        call->fun = x;
        ++exprDepth_;
        Builder<Expr> args(*this);
        list("argument list", Token::Comma, Token::Rparen, [&] {
          args.add(expr());
          call->hasDots = got(Token::DotDotDot);
          return call->hasDots;
        });
        --exprDepth_;
        call->args = args.finish();
        x = call;
        break;
      }
      case Token::Lbrace: {
        Expr* t = unparen(x);
        if (!mayBeLiteralType(t)) return x;
        if (t != x) syntaxError("cannot parenthesize type in composite literal");
        CompositeLit* l = literalValue();
        l->typeExpr = x;
        x = l;
        break;
      }
      default:
        return x;
    }
  }
}

/// Whether the `{` behind t opens a composite literal rather than a block.
bool Parser::mayBeLiteralType(Expr* t) const {
  switch (t->kind) {
    case Kind::Name:
    case Kind::SelectorExpr:
      return exprDepth_ >= 0;
    case Kind::IndexExpr:
      return exprDepth_ >= 0 && !mustBeValue(t);
    case Kind::ArrayType:
    case Kind::SliceType:
    case Kind::StructType:
    case Kind::MapType:
      return true;
    default:
      return false;
  }
}

Expr* Parser::selectorOrAssertion(Expr* x, Pos at) {
  next();
  if (tok == Token::Name) {
    auto* s = make<SelectorExpr>(at);
    s->x = x;
    s->sel = name();
    return s;
  }
  if (!got(Token::Lparen)) {
    syntaxError("expected name or (");
    advance({Token::Semi, Token::Rparen});
    return x;
  }
  Expr* result;
  if (got(Token::Type)) {
    auto* guard = make<TypeSwitchGuard>(at);  // simpleStmt fills in lhs
    guard->x = x;
    result = guard;
  } else {
    auto* a = make<AssertExpr>(at);
    a->x = x;
    a->target = type();
    result = a;
  }
  want(Token::Rparen);
  return result;
}

Expr* Parser::indexOrSlice(Expr* x, Pos at) {
  next();
  Expr* first = nullptr;
  if (tok != Token::Colon) {
    bool comma = false;
    if (tok == Token::Rbrack) {
      syntaxError("expected operand");
      first = badExpr();
    } else {
      first = typeList(false, &comma);
    }
    if (comma || tok == Token::Rbrack) {
      want(Token::Rbrack);
      auto* i = make<IndexExpr>(at);
      i->x = x;
      i->index = first;
      return i;
    }
  }
  if (!got(Token::Colon)) {
    syntaxError("expected comma, : or ]");
    advance({Token::Comma, Token::Colon, Token::Rbrack});
  }
  ++exprDepth_;
  auto* s = make<SliceExpr>(at);
  s->x = x;
  s->index[0] = first;
  if (tok != Token::Colon && tok != Token::Rbrack) s->index[1] = expr();
  if (tok == Token::Colon) {
    s->full = true;
    if (!s->index[1]) {
      errorAt(pos, "middle index required in 3-index slice");
      s->index[1] = badExpr();
    }
    next();
    if (tok != Token::Rbrack) {
      s->index[2] = expr();
    } else {
      errorAt(pos, "final index required in 3-index slice");
      s->index[2] = badExpr();
    }
  }
  --exprDepth_;
  want(Token::Rbrack);
  return s;
}

// Element = Expression | LiteralValue .
Expr* Parser::literalElement() {
  return tok == Token::Lbrace ? literalValue() : expr();
}

// LiteralValue = "{" [ ElementList [ "," ] ] "}" .
CompositeLit* Parser::literalValue() {
  auto* l = make<CompositeLit>(pos);
  Nesting nesting(*this);
  if (!nesting.ok) return l;
  ++exprDepth_;
  want(Token::Lbrace);
  Builder<Expr> elems(*this);
  l->rbrace = list("composite literal", Token::Comma, Token::Rbrace, [&] {
    Expr* e = literalElement();
    if (tok == Token::Colon) {
      auto* pair = make<KeyValueExpr>(pos);
      next();
      pair->key = e;
      pair->val = literalElement();
      ++l->keyed;
      e = pair;
    }
    elems.add(e);
    return false;
  });
  l->elems = elems.finish();
  --exprDepth_;
  return l;
}

// ---- Lists and names
// -------------------------------------------------------------------------------

Expr* Parser::listOf(Builder<Expr>& elems) {
  auto* l = make<ListExpr>(elems[0]->pos);
  l->elems = elems.finish();
  return l;
}

// ExpressionList = Expression { "," Expression } .
Expr* Parser::exprList() {
  Expr* x = expr();
  if (tok != Token::Comma) return x;
  Builder<Expr> elems(*this);
  elems.add(x);
  while (got(Token::Comma)) elems.add(expr());
  return listOf(elems);
}

/// arg { "," arg } [ "," ]: type arguments or an index. Unless `strict`, the first may be any
/// expression. `comma`: whether there was one.
Expr* Parser::typeList(bool strict, bool* comma) {
  ++exprDepth_;
  Expr* x = strict ? type() : expr();
  *comma = got(Token::Comma);
  if (*comma) {
    if (Expr* t = typeOrNull()) {
      Builder<Expr> elems(*this);
      elems.add(x);
      elems.add(t);
      while (got(Token::Comma) && (t = typeOrNull())) elems.add(t);
      x = listOf(elems);
    }
  }
  --exprDepth_;
  return x;
}

BasicLit* Parser::literalOrNull() {
  if (tok != Token::Literal) return nullptr;
  auto* b = make<BasicLit>(pos);
  b->text = lit;
  b->lit = litKind;
  b->bad = bad;
  next();
  return b;
}

Name* Parser::name() {
  if (tok == Token::Name) {
    Name* n = makeName(pos, lit);
    next();
    return n;
  }
  Name* n = makeName(pos, intern("_"));
  syntaxError("expected name");
  advance({});
  return n;
}

// IdentifierList = identifier { "," identifier } .
List<Name*> Parser::nameList(Name* first) {
  Builder<Name> names(*this);
  names.add(first);
  while (got(Token::Comma)) names.add(name());
  return names.finish();
}

}  // namespace burrow::syntax
