// Types, signatures, parameter lists.
#include "compiler/syntax/parser_state.h"
#include "compiler/syntax/walk.h"

namespace burrow::syntax {

Expr* Parser::type() {
  if (Expr* t = typeOrNull()) return t;
  Expr* bad = badExpr();
  syntaxError("expected type");
  advance({Token::Comma, Token::Colon, Token::Semi, Token::Rparen, Token::Rbrack, Token::Rbrace});
  return bad;
}

Expr* Parser::pointerTo(Pos at, Expr* base) {
  auto* o = make<Operation>(at);
  o->op = Operator::Mul;
  o->x = base;
  return o;
}

// Type    = TypeName | TypeLit | "(" Type ")" .
// TypeLit = ArrayType | StructType | PointerType | FunctionType | InterfaceType | SliceType |
// MapType |
//           ChannelType .
Expr* Parser::typeOrNull() {
  Nesting nesting(*this);
  if (!nesting.ok) return badExpr();
  Pos at = pos;
  switch (tok) {
    case Token::Name:
      return qualifiedName(nullptr);
    case Token::Star:
      next();
      return pointerTo(at, type());
    case Token::Lbrack:
      next();
      return got(Token::Rbrack) ? sliceType(at) : arrayType(at, nullptr);
    case Token::Struct:
      return structType();
    case Token::Interface:
      return interfaceType();
    case Token::Func:
      next();
      return funcType("function type", nullptr);
    case Token::Map: {
      next();
      want(Token::Lbrack);
      auto* m = make<MapType>(at);
      m->key = type();
      want(Token::Rbrack);
      m->elem = type();
      return m;
    }
    case Token::Chan: {
      next();
      auto* c = make<ChanType>(at);
      if (got(Token::Arrow)) c->dir = ChanDir::SendOnly;
      c->elem = chanElem();
      return c;
    }
    case Token::Arrow: {
      next();
      want(Token::Chan);
      auto* c = make<ChanType>(at);
      c->dir = ChanDir::RecvOnly;
      c->elem = chanElem();
      return c;
    }
    case Token::Lparen: {
      next();
      Expr* t = type();
      want(Token::Rparen);
      return t;
    }
    default:
      return nullptr;
  }
}

Expr* Parser::chanElem() {
  if (Expr* t = typeOrNull()) return t;
  Expr* bad = badExpr();
  syntaxError("missing channel element type");
  return bad;
}

/// Behind `[`, which is at `at`; `len` if the length was parsed already.
Expr* Parser::arrayType(Pos at, Expr* len) {
  if (!len && !got(Token::DotDotDot)) {
    ++exprDepth_;
    len = expr();
    --exprDepth_;
  }
  if (tok == Token::Comma) {  // legal in a type parameter list, which this is not
    syntaxError("unexpected comma; expected ]");
    next();
  }
  want(Token::Rbrack);
  auto* a = make<ArrayType>(at);
  a->len = len;
  a->elem = type();
  return a;
}

Expr* Parser::sliceType(Pos at) {
  auto* s = make<SliceType>(at);
  s->elem = type();
  return s;
}

// TypeName = identifier | PackageName "." identifier, with [ TypeArgs ] .
Expr* Parser::qualifiedName(Name* first) {
  Expr* x = first;
  if (!x && tok == Token::Name) {
    x = name();
  } else if (!x) {
    x = makeName(pos, intern("_"));
    syntaxError("expected name");
    advance({Token::Dot, Token::Semi, Token::Rbrace});
  }
  if (tok == Token::Dot) {
    auto* s = make<SelectorExpr>(pos);
    next();
    s->x = x;
    s->sel = name();
    x = s;
  }
  return tok == Token::Lbrack ? typeInstance(x) : x;
}

Expr* Parser::typeInstance(Expr* x) {
  auto* i = make<IndexExpr>(pos);
  want(Token::Lbrack);
  i->x = x;
  if (tok == Token::Rbrack) {
    syntaxError("expected type argument list");
    i->index = badExpr();
  } else {
    bool comma;
    i->index = typeList(true, &comma);
  }
  want(Token::Rbrack);
  return i;
}

/// x[n]E, or x[n,] and x[a, b]: an array (or slice) type, or an IndexExpr whose x the caller sets.
Expr* Parser::arrayOrTypeArgs() {
  Pos at = pos;
  want(Token::Lbrack);
  if (got(Token::Rbrack)) return sliceType(at);
  bool comma;
  Expr* n = typeList(false, &comma);
  want(Token::Rbrack);
  if (!comma) {
    if (Expr* elem = typeOrNull()) {
      auto* a = make<ArrayType>(at);
      a->len = n;
      a->elem = elem;
      return a;
    }
  }
  auto* i = make<IndexExpr>(at);
  i->index = n;
  return i;
}

// ---- Structs
// ---------------------------------------------------------------------------------------

Field* Parser::makeField(Pos at, Name* n, Expr* t) {
  auto* f = make<Field>(at);
  f->name = n;
  f->type = t;
  return f;
}

// StructType = "struct" "{" { FieldDecl ";" } "}" .
StructType* Parser::structType() {
  auto* s = make<StructType>(pos);
  want(Token::Struct);
  want(Token::Lbrace);
  // Fields and tags grow together, but lists under construction are a stack: tags wait in a vector.
  std::vector<BasicLit*> tags;
  Builder<Field> fields(*this);
  list("struct type", Token::Semi, Token::Rbrace, [&] {
    fieldDecl(fields, tags);
    return false;
  });
  s->fields = fields.finish();
  if (!tags.empty()) {
    tags.resize(s->fields.size());
    s->tags = arena_.list(tags);
  }
  return s;
}

// FieldDecl     = ( IdentifierList Type | EmbeddedField ) [ Tag ] .
// EmbeddedField = [ "*" ] TypeName [ TypeArgs ] .
void Parser::fieldDecl(Builder<Field>& fields, std::vector<BasicLit*>& tags) {
  Pos at = pos;
  auto add = [&](Pos where, Name* n, Expr* t, BasicLit* tag) {
    if (tag) {
      tags.resize(fields.size());
      tags.push_back(tag);
    }
    fields.add(makeField(where, n, t));
  };
  auto embed = [&](Expr* t) { add(at, nullptr, t, literalOrNull()); };
  switch (tok) {
    case Token::Name: {
      Name* first = name();
      if (tok == Token::Dot || tok == Token::Literal || tok == Token::Semi ||
          tok == Token::Rbrace) {
        return embed(qualifiedName(first));
      }
      List<Name*> names = nameList(first);
      Expr* t;
      if (names.size() == 1 && tok == Token::Lbrack) {
        // A field of array type, or an embedded T[A, B].
        t = arrayOrTypeArgs();
        if (auto* instance = as<IndexExpr>(t)) {
          instance->x = first;
          return embed(t);
        }
      } else {
        t = type();
      }
      BasicLit* tag = literalOrNull();
      for (Name* n : names) add(n->pos, n, t, tag);
      return;
    }
    case Token::Star: {
      next();
      if (tok != Token::Lparen) return embed(pointerTo(at, qualifiedName(nullptr)));
      syntaxError("cannot parenthesize embedded type");
      next();
      Expr* t = qualifiedName(nullptr);
      got(Token::Rparen);
      return embed(pointerTo(at, t));
    }
    case Token::Lparen: {
      syntaxError("cannot parenthesize embedded type");
      next();
      Pos star = pos;
      Expr* t = got(Token::Star) ? pointerTo(star, qualifiedName(nullptr)) : qualifiedName(nullptr);
      got(Token::Rparen);
      return embed(t);
    }
    default:
      syntaxError("expected field name or embedded type");
      advance({Token::Semi, Token::Rbrace});
  }
}

// ---- Interfaces
// ------------------------------------------------------------------------------------

// InterfaceType = "interface" "{" { ( MethodDecl | EmbeddedElem ) ";" } "}" .
InterfaceType* Parser::interfaceType() {
  auto* t = make<InterfaceType>(pos);
  want(Token::Interface);
  want(Token::Lbrace);
  Builder<Field> methods(*this);
  list("interface type", Token::Semi, Token::Rbrace, [&] {
    Field* f = tok == Token::Name ? methodDecl() : nullptr;
    if (!f || !f->name) f = embeddedElem(f);
    methods.add(f);
    return false;
  });
  t->methods = methods.finish();
  return t;
}

// MethodSpec = MethodName Signature | TypeName [ TypeArgs ] .
Field* Parser::methodDecl() {
  constexpr std::string_view kContext = "interface method";
  Field* f = makeField(pos, nullptr, nullptr);
  Name* n = name();
  auto asMethod = [&] {
    f->name = n;
    f->type = funcType(kContext, nullptr);
  };
  if (tok == Token::Lparen) {
    asMethod();
    return f;
  }
  if (tok != Token::Lbrack) {
    f->type = qualifiedName(n);
    return f;
  }
  // m[T C](x T), which is an error that we understand, or an embedded T[A, B].
  Pos open = pos;
  next();
  if (tok == Token::Rbrack) {
    Pos close = pos;
    next();
    if (tok == Token::Lparen) {
      errorAt(close, "empty type parameter list");
      asMethod();
    } else {
      errorAt(close, "empty type argument list");
      f->type = n;
    }
    return f;
  }
  List<Field*> args = paramList(nullptr, nullptr, Token::Rbrack, false, false);
  if (args.empty()) {  // an error inside; as if there were no brackets
    if (tok == Token::Lparen) {
      asMethod();
    } else {
      f->type = n;
    }
    return f;
  }
  if (args[0]->name) {
    asMethod();
    errorAt(open, "interface method must have no type parameters");
    return f;
  }
  auto* instance = make<IndexExpr>(open);
  instance->x = n;
  if (args.size() == 1) {
    instance->index = args[0]->type;
  } else {
    Builder<Expr> elems(*this);
    for (Field* a : args) elems.add(a->type);
    auto* l = make<ListExpr>(args[0]->pos);
    l->elems = elems.finish();
    instance->index = l;
  }
  f->type = instance;
  return f;
}

// EmbeddedElem = EmbeddedTerm { "|" EmbeddedTerm } .
/// `f` if the first term was parsed already.
Field* Parser::embeddedElem(Field* f) {
  if (!f) {
    f = makeField(pos, nullptr, nullptr);
    f->type = embeddedTerm();
  }
  for (int length = 0; isOperator(Operator::Or); ++length) {
    if (length > kMaxChain) {
      nestingTooDeep();
      break;
    }
    auto* o = make<Operation>(pos);
    o->op = Operator::Or;
    next();
    o->x = f->type;
    o->y = embeddedTerm();
    f->type = o;
  }
  return f;
}

// EmbeddedTerm = [ "~" ] Type .
Expr* Parser::embeddedTerm() {
  if (isOperator(Operator::Tilde)) {
    auto* o = make<Operation>(pos);
    o->op = Operator::Tilde;
    next();
    o->x = type();
    return o;
  }
  if (Expr* t = typeOrNull()) return t;
  Expr* bad = badExpr();
  syntaxError("expected ~ term or type");
  advance({Token::Operator, Token::Semi, Token::Rparen, Token::Rbrack, Token::Rbrace});
  return bad;
}

// ---- Signatures
// ------------------------------------------------------------------------------------

// Signature = [ TypeParams ] Parameters [ Result ] .
FuncType* Parser::funcType(std::string_view context, PackedList<Field*>* tparams) {
  auto* t = make<FuncType>(pos);
  if (got(Token::Lbrack)) {
    if (!context.empty()) {
      syntaxErrorAt(t->pos, std::string(context) + " must have no type parameters");
    }
    if (tok == Token::Rbrack) {
      syntaxError("empty type parameter list");
      next();
    } else {
      List<Field*> list = paramList(nullptr, nullptr, Token::Rbrack, true, false);
      if (tparams) *tparams = list;
    }
  }
  want(Token::Lparen);
  t->params = paramList(nullptr, nullptr, Token::Rparen, false, true);
  t->results = results();
  return t;
}

// Result = Parameters | Type .
List<Field*> Parser::results() {
  if (got(Token::Lparen)) return paramList(nullptr, nullptr, Token::Rparen, false, false);
  Pos at = pos;
  Expr* t = typeOrNull();
  if (!t) return {};
  Builder<Field> list(*this);
  list.add(makeField(at, nullptr, t));
  return list.finish();
}

// ParameterDecl = [ IdentifierList ] [ "..." ] Type .
/// One element of a parameter list, that `follow` may end. A lone name goes to `name`: whether it
/// is a type is known only at the end of the list.
Field* Parser::paramDeclOrNull(Name* first, Token follow) {
  // In a type parameter list types may be unions and have ~.
  const bool typeSets = follow == Token::Rbrack;
  auto withUnion = [&](Field* f) {
    return typeSets && isOperator(Operator::Or) ? embeddedElem(f) : f;
  };
  if (!first && typeSets && isOperator(Operator::Tilde)) return embeddedElem(nullptr);

  Field* f = makeField(first ? first->pos : pos, nullptr, nullptr);
  if (first || tok == Token::Name) {
    Name* n = first ? first : name();
    if (tok == Token::Lbrack) {
      f->type = arrayOrTypeArgs();
      if (auto* instance = as<IndexExpr>(f->type)) {
        instance->x = n;
      } else {
        f->name = n;
      }
      return withUnion(f);
    }
    if (tok == Token::Dot) {
      f->type = qualifiedName(n);
      return withUnion(f);
    }
    if (typeSets && isOperator(Operator::Or)) {
      f->type = n;
      return embeddedElem(f);
    }
    f->name = n;
  }

  if (tok == Token::DotDotDot) {
    auto* dots = make<DotsType>(pos);
    next();
    dots->elem = typeOrNull();
    if (dots->elem) {
      f->type = dots;
    } else {
      f->type = badExpr();
      syntaxError("... is missing type");
    }
    return f;
  }
  if (typeSets && isOperator(Operator::Tilde)) {
    f->type = embeddedElem(nullptr)->type;
    return f;
  }
  f->type = typeOrNull();
  if (f->type) f = withUnion(f);
  if (f->name || f->type) return f;
  syntaxError("expected " + tokenName(follow));
  advance({Token::Comma, follow});
  return nullptr;
}

// Parameters = "(" [ ParameterDecl { "," ParameterDecl } [ "," ] ] ")" .
/// Behind the opening token. `first` is the first name if it was parsed already, `firstType` then
/// its type or null. All fields of the result have names, or none has.
List<Field*> Parser::paramList(Name* first, Expr* firstType, Token close, bool requireNames,
                               bool dotsOk) {
  Builder<Field> fields(*this);
  if (first && firstType && tok == close) {
    next();
    fields.add(makeField(first->pos, first, firstType));
    return fields.finish();
  }
  size_t named = 0, typed = 0;  // fields with name and type; with a type
  Pos end = list("parameter list", Token::Comma, close, [&] {
    Field* f = firstType ? makeField(first->pos, first, firstType) : paramDeclOrNull(first, close);
    first = nullptr;
    firstType = nullptr;
    if (f) {
      named += f->name && f->type;
      typed += f->type != nullptr;
      fields.add(f);
    }
    return false;
  });
  if (fields.size() == 0) return {};

  if (named == 0 && !requireNames) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (Name* n = fields[i]->name) {
        fields[i]->type = n;
        fields[i]->name = nullptr;
      }
    }
  } else if (named != fields.size()) {
    distributeTypes(fields, named, typed, requireNames, end);
  }

  bool reported = false;
  for (size_t i = 0; i < fields.size(); ++i) {
    auto* dots = as<DotsType>(fields[i]->type);
    if (!dots || (dotsOk && i + 1 == fields.size())) continue;
    if (!reported) {
      errorAt(dots->pos, dotsOk ? "can only use ... with final parameter" : "invalid use of ...");
    }
    reported = true;
    fields[i]->type = dots->elem;
  }
  return fields.finish();
}

/// a, b T, c U: gives each name the type that follows it. Some fields are named, so all must be.
void Parser::distributeTypes(Builder<Field>& fields, size_t named, size_t typed, bool requireNames,
                             Pos end) {
  Pos errorPos;
  Expr* current = nullptr;
  for (size_t i = fields.size(); i-- > 0;) {
    Field* f = fields[i];
    if (f->type) {
      current = f->type;
      if (!f->name) {
        errorPos = startPos(current);
        f->name = makeName(errorPos, intern("_"));
      }
    } else if (current) {
      f->type = current;
    } else {
      errorPos = f->name->pos;
      f->type = make<BadExpr>(errorPos);
    }
  }
  if (!errorPos.isKnown()) return;
  if (named == typed) {
    // Every type has its name, so names at the end have no type.
    return syntaxErrorAt(end, requireNames ? "missing type constraint" : "missing parameter type");
  }
  if (!requireNames) return syntaxErrorAt(errorPos, "missing parameter name");
  syntaxErrorAt(errorPos, fields.size() == 1 ? "missing type parameter name or invalid array length"
                                             : "missing type parameter name");
}

}  // namespace burrow::syntax
