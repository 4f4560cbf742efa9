// Strings of a profile, each once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "profiler/profile.h"

namespace burrow::profiler {

/// Adds strings to a profile. Nobody else adds any as long as it lives.
class StringTable {
 public:
  explicit StringTable(Profile& p) : strings_(p.strings) {
    for (StringId i = 0; i < strings_.size(); ++i) ids_.emplace(strings_[i], i);
  }
  StringId intern(std::string_view s) {
    auto [at, isNew] = ids_.emplace(std::string(s), static_cast<StringId>(strings_.size()));
    if (isNew) strings_.emplace_back(s);
    return at->second;
  }

 private:
  std::vector<std::string>& strings_;
  std::unordered_map<std::string, StringId> ids_;
};

inline const std::string& text(const Profile& p, StringId id) { return p.strings[id]; }

}  // namespace burrow::profiler
