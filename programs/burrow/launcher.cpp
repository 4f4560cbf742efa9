#include "programs/burrow/launcher.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "compiler/driver.h"
#include "compiler/packages/files.h"

namespace burrow {

namespace {

/// What of the environment decides which sources a program has and where its packages are kept.
constexpr const char* kVariables[] = {"BURROW_GOROOT", "GOROOT", "BURROW_STD", "BURROW_OVERLAY", "BURROW_CACHE", "XDG_CACHE_HOME",
                                      "HOME", "GOMODCACHE", "GOPATH", "GO111MODULE", "GOWORK"};

/// The kernel reads so much of a file for its first line.
constexpr size_t kFirstLine = 256;

std::string shellWord(const std::string& word) {
  std::string out = "'";
  for (char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

uint64_t hashOf(const Launcher& l) {
  std::string key = executablePath();
  auto add = [&key](const std::string& text) { key += '\0', key += text; };
  add(l.command);
  for (const std::string& flag : l.flags) add(flag);
  add("");
  for (const std::string& word : l.program) add(word);
  add("");
  add(l.dir);
  for (const auto& [name, value] : l.environment) add(name), add(value);
  return hashContent(key);
}

/// False if it cannot be written; JSON has no place for paths that are not UTF-8.
bool write(const Launcher& l, const std::string& path) {
  nlohmann::ordered_json json = {{"dir", l.dir}, {"command", l.command}, {"flags", l.flags}, {"program", l.program}};
  json["environment"] = nlohmann::ordered_json::object();
  for (const auto& [name, value] : l.environment) json["environment"][name] = value;
  try {
    return writeFileAtomically(path, startLines() + std::string(kLauncherMagic) + "\n" + json.dump(1) + "\n", 0755);
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

/// "v2" and higher: a module's version at the end of its path.
bool isVersion(std::string_view element) {
  return element.size() > 1 && element[0] == 'v' && element[1] != '0' && element != "v1" &&
         std::all_of(element.begin() + 1, element.end(), [](unsigned char c) { return std::isdigit(c); });
}

}  // namespace

FileHead headOf(const std::string& path) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode)) return {};  // what is in a pipe can be read once
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  char buffer[2 * PATH_MAX];
  ssize_t n = read(fd, buffer, sizeof buffer);
  close(fd);
  std::string_view text(buffer, n > 0 ? static_cast<size_t>(n) : 0);
  if (!text.starts_with("#!")) return {};
  size_t at = text.find('\n');
  if (text.substr(0, at) == "#!/bin/sh") at = text.find('\n', at + 1);
  std::string_view magic = at < text.size() ? text.substr(at + 1, kMagicSize) : std::string_view();
  if (magic == kProgramMagic) return {FileKind::Program, at + 1};
  if (magic == kLauncherMagic) return {FileKind::Launcher, at + 1};
  return {(st.st_mode & 0111) != 0 ? FileKind::Script : FileKind::Other, 0};
}

std::string startLines() {
  std::string self = executablePath(), lines = "#!" + self;
  // The kernel takes for an argument what follows a blank. Blanks at the end mean nothing.
  if (lines.size() + 8 > kFirstLine || self.find_first_of(" \t\n") != std::string::npos)
    lines = "#!/bin/sh\nexec " + shellWord(self) + " \"$0\" \"$@\"";
  lines.append(7 - lines.size() % 8, ' ');
  return lines + "\n";
}

std::string launcherFor(const std::string& command, std::vector<std::string> flags, std::vector<std::string> program,
                        const std::string& name) {
  std::string cache = userCacheDir();
  if (cache.empty()) return {};
  Launcher l{command, std::move(flags), std::move(program), absolutePath("."), {}};
  for (const char* variable : kVariables)
    if (const char* value = std::getenv(variable)) l.environment.emplace_back(variable, value);
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(hashOf(l)));
  std::string path = (cache.starts_with('/') ? cache : absolutePath(cache)) + "/exe/" + hash + "/" + name;
  auto starts = [&path] { return access(path.c_str(), X_OK) == 0; };  // not where the file system forbids it
  return starts() || (write(l, path) && starts()) ? path : std::string();
}

std::string loadLauncher(const std::string& path, Launcher& out) {
  std::string text;
  if (!readFile(path, text)) return "open " + path + ": " + errorText(errno);
  try {
    auto json = nlohmann::ordered_json::parse(text.substr(headOf(path).magic + kMagicSize));
    json.at("dir").get_to(out.dir);
    json.at("command").get_to(out.command);
    json.at("flags").get_to(out.flags);
    json.at("program").get_to(out.program);
    for (const auto& [name, value] : json.at("environment").items()) out.environment.emplace_back(name, value.get<std::string>());
  } catch (const std::exception& e) {
    return path + ": " + e.what();
  }
  bool whole = (out.command == "run" || out.command == "test") && !out.program.empty();
  return whole ? "" : path + ": not a launcher";
}

std::string executableName(const PackageSource& source, const std::string& first) {
  std::string name = source.path == "command-line-arguments" ? baseName(first) : baseName(source.path);
  if (name.ends_with(".go")) name.resize(name.size() - 3);
  if (size_t slash = source.path.rfind('/'); slash != std::string::npos && isVersion(name)) name = baseName(source.path.substr(0, slash));
  return name.empty() ? "main" : name;
}

LaunchPlace::LaunchPlace(const Launcher& launcher) {
  here_ = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (here_ < 0 || chdir(launcher.dir.c_str()) != 0) {
    error_ = "chdir " + (here_ < 0 ? std::string(".") : launcher.dir) + ": " + errorText(errno);
    return;
  }
  auto isOurs = [](std::string_view entry) {
    return std::any_of(std::begin(kVariables), std::end(kVariables), [&](const char* v) { return entry.substr(0, entry.find('=')) == v; });
  };
  for (char** entry = environ; *entry; ++entry)
    if (!isOurs(*entry)) environment_.push_back(*entry);
  for (const auto& [name, value] : launcher.environment) texts_.push_back(name + "=" + value);
  for (std::string& text : texts_) environment_.push_back(text.data());
  environment_.push_back(nullptr);
  own_ = std::exchange(environ, environment_.data());
}

void LaunchPlace::leave() {
  if (own_) environ = std::exchange(own_, nullptr);
  if (here_ < 0) return;
  if (fchdir(here_) != 0) std::fprintf(stderr, "burrow: chdir: %s\n", errorText(errno).c_str());
  close(here_);
  here_ = -1;
}

}  // namespace burrow
