// The type checker's state and all its methods; internal to types/. Method names and the division
// into files follow gc's checker (types2), so that behaviour can be compared method by method.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/syntax/parser.h"
#include "compiler/syntax/walk.h"
#include "compiler/types/checker_api.h"
#include "compiler/types/format.h"
#include "compiler/types/generics.h"
#include "compiler/types/operand.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"
#include "vm/bytecode/check.h"

namespace burrow {

using namespace syntax;  // the trees are everywhere here; no name is in both namespaces

class Error;

// ---- Errors --------------------------------------------------------------------------------------

/// Where an error is reported: the leftmost position of a node or operand, or just a position.
struct At {
  Pos pos;
  At(Pos p) : pos(p) {}  // NOLINT(google-explicit-constructor)
  At(const Node* n) : pos(n ? startPos(n) : Pos()) {}  // NOLINT
  At(const Operand* x) : pos(x->expr ? startPos(x->expr) : Pos()) {}  // NOLINT
  At(const Operand& x) : At(&x) {}  // NOLINT
  At(const Object* o) : pos(o->pos) {}  // NOLINT
};

/// An error under construction: the first description gives the position, the others are
/// continuation lines. Nothing happens before report().
class Error {
 public:
  explicit Error(Checker* check) : check_(check) {}
  template <class... A>
  void addf(At at, const char* format, const A&... args) {
    add(at.pos, formatMessage(check_, format, {FormatArg(args)...}));
  }
  void add(Pos pos, std::string text) { desc_.push_back({pos, std::move(text)}); }
  void addAltDecl(const Object* o);  ///< "\tother declaration of x"
  bool empty() const { return desc_.empty(); }
  Pos pos() const { return desc_.empty() ? Pos() : desc_[0].pos; }
  std::string msg() const;
  void setSoft() { soft_ = true; }
  void report();

 private:
  struct Desc {
    Pos pos;
    std::string text;
  };
  Checker* check_;
  std::vector<Desc> desc_;
  bool soft_ = false;
};

// ---- State ---------------------------------------------------------------------------------------

/// A language version go1.N as N; 0: unknown (everything is allowed).
using GoVersion = int;
GoVersion asGoVersion(std::string_view text);       ///< "go1.21.3" → 21; 0 if malformed
std::string goVersionString(GoVersion v);
inline constexpr GoVersion kGoCurrent = 26;

/// A package-level (or method) declaration.
struct DeclInfo {
  Scope* file = nullptr;            ///< scope of the file
  GoVersion version = 0;
  File* syntaxFile = nullptr;
  std::vector<Var*>* lhs = nullptr; ///< n:1 variable declarations
  Expr* vtyp = nullptr;
  Expr* init = nullptr;
  bool inherited = false;           ///< init expression is inherited (constants)
  TypeDecl* tdecl = nullptr;
  FuncDecl* fdecl = nullptr;
  std::vector<Object*> deps;        ///< package-level objects that init or the body refers to, in order
  std::unordered_set<Object*> depSet;

  bool hasInitializer() const { return init || (fdecl && fdecl->body); }
  void addDep(Object* o) {
    if (depSet.insert(o).second) deps.push_back(o);
  }
};

/// Context within which an object is checked.
struct Environment {
  DeclInfo* decl = nullptr;         ///< package-level declaration whose initializer or body is checked
  Scope* scope = nullptr;
  GoVersion version = 0;
  constant::Value iota = nullptr;
  Pos errpos;                       ///< if known: name of a constant with inherited initializer
  bool inTParamList = false;
  Signature* sig = nullptr;         ///< of the enclosing function
  bool hasLabel = false;
  bool hasCallOrRecv = false;
};

/// The function type that a generic function value is assigned to; desc says to what.
struct Target {
  Signature* sig = nullptr;
  std::string desc;
};
/// Null unless type's underlying type is a Signature.
std::optional<Target> newTarget(Type* type, const std::function<std::string()>& desc);

enum class ExprKind : uint8_t { Conversion, Expression, Statement };

using StmtContext = unsigned;
enum : StmtContext {
  kBreakOk = 1, kContinueOk = 2, kFallthroughOk = 4, kFinalSwitchCase = 8, kInTypeSwitch = 16,
};

/// Names declared in one set (struct fields, methods): finds duplicates by name and package.
class ObjSet {
 public:
  /// The object already there with o's id, or null after inserting.
  Object* insert(Object* o);

