// The parser: recursive descent, one class over parser.cpp (files, errors), parse_decl, parse_expr,
// parse_type, parse_stmt and directives.cpp. Private to this folder; parser.h is the way in.
//
// Naming follows the grammar of the Go specification. A method called xOrNull may return null, all
// others return a node whatever the input. Error recovery must agree with gc's, since it decides
// which further errors a file has: `want` reports and skips one token, `advance` skips to a set of
// tokens.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "compiler/source/arena.h"
#include "compiler/source/diagnostics.h"
#include "compiler/syntax/nodes.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/scanner.h"

namespace burrow::syntax {

/// What the //go: comments since the last declaration asked for.
struct PendingPragma {
  struct Mark {
    uint32_t flags;
    Pos pos;
  };
  uint32_t flags = 0;
  std::vector<Mark> marks;
  std::vector<EmbedPattern> embeds;
  bool any = false;
};

class Parser final : public Scanner {
 public:
  Parser(std::string_view text, Pos start, SourceFile* source, Arena& arena,
         Diagnostics& diagnostics, const ParseOptions& options);

  File* file(uint32_t index);
  FuncDecl* functionAlone();
  Expr* expressionAlone();

 private:
  // ---- Errors and tokens (parser.cpp)
  void onError(Pos at, std::string text) override { errorAt(at, std::move(text)); }
  void onDirective(Pos at, std::string_view text, Pos after, bool alone) override;
  void errorAt(Pos at, std::string text);
  /// `text` is a whole message, or goes behind "unexpected TOKEN" if it starts with "expected ",
  /// "in ", "at " or "after ".
  void syntaxErrorAt(Pos at, std::string_view text);
  void syntaxError(std::string_view text) { syntaxErrorAt(pos, text); }
  bool got(Token t) {
    if (tok != t) return false;
    next();
    return true;
  }
  void want(Token t);
  bool gotAssign();
  void advance(std::initializer_list<Token> followers);
  bool isOperator(Operator o) const { return tok == Token::Operator && op == o; }

  /// Counts nesting for as long as it lives. Beyond the limit, or when the machine stack runs
  /// short, it reports an error and turns the rest of the file into nothing; `ok` is false then.
  struct Nesting {
    explicit Nesting(Parser& p) : parser(p), ok(++p.depth_ <= kMaxDepth && !p.stackIsShort()) {
      if (!ok) p.nestingTooDeep();
    }
    ~Nesting() { --parser.depth_; }
    Parser& parser;
    const bool ok;
  };
  static constexpr int kMaxDepth = 10'000;
  static constexpr int kMaxChain = 100'000;  ///< operators in a row: a tree that deep to the left
  bool stackIsShort() const { return __builtin_frame_address(0) < stackLimit_; }
  void nestingTooDeep();

  // ---- Nodes
  template <class T>
  T* make(Pos at) {
    T* n = arena_.make<T>();
    n->pos = at;
    return n;
  }
  Name* makeName(Pos at, std::string_view spelling) {
    Name* n = make<Name>(at);
    n->name = spelling;
    return n;
  }
  BadExpr* badExpr() { return make<BadExpr>(pos); }

  /// A list under construction: its elements lie on one stack that all lists share.
  template <class T>
  class Builder {
   public:
    explicit Builder(Parser& p) : stack_(p.scratch_), arena_(p.arena_), base_(stack_.size()) {}
    ~Builder() { stack_.resize(base_); }
    void add(T* n) { stack_.push_back(n); }
    size_t size() const { return stack_.size() - base_; }
    T* operator[](size_t i) const { return static_cast<T*>(stack_[base_ + i]); }
    List<T*> finish() {
      size_t n = size();
      if (n == 0) return {};
      T** to = static_cast<T**>(arena_.allocate(sizeof(T*) * n, alignof(T*)));
      for (size_t i = 0; i < n; ++i) to[i] = (*this)[i];
      return {to, n};
    }

   private:
    std::vector<Node*>& stack_;
    Arena& arena_;
    size_t base_;
  };

  /// { element sep } close, the last sep optional; `element` returns true to be the last one.
  template <class F>
  Pos list(const char* context, Token sep, Token close, F&& element);
  void listError(const char* context, Token sep, Token close);

  // ---- Declarations (parse_decl.cpp)
  template <class F>
  void group(Builder<Decl>& into, F&& spec);
  bool declaration(Builder<Decl>& into, Token keyword);
  Decl* importDecl(const Group* g);
  Decl* constDecl(const Group* g);
  Decl* typeDecl(const Group* g);
  Decl* varDecl(const Group* g);
  FuncDecl* funcDecl(Pos start, const char* text);
  BlockStmt* funcBody();
  void typeDeclTail(TypeDecl* d);

