// The type checker, seen from outside: files in, annotated trees and objects out.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/source/diagnostics.h"
#include "compiler/types/object.h"

namespace burrow {

/// A package-level variable (or several, from one call) and its initial value, in execution order.
struct Initializer {
  std::vector<Var*> lhs;        ///< empty names (`_`) included
  syntax::Expr* rhs = nullptr;
  syntax::File* file = nullptr;
};

struct CheckConfig {
  std::string goVersion;        ///< "go1.N"; empty: the newest
  bool ignoreFuncBodies = false;
  bool std = false;             ///< standard library rules (bodyless functions, internal linknames allowed)
  bool allowBodyless = false;   ///< package has assembly or linknames: functions without body are legal
  bool ignoreUnusedImports = false;  ///< packages patched by the overlay
  int errorLimit = 0;           ///< stop after so many errors; 0: none
  /// Finds an imported package by the path as written; null plus `error` in gc's words if it cannot.
  std::function<Package*(std::string_view path, Pos at, std::string& error)> import;
};

/// A function to be compiled: declarations, methods; literals are inside. Without a body it is a native.
struct CheckedFunc {
  Func* object = nullptr;
  syntax::FuncDecl* decl = nullptr;
  syntax::File* file = nullptr;
};

struct CheckResult {
  Package* package = nullptr;
  std::vector<Initializer> initOrder;
  std::vector<CheckedFunc> funcs;      ///< in source order; init functions and `_` functions included
  std::vector<TypeName*> types;        ///< package-level and local defined types, in source order
  std::vector<syntax::File*> files;
};

/// Type-checks one package. Trees are annotated in place (Expr::mode/type/value, Name::object, …).
/// Errors go to `diagnostics` in gc's words; on errors the result must not be compiled.
CheckResult checkPackage(std::string path, const std::vector<syntax::File*>& files, Arena& arena,
                         const CheckConfig& config, Diagnostics& diagnostics);

/// The declaration of a function of a compiled package, parsed from its stored text and checked in
/// its package's scope when first asked for: generic bodies that this compilation instantiates.
/// Null if the function has no stored body. Positions are those of the original file.
syntax::FuncDecl* bodyOf(Func* f);
/// Registered by the package store: gives the stored text and its position for Func::bodyRef.
struct StoredBody {
  std::string_view text;
  Pos start;
  std::vector<std::pair<std::string_view, Package*>> imports;  ///< the file scope: local name → package
  std::string_view goVersion;
  uint32_t pragma = 0;                 ///< //go: comments of the declaration (syntax::Pragma)
  int firstLocalType = 0;              ///< TypeName::localIndex of the first type declared in it
};
extern StoredBody (*storedBodyOf)(Func* f);

/// Whether importers may compile a function's body for themselves: it is generic, or its calls are inlined.
bool hasSharedBody(const Func* f);
/// TypeName::localIndex of the first type declared in a function; 0: there is none.
int firstLocalTypeIn(const CheckResult& result, const syntax::FuncDecl& decl);
/// Lets go of a compiled package's trees: what holds them may be given back. bodyOf() parses the texts of the files anew, which
/// stay in memory, where importers share bodies.
void forgetTrees(const CheckResult& result);

}  // namespace burrow
