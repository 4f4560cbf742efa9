// Where reports go: the terminal, or files whose names tell the format.
#pragma once

#include <string>
#include <vector>

namespace burrow {

/// Columns of the terminal on a descriptor: of its window, of $COLUMNS, or `otherwise`.
size_t terminalWidth(int fd, size_t otherwise = 160);
/// --color=auto|always|never for text that goes to fd.
bool wantsColour(const std::string& mode, int fd);
/// The format that a file name asks for: what is in `known` and ends the name (".pb.gz"), or empty.
std::string formatOf(const std::string& file, const std::vector<std::pair<std::string, std::string>>& known);
/// Writes to a file, or for "" and "-" to standard output (fd 1) or another; false after saying what is wrong.
bool writeOutput(const std::string& file, const std::string& text, int fd = 1);

}  // namespace burrow
