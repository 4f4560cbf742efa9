// Builds the graph of one function: walks its body and notes what flows where.
#pragma once

#include <vector>

#include "compiler/escape/batch.h"

namespace burrow::escape {

class FlowBuilder {
 public:
  FlowBuilder(Batch& batch, ir::Func* f) : b_(batch), c_(batch.context()), func_(f) {}
  /// Literals inside are walked where they stand, unless they capture nothing: those are functions of their own.
  void walk();

 private:
  using Holes = std::vector<Hole>;

  // ---- build_stmt.cpp
  void stmts(const List<ir::Node*>& list);
  void block(const List<ir::Node*>& list);
  void stmt(ir::Node* n);
  void exprStmt(ir::Node* n);
  void label(const ir::Node* n);
  void forLoop(ir::Node* n);
  void range(ir::Node* n);
  void typeSwitch(ir::Node* n);
  void assignFromCall(ir::Node* n);
  void assignThroughTemporaries(ir::Node* n, ir::Node* x);
  void returnStmt(ir::Node* n);
  void goOrDefer(ir::Node* n);
  void declare(ir::Name* n);
  void declareTemporary(const ir::Node* target);

  // ---- build_assign.cpp
  Hole target(ir::Node* n);
  void mutate(ir::Node* n) { expr(b_.mutator(), n); }
  void assignHeap(ir::Node* n, const char* why, const ir::Node* where) { expr(b_.note(b_.heap(), where, why), n); }
  /// `binds`: the parameters of an inlined call get their values.
  void assign(const List<ir::Node*>& to, const List<ir::Node*>& from, const char* why, ir::Node* where, bool binds = false);
  void assignTurn(ir::Name* to, ir::Name* from, const ir::Node* loop, bool declaring);
  static bool declares(const ir::Node* where, const ir::Node* target, bool binds);
  void bindArguments(ir::Node* inlined);

  // ---- build_expr.cpp
  void expr(Hole k, ir::Node* n);
  void value(Hole k, ir::Node* n);
  void name(Hole k, ir::Name* n);
  void literal(Hole k, ir::Node* n);
  void newValue(Hole k, ir::Node* n);
  void methodValue(Hole k, ir::Node* n);
  void convert(Hole k, ir::Node* n);
  void unsafeValue(Hole k, ir::Node* n);
  void discard(ir::Node* n) { expr(b_.discard(), n); }
  void discard(const List<ir::Node*>& list) {
    for (ir::Node* n : list) discard(n);
  }
  /// A location for what n allocates, its address flows to k; the hole is for its contents.
  Hole spill(Hole k, ir::Node* n);
  Hole tee(const Hole* ks, size_t n);
  Hole later(Hole k);
  Hole dotType(Hole k, Type* t, const ir::Node* where, const char* why);

  // ---- build_call.cpp
  struct Callee {
    ir::Node* node = nullptr;        ///< FuncName, MethodExpr or Closure; null: unknown
    ir::Func* func = nullptr;        ///< if it is of this unit
    const FuncFacts* facts = nullptr;
    bool open = false;               ///< of this component
  };
  Callee calleeOf(ir::Node* fun);
  Callee methodOf(const ir::Node* methodValue);
  /// `ks`: where the results go; null: nowhere.
  void call(const Hole* ks, size_t results, ir::Node* n);
  void callFunc(const Hole* ks, size_t results, ir::Node* n);
  void builtin(const Hole* ks, ir::Node* n);
  void append(Hole k, ir::Node* n);
  void argument(Hole k, ir::Node* call, ir::Node* arg) { expr(b_.note(k, call, "call parameter"), arg); }
  Hole paramHole(const Hole* ks, size_t results, const Callee& callee, size_t param);
  static EscapeTag pointerTag(const Callee& callee, size_t args);
  void keepPointers(const EscapeTag& tag, ir::Node* arg);

  Batch& b_;
  Context& c_;
  ir::Func* func_;
  int loopDepth_ = 1;
  std::vector<const ir::Node*> taken_;  ///< uintptr(p) arguments whose p has been walked
};

}  // namespace burrow::escape
