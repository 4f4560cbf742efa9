// Calls of the functions of package unsafe.
#include "compiler/types/checker.h"

namespace burrow {

namespace {

/// The offset of a field reached through embedded structs (not pointers); -1 if too large.
int64_t offsetOf(Type* t, const std::vector<int>& path) {
  int64_t offset = 0;
  for (int i : path) {
    auto* s = underAs<Struct>(t);
    int64_t d = fieldOffsets(s)[i];
    if (d < 0 || __builtin_add_overflow(offset, d, &offset)) return -1;
    t = s->fields[i]->type;
  }
  return offset;
}

}  // namespace

bool Checker::builtinOffsetof(Operand* x, CallExpr* call) {
  Expr* arg0 = call->args[0];
  auto* selx = as<SelectorExpr>(unparen(arg0));
  if (!selx) {
    errorf(arg0, "invalid argument: %s is not a selector expression", arg0);
    use(arg0);
    return false;
  }
  expr(nullptr, x, selx->x);
  if (x->mode == Mode::Invalid) return false;
  Type* base = derefStructPtr(x->type);
  std::string_view sel = selx->sel->name;
  Selection s = lookupFieldOrMethod(base, false, pkg, sel);
  if (!s.object) {
    errorf(x, "invalid argument: %s has no single field %s", base, sel);
    return false;
  }
  if (as<Func>(s.object)) {
    errorf(arg0, "invalid argument: %s is a method value", arg0);
    return false;
  }
  if (s.indirect) {
    errorf(x, "invalid argument: field %s is embedded via a pointer in %s", sel, base);
    return false;
  }
  recordSelection(selx, SelectionKind::FieldVal, base, s.object, s.path, false);
  Operand field;
  field.mode = x->mode == Mode::Variable ? Mode::Variable : Mode::Value;
  field.expr = selx;
  field.type = s.object->type;
  record(&field);
  if (hasVarSize(base)) {
    x->mode = Mode::Value;
    recordBuiltinType(call->fun, makeSig(burrow::typ(BasicKind::Uintptr), {s.object->type}));
  } else {
    int64_t offset = offsetOf(base, s.path);
    if (offset < 0) {
      errorf(x, "%s is too large", x);
      return false;
    }
    x->mode = Mode::Constant;
    x->val = constant::makeInt64(offset);
  }
  x->type = burrow::typ(BasicKind::Uintptr);
  return true;
}

bool Checker::builtinUnsafe(Operand* x, CallExpr* call, BuiltinId id,
                            const std::vector<Operand*>& args) {
  Type* uintptr = burrow::typ(BasicKind::Uintptr);
  auto value = [&](Type* t, std::vector<Type*> params) {
    x->mode = Mode::Value;
    x->type = t;
    recordBuiltinType(call->fun, makeSig(t, params));
    return true;
  };
  switch (id) {
    case BuiltinId::Add: {
      verifyVersionf(call->fun, 17, "unsafe.Add");
      Type* pointer = burrow::typ(BasicKind::UnsafePointer);
      assignment(x, pointer, "argument to unsafe.Add");
      if (x->mode == Mode::Invalid || !isValidIndex(args[1], "length", true)) return false;
      return value(pointer, {pointer, args[1]->type});
    }
    case BuiltinId::Alignof:
    case BuiltinId::Sizeof: {
      bool isSize = id == BuiltinId::Sizeof;
      assignment(x, nullptr, isSize ? "argument to unsafe.Sizeof" : "argument to unsafe.Alignof");
      if (x->mode == Mode::Invalid) return false;
      if (hasVarSize(x->type)) return value(uintptr, {x->type});
      int64_t n = isSize ? sizeOf(x->type) : alignOf(x->type);
      if (n < 0) {
        errorf(x, "%s is too large", x);
        return false;
      }
      x->mode = Mode::Constant;
      x->val = constant::makeInt64(n);
      x->type = uintptr;
      return true;
    }
    case BuiltinId::Offsetof:
      return builtinOffsetof(x, call);
    case BuiltinId::Slice: {
      verifyVersionf(call->fun, 17, "unsafe.Slice");
      auto* p = as<Pointer>(commonUnder(this, x->type));
      if (!p) {
        errorf(x, "invalid argument: %s is not a pointer", x);
        return false;
      }
      if (!isValidIndex(args[1], "length", false)) return false;
      return value(newSlice(arena, p->base), {p, args[1]->type});
    }
    case BuiltinId::SliceData: {
      verifyVersionf(call->fun, 20, "unsafe.SliceData");
      auto* s = as<Slice>(commonUnder(this, x->type));
      if (!s) {
        errorf(x, "invalid argument: %s is not a slice", x);
        return false;
      }
      return value(newPointer(arena, s->elem), {s});
    }
    case BuiltinId::String: {
      verifyVersionf(call->fun, 20, "unsafe.String");
      Type* bytePtr = newPointer(arena, universeByte);
      assignment(x, bytePtr, "argument to unsafe.String");
      if (x->mode == Mode::Invalid || !isValidIndex(args[1], "length", false)) return false;
      return value(burrow::typ(BasicKind::String), {bytePtr, args[1]->type});
    }
    case BuiltinId::StringData: {
      verifyVersionf(call->fun, 20, "unsafe.StringData");
      assignment(x, burrow::typ(BasicKind::String), "argument to unsafe.StringData");
      if (x->mode == Mode::Invalid) return false;
      return value(newPointer(arena, universeByte), {burrow::typ(BasicKind::String)});
    }
    default:
      return false;
  }
}

}  // namespace burrow
