// Text to syntax tree.
#pragma once

#include "compiler/source/diagnostics.h"
#include "compiler/syntax/nodes.h"

namespace burrow::syntax {

struct ParseOptions {
  bool importsOnly = false;   ///< stop after the import declarations (package loading)
  bool std = false;           ///< a file of the standard library: all //go: directives are legal
  bool checkBranches = true;  ///< resolve labels and jumps, and report misuse, in gc's words
};

/// Parses file `index` of `files`. Errors go to `diagnostics` and parsing continues; the result is
/// never null, but incomplete after errors. Nodes and names are allocated in `arena`.
File* parseFile(FileSet& files, uint32_t index, Arena& arena, Diagnostics& diagnostics,
                const ParseOptions& options = {});

/// Parses the text of one function declaration that was stored with a compiled package; positions
/// are relative to `start`. The text is known to be valid.
FuncDecl* parseFuncDecl(std::string_view text, Pos start, Arena& arena, Diagnostics& diagnostics);

/// Parses one expression or type (tests, tools).
Expr* parseExpr(std::string_view text, Pos start, Arena& arena, Diagnostics& diagnostics);

/// Interns a spelling: equal strings give the same bytes for the life of the process.
std::string_view intern(std::string_view spelling);

}  // namespace burrow::syntax
