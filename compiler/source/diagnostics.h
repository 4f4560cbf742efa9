// Diagnostics are data until the very edge prints them: position, severity, text, related notes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/file_set.h"

namespace burrow {

enum class Severity : uint8_t { Error, Note };

struct Diagnostic {
  Pos pos;
  Severity severity = Severity::Error;
  bool soft = false;    ///< an error that does not stop later phases (unused variable or import)
  std::string text;     ///< gc's words; lines after the first start with a tab
};

/// Collects diagnostics of one package; sorts by position and drops repeats when printed, as gc does.
class Diagnostics {
 public:
  explicit Diagnostics(const FileSet& files) : files_(files) {}
  void error(Pos pos, std::string text) { add({pos, Severity::Error, false, std::move(text)}); }
  void softError(Pos pos, std::string text) { add({pos, Severity::Error, true, std::move(text)}); }
  void add(Diagnostic d) {
    hasErrors_ |= d.severity == Severity::Error;
    list_.push_back(std::move(d));
  }
  bool hasErrors() const { return hasErrors_; }
  /// Errors that forbid type checking ("syntax error: ..."): gc checks types in spite of other errors
  /// of scanner and parser, such as unused labels.
  bool hasSyntaxErrors() const;
  size_t size() const { return list_.size(); }
  const std::vector<Diagnostic>& list() const { return list_; }
  const FileSet& files() const { return files_; }
  /// Sorted by position, repeats on one line dropped (gc's FlushErrors).
  std::vector<Diagnostic> sorted() const;

 private:
  const FileSet& files_;
  std::vector<Diagnostic> list_;
  bool hasErrors_ = false;
};

struct PrintOptions {
  int limit = 10;        ///< errors printed before "too many errors"; 0: all (-e)
  bool excerpt = false;  ///< show the source line and a caret (a terminal)
  bool columns = true;
};

/// The text that gc would print: "file:line:col: message" lines.
std::string formatDiagnostics(const Diagnostics& diagnostics, const PrintOptions& options);

}  // namespace burrow
