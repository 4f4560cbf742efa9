// Type-checks sources that import nothing but unsafe; shared by the tests of the checker.
#pragma once

#include <memory>
#include <string>

#include "compiler/source/diagnostics.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/walk.h"
#include "compiler/types/checker_api.h"

namespace burrow::test {

struct Checked {
  FileSet files;
  Arena& arena = *new Arena;  ///< never freed: the table of instances, which is global, refers to it
  Diagnostics diagnostics{files};
  syntax::File* file = nullptr;
  CheckResult result;

  /// All messages as gc prints them with -e.
  std::string messages() const {
    PrintOptions all;
    all.limit = 0;
    return formatDiagnostics(diagnostics, all);
  }
  /// The first expression of that spelling, or null.
  syntax::Expr* find(std::string_view text) const {
    syntax::Expr* found = nullptr;
    for (syntax::Decl* d : file->decls) {
      syntax::inspect(d, [&](syntax::Node* n) {
        if (!found && n && n->kind <= syntax::Kind::ListExpr && syntax::toString(n) == text) {
          found = static_cast<syntax::Expr*>(n);
        }
        return true;
      });
    }
    return found;
  }
};

inline std::unique_ptr<Checked> check(std::string name, std::string text,
                                      std::string goVersion = "go1.26") {
  auto c = std::make_unique<Checked>();
  uint32_t index = c->files.add(name, name, std::move(text));
  c->file = syntax::parseFile(c->files, index, c->arena, c->diagnostics);
  CheckConfig config;
  config.goVersion = std::move(goVersion);
  config.import = [](std::string_view, Pos, std::string& error) -> Package* {
    error = "no packages here";
    return nullptr;
  };
  c->result = checkPackage("p", {c->file}, c->arena, config, c->diagnostics);
  return c;
}

}  // namespace burrow::test
