// //go:embed. Internal to compiler/ir.
#pragma once

#include "compiler/ir/static_init.h"

namespace burrow::ir {

/// Lays out the files that a variable's //go:embed patterns match: string, []byte or embed.FS. What is wrong with the patterns
/// is reported in go's words.
void embedFiles(UnitBuilder& unit, StaticInit& statics, StaticData* data, Var* v);

}  // namespace burrow::ir
