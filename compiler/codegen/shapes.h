// Families of shapes (ir/types.h) that instructions are chosen by.
#pragma once

#include "compiler/ir/types.h"

namespace burrow::codegen {

using Shape = ir::Shape;

inline bool isFloatShape(Shape s) { return s == Shape::F32 || s == Shape::F64; }
inline bool isComplexShape(Shape s) { return s == Shape::C64 || s == Shape::C128; }
inline bool isSignedShape(Shape s) { return s >= Shape::I8 && s <= Shape::I64; }
inline bool isIntShape(Shape s) { return s >= Shape::I8 && s <= Shape::U64; }
/// Values that always fill whole slots: they need no extension wherever they lie.
inline bool isWordShape(Shape s) {
  switch (s) {
    case Shape::I64: case Shape::U64: case Shape::F64: case Shape::Ptr: case Shape::String: case Shape::Slice:
    case Shape::Iface: case Shape::C64: case Shape::C128: return true;
    default: return false;
  }
}
inline int bitsOf(Shape s) {
  switch (s) {
    case Shape::I8: case Shape::U8: return 8;
    case Shape::I16: case Shape::U16: return 16;
    case Shape::I32: case Shape::U32: return 32;
    default: return 64;
  }
}
/// Whether a number can be an operand in place of a register.
inline bool fitsI16(int64_t v) { return v >= -32768 && v <= 32767; }

}  // namespace burrow::codegen
