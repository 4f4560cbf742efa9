// Source files as advice reads them: syntax trees without types, and edits of their text.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/source/diagnostics.h"
#include "compiler/syntax/walk.h"
#include "profiler/advice/advice.h"

namespace burrow::profiler {

/// A file, parsed. Null from load if it cannot be read or has syntax errors.
class Source {
 public:
  static std::unique_ptr<Source> load(const std::string& path);
  syntax::File* file() const { return file_; }
  const std::string& path() const { return path_; }
  const std::string& text() const { return files_.file(1).text; }
  size_t offset(Pos pos) const { return starts_[pos.line() - 1] + pos.col() - 1; }
  size_t lineStart(uint32_t line) const { return starts_[line - 1]; }
  uint32_t lineAt(size_t offset) const;
  std::string line(uint32_t number) const;
  /// The blanks that a line begins with.
  std::string indent(uint32_t line) const;
  /// The bracket that closes the one at `offset`; npos if there is none.
  size_t closing(size_t offset) const;
  bool imports(const std::string& path) const;

 private:
  std::string path_;
  FileSet files_;
  Arena arena_;
  syntax::File* file_ = nullptr;
  std::vector<size_t> starts_;   // of lines
};

/// Collects changes of a text and tells them as changed lines.
class Rewriter {
 public:
  explicit Rewriter(const Source& source) : source_(source) {}
  void replace(size_t offset, size_t length, std::string by) { changes_.push_back({offset, length, std::move(by)}); }
  void insertLineBefore(uint32_t line, const std::string& text) { replace(source_.lineStart(line), 0, text + "\n"); }
  /// Adds an import, if the file has none of it.
  void import(const std::string& path);
  /// Takes an import away; for packages that nothing else in the file uses.
  void dropImport(const std::string& path);
  std::vector<Edit> edits() const;

 private:
  struct Change {
    size_t offset, length;
    std::string by;
  };
  const Source& source_;
  std::vector<Change> changes_;
};

/// Where a node stands: what is around it, outermost first, the node last.
struct Place {
  const Source* source = nullptr;
  std::vector<syntax::Node*> path;
  syntax::Node* node() const { return path.back(); }

  /// The innermost function around it.
  syntax::Node* function() const;
  syntax::BlockStmt* body() const;
  syntax::FuncType* signature() const;
  /// Loops of that function around the node, outermost first.
  std::vector<syntax::ForStmt*> loops() const;
  /// The statement of a block that the node belongs to; null: none.
  syntax::Stmt* statement() const;
};

/// The node of a kind at a position (nodes may share one).
std::optional<Place> findPlace(const Source& source, uint32_t line, uint32_t column, const std::vector<syntax::Kind>& kinds);

bool contains(const syntax::Node* outer, const syntax::Node* inner);
/// Names in the subtree that are uses of variables: no selectors' right sides, no keys of literals.
std::vector<syntax::Name*> namesIn(syntax::Node* n);
/// Uses of one name.
std::vector<Place> usesOf(const Source& source, syntax::Node* root, std::string_view name);
/// How often `name` is declared in the subtree: parameters, var, :=, range.
size_t declarations(syntax::Node* root, std::string_view name);
/// Whether the subtree declares or assigns to any of the names that `x` uses.
bool changesNamesOf(syntax::Node* tree, syntax::Node* x);
/// Whether `name` is assigned to (also by ++, or address taken) in the subtree.
bool isAssigned(syntax::Node* tree, std::string_view name);

}  // namespace burrow::profiler
