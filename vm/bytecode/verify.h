// Checks that code keeps the rules the interpreter relies on: opcodes exist, operands lie in the frame, branches hit
// instructions, safepoints have stack maps of the right size, nothing falls off the end.
#pragma once

#include <string>

#include "vm/bytecode/image.h"

namespace burrow {

/// What is wrong with a function, or empty.
std::string verifyFunc(const ImageView& image, const ImageFunc& func);
/// The first fault of any function of an image, with the function's name; or empty.
std::string verifyImage(const ImageView& image);

}  // namespace burrow
