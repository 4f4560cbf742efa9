// The syntax tree of Go. Shapes and positions follow gc's own tree (cmd/compile/internal/syntax),
// because gc's error positions, inlining costs and escape messages are all defined on them.
//
// Nodes live in an Arena, are made by the parser, and are annotated in place by the type checker
// (the members marked "checker:"). Nothing else writes to them. A node's `pos` is the position that
// gc gives it: the operator of a binary expression, the `(`-free start of a call, and so on; use
// startPos/endPos (walk.h) for extents.
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/source/arena.h"
#include "compiler/source/packed.h"
#include "compiler/source/pos.h"
#include "compiler/syntax/tokens.h"

namespace burrow {

class ConstantValue;  // types/constant.h
struct Type;          // types/type.h
struct Object;        // types/object.h
struct Scope;         // types/scope.h

namespace syntax {

#define BURROW_SYNTAX_NODES(X)                                                                     \
  X(BadExpr) X(Name) X(BasicLit) X(CompositeLit) X(KeyValueExpr) X(FuncLit) X(ParenExpr)           \
  X(SelectorExpr) X(IndexExpr) X(SliceExpr) X(AssertExpr) X(TypeSwitchGuard) X(Operation)          \
  X(CallExpr) X(ListExpr) X(ArrayType) X(SliceType) X(DotsType) X(StructType) X(Field)             \
  X(InterfaceType) X(FuncType) X(MapType) X(ChanType)                                              \
  X(ImportDecl) X(ConstDecl) X(TypeDecl) X(VarDecl) X(FuncDecl)                                    \
  X(EmptyStmt) X(LabeledStmt) X(BlockStmt) X(ExprStmt) X(SendStmt) X(DeclStmt) X(AssignStmt)       \
  X(BranchStmt) X(CallStmt) X(ReturnStmt) X(IfStmt) X(ForStmt) X(SwitchStmt) X(SelectStmt)         \
  X(RangeClause) X(CaseClause) X(CommClause)

enum class Kind : uint8_t {
#define X(name) name,
  BURROW_SYNTAX_NODES(X)
#undef X
};

struct Node {
  Pos pos;
  Kind kind;  ///< last: what derived nodes begin with goes into the room behind it

 protected:
  explicit Node(Kind k) : kind(k) {}
};

/// Checked cast: null if `n` is null or of another kind.
template <class T, class N>
T* as(N* n) {
  return n && n->kind == T::kKind ? static_cast<T*>(n) : nullptr;
}

// ---- Expressions ---------------------------------------------------------------------------------

/// What the checker found an expression to be.
enum class Mode : uint8_t {
  Invalid,    ///< in error, or not checked
  NoValue,    ///< a call without results
  Builtin,    ///< a built-in function
  Type,       ///< a type
  Constant,   ///< `value` is set
  Variable,   ///< addressable
  MapIndex,   ///< m[k]: not addressable, but assignable
  Value,      ///< computed
  NilValue,   ///< untyped nil
  CommaOk,    ///< a value that may be used as v, ok (x.(T), <-c)
  CommaErr,   ///< cgo only
};

struct Expr : Node {
  Mode mode = Mode::Invalid;               ///< checker:
  bool commaOk = false;                    ///< checker: used in a v, ok = context (type is then a Tuple)
  bool untyped = false;                    ///< checker, internal: mode, type and value are not final yet
  bool untypedLhs = false;                 ///< checker, internal: left operand of a shift to be checked later
  Type* type = nullptr;                    ///< checker: the final type (untyped ones are resolved)
  const ConstantValue* value = nullptr;    ///< checker: for Mode::Constant

