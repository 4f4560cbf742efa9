// Replaces calls by the bodies of what they call, in gc's order.
//
// The calls of every function are collected once, operands before the call they are operands of, and looked at bottom-up over the call
// graph until nothing changes. Calls that come with an inlined body are appended and looked at after the others, so that all calls of a
// literal are known before the first is replaced: a literal with a single call may be large. The copies are made from bodies as they were
// written (InlineBody::source).
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "compiler/inline/clone.h"
#include "compiler/inline/decide.h"
#include "compiler/inline/devirtualize.h"
#include "compiler/inline/inline.h"
#include "compiler/ir/static_value.h"

namespace burrow::inlining {

class Inliner {
 public:
  Inliner(ir::Unit& unit, Decider& decider, const Options& options)
      : unit_(unit), decider_(decider), options_(options), devirtualizer_(unit), cloner_(unit), speller_(unit) {}

  void run();

 private:
  /// The calls of one function, literals in it not included.
  struct Caller {
    Func* func = nullptr;
    bool big = false, quiet = false, edited = false;
    std::vector<Node*> calls;     ///< null: settled
    std::vector<Node*> targets;   ///< of those that are resolved
  };
  /// What a call may be replaced by.
  struct Callee {
    const Func* func = nullptr;           ///< of this unit, or a template
    const burrow::Func* object = nullptr; ///< of another package, not built yet
    std::string_view symbol, package;
    int32_t cost = -1;
    bool delayResults = false, literal = false;
  };

  Caller* callerOf(Func* f);
  void add(Func* f);
  void collect(Node* n, Caller& caller);
  void visit(const std::vector<Func*>& component);
  bool pass(Caller& caller);
  Node* resolve(Caller& caller, size_t i);
  Node* target(Caller& caller, Node* call);
  bool tryInline(Caller& caller, size_t i, Node* target);
  bool find(Node* target, Callee& callee);
  void report(const Caller& caller, const Node* call, const Node* target, const Callee& callee);
  void reportInside(const Caller& caller, const Node* call, const Func& f);
  bool fits(const Caller& caller, const Callee& callee, const Node* target) const;
  bool recurses(const Caller& caller, const Node* call, const Callee& callee);
  void replace(Caller& caller, Node* call, const Callee& callee);
  void evaluateCallee(Node* fun, std::vector<Node*>& out);
  const Func* templateOf(burrow::Func* object);
  void takeNewFuncs();
  void preserve(Func* f);
  void dropLiterals(Func* f);
  ir::ReassignOracle& oracleOf(Func* f);

  ir::Unit& unit_;
  Decider& decider_;
  const Options& options_;
  Devirtualizer devirtualizer_;
  Cloner cloner_;
  ir::Speller speller_;
  std::deque<Caller> callers_;
  std::unordered_map<const Func*, int> uses_;   ///< calls of a literal
  std::unordered_map<const Func*, std::unique_ptr<ir::ReassignOracle>> oracles_;  ///< by outermost function
  std::unordered_map<const burrow::Func*, const Func*> templates_;
  size_t known_ = 0;                            ///< unit.funcs that have been looked at
};

}  // namespace burrow::inlining
