// The flags of go tool compile, as the tool itself takes them and as -gcflags passes them on.
#pragma once

#include <string>
#include <vector>

namespace burrow {

struct GcFlags {
  std::string output, lang, path, importcfg, localImports;
  bool std = false, complete = false, noColumns = false, allErrors = false, runtime = false;
  int optimizationReports = 0;  ///< -m
  bool smallFrames = false;
  std::vector<std::string> debug;  ///< -d: keys, perhaps with "=value"
  bool hasDebug(std::string_view key) const;
  int noInlining = 0;           ///< -l: 1 turns inlining off, 2 and more leave it on
};

/// Takes flags off the front of `args`, as Go's flag package does (-name=value, -name value, --name; repeated flags: the last
/// one counts). Flags that only steer gc's optimizer or its debugging are accepted and mean nothing. False after a flag
/// that gc does not know or a bad value: `error` says so in the words of the flag package.
bool parseGcFlags(std::vector<std::string>& args, GcFlags& flags, std::string& error);
/// Words separated by spaces, in which quotes group; false after a quote without an end.
bool splitQuoted(std::string_view text, std::vector<std::string>& words);

}  // namespace burrow
