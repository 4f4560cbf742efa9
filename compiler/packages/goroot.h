// Where the Go 1.26 sources are.
#pragma once

#include <string>

namespace burrow {

/// The language and library that Burrow implements.
inline constexpr const char* kGoVersion = "go1.26";

struct GoRoot {
  std::string dir;      ///< holds src/; empty if none was found
  std::string version;  ///< as its VERSION file says: "go1.26.1"
  std::string error;    ///< why there is none, or why it will not do
};

/// Looks in $BURROW_GOROOT, $GOROOT, an installed Go 1.26, the distribution's directories, and the set-up's own copy. The first
/// that is set or exists decides; one of another version is an error that names it.
GoRoot findGoRoot();

}  // namespace burrow