 private:
  std::unordered_multimap<std::string_view, Object*> elems_;
};

/// Duplicate constant cases: by value; see stmt.cpp.
struct SeenConst {
  Pos pos;
  Type* type;
};
using ValueMap = std::unordered_map<std::string, std::vector<SeenConst>>;

/// How types flow into type parameters, for the detection of infinite instantiation (mono.cpp).
struct MonoGraph {
  /// A type parameter, or a type declared inside a generic function.
  struct Vertex {
    int weight = 0;          ///< of the heaviest known path to here
    int pre = -1;            ///< last edge of that path
    int len = 0;             ///< edges of that path
    TypeName* obj = nullptr;
  };
  struct Edge {
    int dst, src, weight;
    Pos pos;
    Type* type;
  };
  std::vector<Vertex> vertices;
  std::vector<Edge> edges;
  std::unordered_map<TypeParam*, TypeParam*> canon;  ///< a method's receiver parameter → its type's
  std::unordered_map<TypeName*, int> nameIdx;        ///< -1: needs no vertex

  void recordCanon(TypeParam* mpar, TypeParam* tpar) { canon[mpar] = tpar; }
  void recordInstance(Package* pkg, Pos pos, List<TypeParam*> tparams, List<Type*> targs,
                      List<Expr*> xlist);
  void assign(Package* pkg, Pos pos, TypeParam* tpar, Type* targ);
  int typeParamVertex(TypeParam* tpar);
  int localNamedVertex(Package* pkg, Named* named);
};

struct BuiltinInfo;

class Checker {
 public:
  Checker(Package* pkg, Arena& arena, const CheckConfig& conf, Diagnostics* diagnostics);
  /// Stands for "no check in progress" when methods are needed after checking: errors are dropped,
  /// nothing is delayed. Functions that take a Checker* accept null for the same.
  static Checker* none();
  bool active() const { return pkg != nullptr; }

  // -- whole package (check.cpp, resolver.cpp, initorder.cpp, mono.cpp)
  void checkFiles(const std::vector<File*>& files);
  void initFiles(const std::vector<File*>& files);
  void collectObjects();
  void sortObjects();
  void directCycles();
  void directCycle(TypeName* tname, std::unordered_map<TypeName*, int>& pathIdx);
  void packageObjects();
  void processDelayed(size_t top);
  void cleanup();
  void initOrder();
  void reportCycle(const std::vector<Object*>& cycle);
  void unusedImports();
  void errorUnusedPkg(PkgName* obj);
  void recordUntyped();
  void monomorph();
  void reportInstanceLoop(int v);
  // -- after a check without errors (late_checks.cpp)
  void notInHeapErrors();
  void lateChecks();    ///< also collects the functions with bodies
  void anonymousInterfaceCycles();
  void embedErrors();
  void sizeErrors();    ///< size_checks.cpp
  void linknameErrors(std::unordered_set<Object*>& linked);
  void checkStoredBody(Func* f, FuncDecl* decl, Scope* fileScope);

  // -- errors (errors.cpp)
  template <class... A>
  std::string sprintf(const char* format, const A&... args) {
    return formatMessage(this, format, {FormatArg(args)...});
  }
  template <class... A>
  void errorf(At at, const char* format, const A&... args) {
    Error err(this);
    err.addf(at, format, args...);
    err.report();
  }
  template <class... A>
  void softErrorf(At at, const char* format, const A&... args) {
    Error err(this);
    err.addf(at, format, args...);
    err.setSoft();
    err.report();
  }
  /// "… requires go1.N or later"
  template <class... A>
  void versionErrorf(At at, GoVersion v, const char* format, const A&... args) {
    versionError(at.pos, v, sprintf(format, args...));
  }
  void error(At at, std::string_view text) { errorf(at, "%s", text); }
  void versionError(Pos pos, GoVersion v, const std::string& text);
  void handleError(Pos pos, std::string text, bool soft);
  std::string posString(Pos pos) const;
  bool allowVersion(GoVersion want) const { return version == 0 || version >= want; }
  template <class... A>
  bool verifyVersionf(At at, GoVersion v, const char* format, const A&... args) {
    if (allowVersion(v)) return true;
    versionErrorf(at, v, format, args...);
    return false;
  }
  /// How a package is named in messages: "" for the one being checked.
  std::string qualifier(const Package* p);
  void markImports(Package* p);

