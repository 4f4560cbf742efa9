#include "compiler/ir/bounds.h"

#include "compiler/ir/call_graph.h"
#include "compiler/ir/remark.h"
#include "compiler/ir/types.h"
#include "compiler/ir/visit.h"

namespace burrow::ir {

namespace {

/// The value of a constant that fits 32 bits.
std::optional<int64_t> smallConstant(const Node* n) {
  if (!n || n->op != Op::Literal || n->value->kind() != ConstKind::Int) return {};
  auto v = constant::int64Val(n->value);
  return v && *v >= INT32_MIN && *v <= INT32_MAX ? v : std::nullopt;
}

/// Whether n is at least 0 and less than max, whatever its operands are.
bool isBelow(const Node* n, int64_t max) {
  auto* basic = underlyingAs<Basic>(n->type);
  if (!basic || !(basic->info & kIsInteger)) return false;
  if (auto v = smallConstant(n)) return *v >= 0 && *v < max;
  bool isSigned = !(basic->info & kIsUnsigned);
  auto bits = static_cast<int64_t>(info(n->type).size * 8);
  auto right = smallConstant(n->y);
  switch (n->op) {
    case Op::And: case Op::AndNot: {
      int64_t mask = -1;
      if (auto left = smallConstant(n->x)) {
        mask = *left;
      } else if (right) {
        mask = n->op == Op::And ? *right : ~*right;
        if (n->op == Op::AndNot && !isSigned && bits < 64) mask &= (int64_t{1} << bits) - 1;
      }
      if (mask >= 0 && mask < max) return true;
      break;
    }
    case Op::Rem:
      if (!isSigned && right && *right >= 0 && *right <= max) return true;
      break;
    case Op::Div:
      if (!isSigned && right)
        for (int64_t v = *right; bits > 0 && v >= 2; v >>= 1) --bits;
      break;
    case Op::Shr:
      if (isSigned || !right) break;
      if (*right > bits) return true;
      bits -= *right;
      break;
    default: break;
  }
  return !isSigned && bits <= 62 && (int64_t{1} << bits) <= max;
}

/// `appended`: n is part of a value that is appended, where gc looks at arrays alone (if no call brought it there).
void look(const Unit& unit, Node* n, bool appended) {
  if (n->op != Op::Index || n->bounded) return;
  int64_t len = -1;
  if (auto* array = underlyingAs<Array>(n->x->type)) len = array->len;
  else if (n->x->op == Op::Literal && !appended) len = static_cast<int64_t>(constant::stringVal(n->x->value).size());
  if (len < 0 || !isBelow(n->y, len)) return;
  n->bounded = true;
  if (unit.remarks && n->y->op != Op::Literal) unit.remarks->add(outermost(unit, n->pos, n->inl), RemarkKind::Other, "index bounds check elided");
}

/// Operands are looked at before what they are operands of.
void walk(const Unit& unit, Node* n, bool appended = false) {
  visitChildren(n, [&](Node* c) { walk(unit, c, n->op == Op::Append || (appended && n->op != Op::InlinedCall)); });
  look(unit, n, appended);
}

void walkFunc(const Unit& unit, const Func* f) {
  for (Node* n : f->body)
    if (n) walk(unit, n);
  for (const Func* c : f->closures) walkFunc(unit, c);
}

}  // namespace

void elideBoundsChecks(Unit& unit) {
  for (const Func* f : inDeclarationOrder(unit)) walkFunc(unit, f);
}

}  // namespace burrow::ir
