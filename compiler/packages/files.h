// Small file-system helpers: whole files in and out, directories, hashes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace burrow {

bool readFile(const std::string& path, std::string& out);
/// Writes beside the target and renames, so that nobody ever sees half a file. False with errno set.
bool writeFileAtomically(const std::string& path, std::string_view bytes, unsigned mode = 0644);
/// What an errno value means, in Go's words ("no such file or directory").
std::string errorText(int error);
bool fileExists(const std::string& path);
bool isDirectory(const std::string& path);
/// Names in a directory, sorted; empty if it cannot be read.
std::vector<std::string> listDir(const std::string& path);
std::string absolutePath(const std::string& path);
/// Lexically clean: no "." or "..", no double slashes (Go's path.Clean).
std::string cleanPath(std::string_view path);
std::string baseName(std::string_view path);
std::string dirName(std::string_view path);
/// Of this process; where it was if it has been replaced since.
std::string executablePath();
std::string executableDir();
/// A 64-bit hash of bytes (not cryptographic), chained through `seed`.
uint64_t hashContent(std::string_view bytes, uint64_t seed = 0);

}  // namespace burrow