  // -- delayed actions, object path, cleanup
  void later(std::function<void()> f);
  void push(Object* obj);
  void pop();
  void needsCleanup(Type* t) { cleaners.push_back(t); }
  void addDeclDep(Object* to);

  // -- recording into the trees (recording.cpp)
  void record(Operand* x);
  void rememberUntyped(Expr* e, bool lhs, Mode mode, Basic* type, constant::Value val);
  void recordTypeAndValue(Expr* x, Mode mode, Type* type, constant::Value val);
  void recordBuiltinType(Expr* f, Signature* sig);
  void recordCommaOkTypes(Expr* x, const std::vector<Operand*>& a);
  void recordInstance(Expr* expr, List<Type*> targs, Type* type);
  void recordDef(Name* id, Object* obj);
  void recordUse(Name* id, Object* obj);
  void recordImplicit(Node* node, Object* obj);
  void recordSelection(SelectorExpr* x, SelectionKind kind, Type* recv, Object* obj,
                       const std::vector<int>& index, bool indirect);

  // -- declarations (resolver.cpp, decl.cpp, cycles.cpp)
  void arity(Pos pos, List<Name*> names, List<Expr*> inits, bool constDecl, bool inherited);
  struct MethodInfo {
    Func* obj;
    bool ptr;
    Name* recv;
  };
  struct FileContext;
  void collectImport(FileContext& ctxt, ImportDecl* s);
  void collectConst(FileContext& ctxt, ConstDecl* s, int index);
  void collectVar(FileContext& ctxt, VarDecl* s);
  void collectFunc(FileContext& ctxt, FuncDecl* s);
  DeclInfo* newDecl(FileContext& ctxt);
  void registerDecl(Object* obj, DeclInfo* d);
  void declarePkgObj(Name* ident, Object* obj, DeclInfo* d);
  Package* importPackage(Pos pos, std::string_view path);
  bool unpackRecv(Expr* rtyp, bool unpackParams, Expr*& base, std::vector<Name*>& tparams);
  bool resolveBaseTypeName(bool ptr, Name* name, TypeName*& base);
  void declare(Scope* scope, Name* id, Object* obj, Pos pos);
  void objDecl(Object* obj);
  bool validCycle(Object* obj);
  void cycleError(const std::vector<Object*>& cycle, size_t start);
  void constDecl(Const* obj, Expr* type, Expr* init, bool inherited);
  void varDecl(Var* obj, const std::vector<Var*>& lhs, Expr* type, Expr* init);
  void typeDecl(TypeName* obj, TypeDecl* tdecl);
  List<TypeParam*> collectTypeParams(List<TypeParam*>* dst, List<Field*> list);
  Type* bound(Expr* x);
  TypeParam* declareTypeParam(Name* name, Pos scopePos);
  void collectMethods(TypeName* obj);
  void checkFieldUniqueness(Named* base);
  void funcDecl(Func* obj, DeclInfo* decl);
  void declStmt(List<Decl*> list);
  void localConst(ConstDecl* s, ConstDecl*& last, int64_t index);
  void localVar(VarDecl* s);
  bool isImportedConstraint(Type* t);
  void validType(Named* t);
  bool validType0(Pos pos, Type* t, std::vector<Named*>& nest, std::vector<Named*>& path);
  bool validNamed(Pos pos, Named* t, std::vector<Named*>& nest, std::vector<Named*>& path);
  bool finiteSize(Type* t);
  GoVersion versionOf(const File* f) const;

