// A table whose columns fit the window: flexible ones shrink, then the least important ones go.
#pragma once

#include <string>
#include <vector>

namespace burrow::profiler {

struct Column {
  std::string title;
  bool right = false;         ///< numbers
  bool keepEnd = false;       ///< of what is too long the end says more: paths
  size_t minWidth = 0;        ///< may shrink to this; 0: never
  int priority = 0;           ///< the lowest goes first; 0: stays
  std::vector<std::string> cells;
};

/// Lines, the title first, each ended by a newline. `paint(row, line)` may colour a finished line.
template <class Paint>
std::string layOut(std::vector<Column> columns, size_t width, Paint&& paint);

/// The lines without colours, the title first.
std::vector<std::string> layOutLines(std::vector<Column> columns, size_t width);

template <class Paint>
std::string layOut(std::vector<Column> columns, size_t width, Paint&& paint) {
  std::vector<std::string> lines = layOutLines(std::move(columns), width);
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) out += paint(i, lines[i]) + "\n";
  return out;
}

}  // namespace burrow::profiler
