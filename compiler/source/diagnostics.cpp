// Ordering and printing of diagnostics after gc's habits: at most one syntax error a line, equal
// errors of a line once, everything sorted by position, and an end after ten errors.
#include "compiler/source/diagnostics.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace burrow {

namespace {

constexpr std::string_view kSyntaxError = "syntax error";
/// gc keeps eight bits of column; what does not fit is not printed.
constexpr uint32_t kLastColumn = 254;

/// A piece of a file that one //line directive governs: gc's "position base".
using Base = std::pair<uint32_t, size_t>;

struct Entry {
  const Diagnostic* diagnostic;
  size_t base;  ///< bases are numbered as errors first meet them, which is also their order
  uint32_t line, col;
};

/// Takes diagnostics as they were reported and keeps those that are to be printed.
class Selection {
 public:
  Selection(const Diagnostics& all, int limit) : files_(all.files()) {
    int errors = 0;
    for (const Diagnostic& d : all.list()) {
      if (d.severity == Severity::Error) {
        if (isRepeat(d)) continue;
        ++errors;
      }
      entries_.push_back(
          {&d, baseNumber(d.pos), d.pos.line(), std::min(d.pos.col(), kLastColumn + 1)});
      if (limit != 0 && errors >= limit) {
        cut_ = true;
        last_ = d.pos;
        break;
      }
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.base, a.line, a.col) < std::tie(b.base, b.line, b.col);
    });
    auto same = [](const Entry& a, const Entry& b) {
      return a.diagnostic->text == b.diagnostic->text && a.base == b.base && a.line == b.line &&
             a.col == b.col;
    };
    entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
  }

  const std::vector<Entry>& entries() const { return entries_; }
  bool cut() const { return cut_; }
  Pos last() const { return last_; }

 private:
  bool sameLine(Pos a, Pos b) const {
    return a.file() == b.file() && a.line() == b.line() &&
           files_.directiveAt(a) == files_.directiveAt(b);
  }

  bool isRepeat(const Diagnostic& d) {
    if (d.text.starts_with(kSyntaxError)) {
      if (lastSyntax_ && sameLine(lastSyntax_->pos, d.pos)) return true;
      lastSyntax_ = &d;
    } else {
      if (lastOther_ && lastOther_->text == d.text && sameLine(lastOther_->pos, d.pos)) return true;
      lastOther_ = &d;
    }
    return false;
  }

  size_t baseNumber(Pos pos) {
    if (!pos.isKnown()) return 0;
    return bases_.try_emplace(Base{pos.file(), files_.directiveAt(pos)}, bases_.size() + 1)
        .first->second;
  }

  const FileSet& files_;
  std::vector<Entry> entries_;
  std::map<Base, size_t> bases_;
  const Diagnostic* lastSyntax_ = nullptr;
  const Diagnostic* lastOther_ = nullptr;
  bool cut_ = false;
  Pos last_;
};

void writePlace(std::string& out, const FileSet& files, Pos pos, bool columns) {
  Position p = files.position(pos);
  out += p.file;
  out += ':';
  out += std::to_string(p.line);
  if (columns && p.col > 0 && p.col <= kLastColumn && pos.col() <= kLastColumn) {
    out += ':';
    out += std::to_string(p.col);
  }
  out += ": ";
}

void writeExcerpt(std::string& out, const FileSet& files, Pos pos) {
  std::string_view line = files.lineText(pos.file(), pos.line());
  if (line.empty() || pos.col() > line.size() + 1 || line.size() > 400) return;
  out += '\t';
  out += line;
  out += "\n\t";
  for (char c : line.substr(0, pos.col() - 1)) {
    // One caret column a character: continuation bytes of UTF-8 take none, tabs stay tabs.
    if (c == '\t') {
      out += c;
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
      out += ' ';
    }
  }
  out += "^\n";
}

}  // namespace

bool Diagnostics::hasSyntaxErrors() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Diagnostic& d) { return d.text.starts_with(kSyntaxError); });
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> result;
  Selection selection(*this, 0);
  for (const Entry& e : selection.entries()) result.push_back(*e.diagnostic);
  return result;
}

std::string formatDiagnostics(const Diagnostics& diagnostics, const PrintOptions& options) {
  const FileSet& files = diagnostics.files();
  Selection selection(diagnostics, options.limit);
  std::string out;
  for (const Entry& e : selection.entries()) {
    const Diagnostic& d = *e.diagnostic;
    if (d.pos.isKnown()) writePlace(out, files, d.pos, options.columns);
    out += d.text;
    out += '\n';
    if (options.excerpt && d.pos.isKnown()) writeExcerpt(out, files, d.pos);
  }
  if (selection.cut()) {
    if (selection.last().isKnown()) {
      writePlace(out, files, selection.last(), options.columns);
    } else {
      out += "<unknown line number>: ";
    }
    out += "too many errors\n";
  }
  return out;
}

}  // namespace burrow
