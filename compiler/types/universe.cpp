// The universe scope and package unsafe: everything that is predeclared.
#include "compiler/types/checker.h"
#include "compiler/types/generics.h"

namespace burrow {

namespace {

struct BasicRow {
  BasicKind kind;
  uint16_t info;
  std::string_view name;
};

// clang-format off
constexpr BasicRow kBasics[] = {
    {BasicKind::Invalid, 0, "invalid type"},
    {BasicKind::Bool, kIsBoolean, "bool"},
    {BasicKind::Int, kIsInteger, "int"},
    {BasicKind::Int8, kIsInteger, "int8"},
    {BasicKind::Int16, kIsInteger, "int16"},
    {BasicKind::Int32, kIsInteger, "int32"},
    {BasicKind::Int64, kIsInteger, "int64"},
    {BasicKind::Uint, kIsInteger | kIsUnsigned, "uint"},
    {BasicKind::Uint8, kIsInteger | kIsUnsigned, "uint8"},
    {BasicKind::Uint16, kIsInteger | kIsUnsigned, "uint16"},
    {BasicKind::Uint32, kIsInteger | kIsUnsigned, "uint32"},
    {BasicKind::Uint64, kIsInteger | kIsUnsigned, "uint64"},
    {BasicKind::Uintptr, kIsInteger | kIsUnsigned, "uintptr"},
    {BasicKind::Float32, kIsFloat, "float32"},
    {BasicKind::Float64, kIsFloat, "float64"},
    {BasicKind::Complex64, kIsComplex, "complex64"},
    {BasicKind::Complex128, kIsComplex, "complex128"},
    {BasicKind::String, kIsString, "string"},
    {BasicKind::UnsafePointer, 0, "Pointer"},
    {BasicKind::UntypedBool, kIsBoolean | kIsUntyped, "untyped bool"},
    {BasicKind::UntypedInt, kIsInteger | kIsUntyped, "untyped int"},
    {BasicKind::UntypedRune, kIsInteger | kIsUntyped, "untyped rune"},
    {BasicKind::UntypedFloat, kIsFloat | kIsUntyped, "untyped float"},
    {BasicKind::UntypedComplex, kIsComplex | kIsUntyped, "untyped complex"},
    {BasicKind::UntypedString, kIsString | kIsUntyped, "untyped string"},
    {BasicKind::UntypedNil, kIsUntyped, "untyped nil"},
};

constexpr BuiltinInfo kBuiltins[] = {
    {"append", 1, true, ExprKind::Expression},
    {"cap", 1, false, ExprKind::Expression},
    {"clear", 1, false, ExprKind::Statement},
    {"close", 1, false, ExprKind::Statement},
    {"complex", 2, false, ExprKind::Expression},
    {"copy", 2, false, ExprKind::Statement},
    {"delete", 2, false, ExprKind::Statement},
    {"imag", 1, false, ExprKind::Expression},
    {"len", 1, false, ExprKind::Expression},
    {"make", 1, true, ExprKind::Expression},
    {"max", 1, true, ExprKind::Expression},
    {"min", 1, true, ExprKind::Expression},
    {"new", 1, false, ExprKind::Expression},
    {"panic", 1, false, ExprKind::Statement},
    {"print", 0, true, ExprKind::Statement},
    {"println", 0, true, ExprKind::Statement},
    {"real", 1, false, ExprKind::Expression},
    {"recover", 0, false, ExprKind::Statement},
    {"Add", 2, false, ExprKind::Expression},
    {"Alignof", 1, false, ExprKind::Expression},
    {"Offsetof", 1, false, ExprKind::Expression},
    {"Sizeof", 1, false, ExprKind::Expression},
    {"Slice", 2, false, ExprKind::Expression},
    {"SliceData", 1, false, ExprKind::Expression},
    {"String", 2, false, ExprKind::Expression},
    {"StringData", 1, false, ExprKind::Expression},
};
// clang-format on
static_assert(std::size(kBuiltins) == static_cast<size_t>(BuiltinId::StringData) + 1);
static_assert(std::size(kBasics) == static_cast<size_t>(BasicKind::UntypedNil) + 1);

/// Everything predeclared, made before main. Objects refer to each other by address only, so the
/// order of initialisation of other files does not matter.
struct Predeclared {
  Basic basics[std::size(kBasics)];
  Basic byteType, runeType;
  Scope* universeScope = nullptr;
  Package* unsafe = nullptr;
  Type *byte = nullptr, *rune = nullptr, *error = nullptr, *any = nullptr, *comparable = nullptr;
  Object *iota = nullptr, *nil = nullptr;
  TypeName *anyName = nullptr, *comparableName = nullptr;
  Arena arena;

