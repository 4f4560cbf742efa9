// The flags of go tool compile, as the tool itself takes them and as -gcflags passes them on.
#pragma once

#include <string>
#include <vector>

namespace burrow {

struct GcFlags {
  std::string output, lang, path, importcfg, localImports;
  bool std = false, complete = false, noColumns = false, allErrors = false, runtime = false;
  int optimizationReports = 0;  ///< -m
};

/// Takes flags off the front of `args`, as Go's flag package does (-name=value, -name value, --name; repeated flags: the last
/// one counts). Flags that only steer gc's optimizer or its debugging are accepted and mean nothing. False after a flag
/// that gc does not know or a bad value: `error` says so in the words of the flag package.
bool parseGcFlags(std::vector<std::string>& args, GcFlags& flags, std::string& error);
/// The same for the text of -gcflags ("-m -l", "all=-N"): words separated by spaces, quotes group.
bool parseGcFlags(std::string_view text, GcFlags& flags, std::string& error);

}  // namespace burrow