 protected:
  using Node::Node;
};

#define BURROW_NODE(name, base)           \
  static constexpr Kind kKind = Kind::name; \
  name() : base(Kind::name) {}

struct BadExpr : Expr { BURROW_NODE(BadExpr, Expr) };

/// An identifier. `object`: what it defines or uses (null for `_` and for a type switch's symbolic
/// name, which has one object in each clause). `targs`: explicit and inferred type arguments if it
/// names a generic function or type that is instantiated here.
struct Name : Expr {
  BURROW_NODE(Name, Expr)
  std::string_view name;              ///< the spelling, interned: equal names share their bytes
  Object* object = nullptr;           ///< checker:
  PackedList<Type*> targs;                  ///< checker:
};

enum class LitKind : uint8_t { Int, Float, Imag, Rune, String };

struct BasicLit : Expr {
  BURROW_NODE(BasicLit, Expr)
  std::string_view text;  ///< as written, quotes included
  LitKind lit = LitKind::Int;
  bool bad = false;       ///< the scanner reported it
};

/// Type{Elems…}; type null inside another literal.
struct CompositeLit : Expr {
  BURROW_NODE(CompositeLit, Expr)
  Expr* typeExpr = nullptr;
  PackedList<Expr*> elems;      ///< KeyValueExpr for keyed ones
  int keyed = 0;          ///< how many elems are KeyValueExprs
  Pos rbrace;
};

struct KeyValueExpr : Expr {
  BURROW_NODE(KeyValueExpr, Expr)
  Expr* key = nullptr;
  Expr* val = nullptr;
};

struct FuncType;
struct BlockStmt;

struct FuncLit : Expr {
  BURROW_NODE(FuncLit, Expr)
  FuncType* signature = nullptr;
  BlockStmt* body = nullptr;
};

struct ParenExpr : Expr {
  BURROW_NODE(ParenExpr, Expr)
  Expr* x = nullptr;
};

/// How x.Sel was resolved.
enum class SelectionKind : uint8_t {
  None,        ///< qualified identifier: pkg.Name (sel->object is it)
  FieldVal,    ///< x.f
  MethodVal,   ///< x.m, called or not
  MethodExpr,  ///< T.m
};

struct SelectorExpr : Expr {
  BURROW_NODE(SelectorExpr, Expr)
  Expr* x = nullptr;
  Name* sel = nullptr;                       ///< sel->object: the field Var, the method Func, or the package member
  SelectionKind selection = SelectionKind::None;  ///< checker:
  bool indirect = false;                     ///< checker: a pointer was followed on the way
  Type* recv = nullptr;                      ///< checker: type of x (MethodExpr: T)
  List<int> path;                            ///< checker: field indices; for a method the last is its index
};

struct IndexExpr : Expr {
  BURROW_NODE(IndexExpr, Expr)
  Expr* x = nullptr;
  Expr* index = nullptr;   ///< ListExpr for several type arguments
};

struct SliceExpr : Expr {
  BURROW_NODE(SliceExpr, Expr)
  Expr* x = nullptr;
  Expr* index[3] = {};
  bool full = false;       ///< x[a:b:c]
};

struct AssertExpr : Expr {
  BURROW_NODE(AssertExpr, Expr)
  Expr* x = nullptr;
  Expr* target = nullptr;  ///< the type
};

/// lhs := x.(type); lhs may be null. Only as the tag of a SwitchStmt.
struct TypeSwitchGuard : Expr {
  BURROW_NODE(TypeSwitchGuard, Expr)
  Name* lhs = nullptr;
  Expr* x = nullptr;
};

/// Unary (y null) or binary. Unary: + - ! ^ * & <- ~.
struct Operation : Expr {
  BURROW_NODE(Operation, Expr)
  Operator op = Operator::None;
  Expr* x = nullptr;
  Expr* y = nullptr;
};

struct CallExpr : Expr {
  BURROW_NODE(CallExpr, Expr)
  Expr* fun = nullptr;
  PackedList<Expr*> args;
  bool hasDots = false;
  bool isPanic = false;   ///< checker: a call of the predeclared panic
};

struct ListExpr : Expr {
  BURROW_NODE(ListExpr, Expr)
  PackedList<Expr*> elems;
};

/// [len]elem; len null: [...]elem.
struct ArrayType : Expr {
  BURROW_NODE(ArrayType, Expr)
  Expr* len = nullptr;
  Expr* elem = nullptr;
};
struct SliceType : Expr {
  BURROW_NODE(SliceType, Expr)
  Expr* elem = nullptr;
};
struct DotsType : Expr {
  BURROW_NODE(DotsType, Expr)
  Expr* elem = nullptr;
};

/// A field, parameter, method or embedded element: name may be null.
struct Field : Node {
  BURROW_NODE(Field, Node)
  Name* name = nullptr;
  Expr* type = nullptr;
};

struct StructType : Expr {
  BURROW_NODE(StructType, Expr)
  PackedList<Field*> fields;
  PackedList<BasicLit*> tags;   ///< empty, or as long as fields (null where there is none)
};
struct InterfaceType : Expr {
  BURROW_NODE(InterfaceType, Expr)
  PackedList<Field*> methods;   ///< name null: embedded element (unions are Operations with Operator::Or)
};
struct FuncType : Expr {
  BURROW_NODE(FuncType, Expr)
  PackedList<Field*> params;    ///< a DotsType may be the last one's type
  PackedList<Field*> results;
};
struct MapType : Expr {
  BURROW_NODE(MapType, Expr)
  Expr* key = nullptr;
  Expr* elem = nullptr;
};
enum class ChanDir : uint8_t { Both, SendOnly, RecvOnly };
struct ChanType : Expr {
  BURROW_NODE(ChanType, Expr)
  ChanDir dir = ChanDir::Both;
  Expr* elem = nullptr;
};

// ---- Declarations --------------------------------------------------------------------------------

/// Identity of a parenthesised group: declarations of one group share it.
struct Group {
  int unused = 0;
};

/// What //go: comments before a declaration ask for.
enum Pragma : uint32_t {
  kNoinline = 1 << 0, kNosplit = 1 << 1, kNoescape = 1 << 2, kUintptrEscapes = 1 << 3,
  kUintptrKeepAlive = 1 << 4, kNotInHeap = 1 << 5, kNorace = 1 << 6, kNocheckptr = 1 << 7,
  kSystemstack = 1 << 8, kNowritebarrier = 1 << 9, kNowritebarrierrec = 1 << 10,
  kYeswritebarrierrec = 1 << 11, kCgoUnsafeArgs = 1 << 12, kFixBlanks = 1 << 13,
};

/// A //go:embed pattern list.
struct EmbedPattern {
  Pos pos;
  std::string_view pattern;
};

struct Decl : Node {
  const Group* group = nullptr;
  uint32_t pragma = 0;          ///< a set of Pragma
  List<EmbedPattern> embeds;    ///< on VarDecl

