// Canonical types: hash-consed by their unique name, laid out as gc lays them out on amd64.
//
// canon() rebuilds a type bottom-up out of canonical parts, replacing type parameters on the way, and keeps the first
// type of each name. A Named type is identified by name alone, so recursion ends there; its underlying type and
// layout are computed when first asked for.
#include "compiler/ir/types.h"

#include <algorithm>

#include "compiler/syntax/parser.h"
#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"

namespace burrow::ir {

extern bool sawLargeType;  // builder.h

namespace {

struct Store {
  Arena arena;
  std::unordered_map<std::string, TypeInfo*> byName;
  std::unordered_map<Named*, Type*> underlyings;
  std::unordered_map<Type*, std::vector<Func*>> ifaceMethods;
  std::unordered_map<const TypeName*, std::string> localNames;
  std::unordered_map<std::string, int> localCounts;
  /// Type arguments of the function instances in which types were declared, and of the types themselves.
  std::unordered_map<const TypeName*, std::pair<std::vector<Type*>, std::vector<Type*>>> localArgs;
};
Store& store() {
  static Store* s = new Store;  // lives as long as the process, as all types do
  return *s;
}

// ---- Names ---------------------------------------------------------------------------------------

/// Writes type names: unique ones (full paths) for the linker, or reflect's.
class NameWriter {
 public:
  explicit NameWriter(bool link) : link_(link) {}
  std::string out;

  void write(Type* t) {
    t = unalias(t);
    switch (t->kind) {
      case TypeKind::Basic: return writeBasic(static_cast<Basic*>(t));
      case TypeKind::Named: return writeNamed(static_cast<Named*>(t));
      case TypeKind::Pointer: out += '*'; return write(static_cast<Pointer*>(t)->base);
      case TypeKind::Slice: out += "[]"; return write(static_cast<Slice*>(t)->elem);
      case TypeKind::Array:
        out += '[' + std::to_string(static_cast<Array*>(t)->len) + ']';
        return write(static_cast<Array*>(t)->elem);
      case TypeKind::Map:
        out += "map[";
        write(static_cast<Map*>(t)->key);
        out += ']';
        return write(static_cast<Map*>(t)->elem);
      case TypeKind::Chan: return writeChan(static_cast<Chan*>(t));
      case TypeKind::Signature: out += "func"; return writeSignature(static_cast<Signature*>(t));
      case TypeKind::Struct: return writeStruct(static_cast<Struct*>(t));
      case TypeKind::Interface: return writeInterface(static_cast<Interface*>(t));
      case TypeKind::Tuple: return writeTuple(static_cast<Tuple*>(t), false);
      default: BURROW_UNREACHABLE();
    }
  }

 private:
  void writeBasic(Basic* b) {
    if (b->basic == BasicKind::UnsafePointer) out += "unsafe.Pointer";
    else out += typ(b->basic)->name;  // uint8 for byte, int32 for rune
  }

  void writeNamed(Named* n) {
    TypeName* obj = n->inst ? n->inst->orig->obj : n->obj;
    if (obj->pkg) {
      out += link_ || inBrackets_ ? std::string_view(obj->pkg->path) : obj->pkg->name;
      out += '.';
    }
    auto local = store().localNames.find(obj);
    bool isLocal = local != store().localNames.end();
    out += isLocal && link_ ? std::string_view(local->second) : obj->name;
    std::vector<Type*> implicit, explicitArgs;
    if (n->inst) explicitArgs.assign(n->inst->targs.begin(), n->inst->targs.end());
    if (auto args = store().localArgs.find(obj); !link_ && args != store().localArgs.end()) {
      implicit = args->second.first;
      explicitArgs = args->second.second;
    }
    writeArgs(implicit, explicitArgs);
    // main.T[int;string]·3: the number of a type declared in a function shows only inside brackets.
    if (isLocal && !link_ && inBrackets_) out += "·" + std::to_string(obj->localIndex);
  }

