// One component of the call graph: its graph, solved.
#pragma once

#include <deque>
#include <vector>

#include "compiler/escape/context.h"

namespace burrow::escape {

class Batch {
 public:
  explicit Batch(Context& context);
  void analyze(const std::vector<ir::Func*>& component);

  // ---- building (graph.cpp, captures.cpp)
  Location* newLocation(ir::Func* f, ir::Node* n, int loopDepth, bool persists);
  void flow(Hole k, Location* source);
  Hole heap() { return {&heap_}; }
  Hole mutator() { return {&mutator_}; }
  Hole callee() { return {&callee_}; }
  Hole discard() { return {&blank_}; }
  bool isBlank(const Hole& k) const { return k.to == &blank_; }
  Hole note(Hole k, const ir::Node* where, const char* why) {
    k.notes = context_.arena.make<Note>(Note{k.notes, where, nullptr, why});
    return k;
  }
  Hole note(Hole k, const ir::Name* where, const char* why) {
    k.notes = context_.arena.make<Note>(Note{k.notes, nullptr, where, why});
    return k;
  }
  static Hole shift(Hole k, int by) {
    k.derefs += by;
    k.addrTaken = by < 0;
    return k;
  }
  template <class Where>
  Hole deref(Hole k, Where where, const char* why) { return note(shift(k, 1), where, why); }
  template <class Where>
  Hole address(Hole k, Where where, const char* why) { return note(shift(k, -1), where, why); }
  /// Remembers a literal: what it captures is known when everything is built.
  void addClosure(Hole k, ir::Node* n) { closures_.push_back({k, n}); }
  /// Variables of a function that is analysed along.
  void addFunc(ir::Func* f);
  bool isOpen(ir::Func* f) { return f && context_.of(f).state == FuncState::Open; }

  /// See Location::home, of locations made from now on; null: as usual.
  void setHome(const std::string* home) { home_ = home; }

  Context& context() { return context_; }

 private:
  void solveComponent(const std::vector<ir::Func*>& component);
  void tagNatives(const std::vector<ir::Func*>& natives);
  void flowCaptures();
  void flowCapture(Hole k, ir::Func* literal, ir::Name* capture);
  // ---- sizes.cpp
  void foldSizes(Location* l);
  const char* heapReason(const Location* l) const;
  // ---- solve.cpp
  void solve();
  void walkFrom(Location* root);
  bool visit(Location* root, Location* l);
  bool outlives(const Location* l, const Location* other);
  void leak(Location* param, const Location* sink, int derefs);
  void enqueue(Location* l);
  // ---- explain.cpp
  static bool isVariable(const Location* l);
  std::string nameOf(const Location* l) const;
  std::string textOf(const Location* l) const;
  Pos positionOf(const Location* l) const;
  void explainFlow(Pos pos, const Location* to, const Location* from, int derefs, const Note* notes);
  void explainPath(const Location* root, const Location* from);
  void explainHeap(const Location* l);
  void explainLeak(const Location* root, const Location* l, int derefs);
  // ---- reason.cpp
  const std::string* reasonOf(const Location* root, const Location* l) const;
  const std::string* reasonOf(const Location* to, const Note* notes) const;
  const std::string* heldBy(const Location* holder) const;
  // ---- finish.cpp
  void finish();
  void report(const Location* l);
  void settle(Location* l);

  struct PendingClosure {
    Hole hole;
    ir::Node* node;
  };
  Context& context_;
  const std::string* home_ = nullptr;
  std::vector<ir::Func*> funcs_;
  std::vector<Location*> all_;
  std::vector<PendingClosure> closures_;
  std::deque<Location*> queue_;      ///< roots to walk from
  std::vector<Location*> todo_;      ///< of one walk
  uint32_t walks_ = 0;
  Location heap_, mutator_, callee_, blank_;
};

}  // namespace burrow::escape
