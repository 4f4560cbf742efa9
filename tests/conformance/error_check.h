// Compares diagnostics with the ERROR comments of a source file, as Go's test driver does.
#pragma once

#include <string>
#include <vector>

namespace burrow::test {

struct CheckedFile {
  std::string path;   ///< the file with the comments
  std::string shown;  ///< the name by which comments and diagnostics mean it
};

/// What does not match, a line each; empty if every `// ERROR "regexp"` is matched on its line and
/// nothing else is reported.
std::string compareErrors(const std::string& output, bool wantAuto,
                          const std::vector<CheckedFile>& files);

}  // namespace burrow::test
