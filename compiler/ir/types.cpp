// Canonical types: hash-consed by their unique name, laid out as gc lays them out on amd64.
//
// canon() rebuilds a type bottom-up out of canonical parts, replacing type parameters on the way, and keeps the first
// type of each name. Most composite types are found by their parts, so that their names are written only once. A Named
// type is identified by name alone, so recursion ends there; its underlying type and layout are computed when first
// asked for.
#include "compiler/ir/types.h"

#include <algorithm>

#include "compiler/syntax/parser.h"
#include "compiler/types/typeset.h"
#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"

namespace burrow::ir {

extern bool sawLargeType;  // builder.h

namespace {

/// Canonical composite types by their parts.
class Composites {
 public:
  template <class Same>
  Type* find(uint64_t hash, Same same) const {
    if (table_.empty()) return nullptr;
    for (size_t at = hash & (table_.size() - 1); table_[at].type; at = (at + 1) & (table_.size() - 1))
      if (table_[at].hash == hash && same(table_[at].type)) return table_[at].type;
    return nullptr;
  }
  void insert(uint64_t hash, Type* t) {
    if (++count_ * 2 > table_.size()) grow();
    put({hash, t});
  }

 private:
  struct Entry {
    uint64_t hash = 0;
    Type* type = nullptr;
  };
  void put(const Entry& e) {
    size_t at = e.hash & (table_.size() - 1);
    while (table_[at].type) at = (at + 1) & (table_.size() - 1);
    table_[at] = e;
  }
  void grow() {
    std::vector<Entry> old(std::max<size_t>(1024, table_.size() * 2));
    old.swap(table_);
    for (const Entry& e : old)
      if (e.type) put(e);
  }
  std::vector<Entry> table_;
  size_t count_ = 0;
};

/// Hash of a kind, a number and types.
class PartsHash {
 public:
  PartsHash(TypeKind kind, uint64_t n) : h_(static_cast<uint64_t>(kind) + 1 + (n << 8)) {}
  PartsHash& add(const Type* t) {
    h_ = (h_ ^ reinterpret_cast<uintptr_t>(t)) * 0x9e3779b97f4a7c15u;
    h_ ^= h_ >> 29;
    return *this;
  }
  operator uint64_t() const { return h_; }

 private:
  uint64_t h_;
};

struct Store {
  Arena arena;
  std::unordered_map<std::string, TypeInfo*> byName;
  Composites composites;
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

template <class T>
T* copyOf() {
  return store().arena.make<T>();
}

/// The canonical tuple of canonical types; its variables are named as in `like`, if this is the first one.
Tuple* tupleFor(std::span<Type* const> types, const Tuple* like) {
  PartsHash hash(TypeKind::Tuple, types.size());
  for (Type* t : types) hash.add(t);
  Type* found = store().composites.find(hash, [&](Type* t) {
    auto* tuple = as<Tuple>(t);
    return tuple && std::equal(types.begin(), types.end(), tuple->vars.begin(), tuple->vars.end(), [](Type* x, Var* v) { return x == v->type; });
  });
  if (found) return static_cast<Tuple*>(found);
  std::vector<Var*> vars;
  for (size_t i = 0; i < types.size(); ++i) vars.push_back(makeVar(types[i], like ? like->vars[i] : nullptr));
  auto* out = copyOf<Tuple>();
  out->vars = store().arena.list(vars);
  out = static_cast<Tuple*>(intern(out));
  store().composites.insert(hash, out);
  return out;
}

/// The types of a tuple, canonical, after `first` if there is one.
class CanonTypes {
 public:
  CanonTypes(const Tuple* t, TypeEnv* env, Type* first = nullptr) {
    size_t extra = first ? 1 : 0;
    size_ = (t ? t->vars.size() : 0) + extra;
    if (size_ > kFew) many_.resize(size_);
    types_ = size_ > kFew ? many_.data() : few_;
    if (first) types_[0] = first;
    for (size_t i = extra; i < size_; ++i) types_[i] = canon(t->vars[i - extra]->type, env);
  }
  CanonTypes(const CanonTypes&) = delete;
  std::span<Type* const> types() const { return {types_, size_}; }