  // -- type expressions (typexpr*.cpp, signature.cpp, union.cpp)
  void ident(Operand* x, Name* e, bool wantType);
  Type* typ(Expr* e);
  Type* varType(Expr* e);
  void validVarType(Expr* e, Type* t);
  Type* declaredType(Expr* e, TypeName* def);
  Type* genericType(Expr* e, std::string* cause);
  Type* typInternal(Expr* e, TypeName* def);
  Type* instantiatedType(Expr* x, List<Expr*> xlist);
  int64_t arrayLength(Expr* e);
  std::optional<std::vector<Type*>> typeList(List<Expr*> list);  ///< nullopt after an error
  void structType(Struct* styp, StructType* e);
  void embeddedFieldType(Pos pos, Type* type);
  bool declareInSet(ObjSet* oset, Pos pos, Object* obj);
  std::string_view tag(BasicLit* t);
  void interfaceType(Interface* ityp, InterfaceType* iface, TypeName* def);
  Interface* newInterface();
  void funcType(Signature* sig, Field* recvPar, List<Field*> tparams, FuncType* ftyp);
  Type* genericRecv(Field* rparam, bool rptr, Expr* rbase, const std::vector<Name*>& names,
                    Pos scopePos, List<TypeParam*>& rparams);
  std::pair<Var*, List<TypeParam*>> collectRecv(Field* rparam, Pos scopePos);
  void recordParenthesizedRecvTypes(Expr* expr, Type* t);
  void collectParams(VarKind kind, List<Field*> list, std::vector<Name*>& names,
                     std::vector<Var*>& params, bool& variadic);
  void declareParams(const std::vector<Name*>& names, const std::vector<Var*>& params, Pos scopePos);
  void validRecv(At pos, Var* recv);
  Type* parseUnion(Expr* uexpr);      ///< A|B|~C in constraint position
  Term* parseTilde(Expr* tx);

  // -- named types, aliases (named.cpp)
  Named* newNamed(TypeName* obj, Type* fromRHS);
  Named* newNamedInstance(Pos pos, Named* orig, List<Type*> targs, Named* expanding);
  Alias* newAlias(TypeName* obj, Type* rhs);
  Alias* newAliasInstance(Pos pos, Alias* orig, List<Type*> targs, Named* expanding);
  TypeParam* newTypeParam(TypeName* obj, Type* constraint) {
    return burrow::newTypeParam(this, obj, constraint);
  }

  // -- statements (stmt.cpp, range.cpp, assignments.cpp, return.cpp)
  void funcBody(DeclInfo* decl, std::string_view name, Signature* sig, BlockStmt* body,
                constant::Value iota);
  void usage(Scope* scope);
  void simpleStmt(Stmt* s);
  void stmtList(StmtContext ctxt, List<Stmt*> list);
  void multipleSwitchDefaults(List<CaseClause*> list);
  void multipleSelectDefaults(List<CommClause*> list);
  Scope* openScope(Node* node);
  void closeScope();
  void suspendedCall(std::string_view keyword, Expr* call);
  void caseValues(Operand* x, List<Expr*> values, ValueMap& seen);
  bool isNilExpr(Expr* e);
  Type* caseTypes(Operand* x, List<Expr*> types, std::vector<std::pair<Type*, Expr*>>& seen);
  void stmt(StmtContext ctxt, Stmt* s);
  void stmt0(StmtContext ctxt, Stmt* s);  ///< stmt without the function literals in s
  void exprStmt(ExprStmt* s);
  void assignStmt(AssignStmt* s);
  void returnStmt(ReturnStmt* s);
  void selectStmt(StmtContext inner, SelectStmt* s);
  void forStmt(StmtContext inner, ForStmt* s);
  void switchStmt(StmtContext inner, SwitchStmt* s);
  void typeSwitchStmt(StmtContext inner, SwitchStmt* s, TypeSwitchGuard* guard);
  void rangeStmt(StmtContext inner, ForStmt* s, RangeClause* rclause);
  void rangeDefine(ForStmt* s, Expr* (&lhs)[2], Type* (&rhs)[2], Operand* x, bool overInt);
  void rangeAssign(Expr* (&lhs)[2], Type* (&rhs)[2], Operand* x, bool overInt);
  bool isTerminating(Stmt* s, std::string_view label);
  bool isTerminatingList(List<Stmt*> list, std::string_view label);
  bool isTerminatingSwitch(List<CaseClause*> body, std::string_view label);
  /// Checks that x can be assigned to T (null: x must be typed or get its default type); converts
  /// untyped operands. `what`: "assignment", "return statement", …, or "argument to " and the callee.
  void assignment(Operand* x, Type* T, std::string_view what, const Expr* callee = nullptr);
  void initConst(Const* lhs, Operand* x);
  void initVar(Var* lhs, Operand* x, std::string_view context);
  Type* lhsVar(Expr* lhs);
  void assignVar(Expr* lhs, Expr* rhs, Operand* x, std::string_view context);
  std::string typesSummary(const std::vector<Type*>& list, bool variadic, bool hasDots);
  void assignError(List<Expr*> rhs, size_t l, size_t r);
  void returnError(At at, const std::vector<Var*>& lhs, const std::vector<Operand*>& rhs);
  void initVars(const std::vector<Var*>& lhs, List<Expr*> rhs, Stmt* returnStmt);
  void assignVars(List<Expr*> lhs, List<Expr*> rhs);
  void shortVarDecl(Pos pos, List<Expr*> lhs, List<Expr*> rhs);

