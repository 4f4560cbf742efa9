// Files, errors and recovery: the frame around the grammar. See parser_state.h.
#include "compiler/syntax/parser.h"

#include <pthread.h>

#include <algorithm>
#include <cstring>

#include "compiler/syntax/parser_state.h"
#include "compiler/syntax/pragma.h"

namespace burrow::syntax {

namespace {

constexpr uint64_t bit(Token t) {
  return uint64_t{1} << static_cast<int>(t);
}

/// Keywords that start statements: inside a function, recovery does not skip them.
constexpr uint64_t kStatementStarts = bit(Token::Break) | bit(Token::Const) | bit(Token::Continue) |
                                      bit(Token::Defer) | bit(Token::Fallthrough) |
                                      bit(Token::For) | bit(Token::Go) | bit(Token::Goto) |
                                      bit(Token::If) | bit(Token::Return) | bit(Token::Select) |
                                      bit(Token::Switch) | bit(Token::Type) | bit(Token::Var);

/// The lowest address the parser may use of this thread's stack.
void* findStackLimit() {
  thread_local void* limit = [] {
    constexpr size_t kReserve = 256 << 10;
    void* low = nullptr;
    size_t size = 0;
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return low;
    if (pthread_attr_getstack(&attributes, &low, &size) != 0) low = nullptr;
    pthread_attr_destroy(&attributes);
    return low ? static_cast<void*>(static_cast<char*>(low) + std::min(kReserve, size / 4)) : low;
  }();
  return limit;
}

/// Copies a text that may not be followed by the zero bytes that the scanner needs.
std::string_view padded(Arena& arena, std::string_view text) {
  char* to = static_cast<char*>(arena.allocate(text.size() + 16, 1));
  std::memcpy(to, text.data(), text.size());
  std::memset(to + text.size(), 0, 16);
  return {to, text.size()};
}

template <class T>
List<T> copyList(Arena& arena, const std::vector<T>& from) {
  return arena.list(std::span<const T>(from));
}

}  // namespace

std::string tokenName(Token t) {
  if (t == Token::Comma) return "comma";
  if (t == Token::Semi) return "semicolon or newline";
  std::string text(tokenText(t));
  return t >= Token::Break ? "keyword " + text : text;
}

Parser::Parser(std::string_view text, Pos start, SourceFile* source, Arena& arena,
               Diagnostics& diagnostics, const ParseOptions& options)
    : Scanner(text, start),
      arena_(arena),
      diagnostics_(diagnostics),
      source_(source),
      options_(options),
      stackLimit_(findStackLimit()) {}

// ---- Errors
// ----------------------------------------------------------------------------------------

void Parser::errorAt(Pos at, std::string text) {
  failed_ = true;
  ++errors_;
  diagnostics_.error(at, std::move(text));
}

void Parser::syntaxErrorAt(Pos at, std::string_view text) {
  if (tok == Token::EndOfFile && failed_)
    return;  // the end of the file after an error means little
  std::string message = "syntax error: ";
  bool expected = text.starts_with("expected ");
  if (!expected && !text.starts_with("in ") && !text.starts_with("at ") &&
      !text.starts_with("after ")) {
    return errorAt(at, message.append(text));
  }
  message += "unexpected ";
  switch (tok) {
    case Token::Name:
      message.append("name ").append(lit);
      break;
    case Token::Semi:
      message += lit;
      break;
    case Token::Literal:
      message.append("literal ").append(lit);
      break;
    case Token::Operator:
      message += operatorText(op);
      break;
    case Token::AssignOp:
      message.append(operatorText(op)).append("=");
      break;
    case Token::IncOp:
      message.append(operatorText(op)).append(operatorText(op));
      break;
    default:
      message += tokenName(tok);
      break;
  }
  errorAt(at, message.append(expected ? ", " : " ").append(text));
}

void Parser::want(Token t) {
  if (got(t)) return;
  syntaxError("expected " + tokenName(t));
  advance({});
}

/// `=`; also `:=`, with an error.
bool Parser::gotAssign() {
  if (tok == Token::Define) {
    syntaxError("expected =");
  } else if (tok != Token::Assign) {
    return false;
  }
  next();
  return true;
}

/// Skips to one of `followers`, or just one token if there are none.
void Parser::advance(std::initializer_list<Token> followers) {
  uint64_t stops = bit(Token::EndOfFile);
  for (Token t : followers) stops |= bit(t);
  if (followers.size() > 0 && functionDepth_ > 0) stops |= kStatementStarts;
  while (!(stops & bit(tok))) {
    next();
    if (followers.size() == 0) return;
  }
}

void Parser::nestingTooDeep() {
  if (!stopped_) errorAt(pos, "syntax error: program is nested too deeply");
  stopped_ = true;
  stop();
}

void Parser::listError(const char* context, Token sep, Token close) {
  syntaxError(std::string("in ") + context + "; possibly missing " + tokenName(sep) + " or " +
              tokenName(close));
  advance({Token::Rparen, Token::Rbrack, Token::Rbrace});
}

// ---- Files
// -----------------------------------------------------------------------------------------

// SourceFile = PackageClause ";" { ImportDecl ";" } { TopLevelDecl ";" } .
File* Parser::file(uint32_t index) {
  File* f = arena_.make<File>();
  f->index = index;
  f->broken = true;
  next();
  top_ = false;
  f->pos = pos;
  f->goVersion = goVersion_;
  Builder<Decl> decls(*this);

  auto parse = [&] {
    if (!got(Token::Package)) return syntaxError("package statement must be first");
    takePragma(nullptr, kGoBuild);
    f->pkgName = name();
    want(Token::Semi);
    if (failed_) return;
    f->broken = false;

    Token previous = Token::Import;
    while (tok != Token::EndOfFile) {
      if (tok == Token::Import && previous != Token::Import) {
        syntaxError("imports must appear before other declarations");
      } else if (tok != Token::Import && options_.importsOnly) {
        return;
      }
      previous = tok;
      if (!declaration(decls, tok)) {
        auto* last = decls.size() > 0 ? as<FuncDecl>(decls[decls.size() - 1]) : nullptr;
        if (tok == Token::Lbrace && last && !last->body) {
          syntaxError("unexpected semicolon or newline before {");
        } else {
          syntaxError("non-declaration statement outside function body");
        }
        advance({Token::Import, Token::Const, Token::Type, Token::Var, Token::Func});
        continue;
      }
      clearPragma();  // before `;`: comments behind it belong to the next declaration
      if (tok != Token::EndOfFile && !got(Token::Semi)) {
        syntaxError("after top level declaration");
        advance({Token::Import, Token::Const, Token::Type, Token::Var, Token::Func});
      }
    }
    clearPragma();
  };
  parse();

  f->eof = pos;
  if (!f->pkgName) f->pkgName = makeName(f->pos, intern("_"));
  for (const Linkname& l : linknames_) {
    if (!importsUnsafe_) {
      lateError(l.pos, "//go:linkname only allowed in Go files that import \"unsafe\"");
    } else if (l.target.find('[') != std::string_view::npos &&
               l.target.find(']') != std::string_view::npos) {
      lateError(l.pos, "//go:linkname reference of an instantiation is not allowed");
    }
  }
  f->decls = decls.finish();
  f->linknames = copyList(arena_, linknames_);
  f->directives = copyList(arena_, directives_);
  f->lateErrors = copyList(arena_, lateErrors_);
  return f;
}

FuncDecl* Parser::functionAlone() {
  next();
  Pos start = pos;
  const char* text = tokenStart();
  want(Token::Func);
  return funcDecl(start, text);
}

Expr* Parser::expressionAlone() {
  next();
  Expr* x = expr();
  got(Token::Semi);
  if (tok != Token::EndOfFile) syntaxError("after expression");
  return x;
}

File* parseFile(FileSet& files, uint32_t index, Arena& arena, Diagnostics& diagnostics,
                const ParseOptions& options) {
  SourceFile& source = files.file(index);
  source.directives.clear();
  return Parser(source.text, Pos(index, 1, 1), &source, arena, diagnostics, options).file(index);
}

FuncDecl* parseFuncDecl(std::string_view text, Pos start, Arena& arena, Diagnostics& diagnostics) {
  ParseOptions options;
  options.std = true;
  return Parser(padded(arena, text), start, nullptr, arena, diagnostics, options).functionAlone();
}

Expr* parseExpr(std::string_view text, Pos start, Arena& arena, Diagnostics& diagnostics) {
  return Parser(padded(arena, text), start, nullptr, arena, diagnostics, {}).expressionAlone();
}

}  // namespace burrow::syntax
