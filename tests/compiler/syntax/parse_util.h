// What the tests of scanner and parser share: parse a text, and see the tree or the errors as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/parser.h"
#include "compiler/syntax/walk.h"

namespace burrow::syntax {

/// A parsed text and all that it refers to.
struct Parsed {
  explicit Parsed(std::string text, ParseOptions options = {}) : diagnostics(files) {
    uint32_t index = files.add("x.go", "", std::move(text));
    file = parseFile(files, index, arena, diagnostics, options);
  }
  std::string errors(PrintOptions options = {}) const {
    return formatDiagnostics(diagnostics, options);
  }
  std::string late() const {
    std::string out;
    for (const LateError& e : file->lateErrors) {
      out += files.describe(e.pos) + ": " + std::string(e.text) + "\n";
    }
    return out;
  }

  FileSet files;
  Arena arena;
  Diagnostics diagnostics;
  File* file;
};

/// Errors of a file that consists of `package p` on line 1 and `body` from line 2 on.
inline std::string errorsOf(std::string_view body) {
  return Parsed("package p\n" + std::string(body)).errors();
}

/// The only declaration behind `package p`, printed.
inline std::string printed(std::string_view declaration) {
  Parsed p("package p\n" + std::string(declaration));
  if (p.diagnostics.hasErrors()) return p.errors();
  return p.file->decls.size() == 1 ? toString(p.file->decls[0]) : "not one declaration";
}

/// An expression, dumped.
inline std::string dumped(std::string_view expression) {
  FileSet files;
  Arena arena;
  Diagnostics diagnostics(files);
  Expr* x = parseExpr(expression, Pos(1, 1, 1), arena, diagnostics);
  return dump(x) + formatDiagnostics(diagnostics, {});
}

}  // namespace burrow::syntax