 protected:
  using Node::Node;
};

struct ImportDecl : Decl {
  BURROW_NODE(ImportDecl, Decl)
  Name* localName = nullptr;    ///< null, `_`, `.` or a name
  BasicLit* path = nullptr;
  Object* object = nullptr;     ///< checker: the PkgName
};
struct ConstDecl : Decl {
  BURROW_NODE(ConstDecl, Decl)
  PackedList<Name*> names;
  Expr* type = nullptr;
  Expr* values = nullptr;       ///< null: repeat the previous one; ListExpr for several
};
struct TypeDecl : Decl {
  BURROW_NODE(TypeDecl, Decl)
  Name* name = nullptr;
  PackedList<Field*> tparams;
  bool alias = false;
  Expr* type = nullptr;
};
struct VarDecl : Decl {
  BURROW_NODE(VarDecl, Decl)
  PackedList<Name*> names;
  Expr* type = nullptr;
  Expr* values = nullptr;       ///< ListExpr for several
};
struct FuncDecl : Decl {
  BURROW_NODE(FuncDecl, Decl)
  Field* recv = nullptr;
  Name* name = nullptr;
  PackedList<Field*> tparams;
  FuncType* signature = nullptr;
  BlockStmt* body = nullptr;    ///< null: declared elsewhere
  std::string_view text;        ///< the declaration as written, for bodies stored with a package
  Pos start;                    ///< of `text`: the keyword `func`
};

// ---- Statements ----------------------------------------------------------------------------------

struct Stmt : Node {
 protected:
  using Node::Node;
};
/// Statements that may stand as `init` and `post`.
using SimpleStmt = Stmt;

struct EmptyStmt : Stmt { BURROW_NODE(EmptyStmt, Stmt) };
struct LabeledStmt : Stmt {
  BURROW_NODE(LabeledStmt, Stmt)
  Name* label = nullptr;
  Stmt* stmt = nullptr;
};
struct BlockStmt : Stmt {
  BURROW_NODE(BlockStmt, Stmt)
  PackedList<Stmt*> list;
  Pos rbrace;
};
struct ExprStmt : Stmt {
  BURROW_NODE(ExprStmt, Stmt)
  Expr* x = nullptr;
};
struct SendStmt : Stmt {
  BURROW_NODE(SendStmt, Stmt)
  Expr* chan = nullptr;
  Expr* value = nullptr;
};
struct DeclStmt : Stmt {
  BURROW_NODE(DeclStmt, Stmt)
  PackedList<Decl*> decls;
};
/// lhs op= rhs. op Def: `:=`; op None: `=`; rhs null: x++ or x-- (op Add or Sub).
struct AssignStmt : Stmt {
  BURROW_NODE(AssignStmt, Stmt)
  Operator op = Operator::None;
  Expr* lhs = nullptr;          ///< ListExpr for several
  Expr* rhs = nullptr;
};
/// break, continue, goto, fallthrough.
struct BranchStmt : Stmt {
  BURROW_NODE(BranchStmt, Stmt)
  Token tok = Token::Break;
  Name* label = nullptr;
  Stmt* target = nullptr;       ///< branches.h: the statement left or continued; LabeledStmt for goto
};
/// go and defer.
struct CallStmt : Stmt {
  BURROW_NODE(CallStmt, Stmt)
  Token tok = Token::Go;
  Expr* call = nullptr;
};
struct ReturnStmt : Stmt {
  BURROW_NODE(ReturnStmt, Stmt)
  Expr* results = nullptr;
};
struct IfStmt : Stmt {
  BURROW_NODE(IfStmt, Stmt)
  Stmt* init = nullptr;
  Expr* cond = nullptr;
  BlockStmt* then = nullptr;
  Stmt* otherwise = nullptr;    ///< IfStmt, BlockStmt or null
};
struct RangeClause : Stmt {
  BURROW_NODE(RangeClause, Stmt)
  Expr* lhs = nullptr;          ///< null, or one or two expressions
  bool def = false;             ///< :=
  Expr* x = nullptr;
};
struct ForStmt : Stmt {
  BURROW_NODE(ForStmt, Stmt)
  Stmt* init = nullptr;         ///< a RangeClause for range loops
  Expr* cond = nullptr;
  Stmt* post = nullptr;
  BlockStmt* body = nullptr;
  bool perIteration = false;    ///< checker: Go 1.22 loop variables (by the file's language version)
};
struct CaseClause : Node {
  BURROW_NODE(CaseClause, Node)
  Expr* cases = nullptr;        ///< null: default
  PackedList<Stmt*> body;
  Pos colon;
  Object* implicit = nullptr;   ///< checker: the clause's variable in x := y.(type)
};
struct SwitchStmt : Stmt {
  BURROW_NODE(SwitchStmt, Stmt)
  Stmt* init = nullptr;
  Expr* tag = nullptr;          ///< TypeSwitchGuard for type switches
  PackedList<CaseClause*> body;
  Pos rbrace;
};
struct CommClause : Node {
  BURROW_NODE(CommClause, Node)
  Stmt* comm = nullptr;         ///< SendStmt, ExprStmt, AssignStmt; null: default
  PackedList<Stmt*> body;
  Pos colon;
};
struct SelectStmt : Stmt {
  BURROW_NODE(SelectStmt, Stmt)
  PackedList<CommClause*> body;
  Pos rbrace;
};

// ---- Files ---------------------------------------------------------------------------------------

/// //go:linkname local [target]
struct Linkname {
  Pos pos;
  std::string_view local, target;  ///< target empty: the one-argument form
};

/// A misuse of a //go: directive that is reported only once a package has passed type checking.
struct LateError {
  Pos pos;
  std::string_view text;
};

struct File {
  uint32_t index = 0;               ///< in the FileSet
  Pos pos;                          ///< of `package`
  Name* pkgName = nullptr;
  PackedList<Decl*> decls;
  List<Linkname> linknames;
  std::string_view goVersion;       ///< of a //go:build line ("go1.21"), or empty
  List<LateError> lateErrors;         ///< to be reported after a type check without errors
  bool broken = false;                ///< no usable package clause: nothing can follow, stop at this file
  List<std::string_view> directives;  ///< other //go: lines that tools read (//go:debug …), as written
  Pos eof;
};

}  // namespace syntax
}  // namespace burrow
