// Random Go functions for comparing the ways in which code is run: interpreted, compiled by each tier, compiled by gc.
//
// A program is one function, sometimes with helpers, that is called with edge values of its parameters' types; a sum of all that it computes
// is its line of output. Expressions are pure and never panic; whatever may panic (an index, a division, a type assertion, …) is a
// statement of its own, so that Go leaves no order open. NaNs have one form in the sum: their bits are the processor's business.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/fuzz/program.h"
#include "tests/fuzz/random.h"

namespace burrow::fuzz {

enum class Num : uint8_t { I8, I16, I32, I64, Int, U8, U16, U32, U64, Uint, F32, F64, Bool, Str };
inline constexpr int kNums = 14;

class JitGenerator {
 public:
  JitGenerator(uint64_t seed, std::string name) : r(seed), p(std::move(name)) {}
  std::vector<Piece> run();

 private:
  enum class Shape : uint8_t { Scalar, Slice, Array, Map, Struct, Any, Iface, Func };
  struct Var {
    std::string name;
    Shape shape;
    Num type{};              ///< of the scalar, element, map value or function result
    Num key{};               ///< of a map's key, or a function's parameter
    int n = 0;               ///< an array's length: a power of two
    bool fixed = false;      ///< never assigned
    bool pointer = false;    ///< Array, Struct: through a pointer
  };
  struct Expr {
    std::string text;
    bool constant = false;
  };
  struct Function {
    std::string name;
    std::vector<Num> params, results;
    bool recursive = false;  ///< the first parameter, an int, counts down
  };
  struct Field {
    std::string name;
    Num type;
  };
  /// The function literal or declaration around.
  struct Around {
    std::vector<Num> results;
    bool named = false;      ///< h is its result: it may return without values
    size_t labels = 0;       ///< of outer functions: not for break and continue here
    int loops = 0;           ///< loops of this function around
    bool fuel = false;
  };

  Random r;
  std::string p;
  std::vector<Piece> top_;
  std::vector<std::vector<Piece>*> blocks_;
  std::vector<Var> vars_;
  std::vector<Function> functions_;
  std::vector<Field> fields_;
  std::vector<std::string> labels_;
  Around around_;
  int counter_ = 0, nesting_ = 0, budget_ = 0;
  int weight_ = 1;           ///< how often the current place runs, at most, in one call

  std::string fresh(const char* base) { return base + std::to_string(counter_++); }
  void emit(std::string text) { blocks_.back()->push_back({std::move(text), {}, {}}); }
  void inside(const std::string& head, const std::string& tail, const std::function<void()>& body);

  // ---- jit_gen_expr.cpp
  static const char* nameOf(Num t);
  static bool isInt(Num t) { return t <= Num::Uint; }
  static bool isSigned(Num t) { return t <= Num::Int; }
  static bool isFloat(Num t) { return t == Num::F32 || t == Num::F64; }
  static int bitsOf(Num t);
  Num anyNum() { return static_cast<Num>(r.below(kNums)); }
  Num anyInt() { return static_cast<Num>(r.below(10)); }
  Num numeric() { return static_cast<Num>(r.below(12)); }
  std::string literal(Num t);
  Expr expr(Num t, int depth = 3);
  std::string value(Num t, int depth = 3) { return expr(t, depth).text; }
  std::string nonConstant(Num t, int depth = 3);
  bool leaf(Num t, Expr& out);
  std::string integer(Num t, int depth);
  std::string shift(Num t, int depth);
  std::string intrinsic(Num t, int depth);
  std::string floating(Num t, int depth);
  std::string boolean(int depth);
  std::string text(int depth);
  std::string convert(Num to, int depth);
  const Var* find(const std::function<bool(const Var&)>& wanted);
  std::string mixed(Num t, const std::string& value);

  // ---- jit_gen_stmt.cpp, jit_gen_flow.cpp
  void mix(Num t, const std::string& value) { emit("h = h*1099511628211 ^ " + mixed(t, value)); }
  std::string scalar(Num t);               ///< a variable that may be assigned; declares one if there is none
  void block(int statements);
  void stmt();
  void declare();
  void assign();
  void composite();
  void elements();
  void maps();
  void slices();
  void strings();
  void structs();
  void escapes();
  void channels();
  void trap();
  void wholes();
  void boxes();
  void closures();
  void calls();
  void defers();
  void tries();
  void ifs();
  void loops();
  void counted();
  void loopBody(const std::string& head, int trips, const std::vector<Var>& vars, bool endless = false);
  void switches();
  void gotos();
  void jumps();
  void literalFunction(const std::string& head, const std::string& tail, const std::vector<Var>& params, std::vector<Num> results, int statements);
  void returns();

  // ---- jit_gen_program.cpp
  void declareStruct();
  void declareFunction(bool last);
  void declareSmall();
  void declareMain();
};

/// The same program for the same seed, always.
Program generateJitProgram(uint64_t seed, const std::string& name);
/// A main package that prints a line "NAME sum" for each program.
std::string jitGoFile(const std::vector<Program>& programs);

}  // namespace burrow::fuzz
