// Which functions may be inlined, decided as gc decides it.
#pragma once

#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "compiler/inline/body.h"
#include "compiler/inline/cost.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/format.h"
#include "compiler/ir/static_value.h"

namespace burrow::inlining {

/// Sets Func::inlineBody of functions whose calls may be replaced by their bodies, and the facts that importers get. Says so in remarks.
class Decider {
 public:
  Decider(ir::Unit& unit, int32_t callCost = kCallCost) : unit_(unit), callCost_(callCost), speller_(unit) {}

  /// All functions of the unit, callees first: nothing may have been inlined yet.
  void all(ir::Mentions& mentions);
  /// The components of the call graph in the order in which all() saw them.
  const std::vector<std::vector<ir::Func*>>& components() const { return components_; }
  /// One function, if it was not decided yet: literals that come with inlined bodies are, when they are called.
  void decide(ir::Func* f);
  /// What the body of the function that `call`, in `caller`, calls costs, if it is known and cheap enough there; -1 if not.
  int32_t calleeCost(const ir::Func& caller, const ir::Node* call, bool bigCaller);

 private:
  std::string impossible(const ir::Func& f) const;
  const ir::Node* calleeOf(const ir::Func& caller, const ir::Node* call);
  int32_t costOfKnown(const ir::Node* callee) const;
  const ir::ReassignOracle& oracleFor(const ir::Func& f);
  void allow(ir::Func* f, int32_t cost);
  void refuse(const ir::Func* f, const std::string& reason);

  ir::Unit& unit_;
  int32_t callCost_;
  ir::Speller speller_;
  std::vector<std::vector<ir::Func*>> components_;
  std::unordered_set<const ir::Func*> decided_;
  std::unordered_map<const ir::Func*, std::unique_ptr<ir::ReassignOracle>> oracles_;  ///< by outermost function; only while all() runs
};

}  // namespace burrow::inlining
