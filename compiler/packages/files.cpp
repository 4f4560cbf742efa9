#include "compiler/packages/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace burrow {

bool readFile(const std::string& path, std::string& out) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat st;
  if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
    if (S_ISDIR(st.st_mode)) errno = EISDIR;
    close(fd);
    return false;
  }
  out.clear();
  if (S_ISREG(st.st_mode)) out.reserve(static_cast<size_t>(st.st_size) + 64);  // a FileSet adds some
  char buffer[1 << 16];
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    out.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return n == 0;
}

bool writeFileAtomically(const std::string& path, std::string_view bytes, unsigned mode) {
  std::error_code ec;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ec);
  // A device or a pipe is written to; a file renamed over it would take its place.
  struct stat st;
  bool direct = stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
  std::string temp = direct ? path : path + ".tmp" + std::to_string(getpid());
  int fd = open(temp.c_str(), O_WRONLY | O_CLOEXEC | (direct ? 0 : O_CREAT | O_TRUNC), mode);
  if (fd < 0) return false;
  bool ok = true;
  while (ok && !bytes.empty()) {
    ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    ok = n > 0;
    if (ok) bytes.remove_prefix(static_cast<size_t>(n));
  }
  int error = errno;
  if (close(fd) != 0 && ok) ok = false, error = errno;
  if (ok && (direct || rename(temp.c_str(), path.c_str()) == 0)) return true;
  if (ok) error = errno;
  if (!direct) unlink(temp.c_str());
  errno = error;
  return false;
}

std::string errorText(int error) {
  std::string text = std::strerror(error);
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a') text[0] = static_cast<char>(text[0] + ('a' - 'A'));
  return text;
}

bool fileExists(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 && !S_ISDIR(st.st_mode);
}

bool isDirectory(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

std::vector<std::string> listDir(const std::string& path) {
  std::vector<std::string> out;
  if (DIR* d = opendir(path.c_str())) {
    while (dirent* e = readdir(d)) {
      std::string_view name = e->d_name;
      if (name != "." && name != "..") out.emplace_back(name);
    }
    closedir(d);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string cleanPath(std::string_view path) {
  return path.empty() ? "." : [&] {
    std::string s = std::filesystem::path(path).lexically_normal().string();
    if (s.size() > 1 && s.ends_with('/')) s.pop_back();
    return s;
  }();
}

std::string absolutePath(const std::string& path) {
  std::error_code ec;
  auto p = std::filesystem::absolute(path, ec);
  return cleanPath(ec ? path : p.string());
}

std::string baseName(std::string_view path) {
  size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string dirName(std::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string executablePath() {
  char buffer[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", buffer, sizeof buffer);
  std::string_view path(buffer, n > 0 ? static_cast<size_t>(n) : 0);
  constexpr std::string_view kDeleted = " (deleted)";
  if (path.ends_with(kDeleted) && !fileExists(std::string(path))) path.remove_suffix(kDeleted.size());
  return std::string(path);
}

std::string executableDir() { return dirName(executablePath()); }

uint64_t hashContent(std::string_view bytes, uint64_t seed) {
  // Multiply-and-fold over 8-byte words, two lanes: several bytes a cycle, good avalanche; after wyhash's idea.
  constexpr uint64_t k1 = 0x9E3779B97F4A7C15u, k2 = 0xD6E8FEB86659FD93u;
  auto fold = [](uint64_t a, uint64_t b) {
    unsigned __int128 p = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(p) ^ static_cast<uint64_t>(p >> 64);
  };
  uint64_t h = seed ^ k2, size = bytes.size();
  const char* p = bytes.data();
  size_t n = bytes.size();
  for (; n >= 16; p += 16, n -= 16) {
    uint64_t w[2];
    std::memcpy(w, p, 16);
    h = fold(w[0] ^ k1, w[1] ^ h);
  }
  uint64_t w[2] = {};
  std::memcpy(w, p, n);
  h = fold(w[0] ^ k1, w[1] ^ h);
  return fold(h ^ size, k2);
}

}  // namespace burrow
