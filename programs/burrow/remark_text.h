// Remarks of the optimizing phases as text: gc's -m lines, and the same as JSON.
#pragma once

#include <string>

#include "compiler/ir/remark.h"
#include "compiler/source/file_set.h"

namespace burrow {

/// Where a remark is, as the compiler prints it: the absolute path ("/dir/x.go:3:6"); names from //line directives as they are.
std::string remarkPlace(const FileSet& files, Pos pos, bool columns);
/// One line a remark, in their order, with absolute paths: the output of go tool compile -m.
std::string remarkLines(const ir::Remarks& remarks, const FileSet& files, bool columns);
/// What go build makes of a compiler's output: paths under `dir` and its parents relative to `workDir` where that is shorter.
std::string shortenPaths(std::string text, std::string dir, const std::string& workDir);
/// One JSON object a line (docs/cli.md); an explanation has its flow in it.
std::string remarkJson(const ir::Remarks& remarks, const FileSet& files, const std::string& package);

}  // namespace burrow
