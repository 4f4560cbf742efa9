#include "compiler/escape/escape.h"

namespace burrow::escape {

void run(ir::Unit& unit) {}

}  // namespace burrow::escape
