// The generator's insides: types, variables in scope, and the methods that make expressions and statements of them.
//
// Two rules keep programs well-defined. Expressions are pure: calls that may change anything are statements of their own, with pure
// arguments. And nothing panics by accident: a variable's `nonNil` and `minLen` hold for as long as it lives, because whatever is
// assigned to it has them too.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/fuzz/escape_gen.h"
#include "tests/fuzz/random.h"

namespace burrow::fuzz {

enum class Kind : uint8_t { Int, Byte, Bool, String, Struct, Ptr, Slice, Array, Map, Func, Iface, Any };

struct Type {
  Kind kind;
  std::string text;
  const Type* elem = nullptr;    ///< of Ptr, Slice, Array, Map
  const Type* key = nullptr;
  int len = 0;                   ///< Array
  struct Field { std::string name; const Type* type; };
  std::vector<Field> fields = {}; ///< Struct
  bool ptrMethods = false;       ///< Struct: its methods have pointer receivers
  std::vector<const Type*> params = {};
  const Type* result = nullptr;  ///< Func
};

struct Var {
  std::string name;
  const Type* type;
  bool nonNil = false;
  int minLen = 0;                ///< Slice, String
  bool fixed = false;            ///< never assigned
  bool owned = false;            ///< Slice: nothing else refers to its elements, so that append may do as it likes
  int region = 0, closure = 0;   ///< the innermost loop or closure, and the closure, that it was declared in
};

/// An expression and what is known about its value.
struct Expr {
  std::string text;
  bool nonNil = false;
  int minLen = 0;
};

/// A readable path from a variable.
struct Path {
  std::string text;
  const Type* type;
  bool addressable;
  Var* root;
  bool whole;                    ///< the variable itself
  bool throughSlice;             ///< an element of an owned slice
};

struct Function {
  std::string name;
  std::vector<const Type*> params = {};
  std::vector<const Type*> results;
  const Type* variadic = nullptr;  ///< element type of a last parameter with ...
  bool pure = false;               ///< changes nothing, calls nothing that does
  bool recursive = false;          ///< the first parameter, an int, counts down
};

class Generator {
 public:
  Generator(uint64_t seed, std::string name) : r(seed), p(std::move(name)) {}
  std::vector<Piece> run();

 private:
  Random r;
  std::string p;                               ///< prefix of global names
  std::vector<Piece> top_;                     ///< declarations
  int counter_ = 0;
  std::string fresh(const char* base) { return base + std::to_string(counter_++); }

  // ---- gen_types.cpp
  std::map<std::string, std::unique_ptr<Type>> types_;
  std::vector<const Type*> structs_;
  const Type *int_, *byte_, *bool_, *string_, *any_, *iface_;
  std::set<std::string> sums_;
  const Type* make(Type t);
  const Type* basic(Kind kind, const char* text);
  const Type* ptr(const Type* t);
  const Type* slice(const Type* t);
  const Type* array(int n, const Type* t);
  const Type* mapOf(const Type* k, const Type* v);
  const Type* func(std::vector<const Type*> params, const Type* result);
  const Type* anyStruct() { return structs_[static_cast<size_t>(r.below(static_cast<int>(structs_.size())))]; }
  const Type* pick(int depth = 2);             ///< a type for variables, parameters, results
  const Type* fieldType(int index);
  void declareStructs();
  void declareMethods();
  /// A call that sums up what is reachable from a value of type t, `depth` pointers deep.
  std::string sum(const Type* t, const std::string& value, const std::string& depth);
  void defineSum(const Type* t, const std::string& name);
  std::string zero(const Type* t);

  // ---- gen_expr.cpp
  std::deque<Var> vars_;                       ///< in scope, innermost last
  std::vector<Path> paths(const std::function<bool(const Path&)>& wanted);
  void explore(Path at, int depth, const std::function<bool(const Path&)>& wanted, std::vector<Path>& out);
  /// Any value of type t; `nonNil`, `minLen`: with those properties.
  Expr expr(const Type* t, int depth = 2, bool nonNil = false, int minLen = 0);
  Expr literal(const Type* t, int depth, bool nonNil, int minLen);
  bool fromScope(const Type* t, bool nonNil, int minLen, Expr& out);
  std::string boolean(int depth);
  std::string integer(int depth);
  std::string structLiteral(const Type* t, int depth);
  std::string closureLiteral(const Type* t, int depth);
  Expr pointer(const Type* t, int depth);
  bool addressOf(const Type* t, std::string& out);
  bool pureCall(const Type* t, int depth, Expr& out);
  std::string arguments(const Function& f, int depth);
  /// Reading `path` as a whole makes an owned slice common property.
  bool share(const Path& path);
  bool mayShare(const Path& path) const;

  // ---- gen_stmt.cpp, gen_stmt_flow.cpp, gen_stmt_call.cpp
  std::vector<std::vector<Piece>*> blocks_;    ///< where statements go
  std::vector<Function> functions_;
  std::vector<const Type*> results_;           ///< of the function around
  std::vector<std::string> resultNames_;
  bool inClosure_ = false;                     ///< a closure's return is not the function's
  bool called_ = false;                        ///< the body around calls something: it needs fuel
  int region_ = 0, regions_ = 0, closure_ = 0, closures_ = 0, nesting_ = 0, statements_ = 0;
  void emit(std::string text) { blocks_.back()->push_back({std::move(text), {}, {}}); }
  void open(std::string head);
  void close(std::string tail = "}");
  Var& declare(const std::string& name, const Type* t, const Expr& e);
  void block(int budget);
  /// A loop's or closure's body, with everything declared inside forgotten afterwards.
  void body(const std::string& head, const std::string& tail, int budget, bool loop, const std::function<void()>& first = {});
  void stmt();
  void declStmt();
  void assignStmt();
  void addressStmt();
  void checksumStmt();
  void appendStmt();
  void copyStmt();
  void mapStmt();
  void globalStmt();
  void stringStmt();
  void bigStmt();
  void swapStmt();
  void disturbStmt();
  void guardStmt();
  void ifStmt();
  void loopStmt();
  void rangeStmt();
  void labelledStmt();
  void gotoStmt();
  void switchStmt();
  void typeSwitchStmt();
  void returnStmt();
  void closureStmt();
  void callStmt();
  void callVarStmt();
  void methodStmt();
  void deferStmt();
  void recoverStmt();
  void goStmt();
  void selectStmt();
  void genericStmt();
  void variadicStmt();
  // ---- gen_stmt_shape.cpp, gen_stmt_lib.cpp
  void embedStmt();
  void arrayStmt();
  void keyStmt();
  void recursionStmt();
  void libraryStmt();
  void rangeFuncStmt();
  void workersStmt();
  void spliceStmt();
  Var* findVar(const std::function<bool(const Var&)>& wanted);
  std::string addSum(const std::string& sum) { return p + "h = " + p + "h*31 + " + sum; }
  std::string fuelCheck(const std::string& returned);
  /// An argument from which the type is inferred.
  std::string typed(const Type* t);

  // ---- gen_program.cpp
  void declareGlobals();
  void declareLeaves();
  void declareFunction(int index);
  void declareMain();
  std::string returnValues();
};

}  // namespace burrow::fuzz