  // -- expressions (expr.cpp, operators.cpp, const.cpp, conversions.cpp, literals.cpp, index.cpp)
  ExprKind rawExpr(const Target* T, Operand* x, Expr* e, Type* hint, bool allowGeneric);
  ExprKind exprInternal(const Target* T, Operand* x, Expr* e, Type* hint);
  void nonGeneric(const Target* T, Operand* x);
  void pendingType(Operand* x);
  void expr(const Target* T, Operand* x, Expr* e);
  /// The operands of e: several if it is a multi-value call; with allowCommaOk, two if e is a
  /// comma-ok expression (then commaOk is set).
  std::vector<Operand*> multiExpr(Expr* e, bool allowCommaOk, bool& commaOk);
  /// x as a list: the values of a tuple, or x alone, or with allowCommaOk x and its second value.
  std::vector<Operand*> spread(Operand* x, Expr* e, bool allowCommaOk, bool& commaOk);
  void exprWithHint(Operand* x, Expr* e, Type* hint);
  void exprOrType(Operand* x, Expr* e, bool allowGeneric);
  void exclude(Operand* x, unsigned modeset);  ///< bits 1 << Mode
  void singleValue(Operand* x);
  void unary(Operand* x, Operation* e);
  bool op(Operand* x, Operator op, bool isUnary);
  Type* chanElem(At pos, Operand* x, bool recv);  ///< null after an error
  void updateExprType(Expr* x, Type* type, bool final);
  void updateExprVal(Expr* x, constant::Value val);
  /// Why a value cannot be had as another type.
  enum class RepError : uint8_t { None, Truncated, NumericOverflow, InvalidConstVal, Untyped };
  /// The type of untyped x when used as target, and its value there if it is constant (else null);
  /// null if it cannot be converted: then `why` is set.
  Type* implicitTypeAndValue(Operand* x, Type* target, constant::Value& val, RepError& why);
  void convertUntyped(Operand* x, Type* target);
  void invalidConversion(RepError why, Operand* x, Type* target);
  void comparison(Operand* x, Operand* y, Operator op, bool switchCase = false);
  std::string incomparableCause(Type* t);
  void shift(Operand* x, Operand* y, Expr* e, Operator op);
  void binary(Operand* x, Expr* e, Expr* lhs, Expr* rhs, Operator op);
  void matchTypes(Operand* x, Operand* y);
  bool mayConvert(Operand* x, Operand* y);
  bool assertExpr(Operand* x, AssertExpr* e);
  bool indirection(Operand* x, Operation* e);  ///< *x, a value or a type
  void typeAssertion(Expr* e, Operand* x, Type* T, bool typeSwitch);
  void overflow(Operand* x, Pos opPos);
  void representable(Operand* x, Basic* t);
  /// The value of constant x rounded to t; null if not representable (then why is set).
  constant::Value representation(Operand* x, Basic* t, RepError& why);
  void conversion(Operand* x, Type* T);
  bool convertibleTo(Operand* x, Type* T, std::string* cause);
  void langCompat(BasicLit* lit);
  void basicLit(Operand* x, BasicLit* e);
  void funcLit(Operand* x, FuncLit* e);
  void compositeLit(Operand* x, CompositeLit* e, Type* hint);
  void structLit(Operand* x, CompositeLit* e, Type* base, Struct* s);
  void mapLit(Operand* x, CompositeLit* e, Map* m);
  int64_t indexedElts(List<Expr*> elts, Type* t, int64_t length);
  bool indexExpr(Operand* x, IndexExpr* e);  ///< true: a function instantiation, x is the function
  void sliceExpr(Operand* x, SliceExpr* e);
  Expr* singleIndex(IndexExpr* e);
  Type* index(Expr* index, int64_t max, int64_t& val);
  bool isValidIndex(Operand* x, std::string_view what, bool allowNegative);

