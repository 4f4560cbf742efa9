// The Go version that a //go:build line implies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace burrow::syntax {

/// For the constraint "go:build EXPR": the least version with which it can hold ("go1.21"), or ""
/// if it says nothing about versions. Nothing if the text is no well-formed constraint.
std::optional<std::string> goVersionOfConstraint(std::string_view text);

}  // namespace burrow::syntax
