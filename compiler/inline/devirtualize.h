// Interface calls whose receiver can be of one type only become calls of that type's method.
//
// The type is found by following conversions, assertions, results of inlined calls and all assignments of local interface variables.
// Assignments of a function are collected when the first question about one of its variables comes up, and kept up to date when calls in it
// are inlined.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/ir/ir.h"

namespace burrow::inlining {

class Devirtualizer {
 public:
  explicit Devirtualizer(ir::Unit& unit) : unit_(unit) {}

  /// The one type that the receiver of an interface call can have, if that has the methods; else null.
  Type* receiverType(const ir::Node* call);
  /// Makes it a call of t's method, in place. A receiver that is nil after all panics as before. `quiet`: without a remark.
  void devirtualize(ir::Func& in, ir::Node* call, Type* t, bool quiet);
  /// To be told that a call was inlined (in place).
  void inlined(const ir::Node* call);

 private:
  struct Assignment {
    Type* type = nullptr;         ///< of what is assigned, if its own type is all that is known; null and no value: unknown
    ir::Node* value = nullptr;
  };
  struct Pending {                ///< an assignment of a call's result
    const ir::Name* name;
    size_t assignment, result;
  };

  Type* concreteType(ir::Node* n, std::vector<const ir::Name*>& seen);
  Type* assignedType(const ir::Name* n, std::vector<const ir::Name*>& seen);
  void collect(const ir::Node* n);
  void collect(const List<ir::Node*>& list);
  bool assign(const ir::Node* target, Assignment a);
  void assignCall(const ir::Node* target, const ir::Node* call, Type* type, size_t result);

  ir::Unit& unit_;
  std::unordered_map<const ir::Name*, std::vector<Assignment>> assignments_;
  std::unordered_map<const ir::Node*, std::vector<Pending>> calls_;
  std::unordered_set<const ir::Func*> collected_;
};

}  // namespace burrow::inlining