  void writeArgs(const std::vector<Type*>& implicit, const std::vector<Type*>& args) {
    if (implicit.empty() && args.empty()) return;
    bool saved = inBrackets_;
    inBrackets_ = true;
    out += '[';
    for (size_t i = 0; i < implicit.size() + args.size(); ++i) {
      if (i) out += i == implicit.size() ? ';' : ',';
      write(i < implicit.size() ? implicit[i] : args[i - implicit.size()]);
    }
    out += ']';
    inBrackets_ = saved;
  }

  void writeChan(Chan* c) {
    out += c->dir == syntax::ChanDir::RecvOnly ? "<-chan " : c->dir == syntax::ChanDir::SendOnly ? "chan<- " : "chan ";
    auto* elem = as<Chan>(unalias(c->elem));
    bool parens = c->dir == syntax::ChanDir::Both && elem && elem->dir == syntax::ChanDir::RecvOnly;
    if (parens) out += '(';
    write(c->elem);
    if (parens) out += ')';
  }

  void writeTuple(Tuple* t, bool variadic) {
    out += '(';
    for (size_t i = 0; t && i < t->vars.size(); ++i) {
      if (i) out += ", ";
      Type* p = t->vars[i]->type;
      if (variadic && i + 1 == t->vars.size()) {
        out += "...";
        p = as<Slice>(under(p))->elem;
      }
      write(p);
    }
    out += ')';
  }

  void writeSignature(Signature* s) {
    writeTuple(s->params, s->variadic);
    if (!s->results || s->results->vars.empty()) return;
    out += ' ';
    if (s->results->vars.size() == 1) write(s->results->vars[0]->type);
    else writeTuple(s->results, false);
  }

  /// Unexported names of different packages are different.
  void writeMember(const Object* o, bool qualifyText) {
    if (!o->exported() && o->pkg && (link_ || qualifyText)) {
      out += link_ || inBrackets_ ? std::string_view(o->pkg->path) : o->pkg->name;
      out += '.';
    }
    out += o->name;
  }

  void writeStruct(Struct* s) {
    if (s->fields.empty()) {
      out += "struct {}";
      return;
    }
    out += "struct { ";
    for (size_t i = 0; i < s->fields.size(); ++i) {
      Var* f = s->fields[i];
      if (i) out += "; ";
      if (!f->embedded) {
        writeMember(f, false);
        out += ' ';
      } else if (link_) {
        out += '?';  // an embedded field differs from one that is merely named like its type
        writeMember(f, false);
        out += ' ';
      }
      write(f->type);
      if (i < s->tags.size() && !s->tags[i].empty()) {
        out += ' ';
        writeQuoted(s->tags[i]);
      }
    }
    out += " }";
  }

  /// As strconv.Quote for the characters that tags have.
  void writeQuoted(std::string_view s) {
    static const char* hex = "0123456789abcdef";
    out += '"';
    for (char c : s) {
      auto u = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') out += '\\', out += c;
      else if (c == '\n') out += "\\n";
      else if (c == '\t') out += "\\t";
      else if (c == '\r') out += "\\r";
      else if (u < 0x20 || u == 0x7f) out += "\\x", out += hex[u >> 4], out += hex[u & 15];
      else out += c;
    }
    out += '"';
  }

  void writeInterface(Interface* it) {
    std::vector<Func*> methods = interfaceMethods(it);
    if (methods.empty()) {
      out += "interface {}";
      return;
    }
    out += "interface { ";
    for (size_t i = 0; i < methods.size(); ++i) {
      if (i) out += "; ";
      writeMember(methods[i], true);
      writeSignature(methods[i]->signature());
    }
    out += " }";
  }

