// Types that have members: struct types with their fields, interface types with their methods.
#include "compiler/types/checker.h"

namespace burrow {

// ---- Structs
// -------------------------------------------------------------------------------------

namespace {

Expr* pointerBase(Expr* e) {
  Operation* op = as<Operation>(e);
  return op && op->op == Operator::Mul && op->y == nullptr ? op->x : nullptr;
}

/// The name that an embedded field of type e gets; null if e cannot be embedded.
Name* embeddedFieldIdent(Expr* e) {
  switch (e->kind) {
    case Kind::Name:
      return static_cast<Name*>(e);
    case Kind::Operation: {
      Expr* base = pointerBase(e);
      if (base == nullptr || pointerBase(base) != nullptr) return nullptr;
      return embeddedFieldIdent(base);
    }
    case Kind::SelectorExpr:
      return static_cast<SelectorExpr*>(e)->sel;
    case Kind::IndexExpr:
      return embeddedFieldIdent(static_cast<IndexExpr*>(e)->x);
    default:
      return nullptr;
  }
}

}  // namespace

void Checker::embeddedFieldType(Pos pos, Type* type) {
  bool isPtr = false;
  Type* t = deref(type, &isPtr);
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Basic:
      if (isValid(t) && static_cast<Basic*>(u)->basic == BasicKind::UnsafePointer) {
        error(pos, "embedded field type cannot be unsafe.Pointer");
      }
      break;
    case TypeKind::Pointer:
      error(pos, "embedded field type cannot be a pointer");
      break;
    case TypeKind::Interface:
      if (isTypeParam(t)) {
        error(pos, "embedded field type cannot be a (pointer to a) type parameter");
      } else if (isPtr) {
        error(pos, "embedded field type cannot be a pointer to an interface");
      }
      break;
    default:
      break;
  }
}

void Checker::structType(Struct* styp, StructType* e) {
  std::vector<Var*> fields;
  std::vector<std::string_view> tags;
  ObjSet fset;
  Type* type = nullptr;
  std::string_view tagText;
  auto add = [&](Name* name, bool embedded) {
    if (!tagText.empty() && tags.empty()) tags.resize(fields.size());
    Var* field = newField(arena, name->pos, pkg, name->name, type, embedded);
    if (name->name != "_" && !declareInSet(&fset, name->pos, field)) return;
    if (!tagText.empty() || !tags.empty()) {
      tags.resize(fields.size());
      tags.push_back(tagText);
    }
    fields.push_back(field);
    recordDef(name, field);
  };

  Expr* prev = nullptr;
  for (size_t i = 0; i < e->fields.size(); ++i) {
    Field* f = e->fields[i];
    // a, b T share their type expression.
    if (i == 0 || f->type != prev) {
      type = varType(f->type);
      prev = f->type;
    }
    tagText = i < e->tags.size() ? tag(e->tags[i]) : std::string_view();
    if (f->name != nullptr) {
      add(f->name, false);
      continue;
    }
    Pos pos = startPos(f->type);
    Name* name = embeddedFieldIdent(f->type);
    if (name == nullptr) {
      errorf(pos, "invalid embedded field type %s", f->type);
      // Keep the number of fields as in the source.
      name = make<Name>();
      name->pos = pos;
      name->name = intern("_");
      type = burrow::typ(BasicKind::Invalid);
      tagText = {};
      add(name, true);
      continue;
    }
    // The name node stays a use of the type: the field has a definition of its own.
    Object* used = name->object;
    add(name, true);
    if (used != nullptr) name->object = used;
    Type* embedded = type;
    later([this, pos, embedded] { embeddedFieldType(pos, embedded); });
  }
  styp->fields = arena.list(fields);
  styp->tags = arena.list(tags);
}

bool Checker::declareInSet(ObjSet* oset, Pos pos, Object* obj) {
  Object* alt = oset->insert(obj);
  if (alt == nullptr) return true;
  Error err(this);
  err.addf(pos, "%s redeclared", obj->name);
  err.addAltDecl(alt);
  err.report();
  return false;
}

std::string_view Checker::tag(BasicLit* t) {
  if (t == nullptr || t->bad) return {};
  constant::Value v =
      t->lit == LitKind::String ? constant::makeFromLiteral(t->text, t->lit) : nullptr;
  if (v != nullptr && v->kind() == ConstKind::String) return arena.string(constant::stringVal(v));
  errorf(t, "invalid syntax tree: incorrect tag syntax: %q", t->text);
  return {};
}

// ---- Interfaces
// ----------------------------------------------------------------------------------

Interface* Checker::newInterface() {
  Interface* t = arena.make<Interface>();
  if (active()) {
    t->check = this;
    needsCleanup(t);
  }
  return t;
}

void Checker::interfaceType(Interface* ityp, InterfaceType* e, TypeName* def) {
  std::vector<Func*> methodList;
  std::vector<Type*> embeddeds;
  std::vector<Pos> embedPos;
  auto publish = [&] {
    ityp->methods = arena.list(methodList);
    ityp->embeddeds = arena.list(embeddeds);
    ityp->embedPos = arena.list(embedPos);
  };
  for (Field* f : e->methods) {
    if (f->name == nullptr) {
      Type* t = parseUnion(f->type);
      embeddeds.push_back(t);
      embedPos.push_back(startPos(f->type));
      continue;
    }
    if (f->name->name == "_") {
      error(f->name, "methods must have a unique non-blank name");
      continue;
    }
    Type* t = typ(f->type);
    Signature* sig = as<Signature>(t);
    if (sig == nullptr) {
      if (isValid(t)) errorf(f->type, "invalid syntax tree: %s is not a method signature", t);
      continue;
    }
    // The receiver is the named type if there is one: messages are better then.
    Type* recv = ityp;
    if (def != nullptr) {
      if (Named* named = asNamed(def->type)) recv = named;
    }
    sig->recv = newVar(arena, VarKind::Recv, f->name->pos, pkg, {}, recv);
    Func* m = newObject<Func>(arena, f->name->pos, pkg, f->name->name, sig);
    recordDef(f->name, m);
    methodList.push_back(m);
  }
  publish();
  ityp->complete = true;
  if (methodList.empty() && embeddeds.empty()) {
    ityp->tset = &topTypeSet;
    return;
  }
  sortMethods(ityp->methods);
  // Compute the type set soon, so that errors are reported.
  later([this, e, ityp] { computeInterfaceTypeSet(this, e->pos, ityp); });
}

}  // namespace burrow
