// Builds the body of one function. Internal to compiler/ir.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/builder.h"

namespace burrow::ir {

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
  void declareTypes(const std::vector<Type*>& params, const std::vector<Type*>& results);
  Node* forward(Node* recv, List<int> path, burrow::Func* m, List<Name*> args, Pos pos);

  // ---- statements (build_stmt.cpp, build_control.cpp, build_range.cpp, build_rangefunc.cpp)
  void stmt(syntax::Stmt* s, std::vector<Node*>& out);
  List<Node*> block(List<syntax::Stmt*> list);
  List<Node*> block(syntax::BlockStmt* b);

  // ---- variables and closures (build_closure.cpp)
  Name* declare(Object* o, Class cls = Class::Local);
  /// The variable as seen from this function: its own, a capture, or a global.
  Name* lookup(Object* o);
  Name* capture(Name* outer);
  Node* closure(syntax::FuncLit* lit);
  Node* thunk(Pos pos, const std::function<void(FuncBuilder&, std::vector<Node*>&)>& fill);
  Func* newClosure(Pos pos);
  static void setFuncTypes(Func* f, bool hasRecv, bool variadic);

  UnitBuilder& unit() { return unit_; }
  Func* func() { return func_; }
  TypeEnv* env() { return env_; }
  FuncBuilder* outer() { return outer_; }

 private:
  /// Set in the builder of a range-over-func body (build_rangefunc.cpp).
  struct RangeBody {
    syntax::ForStmt* loop = nullptr;
    Name* state = nullptr;       ///< of this loop, owned by the enclosing function
    Name* next = nullptr;        ///< where to go after the loop; owned by the outermost function
    FuncBuilder* home = nullptr; ///< the builder of the outermost function
  };
  bool isInside(const syntax::BranchStmt* s) const;
  void setVar(Name* v, int64_t value, Pos pos, std::vector<Node*>& out);
  Name* captureFromOwner(Name* v);
  Node* varIs(Name* v, Op op, int64_t value, Pos pos);
  void leaveBody(bool goOn, Pos pos, std::vector<Node*>& out);
  void stateCheck(Node* condition, Node* argument, Pos pos, std::vector<Node*>& out);
  void buildRangeBody(syntax::ForStmt* s, Signature* yieldType);
  void collectLabels(syntax::BlockStmt* body);
  void afterLoop(syntax::ForStmt* s, Name* next, FuncBuilder* home, size_t firstExit, std::vector<Node*>& out);
  void control(syntax::Stmt* s, std::vector<Node*>& out);
  void forStmt(syntax::ForStmt* s, std::string_view label, std::vector<Node*>& out);
  void rangeStmt(syntax::ForStmt* s, std::vector<Node*>& out);
  void rangeFunc(syntax::ForStmt* s, std::vector<Node*>& out);
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
  void declareNew(List<syntax::Expr*> names, std::vector<Node*>& out, bool emit);
  void goOrDefer(syntax::CallStmt* s, std::vector<Node*>& out);
  void returnStmt(syntax::ReturnStmt* s, std::vector<Node*>& out);
  /// return from inside a range-over-func body: results and the reason are stored, the body function returns false.
  void leaveRangeBody(const std::vector<Node*>& results, Pos pos, std::vector<Node*>& out);
  Node* deferToken(Pos pos);
  Node* exprStmt(Node* n);
  void pushExprStmt(Node* n, std::vector<Node*>& out);
  Node* saveOperand(Node* n, std::vector<Node*>& out);
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
  Node* conversionTo(Type* to, syntax::Expr* e, Pos pos);
  /// Arguments for a signature: conversions, f(g()) spreading, the variadic slice.
  std::vector<Node*> arguments(syntax::CallExpr* e, Signature* sig, std::vector<Node*>& init);
  Node* withInit(Node* n, const std::vector<Node*>& init);
  void saveCallee(Node*& callee, std::vector<Node*>& init);
  Node* tupleTemps(Node* multi, std::vector<Node*>& values);
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

  UnitBuilder& unit_;
  Func* func_;
  TypeEnv* env_;
  FuncBuilder* outer_;
  std::unordered_map<const Object*, Name*> vars_;
  std::unordered_map<const Name*, Name*> captures_;
  int closureCount_ = 0;
  RangeBody* rangeBody_ = nullptr;
  std::vector<syntax::Stmt*> enclosing_;   ///< loops, switches and selects being built, and labels
  std::set<std::string_view> labels_;      ///< declared in this range-over-func body
  Name* deferToken_ = nullptr;             ///< of the outermost function, if a range-over-func body defers
  std::vector<std::pair<syntax::BranchStmt*, int>> exits_;  ///< branches out of range-over-func bodies and their codes
};

}  // namespace burrow::ir
