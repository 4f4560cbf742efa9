// The files of a compilation, and the mapping from positions to what the user is told (//line).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/pos.h"

namespace burrow {

/// One `//line file:line[:col]` or `/*line …*/` directive: positions from `from` on are reported
/// relative to it. `col` 0 means that columns are not known from here on.
struct LineDirective {
  Pos from;
  std::string file;
  uint32_t line = 0, col = 0;
};

struct SourceFile {
  std::string path;        ///< the name shown to the user (as gc shows it)
  std::string diskPath;    ///< where it was read from; empty if it never was on disk
  std::string text;        ///< the whole text; the scanner's views point into it
  std::vector<LineDirective> directives;  ///< in source order
};

/// What a user sees. `col` 0: do not print a column. `file` lives as long as the FileSet.
struct Position {
  std::string_view file;
  uint32_t line = 0, col = 0;
};

/// Owns the source files. Files are never removed, so views of text and names stay valid.
class FileSet {
 public:
  /// Adds a file; the result's index is what Pos::file() holds. Index 0 is never used.
  uint32_t add(std::string path, std::string diskPath, std::string text);
  SourceFile& file(uint32_t index) { return *files_[index]; }
  const SourceFile& file(uint32_t index) const { return *files_[index]; }
  uint32_t size() const { return static_cast<uint32_t>(files_.size()); }
  /// Applies //line directives.
  Position position(Pos pos) const;
  /// The physical place, directives not applied.
  Position physicalPosition(Pos pos) const;
  /// A position inside a message: "file:line:col", followed by the physical place in brackets where a
  /// //line directive applies.
  std::string describe(Pos pos) const;
  /// Which directive of its file governs `pos`: its index + 1, or 0 for none.
  size_t directiveAt(Pos pos) const;
  /// The text of a line, without its end of line.
  std::string_view lineText(uint32_t file, uint32_t line) const;

 private:
  std::vector<std::unique_ptr<SourceFile>> files_{1};
};

}  // namespace burrow