  // -- calls (call.cpp, builtins*.cpp)
  /// Instantiates generic function x with the type arguments of `inst` (may be null), inferring missing
  /// ones from T. With infer false and too few arguments, x is unchanged and those given are returned.
  std::vector<Type*> funcInst(const Target* T, Pos pos, Operand* x, IndexExpr* inst, bool infer);
  Signature* instantiateSignature(Pos pos, Expr* expr, Signature* t, List<Type*> targs,
                                  List<Expr*> xlist);
  Signature* copySignature(const Signature* s);
  ExprKind conversionCall(Operand* x, CallExpr* call);
  ExprKind callExpr(Operand* x, CallExpr* call);
  std::vector<Operand*> exprList(List<Expr*> elist);
  std::vector<Operand*> genericExprList(List<Expr*> elist, std::vector<std::vector<Type*>>& targsList);
  Signature* arguments(CallExpr* call, Signature* sig, List<Type*> targs, List<Expr*> xlist,
                       const std::vector<Operand*>& args,
                       const std::vector<std::vector<Type*>>& atargs);
  void selector(Operand* x, SelectorExpr* e, bool wantType);
  bool qualifiedIdent(Operand* x, SelectorExpr* e, PkgName* pname);
  void selectorError(Operand* x, SelectorExpr* e, const Selection& s);
  Signature* methodExprType(Signature* sig, Type* recv);
  bool use(Expr* e) { return use1(e, false); }
  bool use(List<Expr*> args) { return useN(args, false); }
  bool useLHS(List<Expr*> args) { return useN(args, true); }
  bool useN(List<Expr*> args, bool lhs);
  bool use1(Expr* e, bool lhs);
  bool builtin(Operand* x, CallExpr* call, BuiltinId id);
  bool builtinArgs(Operand* x, CallExpr* call, BuiltinId id, const BuiltinInfo& info);
  bool builtinAppend(Operand* x, CallExpr* call, const std::vector<Operand*>& args);
  bool builtinClear(Operand* x, CallExpr* call);
  bool builtinClose(Operand* x, CallExpr* call);
  bool builtinPrint(Operand* x, CallExpr* call, BuiltinId id, const std::vector<Operand*>& args);
  bool builtinLen(Operand* x, CallExpr* call, BuiltinId id);
  bool builtinComplex(Operand* x, CallExpr* call, Operand* y);
  bool builtinRealImag(Operand* x, CallExpr* call, BuiltinId id);
  bool builtinCopy(Operand* x, CallExpr* call, Operand* y);
  bool builtinDelete(Operand* x, CallExpr* call, Operand* keyArg);
  bool builtinMake(Operand* x, CallExpr* call);
  bool builtinMinMax(Operand* x, CallExpr* call, BuiltinId id, const std::vector<Operand*>& args);
  bool builtinNew(Operand* x, CallExpr* call);
  bool builtinOffsetof(Operand* x, CallExpr* call);
  bool builtinUnsafe(Operand* x, CallExpr* call, BuiltinId id, const std::vector<Operand*>& args);
  Signature* makeSig(Type* result, const std::vector<Type*>& params);  ///< of a built-in, as called
  Type* sliceElem(Operand* x, std::string& cause);  ///< null if x is not a slice
  /// f of x's type; of a type parameter, a type parameter for f of each of its types.
  Type* applyTypeFunc(Type* (*f)(Type*), Operand* x, BuiltinId id);