  Predeclared();
  void define(Object* o);
  TypeName* typeName(std::string_view name, Type* type) {
    return newObject<TypeName>(arena, Pos(), nullptr, intern(name), type);
  }
  void defineTypes();
};

void Predeclared::define(Object* o) {
  o->color = Color::Black;
  Scope* scope = universeScope;
  if (o->exported()) {
    scope = unsafe->scope;
    o->pkg = unsafe;
  }
  scope->insert(o);
}

void Predeclared::defineTypes() {
  // type any = interface{}
  Interface* empty = arena.make<Interface>();
  empty->complete = true;
  empty->tset = &topTypeSet;
  anyName = typeName("any", nullptr);
  Alias* alias = arena.make<Alias>();
  alias->obj = anyName;
  alias->orig = alias;
  alias->fromRHS = alias->actual = empty;
  anyName->type = any = alias;
  define(anyName);

  // type error interface{ Error() string }
  TypeName* errorName = typeName("error", nullptr);
  Named* named = arena.make<Named>();
  named->obj = errorName;
  named->methods = new std::vector<Func*>;
  errorName->type = error = named;
  Signature* sig = arena.make<Signature>();
  sig->recv = newVar(arena, VarKind::Recv, Pos(), nullptr, {}, named);
  sig->results = newTuple(arena, {newVar(arena, VarKind::Result, Pos(), nullptr, {},
                                         &basics[static_cast<size_t>(BasicKind::String)])});
  Func* method = newObject<Func>(arena, Pos(), nullptr, intern("Error"), sig);
  Interface* iface = arena.make<Interface>();
  iface->methods = arena.list(std::vector<Func*>{method});
  iface->complete = true;
  named->fromRHS = named->underlying = iface;
  named->state = Named::State::Complete;
  define(errorName);

  // type comparable interface{}, marked as comparable
  comparableName = typeName("comparable", nullptr);
  named = arena.make<Named>();
  named->obj = comparableName;
  named->methods = new std::vector<Func*>;
  comparableName->type = comparable = named;
  iface = arena.make<Interface>();
  iface->complete = true;
  iface->tset = arena.make<TypeSet>();
  iface->tset->terms = allTerms;
  iface->tset->comparable = true;
  named->fromRHS = named->underlying = iface;
  named->state = Named::State::Complete;
  define(comparableName);
}

Predeclared::Predeclared() {
  universeScope = new Scope;
  unsafe = new Package;
  unsafe->path = "unsafe";
  unsafe->name = intern("unsafe");
  unsafe->complete = true;
  unsafe->scope = new Scope;
  unsafe->scope->parent = universeScope;

  for (size_t i = 0; i < std::size(kBasics); ++i) {
    const BasicRow& row = kBasics[i];
    basics[i].basic = row.kind;
    basics[i].info = row.info;
    basics[i].name = row.name;
    if (row.name.find(' ') == std::string_view::npos) define(typeName(row.name, &basics[i]));
  }
  byteType = basics[static_cast<size_t>(kByte)];
  byteType.name = "byte";
  runeType = basics[static_cast<size_t>(kRune)];
  runeType.name = "rune";
  byte = &byteType;
  rune = &runeType;
  define(typeName("byte", byte));
  define(typeName("rune", rune));
  defineTypes();

  auto constant = [this](std::string_view name, BasicKind kind, constant::Value value) {
    Const* c =
        newObject<Const>(arena, Pos(), nullptr, intern(name), &basics[static_cast<size_t>(kind)]);
    c->value = value;
    define(c);
    return c;
  };
  constant("true", BasicKind::UntypedBool, constant::makeBool(true));
  constant("false", BasicKind::UntypedBool, constant::makeBool(false));
  iota = constant("iota", BasicKind::UntypedInt, constant::makeInt64(0));
  nil = newObject<Nil>(arena, Pos(), nullptr, intern("nil"),
                       &basics[static_cast<size_t>(BasicKind::UntypedNil)]);
  define(nil);
  for (size_t i = 0; i < std::size(kBuiltins); ++i) {
    Builtin* b = newObject<Builtin>(arena, Pos(), nullptr, intern(kBuiltins[i].name), &basics[0]);
    b->id = static_cast<BuiltinId>(i);
    define(b);
  }
}

Predeclared predeclared;

}  // namespace

Basic* typ(BasicKind kind) {
  return &predeclared.basics[static_cast<size_t>(kind)];
}
const BuiltinInfo& builtinInfo(BuiltinId id) {
  return kBuiltins[static_cast<size_t>(id)];
}

static void forgetAt(Type* t) {
  t->lowered = nullptr;
  if (auto* n = as<Named>(t)) forgetAt(n->underlying);
  if (auto* i = as<Interface>(t)) {
    for (Func* m : i->methods) {
      Signature* sig = m->signature();
      m->lowered = sig->lowered = sig->results->lowered = nullptr;
    }
  }
}

void forgetTypes() {
  for (Basic& b : predeclared.basics) forgetAt(&b);
  for (Type* t : {predeclared.byte, predeclared.rune, predeclared.error, predeclared.comparable, unalias(predeclared.any)}) forgetAt(t);
  forgetAt(emptyInterface());
  globalInstances() = InstanceContext();
}

Type* const& universeByte = predeclared.byte;
Type* const& universeRune = predeclared.rune;
Type* const& universeError = predeclared.error;
Type* const& universeAny = predeclared.any;
Type* const& universeComparable = predeclared.comparable;
Package* const& unsafePackage = predeclared.unsafe;
Scope* const& universe = predeclared.universeScope;
Object* const& universeIota = predeclared.iota;
Object* const& universeNil = predeclared.nil;
TypeName* const& universeAnyName = predeclared.anyName;
TypeName* const& universeComparableName = predeclared.comparableName;

}  // namespace burrow
