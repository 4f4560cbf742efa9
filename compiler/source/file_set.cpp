// Files and positions: see file_set.h.
#include "compiler/source/file_set.h"

#include <algorithm>

namespace burrow {

namespace {

/// Readers may look this many bytes past the end of a text: they are zero.
constexpr size_t kPadding = 16;

}  // namespace

uint32_t FileSet::add(std::string path, std::string diskPath, std::string text) {
  auto file = std::make_unique<SourceFile>();
  file->path = std::move(path);
  file->diskPath = std::move(diskPath);
  size_t size = text.size();
  text.resize(size + kPadding, '\0');
  text.resize(size);
  file->text = std::move(text);
  files_.push_back(std::move(file));
  return static_cast<uint32_t>(files_.size() - 1);
}

size_t FileSet::directiveAt(Pos pos) const {
  if (pos.file() == 0 || pos.file() >= files_.size()) return 0;
  const auto& list = files_[pos.file()]->directives;
  auto after = std::upper_bound(list.begin(), list.end(), pos,
                                [](Pos p, const LineDirective& d) { return p < d.from; });
  return static_cast<size_t>(after - list.begin());
}

Position FileSet::position(Pos pos) const {
  size_t governing = directiveAt(pos);
  if (governing == 0) return physicalPosition(pos);
  const LineDirective& d = files_[pos.file()]->directives[governing - 1];
  Position result{d.file, d.line + (pos.line() - d.from.line()), 0};
  // Without a column in the directive, columns stay unknown until the next directive.
  if (d.col != 0) {
    result.col = pos.line() == d.from.line() ? d.col + (pos.col() - d.from.col()) : pos.col();
  }
  return result;
}

Position FileSet::physicalPosition(Pos pos) const {
  if (pos.file() == 0 || pos.file() >= files_.size()) return {{}, pos.line(), pos.col()};
  return {files_[pos.file()]->path, pos.line(), pos.col()};
}

namespace {

std::string spell(const Position& p) {
  if (p.line == 0) return p.file.empty() ? "<unknown position>" : std::string(p.file);
  std::string text(p.file);
  text += ':';
  text += std::to_string(p.line);
  if (p.col != 0) {
    text += ':';
    text += std::to_string(p.col);
  }
  return text;
}

}  // namespace

std::string FileSet::describe(Pos pos) const {
  std::string text = spell(position(pos));
  if (directiveAt(pos) != 0) {
    std::string physical = spell(physicalPosition(pos));
    if (physical != text) text += '[' + physical + ']';
  }
  return text;
}

std::string_view FileSet::lineText(uint32_t file, uint32_t line) const {
  if (file == 0 || file >= files_.size() || line == 0) return {};
  std::string_view text = files_[file]->text;
  size_t from = 0;
  for (uint32_t i = 1; i < line; ++i) {
    size_t end = text.find('\n', from);
    if (end == std::string_view::npos) return {};
    from = end + 1;
  }
  text = text.substr(from, std::min(text.find('\n', from), text.size()) - from);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

}  // namespace burrow