  // -- relations (operand.cpp, lookup.cpp, instantiate.cpp, infer.cpp, subst.cpp, under.cpp)
  bool assignableTo(Operand* x, Type* T, std::string* cause);
  bool implements(Type* V, Type* T, bool constraint, std::string* cause) {
    return implementsType(this, V, T, constraint, cause);
  }
  /// A method of T that V lacks, or null; wrongType: V has it with another type or receiver.
  Func* missingMethod(Type* V, Type* T, bool isStatic, bool (*equivalent)(Type*, Type*),
                      std::string* cause, bool* wrongType = nullptr);
  Func* missingMethod(Type* V, Type* T, bool isStatic,
                      const std::function<bool(Type*, Type*)>& equivalent, std::string* cause,
                      bool* wrongType);
  bool hasAllMethods(Type* V, Type* T, bool isStatic,
                     const std::function<bool(Type*, Type*)>& equivalent, std::string* cause);
  std::string interfacePtrError(Type* T);
  std::string funcString(Func* f, bool pkgInfo);
  bool assertableTo(Type* V, Type* T, std::string* cause);
  std::string lookupError(Type* t, std::string_view sel, Object* obj, bool structLit);
  Type* subst(Pos pos, Type* t, const SubstMap& smap, Named* expanding = nullptr) {
    return burrow::subst(this, pos, t, smap, expanding);
  }
  /// orig[targs…] for Named, Alias or Signature; Invalid after an error.
  Type* instance(Pos pos, Type* orig, List<Type*> targs, Named* expanding = nullptr) {
    return instantiate(this, pos, orig, targs, expanding);
  }
  bool validateTArgLen(Pos pos, std::string_view name, size_t want, size_t got) {
    return validateTypeArgCount(this, pos, name, want, got);
  }
  /// Index of the first type argument that does not satisfy its constraint, with the cause; or -1.
  int verify(Pos pos, List<TypeParam*> tparams, List<Type*> targs, std::string& cause) {
    return verifyInstance(this, pos, tparams, targs, &cause);
  }
  /// Infers missing type arguments; empty after an error (which is added to err).
  std::vector<Type*> infer(Pos pos, List<TypeParam*> tparams, List<Type*> targs, Tuple* params,
                           const std::vector<Operand*>& args, bool reverse, Error& err);
  std::pair<List<TypeParam*>, Type*> renameTParams(Pos pos, List<TypeParam*> tparams, Type* t) {
    List<TypeParam*> renamed = renameTypeParams(this, pos, tparams, t);
    return {renamed, t};
  }

  // -- allocation
  template <class T, class... A>
  T* make(A&&... args) { return arena.make<T>(std::forward<A>(args)...); }
  template <class T>
  List<T> list(const std::vector<T>& v) { return arena.list(v); }
  Operand* newOperand() { return arena.make<Operand>(); }
  Operand* newOperand(const Operand& x) { return arena.make<Operand>(x); }

  Object* lookup(std::string_view name) { return lookupScope(name, nullptr); }
  Object* lookupScope(std::string_view name, Scope** where);

  // -- state
  Package* pkg;
  Arena& arena;
  const CheckConfig& conf;
  Diagnostics* diagnostics;
  CheckResult result;
  std::vector<File*> files;
  std::unordered_map<uint32_t, GoVersion> versions;  ///< by file index
  GoVersion confVersion = 0;
  std::vector<Object*> objList;                      ///< source-ordered objects that have a DeclInfo
  std::unordered_map<std::string, Package*> impMap;
  std::vector<PkgName*> imports;
  struct DotKey {
    Scope* scope;
    std::string_view name;
    bool operator==(const DotKey&) const = default;
  };
  struct DotHash {
    size_t operator()(const DotKey& k) const {
      return std::hash<void*>()(k.scope) * 31 + std::hash<std::string_view>()(k.name);
    }
  };
  std::unordered_map<DotKey, PkgName*, DotHash> dotImportMap;
  std::unordered_map<std::string_view, std::vector<std::string_view>> pkgPathMap;  ///< name → paths
  std::unordered_set<Package*> seenPkgs;
  std::unordered_map<Union*, TypeSet*> unionTypeSets;
  std::unordered_map<TypeName*, std::vector<Func*>> methods;
  std::vector<InterfaceType*> interfaceExprs;
  bool hasLargeArray = false;         ///< an array type that may be very large occurs
  struct EmbedDecl {
    VarDecl* decl;
    File* file;
    bool inFunc;
  };
  std::vector<EmbedDecl> embedDecls;  ///< variables with //go:embed
  std::vector<Expr*> untyped;       ///< expressions with Expr::untyped set at some time
  std::unordered_map<Named*, bool> finite;   ///< answers of finiteSize
  std::unordered_set<Named*> validated;      ///< found valid by validType
  MonoGraph mono;
  bool hasError = false;            ///< an error was reported
  uint64_t nextId = 0;              ///< for type parameters
  struct Action {
    GoVersion version;
    std::function<void()> f;
  };
  std::vector<Action> delayed;
  std::vector<Object*> objPath;     ///< Object::pathIndex is the position here
  std::vector<Type*> cleaners;

