// Copies of function bodies.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"

namespace burrow::inlining {

using ir::Func;
using ir::Name;
using ir::Node;

/// The body of a function made ready to stand in another one: everything in it is new.
struct Expansion {
  std::vector<Name*> params;    ///< variables of the caller that take the arguments; null: the parameter has no name
  std::vector<Name*> results;
  std::vector<Node*> body;      ///< returns have become assignments to `results` and jumps to a label that ends the body
};

/// Copies bodies and the literals in them. A literal's function becomes a function of its own in the caller, named as gc names it:
/// after the caller and the calls that it came through. Positions are those of the original; `inl` of the copied nodes and variables is the
/// new frame, but not inside literals, whose frames at run time are their own.
class Cloner {
 public:
  explicit Cloner(ir::Unit& unit) : unit_(unit) {}

  /// `source` is `callee` as it was written; what a literal captures is looked up in `callee`, a literal of the caller then.
  /// `call` is the call that is replaced, `frame` its entry in unit.inlineTree.
  Expansion expand(Func& caller, const Func& callee, const Func& source, const Node& call, uint32_t frame, bool delayResults);
  /// The function as it is now, out of reach of what happens to f. For reading and copying only.
  Func* snapshot(const Func& f);

 private:
  struct Inlining {
    const Node* call;
    uint32_t frame;
    bool delayResults;
    List<Name*> results;
    std::string_view endLabel;
    bool usesEnd = false;
  };

  Name* copyName(Name* n, Func* owner, uint32_t inl);
  Name* mapped(Name* n);
  Node* copy(const Node* n);
  List<Node*> copy(List<Node*> list);
  Node* returned(const Node* n, bool last);
  std::string_view labelFor(std::string_view label);
  Func* copyFunc(const Func& f, Func* outer, std::string symbol);
  void copyVariables(const Func& from, Func* to);
  std::string closureName(Func& outer, const Func& literal, uint32_t frame);
  void forget();

  ir::Unit& unit_;
  Func* into_ = nullptr;           ///< the function that gets the nodes being copied
  uint32_t inl_ = 0;
  Inlining* inlining_ = nullptr;   ///< null: inside literals and snapshots, where labels and returns stay
  bool keepNames_ = false;
  std::unordered_map<const Func*, uint32_t> expansions_;  ///< calls replaced so far, by caller: gc numbers the labels behind them
  std::vector<Name*> touched_;     ///< originals that point to their copies
};

/// gc's name of a function inside its package: "F", "T.M", "(*T).M", "F.func1".
std::string_view nameInPackage(std::string_view symbol, std::string_view package);

}  // namespace burrow::inlining
