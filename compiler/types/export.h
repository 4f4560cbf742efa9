// Checked packages as bytes: every package-level object with its type, value and position, and the
// text of the functions that other packages may have to compile. Loading is lazy, object by object
// and type by type: importing a package costs next to nothing until something in it is used.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "compiler/source/file_set.h"
#include "compiler/types/checker_api.h"

namespace burrow {

/// Which functions' texts are stored. Generic ones always are.
enum class StoredBodies : uint8_t { Generic, All };

/// The bytes for a package that was checked without errors. Same package, same bytes.
std::string exportPackage(const CheckResult& result, const FileSet& files,
                          StoredBodies bodies = StoredBodies::Generic);

/// Makes a package from such bytes, which must stay where they are. `dependency` gives the package
/// of an import path; it is asked for the direct imports now, and for others when types refer to
/// them. Source files are added to `files` (without text) when a position in them is first needed.
/// Null if the bytes are no package of this version of Burrow.
Package* importPackage(std::string_view bytes, std::string_view path,
                       std::function<Package*(std::string_view path)> dependency, Arena& arena,
                       FileSet& files);

}  // namespace burrow