  bool link_, inBrackets_ = false;
};

// ---- Building ------------------------------------------------------------------------------------

Type* intern(Type* t) {
  NameWriter w(true);
  w.write(t);
  auto [it, added] = store().byName.try_emplace(std::move(w.out), nullptr);
  if (added) {
    it->second = new TypeInfo;
    it->second->type = t;
    it->second->linkName = it->first;
  }
  t->lowered = it->second;
  return it->second->type;
}

Var* makeVar(Type* type, const Var* like) {
  Var* v = store().arena.make<Var>();
  if (like) {
    v->name = like->name;
    v->pkg = like->pkg;
    v->embedded = like->embedded;
    v->pos = like->pos;
    v->varKind = like->varKind;
  }
  v->type = type;
  return v;
}

Tuple* canonTuple(Tuple* t, TypeEnv* env) {
  std::vector<Var*> vars;
  if (t)
    for (Var* v : t->vars) vars.push_back(makeVar(canon(v->type, env), v));
  Tuple* out = store().arena.make<Tuple>();
  out->vars = store().arena.list(vars);
  return out;
}

Signature* canonSignature(Signature* s, TypeEnv* env) {
  Signature* out = store().arena.make<Signature>();
  out->params = canonTuple(s->params, env);
  out->results = canonTuple(s->results, env);
  out->variadic = s->variadic;
  return out;
}

Interface* canonInterface(Interface* it, TypeEnv* env) {
  std::vector<Func*> methods;
  for (Func* m : interfaceMethods(it)) {
    Func* f = store().arena.make<Func>();
    f->name = m->name;
    f->pkg = m->pkg;
    f->pos = m->pos;
    f->type = canonSignature(m->signature(), env);
    methods.push_back(f);
  }
  Interface* out = store().arena.make<Interface>();
  out->methods = store().arena.list(methods);
  out->complete = true;
  return out;
}

bool isLocalType(const TypeName* obj) { return obj->pkg && obj->parent && obj->parent != obj->pkg->scope && obj->parent != universe; }

/// Gives a type declared inside a function a name of its own: "T·1".
void nameLocal(const TypeName* obj, const std::string& instance) {
  auto [it, added] = store().localNames.try_emplace(obj);
  if (!added) return;
  std::string base = obj->pkg->path + "." + std::string(obj->name) + instance;
  int n = obj->localIndex ? obj->localIndex : instance.empty() ? ++store().localCounts[base] : 1;
  it->second = std::string(obj->name) + "·" + std::to_string(n);
  if (!instance.empty()) it->second += "{" + instance + "}";
}

/// The instance's own copy of a type declared in a generic function.
Named* localInstance(Named* n, TypeEnv* env, const std::vector<Type*>& targs = {}) {
  for (TypeEnv* e = env; e && targs.empty(); e = e->outer)
    if (auto it = e->locals.find(n); it != e->locals.end()) return it->second;
  Named* copy = store().arena.make<Named>();
  TypeName* obj = store().arena.make<TypeName>();
  *obj = *n->obj;
  obj->type = copy;
  copy->obj = obj;
  copy->state = Named::State::Complete;
  copy->methods = new std::vector<Func*>;
  if (targs.empty()) env->locals[n] = copy;
  std::vector<Type*> implicit;
  for (TypeEnv* e = env; e; e = e->outer) implicit.insert(implicit.begin(), e->args.begin(), e->args.end());
  store().localArgs[obj] = {implicit, targs};
  // The same instance may be built again by another package of this process: one type for one name.
  std::string key = env->instance + ":" + std::to_string(n->obj->pos.line()) + "." + std::to_string(n->obj->pos.col());
  for (Type* t : targs) key += ";" + static_cast<TypeInfo*>(t->lowered)->linkName;
  nameLocal(obj, key);
  copy->underlying = under(n);  // replaced below; set first so that nobody sees null
  if (Type* first = intern(copy); first != copy) {
    if (targs.empty()) env->locals[n] = static_cast<Named*>(first);
    return static_cast<Named*>(first);
  }
  TypeEnv own{n->tparams, store().arena.list(targs), {}, env->instance, env};
  Type* u = canon(under(n), targs.empty() ? env : &own);
  copy->underlying = u;
  store().underlyings[copy] = u;
  return copy;
}

Type* canonNamed(Named* n, TypeEnv* env) {
  if (n->inst) {
    std::vector<Type*> targs;
    for (Type* a : n->inst->targs) targs.push_back(canon(a, env));
    if (n->inst->orig && isLocalType(n->inst->orig->obj)) {
      if (env && !env->params.empty()) return localInstance(n->inst->orig, env, targs);
      nameLocal(n->inst->orig->obj, "");
    }
    Type* t = instantiateType(n->inst->orig, store().arena.list(targs));
    if (t->lowered) return static_cast<TypeInfo*>(t->lowered)->type;
    return intern(t);
  }
  if (isLocalType(n->obj)) {
    if (env && !env->params.empty()) return localInstance(n, env);
    nameLocal(n->obj, "");
  }
  return intern(n);
}

Type* canonTypeParam(TypeParam* p, TypeEnv* env) {
  for (TypeEnv* e = env; e; e = e->outer)
    for (size_t i = 0; i < e->params.size(); ++i)
      if (e->params[i] == p) return e->args[i];
  BURROW_UNREACHABLE();
}

template <class T>
T* copyOf() {
  return store().arena.make<T>();
}

Type* rebuild(Type* t, TypeEnv* env) {
  switch (t->kind) {
    case TypeKind::Basic: return intern(typ(static_cast<Basic*>(t)->basic));
    case TypeKind::Named: return canonNamed(static_cast<Named*>(t), env);
    case TypeKind::TypeParam: return canonTypeParam(static_cast<TypeParam*>(t), env);
    case TypeKind::Pointer: {
      auto* p = copyOf<Pointer>();
      p->base = canon(static_cast<Pointer*>(t)->base, env);
      return intern(p);
    }
    case TypeKind::Slice: return sliceOf(canon(static_cast<Slice*>(t)->elem, env));
    case TypeKind::Array:
      sawLargeType |= static_cast<Array*>(t)->len > 1000;  // sizes are not known yet
      return arrayOf(canon(static_cast<Array*>(t)->elem, env), static_cast<Array*>(t)->len);
    case TypeKind::Map: {
      auto* m = copyOf<Map>();
      m->key = canon(static_cast<Map*>(t)->key, env);
      m->elem = canon(static_cast<Map*>(t)->elem, env);
      return intern(m);
    }
    case TypeKind::Chan: {
      auto* c = copyOf<Chan>();
      c->dir = static_cast<Chan*>(t)->dir;
      c->elem = canon(static_cast<Chan*>(t)->elem, env);
      return intern(c);
    }
    case TypeKind::Signature: return intern(canonSignature(static_cast<Signature*>(t), env));
    case TypeKind::Interface: return intern(canonInterface(static_cast<Interface*>(t), env));
    case TypeKind::Tuple: return intern(canonTuple(static_cast<Tuple*>(t), env));
    case TypeKind::Struct: {
      auto* from = static_cast<Struct*>(t);
      auto* s = copyOf<Struct>();
      std::vector<Var*> fields;
      for (Var* f : from->fields) fields.push_back(makeVar(canon(f->type, env), f));
      s->fields = store().arena.list(fields);
      s->tags = from->tags;
      return intern(s);
    }
    default: BURROW_UNREACHABLE();
  }
}

// ---- Layout --------------------------------------------------------------------------------------

void setPointers(TypeInfo& i, std::initializer_list<bool> bits) {
  i.ptrs.assign(bits);
  while (!i.ptrs.empty() && !i.ptrs.back()) i.ptrs.pop_back();
  i.ptrBytes = i.ptrs.size() * 8;
}

void setShape(TypeInfo& i, Shape shape, uint64_t size, uint32_t align, std::initializer_list<bool> ptrs = {}) {
  i.shape = shape;
  i.size = size;
  i.align = align;
  setPointers(i, ptrs);
}

void layoutBasic(TypeInfo& i, BasicKind k) {
  i.regularMemory = i.comparable = true;
  switch (k) {
    case BasicKind::Bool: case BasicKind::Uint8: return setShape(i, Shape::U8, 1, 1);
    case BasicKind::Int8: return setShape(i, Shape::I8, 1, 1);
    case BasicKind::Int16: return setShape(i, Shape::I16, 2, 2);
    case BasicKind::Uint16: return setShape(i, Shape::U16, 2, 2);
    case BasicKind::Int32: return setShape(i, Shape::I32, 4, 4);
    case BasicKind::Uint32: return setShape(i, Shape::U32, 4, 4);
    case BasicKind::Int: case BasicKind::Int64: return setShape(i, Shape::I64, 8, 8);
    case BasicKind::Uint: case BasicKind::Uint64: case BasicKind::Uintptr: return setShape(i, Shape::U64, 8, 8);
    case BasicKind::UnsafePointer: case BasicKind::UntypedNil:
      i.direct = true;
      return setShape(i, Shape::Ptr, 8, 8, {true});
    default: break;
  }
  i.regularMemory = false;
  switch (k) {
    case BasicKind::Float32: return setShape(i, Shape::F32, 4, 4);
    case BasicKind::Float64: return setShape(i, Shape::F64, 8, 8);
    case BasicKind::Complex64: return setShape(i, Shape::C64, 8, 4);
    case BasicKind::Complex128: return setShape(i, Shape::C128, 16, 8);
    case BasicKind::String: return setShape(i, Shape::String, 16, 8, {true, false});
    default: BURROW_UNREACHABLE();
  }
}

void finishMemory(TypeInfo& i) {
  i.shape = i.size == 0 ? Shape::Empty : Shape::Memory;
  while (!i.ptrs.empty() && !i.ptrs.back()) i.ptrs.pop_back();
  i.ptrBytes = i.ptrs.size() * 8;
  i.direct = i.size == 8 && i.ptrBytes == 8;
}

void layoutStruct(TypeInfo& i, Struct* s) {
  uint64_t at = 0;
  i.comparable = i.regularMemory = true;
  for (size_t f = 0; f < s->fields.size(); ++f) {
    const TypeInfo& e = info(s->fields[f]->type);
    uint64_t offset = (at + e.align - 1) / e.align * e.align;
    if (offset != at || s->fields[f]->name == "_") i.regularMemory = false;
    at = offset + e.size;
    // A trailing zero-sized field gets a byte, so that its address is not the next object's.
    if (e.size == 0 && f + 1 == s->fields.size() && at > 0) ++at, i.regularMemory = false;
    i.align = std::max(i.align, e.align);
    i.offsets.push_back(static_cast<int64_t>(offset));
    i.comparable &= e.comparable;
    i.regularMemory &= e.regularMemory;
    if (e.hasPointers()) {
      i.ptrs.resize(offset / 8 + e.ptrs.size());
      std::copy(e.ptrs.begin(), e.ptrs.end(), i.ptrs.begin() + static_cast<std::ptrdiff_t>(offset / 8));
    }
  }
  i.size = (at + i.align - 1) / i.align * i.align;
  if (i.size != at) i.regularMemory = false;
  finishMemory(i);
}

void layoutArray(TypeInfo& i, Array* a) {
  const TypeInfo& e = info(a->elem);
  i.size = e.size * static_cast<uint64_t>(a->len);
  i.align = e.align;
  i.comparable = e.comparable;
  i.regularMemory = e.regularMemory;
  if (e.hasPointers() && a->len > 0) {
    i.ptrs.reserve(i.size / 8);
    for (int64_t n = 0; n < a->len; ++n) {
      i.ptrs.resize(static_cast<size_t>(n) * e.size / 8);
      i.ptrs.insert(i.ptrs.end(), e.ptrs.begin(), e.ptrs.end());
    }
  }
  finishMemory(i);
}

void layout(TypeInfo& i) {
  Type* u = underlying(i.type);
  switch (u->kind) {
    case TypeKind::Basic: layoutBasic(i, static_cast<Basic*>(u)->basic); break;
    case TypeKind::Pointer: case TypeKind::Chan:
      i.comparable = i.regularMemory = i.direct = true;
      setShape(i, Shape::Ptr, 8, 8, {true});
      break;
    case TypeKind::Map: case TypeKind::Signature:
      i.direct = true;
      setShape(i, Shape::Ptr, 8, 8, {true});
      break;
    case TypeKind::Slice: setShape(i, Shape::Slice, 24, 8, {true, false, false}); break;
    case TypeKind::Interface:
      i.comparable = true;
      setShape(i, Shape::Iface, 16, 8, {true, true});
      break;
    case TypeKind::Struct: layoutStruct(i, static_cast<Struct*>(u)); break;
    case TypeKind::Array: layoutArray(i, static_cast<Array*>(u)); break;
    case TypeKind::Tuple: break;  // never a value
    default: BURROW_UNREACHABLE();
  }
  i.boxed = i.size > kMaxFrameValue;
  i.slots = valueSlots(i.size);
  NameWriter text(false);
  text.write(i.type);
  i.text = std::move(text.out);
}

bool dependsOn(TypeEnv* env) { return env && (!env->params.empty() || !env->locals.empty() || env->outer); }

}  // namespace

Type* canon(Type* t, TypeEnv* env) {
  t = unalias(t);
  if (t->lowered && !(dependsOn(env) && !as<Basic>(t) && static_cast<TypeInfo*>(t->lowered)->type != t))
    return static_cast<TypeInfo*>(t->lowered)->type;
  if (!dependsOn(env)) return rebuild(t, nullptr);
  // The result depends on the environment: the source type must not remember it.
  void* saved = t->lowered;
  Type* out = rebuild(t, env);
  if (t != out && t->kind != TypeKind::Basic) t->lowered = saved;
  return out;
}

TypeInfo& info(Type* t) {
  if (!t->lowered) t = canon(t);
  TypeInfo& i = *static_cast<TypeInfo*>(t->lowered);
  if (!i.laidOut) {
    i.laidOut = true;
    layout(i);
  }
  return i;
}

Type* underlying(Type* t) {
  t = canon(t);
  auto* n = as<Named>(t);
  if (!n) return t;
  auto [it, added] = store().underlyings.try_emplace(n, nullptr);
  if (!it->second) {
    Type* u = canon(under(n));
    store().underlyings[n] = u;
    return u;
  }
  return it->second;
}

Type* pointerTo(Type* elem) {
  auto* p = copyOf<Pointer>();
  p->base = elem;
  return intern(p);
}
Type* sliceOf(Type* elem) {
  auto* s = copyOf<Slice>();
  s->elem = elem;
  return intern(s);
}
Type* arrayOf(Type* elem, int64_t len) {
  auto* a = copyOf<Array>();
  a->elem = elem;
  a->len = len;
  return intern(a);
}
Type* mapOf(Type* key, Type* elem) {
  auto* m = copyOf<Map>();
  m->key = key;
  m->elem = elem;
  return intern(m);
}

Type* tupleOf(const std::vector<Type*>& types) {
  std::vector<Var*> vars;
  for (Type* t : types) vars.push_back(makeVar(t, nullptr));
  auto* tuple = copyOf<Tuple>();
  tuple->vars = store().arena.list(vars);
  return intern(tuple);
}

Type* funcType(const std::vector<Type*>& params, const std::vector<Type*>& results, bool variadic) {
  auto* s = copyOf<Signature>();
  s->params = static_cast<Tuple*>(tupleOf(params));
  s->results = static_cast<Tuple*>(tupleOf(results));
  s->variadic = variadic;
  return intern(s);
}

Type* structOf(const std::vector<Type*>& types) {
  std::vector<Var*> fields;
  for (size_t i = 0; i < types.size(); ++i) {
    Var* v = makeVar(types[i], nullptr);
    v->name = syntax::intern("F" + std::to_string(i));
    v->varKind = VarKind::Field;
    fields.push_back(v);
  }
  auto* s = copyOf<Struct>();
  s->fields = store().arena.list(fields);
  return intern(s);
}

Type* emptyInterface() {
  static Type* t = [] {
    auto* i = copyOf<Interface>();
    i->complete = true;
    return intern(i);
  }();
  return t;
}

const std::vector<Func*>& interfaceMethodsOf(Type* iface) {
  Type* u = underlying(iface);
  auto [it, added] = store().ifaceMethods.try_emplace(u);
  if (added) it->second = interfaceMethods(as<Interface>(u));
  return it->second;
}

bool isEmptyInterface(Type* t) {
  return as<Interface>(underlying(t)) && interfaceMethodsOf(t).empty();
}

}  // namespace burrow::ir
