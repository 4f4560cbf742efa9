#include "profiler/report/columns.h"

#include <algorithm>

#include "profiler/report/units.h"

namespace burrow::profiler {

namespace {

constexpr size_t kGap = 2;

size_t total(const std::vector<size_t>& widths) {
  size_t n = 0;
  for (size_t w : widths) n += w + kGap;
  return n ? n - kGap : 0;
}

/// Shrinks flexible columns, the widest first, until all fit or none can give more.
void shrink(const std::vector<Column>& columns, std::vector<size_t>& widths, size_t width) {
  while (total(widths) > width) {
    size_t widest = columns.size();
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i].minWidth && widths[i] > columns[i].minWidth && (widest == columns.size() || widths[i] > widths[widest])) widest = i;
    if (widest == columns.size()) return;
    --widths[widest];
  }
}

std::vector<size_t> naturalWidths(const std::vector<Column>& columns) {
  std::vector<size_t> widths;
  for (const Column& c : columns) {
    size_t w = textWidth(c.title);
    for (const std::string& cell : c.cells) w = std::max(w, textWidth(cell));
    widths.push_back(w);
  }
  return widths;
}

}  // namespace

std::vector<std::string> layOutLines(std::vector<Column> columns, size_t width) {
  std::vector<size_t> widths;
  for (;;) {
    widths = naturalWidths(columns);
    shrink(columns, widths, width);
    if (total(widths) <= width) break;
    auto least = columns.end();
    for (auto c = columns.begin(); c != columns.end(); ++c)
      if (c->priority && (least == columns.end() || c->priority < least->priority)) least = c;
    if (least == columns.end()) break;
    columns.erase(least);
  }
  size_t rows = 0;
  for (const Column& c : columns) rows = std::max(rows, c.cells.size());
  std::vector<std::string> lines(rows + 1);
  for (size_t i = 0; i < columns.size(); ++i)
    for (size_t row = 0; row <= rows; ++row) {
      const Column& c = columns[i];
      static const std::string kNone;
      const std::string& cell = row == 0 ? c.title : row - 1 < c.cells.size() ? c.cells[row - 1] : kNone;
      if (i) lines[row] += std::string(kGap, ' ');
      lines[row] += fit(cell, widths[i], c.right, c.keepEnd);
    }
  for (std::string& line : lines) line.erase(line.find_last_not_of(' ') + 1);
  return lines;
}

}  // namespace burrow::profiler
