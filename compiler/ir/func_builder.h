// Builds the body of one function. Internal to compiler/ir.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/builder.h"

namespace burrow::ir {

/// The operation of a binary expression or of op=.
Op binaryOp(syntax::Operator op);

class FuncBuilder {
 public:
  FuncBuilder(UnitBuilder& unit, Func* func, TypeEnv* env, FuncBuilder* outer)
      : unit_(unit), func_(func), env_(env), outer_(outer) {}

  /// Declares receiver, parameters and results from the checker's signature.
  void declareParams(Signature* sig);
  void buildAlias(Signature* sig, const FuncRef& target);
  void buildBody(syntax::BlockStmt* body);

  // ---- types and small nodes
  Type* type(Type* t) { return canon(t, env_); }
  Type* typeOf(const syntax::Expr* e) { return canon(e->type, env_); }
  /// What to show for a type of the source: shapes where type parameters are in it.
  Type* written(Type* t) { return env_ && hasTypeParams(t) ? canon(t, shapesOf(env_)) : t; }
  Node* node(Op op, Pos pos, Type* t = nullptr);
  Node* unary(Op op, Pos pos, Type* t, Node* x);
  Node* binary(Op op, Pos pos, Type* t, Node* x, Node* y);
  Node* nameNode(Name* n, Pos pos);
  Node* literal(const ConstantValue* v, Type* t, Pos pos);
  Node* intLiteral(int64_t v, Type* t, Pos pos);
  Node* nil(Type* t, Pos pos);
  Node* assignStmt(Node* to, Node* from, Pos pos, bool def = false);
  Name* temp(Type* t, Pos pos);
  Node* call(const FuncRef& f, std::vector<Node*> args, Pos pos);
  Type* resultOf(Type* funcType);  ///< null, the one result, or the Tuple

  // ---- expressions (build_expr.cpp, build_call.cpp, build_lit.cpp, build_convert.cpp)
  Node* expr(syntax::Expr* e);
  /// expr(e) converted to exactly t, as for an assignment.
  Node* exprTo(syntax::Expr* e, Type* t);
  Node* convert(Node* n, Type* to, Pos pos);   ///< assignment or explicit conversion
  Node* condition(syntax::Expr* e);
  /// Package variables from one multi-value initialiser.
  void initMulti(const Initializer& i, std::vector<Node*>& out);
  void returnCall(Node* call, std::vector<Node*>& out);
  void declareTypes(const std::vector<Type*>& params, const std::vector<Type*>& results, Var* recv, const Signature& like);
  Node* forward(Node* recv, List<int> path, burrow::Func* m, List<Name*> args, Pos pos);
  /// The call of `m`, found from `recv` along `path`.
  Node* callOn(Node* recv, List<int> path, burrow::Func* m, List<Node*> args, Pos pos);

  // ---- statements (build_stmt.cpp, build_control.cpp, build_range.cpp, build_rangefunc.cpp)
  void stmt(syntax::Stmt* s, std::vector<Node*>& out);
  /// The statements of a list up to where it surely ends; whether it does.
  bool stmts(List<syntax::Stmt*> list, std::vector<Node*>& out);
  /// Whether what follows s in its list is never reached from s, as far as gc looks (dead_code.cpp).
  bool terminates(syntax::Stmt* s) const;
  List<Node*> block(List<syntax::Stmt*> list);
  List<Node*> block(syntax::BlockStmt* b);

  // ---- variables and closures (build_closure.cpp)
  Name* declare(Object* o, Class cls = Class::Local);
  /// The variable as seen from this function: its own, a capture, or a global.
  Name* lookup(Object* o);
  Name* capture(Name* outer);
  Node* closure(syntax::FuncLit* lit);
  /// Why there is a literal; decides how it is called ("F.func1", "F-range1", "F.gowrap1").
  enum class Literal : uint8_t { Source, Range, Go, Defer };
  Node* thunk(Pos pos, Literal why, const std::function<void(FuncBuilder&, std::vector<Node*>&)>& fill);
  Func* newClosure(Pos pos, Literal why);
  static void setFuncTypes(Func* f, bool hasRecv, bool variadic);

