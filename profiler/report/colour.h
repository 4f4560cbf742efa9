// Colours of a terminal, or none.
#pragma once

#include <string>

namespace burrow::profiler {

struct Paint {
  bool on = false;
  std::string as(const char* code, const std::string& s) const { return on ? std::string("\x1b[") + code + "m" + s + "\x1b[0m" : s; }
  std::string bold(const std::string& s) const { return as("1", s); }
  std::string dim(const std::string& s) const { return as("2", s); }
  std::string red(const std::string& s) const { return as("31", s); }
  std::string green(const std::string& s) const { return as("32", s); }
  std::string yellow(const std::string& s) const { return as("33", s); }
  std::string cyan(const std::string& s) const { return as("36", s); }
};

}  // namespace burrow::profiler
