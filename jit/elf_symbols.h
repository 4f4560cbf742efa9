// Names for addresses in listings.
#pragma once

#include <string>

namespace burrow::jit {

/// What an address is called: a function of this program ("vm::slowGo"), a stub ("stub exit"), a function of Go ("func main.f"), an
/// instruction of bytecode ("code main.f+12"); empty if nothing is known.
std::string addressName(const void* address);

}  // namespace burrow::jit
