// JSON as encoding/json writes it.
#pragma once

#include <string>
#include <string_view>

namespace burrow {

/// A JSON string, with the characters escaped that encoding/json escapes.
std::string jsonString(std::string_view s);

}  // namespace burrow
