// The allocations of a package, with where their values go: what burrow explain shows.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/ir/remark.h"

namespace burrow {

/// Why a value must be on the heap, as far as it helps to say what to do about it.
enum class HeapCause : uint8_t {
  None,
  Returned,       ///< a pointer to it is returned
  Global,         ///< stored in a package variable
  Stored,         ///< stored through a pointer
  MapElement,     ///< stored in a map
  SliceElement,   ///< stored in a slice, or appended to one that leaves
  Sent,           ///< sent on a channel
  Goroutine,      ///< a goroutine or a deferred call in a loop uses it
  Captured,       ///< a closure refers to it, which is itself on the heap
  Interface,      ///< converted to an interface for a call that keeps its arguments (fmt.Println and the like)
  KnownCall,      ///< passed to a function that lets it escape
  MethodCall,     ///< passed to a method of an interface
  FuncValueCall,  ///< passed to a function value
  Panic,          ///< the value of a panic
  TooLarge,       ///< larger than what is put on stacks
  UnknownSize,    ///< its size is not a constant
  Other,
};

struct FlowStep {
  std::string what;   ///< the expression: "return &p"
  std::string why;    ///< gc's word for what it does: "return"
  Pos at;
};

/// One hop of a value: from one place to the next.
struct FlowHop {
  std::string to, from;
  std::vector<FlowStep> steps;
};

struct Allocation {
  Pos pos;
  std::string what;      ///< "&T{...}", "x", "func literal"
  std::string function;  ///< where, if an explanation told
  bool onHeap = false;
  bool variable = false; ///< a declared variable
  bool zeroCopy = false;
  bool constant = false; ///< a constant in an interface: gc calls it escaping, but its memory is static
  HeapCause cause = HeapCause::None;
  std::vector<FlowHop> flow;
  const Allocation* closure = nullptr;  ///< Captured: the literal, if it is among the allocations
};

/// Anything else that was remarked: parameters, inlining.
struct OtherRemark {
  Pos pos;
  ir::RemarkKind kind;
  std::string text;
  std::vector<FlowHop> flow;
};

class ExplainReport {
 public:
  /// Reads the remarks of a unit, and from its ir what kind of calls and assignments the flows go through.
  explicit ExplainReport(const ir::Unit& unit);
  const std::vector<Allocation>& allocations() const { return allocations_; }
  const std::vector<OtherRemark>& others() const { return others_; }

 private:
  void readRemarks(const ir::Remarks& remarks);
  void indexNodes(const ir::Unit& unit);
  void classify(Allocation& a) const;
  HeapCause causeOfStep(const Allocation& a, const FlowHop& hop, const FlowStep& step) const;
  HeapCause causeOfCall(const FlowStep& step) const;
  HeapCause causeOfStore(const FlowStep& step) const;
  void findClosures();

  std::vector<Allocation> allocations_;
  std::vector<OtherRemark> others_;
  std::set<std::pair<uint64_t, std::string>> constants_;  ///< in interfaces: position and spelling
  std::unordered_map<uint64_t, std::vector<const ir::Node*>> nodes_;  ///< calls, stores, go and defer, by outermost position
};

/// One sentence on the cause, and what would keep the value on the stack (a line each; empty: nothing sensible).
std::string causeText(const Allocation& a);
std::vector<std::string> adviceFor(const Allocation& a);
/// A place of a flow, in words: "{heap}", "{storage for x}", "~r0", perhaps behind "&" or "*".
std::string placeText(const std::string& place);
/// What a step does, in words.
std::string stepText(const FlowStep& step);

}  // namespace burrow
