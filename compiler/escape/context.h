// What the analysis of one package shares: memory, messages, and a word about each function.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/escape/escape.h"
#include "compiler/escape/graph.h"
#include "compiler/ir/format.h"
#include "compiler/ir/remark.h"
#include "compiler/ir/static_value.h"
#include "compiler/ir/types.h"

namespace burrow::escape {

struct FuncState {
  ir::Func* func = nullptr;
  enum : uint8_t { Unknown, Open, Tagged } state = Unknown;  ///< Open: of the component at hand, its flows are in the graph
  bool resultsLost = false;          ///< of a literal: somebody calls it whom the graph does not know
  bool prepared = false;             ///< its variables have locations
  bool appends = false;
  bool mentioned = false;            ///< of a literal: it is in code that is not dead
  std::vector<std::string_view> loopLabels;  ///< labels that a later goto jumps back to
  std::vector<ir::Name*> carriers;   ///< see Location::carrier
  std::vector<ir::Func*> natives;    ///< that it mentions
  std::unique_ptr<ir::ReassignOracle> oracle;  ///< of an outermost function, once somebody asked
};

class Context {
 public:
  Context(ir::Unit& unit, const Options& options) : unit(unit), options(options), remarks(unit.remarks), speller(unit) {}

  ir::Unit& unit;
  const Options& options;
  ir::Remarks* remarks;              ///< null: nobody asked
  ir::Speller speller;
  Arena& arena = reusedArena();      ///< locations, edges, notes

  /// The largest variable, and the largest value without a name, that is put on a stack.
  uint64_t maxVariable() const { return options.smallFrames ? 64 << 10 : kMaxVariable; }
  uint64_t maxImplicit() const { return options.smallFrames ? 16 << 10 : kMaxImplicit; }
  bool explains() const { return remarks && remarks->level >= 2; }
  FuncState& of(ir::Func* f) {
    if (!f->phase) {
      states_.emplace_back().func = f;
      f->phase = &states_.back();
    }
    return *static_cast<FuncState*>(f->phase);
  }
  /// The function without a body that n means; null: none of this unit.
  ir::Func* nativeOf(const ir::Node* n) const {
    if (natives_.empty() || !n->object) return nullptr;
    auto it = natives_.find(n->object);
    return it == natives_.end() ? nullptr : it->second;
  }
  void addNative(ir::Func* f) { natives_.emplace(f->object, f); }
  /// The variable's location; captured ones have that of the variable itself.
  static Location* of(ir::Name* n) { return static_cast<Location*>(ir::declared(n)->phase); }
  const ir::ReassignOracle& oracle(ir::Func* f);
  Pos at(const ir::Node* n) const { return ir::outermost(unit, n->pos, n->inl); }
  Pos at(const ir::Name* n) const { return ir::outermost(unit, n->pos, n->inl); }
  /// `text`, kept for as long as the program runs: sites point to it.
  static const std::string* keep(std::string text);
  /// Undoes what it put into functions.
  ~Context() {
    for (FuncState& s : states_) s.func->phase = nullptr;
    arena.reset();
  }

 private:
  static Arena& reusedArena() {
    thread_local Arena arena;
    return arena;
  }
  std::deque<FuncState> states_;
  std::unordered_map<const burrow::Func*, ir::Func*> natives_;
};

/// A literal that captures something: it is analysed as a part of the function around it. gc's instances of generic functions hand their
/// dictionary to every literal.
inline bool isInner(const ir::Func* f) { return f->outer && (!f->captures.empty() || f->dupOk); }

}  // namespace burrow::escape
