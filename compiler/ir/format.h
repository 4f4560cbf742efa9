// ir as Go text, spelled as gc spells it in -m lines: conversions, composite literals, calls and statements on one line.
#pragma once

#include <string>

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Spells ir for one package: names of other packages are qualified with the package's name, own ones are not.
class Speller {
 public:
  explicit Speller(const Unit& unit) : unit_(unit) {}

  /// An expression or statement (%v of gc's ir.Node): implicit conversions, & and * are not shown.
  std::string node(const Node* n) const;
  /// Statements joined with "; ": what -m=2 shows behind "can inline F with cost N as:".
  std::string body(List<Node*> list) const;
  std::string type(Type* t) const;
  /// gc's text of the function's type as -m=2 shows it: "func(int) string", "method(*T) func(int)".
  std::string signature(const Func& f) const;
  /// "F", "T.M", "(*T).M", "F.func1": without the package.
  std::string func(const Func& f) const;
  /// The same, with the package's name in front if that is not the one being compiled: an instance of another package's function.
  std::string qualifiedFunc(const Func& f) const;
  /// The same, with the package's name in front if it is not the one being compiled. `symbol` is a linker name, `package` its package's
  /// path (empty: this one, or that of an instance's generic).
  std::string calleeName(std::string_view symbol, std::string_view package, const burrow::Func* object) const;
  /// The wrapper of the instance with this symbol: by its type arguments, not their shapes.
  std::string wrapperName(std::string_view symbol, const burrow::Func* object) const;
  std::string name(const Name* n) const;
  /// An Assign2Call takes two statements in gc: this is the first, which fills temporaries (".autotmp_3, .autotmp_4 := f()");
  /// node() is the second ("a, b := int(.autotmp_3), .autotmp_4").
  std::string multiValue(const Node* n) const;

  /// After dead assignments are gone: values of a, _ := f() that nobody takes are shown as 0.
  bool unusedAreZero = false;

 private:
  const Unit& unit_;
};

}  // namespace burrow::ir
