// Which files of a directory belong to a package: names, //go:build lines, tags.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace burrow {

/// The platform that files are selected for, after go/build's Context.
struct BuildContext {
  std::string goarch = "amd64";      ///< kNoAsmArch: no file of any known architecture matches
  std::set<std::string, std::less<>> tags;  ///< -tags

  /// Whether a build tag is satisfied: linux, unix, gc, go1.N, goarch, and the extra tags.
  bool hasTag(std::string_view tag) const;
  /// Whether the name's _GOOS, _GOARCH parts admit it (the _test suffix is ignored).
  bool matchName(std::string_view fileName) const;
  /// Whether the file's //go:build (or // +build) lines admit it. `error`: a malformed line, in go's words.
  bool matchText(std::string_view text, std::string& error) const;
};

/// An architecture that no file knows: std and packages with assembly are selected for it, since Burrow runs no assembly.
inline constexpr std::string_view kNoAsmArch = "burrow64";

/// Evaluates the expression of a //go:build line. `error` is set if it is malformed.
bool evalConstraint(std::string_view expr, const BuildContext& context, std::string& error);

}  // namespace burrow
