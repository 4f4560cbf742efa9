// What it costs to inline a function: gc's number, one for each node of gc's ir with corrections.
//
// The count is made on Burrow's ir, which has nearly gc's shape. Where gc has other nodes the visitor adds or leaves out what
// is different: the rules are beside each case in cost.cpp. Nodes that only Burrow has are marked Node::uncounted.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "compiler/ir/ir.h"

namespace burrow::inlining {

inline constexpr int32_t kBudget = 80;                ///< what may be inlined
inline constexpr int32_t kLiteralBudget = 800;        ///< a function literal, which may be inlined where its only call is
inline constexpr int32_t kCallCost = 57;
inline constexpr int32_t kCheapCallCost = 1;          ///< with -l=4
inline constexpr int32_t kParamCallCost = 17;         ///< call of a parameter or captured variable: inlining may show the function
inline constexpr int32_t kClosureCost = 15;
inline constexpr int32_t kBigFunction = 5000;         ///< nodes from which on only small functions are inlined into a function
inline constexpr int32_t kBigFunctionBudget = 20;

struct CostOptions {
  int32_t budget = kBudget;
  int32_t callCost = kCallCost;
  bool full = false;             ///< count on when the budget is spent
  /// What the body of the called function costs, if this call of it would be inlined; -1 if not.
  std::function<int32_t(const ir::Node* call)> calleeCost;
};

struct Cost {
  int32_t total = 0;
  std::string reason;            ///< why the function cannot be inlined, in gc's words; empty: it can
};

Cost costOf(const ir::Func& f, const CostOptions& options);

/// Whether gc calls the function big: at least kBigFunction nodes.
bool isBig(const ir::Func& f);

/// Whether gc's amd64 back end has instructions for calls of this function, so that it is not inlined (intrinsics.cpp).
bool isIntrinsic(const burrow::Func* f);

/// What the body of a function of std costs in gc, -1: it is not inlined; for those that are natives here or have bodies of
/// their own (replaced.cpp).
std::optional<int32_t> replacedCost(std::string_view symbol);

/// Whether a call that was found to be one of `callee` goes through the wrapper that gc has in front of an instance (ir/instance_wrappers.h):
/// the instance was a function value, or a method of an interface's dynamic type. Calls that name the instance do not.
bool isThroughWrapper(const ir::Node* call, const ir::Node* callee);

/// Whether the instance, and its wrapper with it, is not to be inlined.
bool isMarkedNoinline(const ir::Unit& unit, const ir::Node* callee);

/// What the wrapper's body costs; `instance`: what the instance's does, or a call of it.
int32_t wrapperCost(const ir::Node* callee, int32_t instance);

/// Whether calls of it cost nothing beyond the node: markers of escape analysis, and loads and stores of integers in byte order, which
/// become single instructions.
bool isCheap(const ir::Node* callee);

}  // namespace burrow::inlining
