// -ldflags: what of go tool link's flags means something here, which is -X.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace burrow {

struct LinkFlags {
  /// -X importpath.name=value: the variable's symbol, and the string that it begins with.
  std::vector<std::pair<std::string, std::string>> strings;

  /// Takes the flags of one -ldflags value. Those that steer only what gc's linker writes (-s, -w, …) mean nothing. What is wrong, or empty.
  std::string add(const std::string& text);
  /// Sets the variables, once all images are loaded. Variables that do not exist are passed over, as gc's linker does. What is wrong, or empty.
  std::string apply() const;
  /// The same as bytes, and back: build -o keeps them with the program.
  std::string save() const;
  static LinkFlags load(std::string_view bytes);
};

}  // namespace burrow
