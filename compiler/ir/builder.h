// How annotated syntax trees become ir. Internal to compiler/ir.
//
// UnitBuilder owns what belongs to the package: globals, the functions still to build (declared functions, instances of generic
// ones, wrappers), static data. FuncBuilder builds one function body; a function literal inside it has a FuncBuilder of
// its own, with the enclosing one as `outer`. In an instance of a generic function every type passes through the
// instance's TypeEnv, so nothing below ever sees a type parameter.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/ir/types.h"

namespace burrow::ir {

class FuncBuilder;
class StaticInit;

/// A function that is referred to: its symbol, the package that defines it (empty: DupOk or own), its type with the receiver
/// as first parameter.
struct FuncRef {
  std::string_view symbol, package;
  Type* fullType = nullptr;
  burrow::Func* object = nullptr;  ///< the declaration (generic: the origin); null: compiler-made
};

class UnitBuilder {
 public:
  UnitBuilder(const CheckResult& checked, FileSet& files, Arena& arena, const BuildOptions& options, Diagnostics& diagnostics);
  ~UnitBuilder();
  Unit* build();

  // ---- symbols (symbols.cpp)
  /// A declared function or method, instantiated with targs (of the function, or of the receiver's type); queues the instance.
  FuncRef funcRef(burrow::Func* f, List<Type*> targs);
  /// The method `m` (of the origin type) on canonical receiver type recv (T or *T; instances carry their arguments).
  FuncRef methodRef(burrow::Func* m, Type* recv);
  Name* global(Var* v);
  std::string_view intern(const std::string& s);
  /// Linker name of a function or variable after //go:linkname.
  std::string linkSymbol(const Object* o, const std::string& plain);

  // ---- wrappers (wrappers.cpp)
  FuncRef methodValueThunk(Type* recv, burrow::Func* m);
  /// A function (receiver first) for method `name` of t found through embedded fields, pointers or values.
  FuncRef methodWrapper(Type* recv, const Selection& selection);
  void addFunc(Func* f) { unit_->funcs.push_back(f); }
  bool isDefined(const std::string& symbol) const { return symbols_.count(symbol) > 0; }
  bool define(const std::string& symbol) { return symbols_.insert(symbol).second; }

  Unit& unit() { return *unit_; }
  Arena& arena() { return arena_; }
  FileSet& files() { return files_; }
  Package* package() { return checked_.package; }
  const BuildOptions& options() { return options_; }
  Diagnostics& diagnostics() { return diagnostics_; }
  StaticData* stringData(std::string_view text);
  void layOutStatics();
  void drain();   ///< builds the instances that were asked for
  /// A value of type t goes into an interface. Of an instantiated type all methods are built, while there is time to optimize them.
  void noteBoxed(Type* t);
  Func* buildImported(burrow::Func* object);   ///< late.h

 private:
  friend class StaticInit;
  struct Pending {
    burrow::Func* func;
    List<Type*> targs;
    std::string symbol;
  };
  void collectLinknames();
  void aliasLinknamed(burrow::Func* object, Func* target);
  bool isGenericLocal(const TypeName* t) const;
  void noteGenericTypes(syntax::FuncDecl* decl);
  std::string linkSymbolOfMethod(const std::string& symbol);
  void buildInit();
  StaticData* dataOf(Var* v);
  void buildDeclared(const CheckedFunc& f);
  void buildInstance(const Pending& p);

  const CheckResult& checked_;
  FileSet& files_;
  Arena& arena_;
  const BuildOptions& options_;
  Diagnostics& diagnostics_;
  Unit* unit_;
  std::deque<Pending> pending_;
  std::unordered_set<std::string> symbols_;       ///< functions defined here
  std::unordered_map<const Var*, Name*> globals_;
  std::unordered_map<std::string, std::string> pulls_;   ///< "pkg.local" → target symbol
  std::unordered_set<std::string> interned_;
  std::unique_ptr<StaticInit> statics_;
  std::vector<Type*> boxed_;                      ///< instantiated types (and pointers to them) that go into interfaces
  std::unordered_set<Type*> boxedSeen_;
  int initCount_ = 0;
  std::vector<Func*> inits_;
  std::set<const TypeName*> insideGeneric_;
  std::unordered_map<std::string, StaticData*> strings_;
};

/// "pkg.T.M" or "pkg.(*T).M" for a canonical receiver type.
std::string methodSymbol(Type* recv, const burrow::Func* m);
/// Whether a condition is always true (1), always false (-1) or not known (0) before the program runs. Simplifies it where that changes
/// nothing (dead_code.cpp).
int staticBool(syntax::Expr*& e);
/// Leaves of a switch on a constant the one clause that runs, as its default; nothing if none does.
void foldConstantSwitch(syntax::SwitchStmt* s, Arena& arena);

/// Decides where variables live, once everything that refers to them is built: addressed ones and those that closures share
/// go to heap cells until escape analysis says better; captured ones that never change are copied into the closure.
void placeVariables(Func* f);

/// The builder that made a unit.
UnitBuilder*& unitBuilderOf(Unit& unit);
void forgetBuilder(Unit& unit);

/// gc's limits: larger variables, and larger values without a name, do not live in frames.
inline constexpr uint64_t kMaxStackVariable = 128 << 10, kMaxImplicitStackVariable = 64 << 10;

/// Reports a function whose frame gc would refuse. To be called as soon as it is built, while its nodes are at hand: no
/// function is built before the types that it uses are seen.
void checkFrame(const Func& f, Diagnostics& diagnostics);

}  // namespace burrow::ir
