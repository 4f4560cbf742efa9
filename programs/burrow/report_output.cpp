#include "programs/burrow/report_output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "profiler/file/profile_file.h"

namespace burrow {

size_t terminalWidth(int fd, size_t otherwise) {
  winsize w{};
  if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0) return w.ws_col;
  if (const char* c = std::getenv("COLUMNS"))
    if (int n = std::atoi(c); n > 0) return static_cast<size_t>(n);
  return otherwise;
}

bool wantsColour(const std::string& mode, int fd) { return mode == "always" || (mode == "auto" && isatty(fd) && !std::getenv("NO_COLOR")); }

std::string formatOf(const std::string& file, const std::vector<std::pair<std::string, std::string>>& known) {
  for (const auto& [extension, format] : known)
    if (file.ends_with(extension)) return format;
  return {};
}

bool writeOutput(const std::string& file, const std::string& text, int fd) {
  if (!file.empty() && file != "-") {
    std::string error = profiler::writeReport(file, text);
    if (!error.empty()) std::fprintf(stderr, "burrow: %s\n", error.c_str());
    return error.empty();
  }
  for (size_t at = 0; at < text.size();) {
    ssize_t n = write(fd, text.data() + at, text.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += static_cast<size_t>(n);
  }
  return true;
}

}  // namespace burrow
