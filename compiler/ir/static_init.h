// Static data: package-level initial values that can be laid out at compile time, whole or in part, as gc does it (what is laid out is
// no allocation, so the lines of -m tell). Internal to compiler/ir.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "compiler/ir/builder.h"

namespace burrow::ir {

class StaticInit {
 public:
  explicit StaticInit(UnitBuilder& unit);

  /// Lays out the variable's data with `value`. What is not known now is assigned by statements that are added to `rest`, to parts of the
  /// variable or of what it points to. False, with nothing done, if the value as a whole has to be evaluated.
  bool store(Name* variable, Node* value, std::vector<Node*>& rest);
  /// Constants, zero values and functions: nothing happens when they are evaluated.
  static bool isConstant(const Node* n);
  /// Whether nobody notices if n is not evaluated.
  static bool canDiscard(const Node* n);
  /// A string value of static bytes.
  void storeString(StaticData* d, uint64_t offset, std::string_view text);
  static void put(StaticData* d, uint64_t offset, const void* bytes, size_t size);
  /// A slice of all of `array`.
  static void putSlice(StaticData* d, uint64_t offset, StaticData* array, uint64_t count);

  std::unordered_map<Name*, StaticData*> globals;   ///< variables laid out so far
  std::set<Name*> dynamic;                          ///< those that init code assigns
  bool mutated = false;                             ///< init code so far calls functions, which may assign any variable

 private:
  /// The variable that stands for data where init code assigns to a part of it; data without a symbol has none before it is needed.
  struct Root {
    Name* name = nullptr;
    Type* type = nullptr;
    int number = 0;
  };
  Node* staticForm(Node* n, int depth) const;
  bool fitsWhole(Node* n, int depth) const;
  Node* valueOf(const Node* inlined) const;
  void place(StaticData* d, uint64_t offset, Node* n);
  Node* lvalue(StaticData* d, uint64_t offset, Type* t);
  void write(StaticData* d, uint64_t offset, Node* n);
  void writeLiteral(StaticData* d, uint64_t offset, Type* t, const ConstantValue* v);
  void writeInterface(StaticData* d, uint64_t offset, Node* n);
  void writeElements(StaticData* d, uint64_t offset, Type* elem, List<Node*> list);
  void writeAddress(StaticData* d, uint64_t offset, const Node* x);
  static void writeFunc(StaticData* d, uint64_t offset, const Node* n);
  void copyValue(StaticData* d, uint64_t offset, const Node* n);
  static void putLengths(StaticData* d, uint64_t offset, uint64_t count);
  StaticData* backing(Type* t, uint64_t count);
  bool addressOfGlobal(const Node* n, Name** name, uint64_t* offset) const;

  UnitBuilder& unit_;
  bool noAddresses_;                                ///< gc keeps addresses out of the data of FIPS packages: init code puts them there
  std::unordered_map<StaticData*, Root> roots_;
  int temps_ = 0;
  std::vector<Node*>* rest_ = nullptr;
};

}  // namespace burrow::ir
