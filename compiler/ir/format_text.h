// The writer behind ir::Speller: appends gc's spelling of nodes and types to one string. Internal to format*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// The linker's name of a type in gc's spelling.
std::string linkText(Type* t);

class TextWriter {
 public:
  explicit TextWriter(const Unit& unit) : unit_(unit) {}
  std::string out;
  bool unusedAreZero = false;  ///< see Speller

  // ---- statements and lists (format_stmt.cpp)
  /// A statement, or an expression where nothing is around it.
  void node(const Node* n);
  /// Statements joined with "; ". Nodes that gc does not have, or has inside others, are left out.
  void statements(List<Node*> list);

  // ---- expressions (format_expr.cpp)
  /// In parentheses if what is around binds more tightly than n.
  void expr(const Node* n, int precedence = 0);
  void exprs(List<Node*> list, std::string_view separator = ", ");

  // ---- types (format_type.cpp)
  void type(Type* t);
  /// "func(int) string" without the leading "func".
  void signature(const Signature* s);
  /// The type that is shown for a node: as it was written, if that is known.
  void typeOf(const Node* n) { type(n->written ? n->written : n->type); }

  // ---- names (format.cpp)
  void name(const Name* n);
  /// "pkg." for a package that is not the one being compiled.
  void package(std::string_view path);
  /// A function by its symbol: "pkg.F", "pkg.T.M", "F[int]".
  void function(std::string_view symbol, std::string_view package, const burrow::Func* object);

 private:
  bool isInit(const Node* n) const;
  void statement(const Node* n);
  void block(const Node* n);
  void ifStmt(const Node* n, const Node* init);
  void multiAssign(const Node* n, List<Node*> following);
  void goOrDefer(const Node* n);
  void target(const Node* n);
  void branch(std::string_view word, const Node* n);
  void binary(const Node* n, int precedence);
  void unary(std::string_view op, const Node* n, int precedence);
  void conversion(const Node* n);
  void conversionType(Type* t);
  void literal(const Node* n);
  void zero(const Node* n);
  void selector(const Node* n);
  void slice(const Node* n);
  void call(const Node* n);
  void dictionary(const Node* callee);
  void methodExpr(const Node* n);
  void make(const Node* n);
  void inlinedCall(const Node* n);
  void builtin(std::string_view name, std::initializer_list<const Node*> args);
  void composite(const Node* n);
  void named(const Named* n);
  void structure(const Struct* s);
  void interface(Type* t);
  void params(const Tuple* t, bool variadic);
  void qualifier(const Package* p);

  const Unit& unit_;
};

}  // namespace burrow::ir
