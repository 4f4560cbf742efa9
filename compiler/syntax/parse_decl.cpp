// Declarations. The hard one is `type T[P …`, which may be an array type or a parameter list.
#include "compiler/syntax/branches.h"
#include "compiler/syntax/parser_state.h"
#include "compiler/syntax/pragma.h"
#include "compiler/syntax/walk.h"

namespace burrow::syntax {

namespace {

/// A type parameter and its constraint, read out of what was parsed as one expression.
struct Split {
  Name* name = nullptr;  ///< null: x is no parameter
  Expr* type = nullptr;  ///< null: x is just a name
};

/// Reads `P *E` and `P (E)` out of a product and a call. Where that is ambiguous it is done only if
/// `force` is set. New nodes replace the taken ones: x itself stays as it is.
Split splitTerm(Arena& arena, Expr* x, bool force) {
  if (auto* n = as<Name>(x)) return {n, nullptr};
  if (auto* o = as<Operation>(x); o && o->y && o->op == Operator::Mul) {
    auto* n = as<Name>(o->x);
    if (!n || !(force || isTypeElem(o->y))) return {};
    auto* pointer = arena.make<Operation>(*o);
    pointer->x = o->y;
    pointer->y = nullptr;
    return {n, pointer};
  }
  if (auto* call = as<CallExpr>(x)) {
    auto* n = as<Name>(call->fun);
    if (n && call->args.size() == 1 && !call->hasDots && (force || isTypeElem(call->args[0]))) {
      return {n, unparen(call->args[0])};
    }
  }
  return {};
}

/// The same for `P *E|F|G`: the first term gives the name, the rest is rebuilt upon its type.
Split splitParameter(Arena& arena, Expr* x, bool force) {
  std::vector<Operation*> unions;
  for (Operation* o; (o = as<Operation>(x)) && o->y && o->op == Operator::Or; x = o->x) {
    force = force || isTypeElem(o->y);
    unions.push_back(o);
  }
  Split split = splitTerm(arena, x, force);
  if (unions.empty()) return split;
  if (!split.name || !split.type) return {};
  for (size_t i = unions.size(); i-- > 0;) {
    auto* rest = arena.make<Operation>(*unions[i]);
    rest->x = split.type;
    split.type = rest;
  }
  return split;
}

}  // namespace

/// spec | "(" { spec ";" } ")" behind the keyword.
template <class F>
void Parser::group(Builder<Decl>& into, F&& spec) {
  if (tok != Token::Lparen) {
    into.add(spec(nullptr));
    return;
  }
  const Group* g = arena_.make<Group>();
  clearPragma();
  next();
  list("grouped declaration", Token::Semi, Token::Rparen, [&] {
    into.add(spec(g));
    return false;
  });
}

/// Parses what `keyword` starts, if it starts a declaration.
bool Parser::declaration(Builder<Decl>& into, Token keyword) {
  Pos start = pos;
  const char* text = tokenStart();
  switch (keyword) {
    case Token::Import:
      next();
      group(into, [&](const Group* g) { return importDecl(g); });
      return true;
    case Token::Const:
      next();
      group(into, [&](const Group* g) { return constDecl(g); });
      return true;
    case Token::Type:
      next();
      group(into, [&](const Group* g) { return typeDecl(g); });
      return true;
    case Token::Var:
      next();
      group(into, [&](const Group* g) { return varDecl(g); });
      return true;
    case Token::Func:
      next();
      into.add(funcDecl(start, text));
      return true;
    default:
      return false;
  }
}

// ImportSpec = [ "." | PackageName ] ImportPath .
Decl* Parser::importDecl(const Group* g) {
  auto* d = make<ImportDecl>(pos);
  d->group = g;
  takePragma(d, 0);
  if (tok == Token::Name) {
    d->localName = name();
  } else if (tok == Token::Dot) {
    d->localName = makeName(pos, intern("."));
    next();
  }
  d->path = literalOrNull();
  if (!d->path) {
    syntaxError("missing import path");
    advance({Token::Semi, Token::Rparen});
    return d;
  }
  if (!d->path->bad && d->path->lit != LitKind::String) {
    syntaxErrorAt(d->path->pos, "import path must be a string");
    d->path->bad = true;
  }
  std::string_view path = d->path->text;
  if (path.size() > 2) path = path.substr(1, path.size() - 2);
  importsUnsafe_ |= path == "unsafe";
  importsEmbed_ |= path == "embed";
  return d;
}

// ConstSpec = IdentifierList [ [ Type ] "=" ExpressionList ] .
Decl* Parser::constDecl(const Group* g) {
  auto* d = make<ConstDecl>(pos);
  d->group = g;
  takePragma(d, 0);
  d->names = nameList(name());
  if (tok != Token::EndOfFile && tok != Token::Semi && tok != Token::Rparen) {
    d->type = typeOrNull();
    if (gotAssign()) d->values = exprList();
  }
  return d;
}

// VarSpec = IdentifierList ( Type [ "=" ExpressionList ] | "=" ExpressionList ) .
Decl* Parser::varDecl(const Group* g) {
  auto* d = make<VarDecl>(pos);
  d->group = g;
  takePragma(d, 0, true);
  d->names = nameList(name());
  if (gotAssign()) {
    d->values = exprList();
  } else {
    d->type = type();
    if (gotAssign()) d->values = exprList();
  }
  if (!d->embeds.empty()) checkEmbeds(d);
  return d;
}

// TypeSpec = identifier [ TypeParams ] [ "=" ] Type .
Decl* Parser::typeDecl(const Group* g) {
  auto* d = make<TypeDecl>(pos);
  d->group = g;
  takePragma(d, 0);
  d->name = name();
  if (tok == Token::Lbrack) {
    typeDeclTail(d);
  } else {
    d->alias = gotAssign();
    d->type = typeOrNull();
  }
  if (!d->type) {
    d->type = badExpr();
    syntaxError("in type declaration");
    advance({Token::Semi, Token::Rparen});
  }
  return d;
}

/// At the `[` behind a declared type's name.
void Parser::typeDeclTail(TypeDecl* d) {
  Pos at = pos;
  next();
  if (tok == Token::Rbrack) {
    next();
    d->type = sliceType(at);
    return;
  }
  if (tok != Token::Name) {
    d->type = arrayType(at, nullptr);
    return;
  }
  // Either an array length or a type parameter: read an expression and look at it. A name followed
  // by
  // `[` must be a parameter with a constraint like []E, for no index expression is constant.
  Expr* x = name();
  if (tok != Token::Lbrack) {
    ++exprDepth_;
    x = binaryExpr(primaryExpr(x, false), 0);
    --exprDepth_;
  }
  // A lone name before `]` is rather a length; what may be a constraint before a comma is one.
  Split parameter = splitParameter(arena_, x, tok == Token::Comma);
  if (parameter.name && (parameter.type || tok != Token::Rbrack)) {
    d->tparams = paramList(parameter.name, parameter.type, Token::Rbrack, true, false);
    d->alias = gotAssign();
    d->type = typeOrNull();
  } else {
    d->type = arrayType(at, x);
  }
}

// FunctionDecl = "func" FunctionName [ TypeParams ] Signature [ Body ] .
// MethodDecl   = "func" Receiver MethodName Signature [ Body ] .
/// Behind `func`, which is at `start` and `text`.
FuncDecl* Parser::funcDecl(Pos start, const char* text) {
  auto* f = make<FuncDecl>(pos);
  f->start = start;
  takePragma(f, kFunctionPragmas);

  std::string_view context;
  if (got(Token::Lparen)) {
    context = "method";
    List<Field*> receivers = paramList(nullptr, nullptr, Token::Rparen, false, false);
    if (receivers.empty()) {
      errorAt(pos, "method has no receiver");
    } else {
      if (receivers.size() > 1) errorAt(pos, "method has multiple receivers");
      f->recv = receivers[0];
    }
  }
  if (tok == Token::Name) {
    f->name = name();
    f->signature = funcType(context, &f->tparams);
  } else {
    f->name = makeName(pos, intern("_"));
    f->signature = make<FuncType>(pos);
    syntaxError(context.empty() ? "expected name or (" : "expected name");
    advance({Token::Lbrace, Token::Semi});
  }
  if (tok == Token::Lbrace) f->body = funcBody();
  if (!stopped_) f->text = {text, static_cast<size_t>(previousEnd() - text)};
  return f;
}

BlockStmt* Parser::funcBody() {
  ++functionDepth_;
  size_t before = errors_;
  BlockStmt* body = blockStmt("");
  --functionDepth_;
  // After syntax errors, missing labels and the like would be consequences, not mistakes.
  if (options_.checkBranches && errors_ == before) checkBranches(body, diagnostics_);
  return body;
}

}  // namespace burrow::syntax