  // ---- Expressions (parse_expr.cpp)
  Expr* expr() { return binaryExpr(unaryExpr(), 0); }
  Expr* binaryExpr(Expr* x, int above);
  Expr* unaryExpr();
  Expr* receiveOrChannel();
  Expr* operand(bool keepParens);
  Expr* primaryExpr(Expr* x, bool keepParens);
  Expr* selectorOrAssertion(Expr* x, Pos at);
  Expr* indexOrSlice(Expr* x, Pos at);
  bool mayBeLiteralType(Expr* x) const;
  Expr* literalElement();
  CompositeLit* literalValue();
  Expr* exprList();
  BasicLit* literalOrNull();
  Name* name();
  List<Name*> nameList(Name* first);
  Expr* typeList(bool strict, bool* comma);
  Expr* listOf(Builder<Expr>& elems);

  // ---- Types (parse_type.cpp)
  Expr* type();
  Expr* typeOrNull();
  Expr* pointerTo(Pos at, Expr* base);
  Expr* typeInstance(Expr* x);
  /// `context` empty: type parameters are legal and go to `tparams`.
  FuncType* funcType(std::string_view context, PackedList<Field*>* tparams);
  Expr* arrayType(Pos at, Expr* len);
  Expr* sliceType(Pos at);
  Expr* chanElem();
  StructType* structType();
  void fieldDecl(Builder<Field>& fields, std::vector<BasicLit*>& tags);
  InterfaceType* interfaceType();
  Field* methodDecl();
  Field* embeddedElem(Field* f);
  Expr* embeddedTerm();
  Expr* arrayOrTypeArgs();
  Expr* qualifiedName(Name* first);
  List<Field*> results();
  Field* paramDeclOrNull(Name* first, Token follow);
  List<Field*> paramList(Name* first, Expr* firstType, Token close, bool requireNames, bool dotsOk);
  void distributeTypes(Builder<Field>& list, size_t named, size_t typed, bool requireNames,
                       Pos end);
  Field* makeField(Pos at, Name* n, Expr* t);

  // ---- Statements (parse_stmt.cpp)
  struct Header {
    Stmt* init = nullptr;
    Expr* cond = nullptr;
    Stmt* post = nullptr;
  };
  Stmt* simpleStmt(Expr* lhs, Token keyword);
  RangeClause* rangeClause(Expr* lhs, bool def);
  AssignStmt* assignment(Pos at, Operator o, Expr* lhs, Expr* rhs);
  ExprStmt* exprStmt(Expr* x);
  Stmt* labeledStmtOrNull(Name* label);
  BlockStmt* blockStmt(std::string_view context);
  Stmt* declStmt();
  Header header(Token keyword);
  Expr* condition(Stmt* s, Token keyword, Pos semi, std::string_view semiText);
  Stmt* forStmt();
  IfStmt* ifStmt();
  Stmt* switchStmt();
  Stmt* selectStmt();
  template <class T, class F>
  T* clause(F&& guard);
  Stmt* callStmt();
  Stmt* branchStmt();
  Stmt* stmtOrNull();
  List<Stmt*> stmtList();

  // ---- Directives (directives.cpp)
  void lineDirective(Pos at, std::string_view text, Pos after);
  void goDirective(Pos at, std::string_view text, bool alone);
  void linkname(Pos at, std::string_view text);
  void embed(Pos at, std::string_view args);
  void cgo(Pos at, std::string_view text);
  void mark(Pos at, std::string_view text);
  /// Moves the pending directives to `d`; those not among `allowed` become late errors.
  void takePragma(Decl* d, uint32_t allowed, bool embedOk = false);
  void checkEmbeds(const VarDecl* d);
  /// For what is no declaration: whatever is pending is misplaced.
  void clearPragma() {
    if (pragma_.any) misplacedPragma();
  }
  void misplacedPragma();
  void lateError(Pos at, std::string_view text) { lateErrors_.push_back({at, text}); }

  Arena& arena_;
  Diagnostics& diagnostics_;
  SourceFile* source_;  ///< takes //line directives; null for text that is not a file of its own
  const ParseOptions options_;
  std::vector<Node*> scratch_;

  bool failed_ = false;  ///< an error was reported
  size_t errors_ = 0;
  bool stopped_ = false;  ///< the nesting limit was hit
  bool top_ = true;       ///< before the package clause
  int functionDepth_ = 0;
  /// Below 0 in the header of a statement, where `{` opens a block and not a composite literal.
  int exprDepth_ = 0;
  int depth_ = 0;
  void* stackLimit_;

  PendingPragma pragma_;
  std::vector<Linkname> linknames_;
  std::vector<std::string_view> directives_;
  std::vector<LateError> lateErrors_;
  std::string_view goVersion_;
  bool importsUnsafe_ = false, importsEmbed_ = false;
};

template <class F>
Pos Parser::list(const char* context, Token sep, Token close, F&& element) {
  bool done = false;
  while (tok != Token::EndOfFile && tok != close && !done) {
    done = element();
    if (!got(sep) && tok != close) {
      listError(context, sep, close);
      if (tok != close) return pos;
    }
  }
  Pos end = pos;
  want(close);
  return end;
}

/// How messages call a token.
std::string tokenName(Token t);

}  // namespace burrow::syntax
