#include "compiler/ir/late.h"

#include "compiler/ir/func_builder.h"

namespace burrow::ir {

Func* buildImported(Unit& unit, burrow::Func* object) { return unitBuilderOf(unit)->buildImported(object); }

Node* callMethod(Unit& unit, Func& in, Node* recv, const Selection& method, List<Node*> args, Pos pos) {
  FuncBuilder b(*unitBuilderOf(unit), &in, nullptr, nullptr);
  Node* call = b.callOn(recv, {const_cast<int*>(method.path.data()), method.path.size()}, static_cast<burrow::Func*>(method.object), args, pos);
  unitBuilderOf(unit)->drain();
  return call;
}

Func* UnitBuilder::buildImported(burrow::Func* object) {
  syntax::FuncDecl* decl = bodyOf(object);
  if (!decl || !decl->body) return nullptr;
  Signature* sig = object->signature();
  FuncRef ref = sig->recv ? methodRef(object, canon(sig->recv->type)) : funcRef(object, {});
  Func* fn = unit_->newFunc();
  fn->symbol = ref.symbol;
  fn->package = object->pkg->path;
  fn->pos = decl->pos;
  fn->decl = decl;
  fn->object = object;
  fn->pragma = decl->pragma;
  fn->facts = object->facts;
  FuncBuilder b(*this, fn, nullptr, nullptr);
  b.declareParams(sig);
  b.buildBody(decl->body);
  placeVariables(fn);
  drain();
  return fn;
}

}  // namespace burrow::ir