  // environment (saved and restored as one)
  Environment env;
  // shorthands
  GoVersion& version = env.version;
};

// ---- Free functions shared inside types/ ---------------------------------------------------------

// objects (object.cpp)
template <class T>
T* newObject(Arena& arena, Pos pos, Package* pkg, std::string_view name, Type* type) {
  T* o = arena.make<T>();
  o->pos = pos;
  o->pkg = pkg;
  o->name = name;
  o->type = type;
  o->color = type ? Color::Black : Color::White;
  return o;
}
Var* newVar(Arena& arena, VarKind kind, Pos pos, Package* pkg, std::string_view name, Type* type);
Var* newField(Arena& arena, Pos pos, Package* pkg, std::string_view name, Type* type, bool embedded);
bool isExportedName(std::string_view name);
bool equalFold(std::string_view a, std::string_view b);  ///< ASCII letters only
bool isAliasName(const TypeName* obj);
Scope* newScope(Scope* parent, Pos pos, Pos end);
Tuple* newTuple(Arena& arena, const std::vector<Var*>& vars);  ///< null if empty
inline size_t tupleLen(const Tuple* t) { return t ? t->vars.size() : 0; }
Slice* newSlice(Arena& arena, Type* elem);
Pointer* newPointer(Arena& arena, Type* base);
bool isValidName(std::string_view s);

// predicates.cpp
bool isValid(Type* t);
bool isTyped(Type* t), isUntypedNumeric(Type* t), isIntegerOrFloat(Type* t);
bool allBoolean(Type* t), allInteger(Type* t), allUnsigned(Type* t), allNumeric(Type* t),
    allString(Type* t), allOrdered(Type* t), allNumericOrString(Type* t), allBasic(Type* t, unsigned info);
bool isBasic(Type* t, unsigned info);
bool hasName(Type* t), isTypeLit(Type* t), isNonTypeParamInterface(Type* t), hasEmptyTypeset(Type* t),
    isGeneric(Type* t), isUintptr(Type* t), isUnsafePointer(Type* t), isPointer(Type* t),
    isBytesOrRunes(Type* t);
/// dynamic: interfaces are comparable; otherwise only strictly comparable types are. If not, says why
/// in `cause` (may be null) as check's messages do.
bool isComparable(Checker* check, Type* T, bool dynamic, std::string* cause = nullptr);
bool samePkg(const Package* a, const Package* b);
bool identicalOrigin(Named* x, Named* y);
Type* maxType(Type* x, Type* y);

// lookup.cpp
Type* deref(Type* t, bool* wasPointer = nullptr);
Type* derefStructPtr(Type* t);
int fieldIndex(List<Var*> fields, const Package* pkg, std::string_view name, bool foldCase);
int methodIndex(List<Func*> methods, const Package* pkg, std::string_view name, bool foldCase);
bool hasInvalidEmbeddedFields(Type* T, std::unordered_set<Struct*>* seen);
bool isInterfacePtr(Type* T);

// named.cpp
Named* originOf(Named* n);
List<Type*> typeArgs(Named* n);
List<TypeParam*> typeParams(Named* n);   ///< resolves
/// Index (by declaration) of the method, or -1; resolves.
int namedMethodIndex(Named* n, const Package* pkg, std::string_view name, bool foldCase);
Func* namedLookupMethod(Named* n, const Package* pkg, std::string_view name, bool foldCase, int* index);
Named* unpackNamed(Named* n);            ///< loads lazily imported types, sets up instances' fields

// universe.cpp
extern Object* const& universeIota;
extern Object* const& universeNil;
extern TypeName* const& universeAnyName;
extern TypeName* const& universeComparableName;
struct BuiltinInfo {
  std::string_view name;
  int nargs;
  bool variadic;
  ExprKind kind;
};
const BuiltinInfo& builtinInfo(BuiltinId id);

// sizes.cpp: as sizeOf, but -1 if too large, and sizes that depend on type parameters are not asked
bool hasVarSize(Type* t, std::unordered_map<Named*, bool>* seen = nullptr);

}  // namespace burrow