  UnitBuilder& unit() { return unit_; }
  Func* func() { return func_; }
  TypeEnv* env() { return env_; }
  FuncBuilder* outer() { return outer_; }

 private:
  /// A range-over-func loop, while its body is built (build_rangefunc.cpp).
  struct RangeLoop {
    struct Branch {
      syntax::Token tok;
      std::string_view label;
      int code;
    };
    syntax::ForStmt* loop;
    Name* state;                 ///< owned by the enclosing function
    FuncBuilder* home;           ///< the builder of the outermost function
    FuncBuilder* builder;        ///< of the body
    RangeLoop* outer;            ///< around it, in the same function of the source
    int depth;                   ///< 1: outermost
    bool checkReturn, checkBreak, checkContinue;  ///< something inside leaves so far
    std::vector<Branch> branches;                 ///< to labels, right after the loop
  };
  bool isInside(const syntax::BranchStmt* s) const;
  void leaveLoops(syntax::BranchStmt* s, std::vector<Node*>& out);
  int labelCode(syntax::Token tok, std::string_view label);
  Node* branchNode(syntax::Token tok, std::string_view label, Pos pos);
  Name* nextVar();
  Name* loopVariable(std::string_view name, Type* t, Pos pos);
  void setVar(Name* v, int64_t value, Pos pos, std::vector<Node*>& out);
  Name* captureFromOwner(Name* v);
  Node* varIs(Name* v, Op op, int64_t value, Pos pos);
  void leaveBody(bool goOn, Pos pos, std::vector<Node*>& out);
  void leaveFunction(syntax::ReturnStmt* s, std::vector<Node*>& out);
  Node* panicRangeState(Node* argument, Pos pos);
  Node* ifThen(Node* condition, const std::vector<Node*>& body, Pos pos);
  void checkState(Pos pos, std::vector<Node*>& out);
  void buildRangeBody(syntax::ForStmt* s, Signature* yieldType);
  void collectLabels(syntax::BlockStmt* body);
  void afterLoop(const RangeLoop& loop, Pos pos, std::vector<Node*>& out);
  void control(syntax::Stmt* s, std::vector<Node*>& out);
  void ifStmt(syntax::IfStmt* s, std::vector<Node*>& out);
  void knownIf(syntax::IfStmt* s, bool taken, std::vector<Node*>& out);
  void forStmt(syntax::ForStmt* s, std::string_view label, std::vector<Node*>& out);
  void rangeStmt(syntax::ForStmt* s, std::vector<Node*>& out);
  void rangeFunc(syntax::ForStmt* s, std::vector<Node*>& out);
  void rangeFuncLoop(syntax::ForStmt* s, std::vector<Node*>& out);
  void switchStmt(syntax::SwitchStmt* s, std::vector<Node*>& out);
  void typeSwitch(syntax::SwitchStmt* s, std::vector<Node*>& out);
  void selectStmt(syntax::SelectStmt* s, std::vector<Node*>& out);
  /// A label in front of statements that a loop or switch needs first: a goto runs those too, but break and continue
  /// mean the loop, which gets the label's name as well.
  void nameInner(const std::vector<Node*>& out, std::vector<Node*>& inner);
  void finishSwitch(Node* n, std::vector<Node*>& outer, std::vector<Node*>& out);
  void branch(syntax::BranchStmt* s, std::vector<Node*>& out);
  void varDecl(syntax::VarDecl* v, std::vector<Node*>& out);
  void assign(syntax::AssignStmt* s, std::vector<Node*>& out);
  void assignList(List<syntax::Expr*> lhs, List<syntax::Expr*> rhs, bool def, Pos pos, std::vector<Node*>& out);
  void assignMulti(List<syntax::Expr*> lhs, syntax::Expr* rhs, bool def, Pos pos, std::vector<Node*>& out);
  void declareNew(List<syntax::Expr*> names, std::vector<Node*>& out, bool alone);
  int countNew(List<syntax::Expr*> names) const;
  Node* assignTuple(Node* call, std::vector<Node*> targets, Pos pos, std::vector<Node*>& out);
  Node* withoutInit(Node* n, std::vector<Node*>& out);
  Node* tempTarget(Name* via, Pos pos);
  Node* uncounted(Node* n);
  void goOrDefer(syntax::CallStmt* s, std::vector<Node*>& out);
  void returnStmt(syntax::ReturnStmt* s, std::vector<Node*>& out);
  Node* deferToken(Pos pos);
  Node* exprStmt(Node* n);
  void pushExprStmt(Node* n, std::vector<Node*>& out);
  Node* saveOperand(Node* n, Pos pos, std::pair<std::vector<Node*>, std::vector<Node*>>& saved);
  Node* target(syntax::Expr* e);
  Node* nameTarget(syntax::Expr* e);
  static void noteAssigned(Node* target);
  Name* captureFrom(FuncBuilder* owner, Name* n);
  Node* nameExpr(syntax::Name* e);
  Node* selector(syntax::SelectorExpr* e);
  Node* methodExpr(syntax::SelectorExpr* e, Type* recv, const Selection& s);
  Node* index(syntax::IndexExpr* e);
  Node* indexValue(syntax::Expr* e);
  Node* slice(syntax::SliceExpr* e);
  Node* operation(syntax::Operation* e);
  Node* comparison(syntax::Operation* e);
  Node* unaryExpr(syntax::Operation* e);
  Node* compositeLit(syntax::CompositeLit* e, Type* t);
  Node* literalElem(syntax::Expr* e, Type* t);
  Node* callExpr(syntax::CallExpr* e);
  Node* builtin(syntax::CallExpr* e, BuiltinId id);
  Node* appendCall(syntax::CallExpr* e);
  Node* methodCall(syntax::CallExpr* e, syntax::SelectorExpr* sel);
  Node* conversionTo(Type* target, syntax::Expr* e);
  /// Arguments for a signature: conversions, f(g()) spreading, the variadic slice.
  std::vector<Node*> arguments(syntax::CallExpr* e, Signature* sig, std::vector<Node*>& init);
  Node* withInit(Node* n, const std::vector<Node*>& init);
  void saveCallee(Node*& callee, std::vector<Node*>& init);
  void saveReceiver(Node*& receiver, std::vector<Node*>& init);
  Node* tupleTemps(Node* multi, Type* shown, Pos pos, std::vector<Node*>& values);
  Node* fieldOf(Node* x, int i, Pos pos, bool implicit);
  Node* walkPath(Node* x, List<int> path, Pos pos);
  Node* receiverFor(Node* x, List<int> path, burrow::Func* method, Pos pos);
  static bool isPointerReceiver(burrow::Func* m);
  Selection concreteSelection(syntax::SelectorExpr* e, Type* recv);
  static int64_t methodIndex(Type* iface, burrow::Func* m);
  static void markAddrTaken(Node* x);
  Node* addressOf(Node* x, Pos pos, bool implicit);
  Node* deref(Node* x, Pos pos, bool implicit);
  List<Type*> canonArgs(List<Type*> targs);
  Node* funcName(burrow::Func* f, List<Type*> targs, Type* t, Pos pos);
  static int64_t dictionaryFor(List<Type*> targs);
  int64_t dictionaryOf(Type* written, Type* receiver);

  UnitBuilder& unit_;
  Func* func_;
  TypeEnv* env_;
  FuncBuilder* outer_;
  std::unordered_map<const Object*, Name*> vars_;
  std::unordered_map<const Name*, Name*> captures_;
  int literals_ = 0, ranges_ = 0, wrappers_ = 0;  ///< literals named so far
  int declared_ = 0;                       ///< variables so far, as gc counts them to number its temporaries
  RangeLoop* rangeBody_ = nullptr;         ///< set in the builder of a range-over-func body
  std::vector<syntax::Stmt*> enclosing_;   ///< loops, switches and selects being built, and labels
  std::set<std::string_view> labels_;      ///< declared in this range-over-func body
  // In the outermost function of range-over-func bodies:
  syntax::BlockStmt* syntaxBody_ = nullptr;
  Name *next_ = nullptr, *deferToken_ = nullptr;  ///< of the outermost loop being built, once they are needed
  std::vector<Node*> loopDecls_;           ///< their declarations
  Pos loopPos_;
  int stateVars_ = 0, yieldVars_ = 0;
};

}  // namespace burrow::ir