 private:
  static constexpr size_t kFew = 12;
  Type* few_[kFew];
  std::vector<Type*> many_;
  Type** types_;
  size_t size_;
};

Signature* signatureFor(Tuple* params, Tuple* results, bool variadic) {
  PartsHash hash(TypeKind::Signature, variadic);
  hash.add(params).add(results);
  Type* found = store().composites.find(hash, [&](Type* t) {
    auto* s = as<Signature>(t);
    return s && s->params == params && s->results == results && s->variadic == variadic;
  });
  if (found) return static_cast<Signature*>(found);
  auto* out = copyOf<Signature>();
  out->params = params;
  out->results = results;
  out->variadic = variadic;
  out = static_cast<Signature*>(intern(out));
  store().composites.insert(hash, out);
  return out;
}

Signature* canonSignature(Signature* s, TypeEnv* env, Type* recv = nullptr) {
  Tuple* params = tupleFor(CanonTypes(s->params, env, recv).types(), recv ? nullptr : s->params);
  return signatureFor(params, tupleFor(CanonTypes(s->results, env).types(), s->results), s->variadic);
}

Type* chanOf(syntax::ChanDir dir, Type* elem) {
  PartsHash hash(TypeKind::Chan, static_cast<uint64_t>(dir));
  hash.add(elem);
  Type* found = store().composites.find(hash, [&](Type* t) {
    auto* c = as<Chan>(t);
    return c && c->dir == dir && c->elem == elem;
  });
  if (found) return found;
  auto* c = copyOf<Chan>();
  c->dir = dir;
  c->elem = elem;
  Type* out = intern(c);
  store().composites.insert(hash, out);
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
  static_cast<TypeInfo*>(copy->lowered)->underlying = u;
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

Type* rebuild(Type* t, TypeEnv* env) {
  switch (t->kind) {
    case TypeKind::Basic: return intern(typ(static_cast<Basic*>(t)->basic));
    case TypeKind::Named: return canonNamed(static_cast<Named*>(t), env);
    case TypeKind::TypeParam: return canonTypeParam(static_cast<TypeParam*>(t), env);
    case TypeKind::Pointer: return pointerTo(canon(static_cast<Pointer*>(t)->base, env));
    case TypeKind::Slice: return sliceOf(canon(static_cast<Slice*>(t)->elem, env));
    case TypeKind::Array:
      sawLargeType |= static_cast<Array*>(t)->len > 1000;  // sizes are not known yet
      return arrayOf(canon(static_cast<Array*>(t)->elem, env), static_cast<Array*>(t)->len);
    case TypeKind::Map: {
      Type* key = canon(static_cast<Map*>(t)->key, env);
      return mapOf(key, canon(static_cast<Map*>(t)->elem, env));
    }
    case TypeKind::Chan: return chanOf(static_cast<Chan*>(t)->dir, canon(static_cast<Chan*>(t)->elem, env));
    case TypeKind::Signature: return canonSignature(static_cast<Signature*>(t), env);
    case TypeKind::Interface: return intern(canonInterface(static_cast<Interface*>(t), env));
    case TypeKind::Tuple: return tupleFor(CanonTypes(static_cast<Tuple*>(t), env).types(), static_cast<Tuple*>(t));
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
    case TypeKind::Pointer: i.unmanaged = isNotInHeap(static_cast<Pointer*>(u)->base); [[fallthrough]];
    case TypeKind::Chan:
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
  for (size_t w = 0; w < i.ptrs.size() && w < 64; ++w) i.firstPtrs |= uint64_t{i.ptrs[w]} << w;
  i.boxed = i.size > kMaxFrameValue;
  i.slots = valueSlots(i.size);
  NameWriter text(false);
  text.write(i.type);
  i.text = std::move(text.out);
}

bool dependsOn(TypeEnv* env) { return env && (!env->params.empty() || !env->locals.empty() || env->outer); }

}  // namespace

Type* findCanon(Type* t, TypeEnv* env) {
  t = unalias(t);
  if (t->lowered && !(dependsOn(env) && !as<Basic>(t) && static_cast<TypeInfo*>(t->lowered)->type != t))
    return static_cast<TypeInfo*>(t->lowered)->type;
  if (!dependsOn(env)) {
    Type* out = rebuild(t, nullptr);
    t->lowered = out->lowered;
    return out;
  }
  // The result depends on the environment: the source type must not remember it.
  void* saved = t->lowered;
  Type* out = rebuild(t, env);
  if (t != out && t->kind != TypeKind::Basic) t->lowered = saved;
  return out;
}

TypeInfo& layOut(Type* t) {
  if (!t->lowered) t = canon(t);
  TypeInfo& i = *static_cast<TypeInfo*>(t->lowered);
  if (!i.laidOut) {
    i.laidOut = true;
    layout(i);
  }
  return i;
}

std::string linkText(Type* t);  // format.cpp

std::string shapeName(Type* t, TypeParam* p) {
  Type* u = underlying(t);
  return "go.shape." + (u->kind == TypeKind::Pointer && typeSetOf(p)->isMethodSet() ? "*uint8" : linkText(u));
}

namespace {

Type* shapeType(Type* t, TypeParam* p) {
  static std::unordered_map<std::string, Type*> known;
  std::string name = shapeName(t, p);
  Type*& shape = known[name];
  if (shape) return shape;
  auto* named = store().arena.make<Named>();
  auto* obj = store().arena.make<TypeName>();
  obj->name = known.find(name)->first;
  obj->type = named;
  named->obj = obj;
  named->state = Named::State::Complete;
  named->methods = new std::vector<Func*>;
  named->underlying = underlying(t);
  return shape = intern(named);
}

}  // namespace

TypeEnv* shapesOf(TypeEnv* env) {
  if (!env || env->shapes) return env ? env->shapes : nullptr;
  std::vector<Type*> args;
  for (size_t i = 0; i < env->args.size(); ++i) args.push_back(shapeType(env->args[i], env->params[i]));
  return env->shapes = new TypeEnv{env->params, store().arena.list(args), {}, "go.shape." + env->instance, shapesOf(env->outer)};
}

Type* findUnderlying(Type* t) {
  t = canon(t);
  auto* i = static_cast<TypeInfo*>(t->lowered);
  if (!i->underlying) {
    auto* n = as<Named>(t);
    i->underlying = n ? canon(under(n)) : t;
  }
  return i->underlying;
}

Type* pointerTo(Type* elem) {
  elem = canon(elem);
  auto* i = static_cast<TypeInfo*>(elem->lowered);
  if (!i->pointer) {
    auto* p = copyOf<Pointer>();
    p->base = elem;
    i->pointer = intern(p);
  }
  return i->pointer;
}

Type* sliceOf(Type* elem) {
  elem = canon(elem);
  auto* i = static_cast<TypeInfo*>(elem->lowered);
  if (!i->slice) {
    auto* s = copyOf<Slice>();
    s->elem = elem;
    i->slice = intern(s);
  }
  return i->slice;
}

Type* arrayOf(Type* elem, int64_t len) {
  elem = canon(elem);
  PartsHash hash(TypeKind::Array, static_cast<uint64_t>(len));
  hash.add(elem);
  Type* found = store().composites.find(hash, [&](Type* t) {
    auto* a = as<Array>(t);
    return a && a->elem == elem && a->len == len;
  });
  if (found) return found;
  auto* a = copyOf<Array>();
  a->elem = elem;
  a->len = len;
  Type* out = intern(a);
  store().composites.insert(hash, out);
  return out;
}

Type* mapOf(Type* key, Type* elem) {
  key = canon(key), elem = canon(elem);
  PartsHash hash(TypeKind::Map, 0);
  hash.add(key).add(elem);
  Type* found = store().composites.find(hash, [&](Type* t) {
    auto* m = as<Map>(t);
    return m && m->key == key && m->elem == elem;
  });
  if (found) return found;
  auto* m = copyOf<Map>();
  m->key = key;
  m->elem = elem;
  Type* out = intern(m);
  store().composites.insert(hash, out);
  return out;
}

Type* tupleOf(const std::vector<Type*>& types) { return tupleFor(types, nullptr); }

Type* funcType(const std::vector<Type*>& params, const std::vector<Type*>& results, bool variadic) {
  return signatureFor(tupleFor(params, nullptr), tupleFor(results, nullptr), variadic);
}

Type* funcTypeOf(Signature* sig, Type* recv, TypeEnv* env) { return canonSignature(sig, env, recv); }

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
  auto* i = static_cast<TypeInfo*>(u->lowered);
  if (!i->methods) i->methods = new std::vector<Func*>(interfaceMethods(as<Interface>(u)));
  return *i->methods;
}

bool isEmptyInterface(Type* t) {
  return as<Interface>(underlying(t)) && interfaceMethodsOf(t).empty();
}

}  // namespace burrow::ir
