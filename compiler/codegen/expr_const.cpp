// Constants.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

bool FuncGen::constInt(Node* n, int64_t& v) {
  while (n->op == IrOp::Paren) n = n->x;
  if (n->op == IrOp::Nil && info(n->type).slots == 1) {
    v = 0;
    return true;
  }
  if (n->op == IrOp::Zero) {
    Shape s = info(n->type).shape;
    if (s > Shape::U64 && s != Shape::Ptr) return false;
    if (s == Shape::Empty) return false;
    v = 0;
    return true;
  }
  if (n->op != IrOp::Literal) return false;
  if (n->value->kind() == ConstKind::Bool) {
    v = constant::boolVal(n->value);
    return true;
  }
  Shape s = info(n->type).shape;
  if (s > Shape::U64 && s != Shape::Ptr) return false;
  auto iv = constant::toInt(n->value);
  if (iv->kind() != ConstKind::Int) return false;
  if (auto i = constant::int64Val(iv)) {
    v = *i;
    return true;
  }
  if (auto i = constant::uint64Val(iv)) {
    v = static_cast<int64_t>(*i);
    return true;
  }
  return false;
}

Reg FuncGen::literal(Node* n, Reg want) {
  TypeInfo& ti = info(n->type);
  Reg to = target(want, n->type);
  int64_t v;
  if (constInt(n, v)) {
    loadInt(to, v);
    return to;
  }
  auto bits64 = [](double d) {
    uint64_t b;
    std::memcpy(&b, &d, 8);
    return b;
  };
  auto bits32 = [](float d) {
    uint32_t b;
    std::memcpy(&b, &d, 4);
    return b;
  };
  switch (ti.shape) {
    case Shape::F64: {
      loadInt(to, static_cast<int64_t>(bits64(constant::float64Val(n->value))));
      return to;
    }
    case Shape::F32:
      loadInt(to, bits32(constant::float32Val(n->value)));
      return to;
    case Shape::C128: {
      auto c = constant::toComplex(n->value);
      loadInt(to, static_cast<int64_t>(bits64(constant::float64Val(constant::real(c)))));
      loadInt(to + 1, static_cast<int64_t>(bits64(constant::float64Val(constant::imag(c)))));
      return to;
    }
    case Shape::C64: {
      auto c = constant::toComplex(n->value);
      uint64_t re = bits32(constant::float32Val(constant::real(c)));
      uint64_t im = bits32(constant::float32Val(constant::imag(c)));
      loadInt(to, static_cast<int64_t>(re | im << 32));
      return to;
    }
    case Shape::String: {
      std::string_view s = constant::stringVal(n->value);
      if (s.empty()) {
        zero(to, 2);
        return to;
      }
      uint32_t ref = u.stringData(s);
      Ins& in = emit(Op::LoadStr, to);
      in.ref[0] = ref + 1;
      in.w[1] = s.size();
      return to;
    }
    default: break;
  }
  BURROW_CHECK(ti.shape == Shape::String || ti.shape <= Shape::Ptr);
  return to;
}

}  // namespace burrow::codegen
