// Profiles as files: JSON that profile.schema.json (beside this file) describes.
#pragma once

#include <string>
#include <string_view>

#include "profiler/profile.h"

namespace burrow::profiler {

/// One document. Strings stand where they are used, so that jq and people can read it; frames are numbered.
std::string toJson(const Profile& profile);
/// What is wrong with the text, or empty.
std::string fromJson(std::string_view text, Profile& out);
/// Reads a file; what is wrong, or empty.
std::string readProfile(const std::string& path, Profile& out);
/// Writes a file, whole or not at all; what is wrong, or empty.
std::string writeReport(const std::string& path, std::string_view bytes);

}  // namespace burrow::profiler
