// Reading of compiled packages. Everything is made when it is first asked for: an object when its
// name is looked up, a type when an object or type that mentions it is made, and what a defined
// type is made of when the checker looks inside. Records are trusted: whoever reads a file checks
// that it is whole.
#include <algorithm>

#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"
#include "compiler/types/export.h"
#include "compiler/types/export_format.h"

namespace burrow {
namespace {

using namespace exported;

uint32_t word(const char* p) {
  uint32_t w;
  std::memcpy(&w, p, sizeof w);
  return w;
}

/// Reads one record.
class Cursor {
 public:
  explicit Cursor(const char* p) : p_(reinterpret_cast<const unsigned char*>(p)) {}

  uint8_t byte() { return *p_++; }
  uint64_t number() {
    uint64_t n = *p_++;
    if (n < 0x80) return n;
    n &= 0x7f;
    for (int shift = 7;; shift += 7) {
      uint64_t b = *p_++;
      n |= (b & 0x7f) << shift;
      if (b < 0x80) return n;
    }
  }
  uint32_t id() { return static_cast<uint32_t>(number()); }
  std::string_view bytes() {
    size_t n = number();
    const char* p = reinterpret_cast<const char*>(p_);
    p_ += n;
    return {p, n};
  }

 private:
  const unsigned char* p_;
};

class ImportedPackage {
 public:
  ImportedPackage(std::string_view bytes, const Header& h, Package* pkg,
                  std::function<Package*(std::string_view)> dependency, Arena& arena,
                  FileSet& files, uint64_t number)
      : base_(bytes.data()),
        h_(h),
        pkg_(pkg),
        dependency_(std::move(dependency)),
        arena_(arena),
        files_(files),
        number_(number) {}

  void open();
  Object* find(std::string_view name);
  void loadAll();
  void loadNamed(Named* n, uint32_t object);
  StoredBody body(uint32_t number);

 private:
  uint32_t at(const Section& s, size_t i) const { return word(base_ + s.start + 4 * i); }
  Cursor record(const Section& s, size_t i) const {
    return Cursor(base_ + h_.data.start + at(s, i));
  }
  std::string_view text(uint32_t string) const {
    const char* blob = base_ + h_.strings.start + 4 * (h_.strings.count + size_t{1});
    uint32_t from = at(h_.strings, string), to = at(h_.strings, string + 1);
    return {blob + from, to - from};
  }

  void prepare();
  std::string_view name(uint32_t string);
  Package* package(uint32_t number);
  uint32_t file(uint32_t number);
  Object* object(uint32_t number);
  Type* type(uint32_t id);
  Type* makeType(uint32_t id);

  Pos pos(Cursor& c);
  Package* pkgOf(Cursor& c) { return package(c.id()); }
  Var* var(Cursor& c, VarKind kind);
  Tuple* tuple(Cursor& c, VarKind kind);
  List<TypeParam*> typeParams(Cursor& c);
  Func* method(Cursor& c);
  void linkName(Cursor& c, Object* o) {
    if (uint32_t s = c.id()) o->linkName = text(s - 1);
  }
  static FuncFacts* facts(Cursor& c);
  template <class T>
  T* start(Cursor& c, uint32_t number);

  const char* base_;
  Header h_;
  Package* pkg_;
  std::function<Package*(std::string_view)> dependency_;
  Arena& arena_;
  FileSet& files_;
  uint64_t number_;
  // Made so far; null until the first object is needed.
  std::string_view* names_ = nullptr;
  Package** packages_ = nullptr;
  Object** objects_ = nullptr;
  Type** types_ = nullptr;
  std::vector<uint32_t> fileIndices_;
};

/// All packages loaded; Named::loaderData and Func::bodyRef hold 1 + the index here in their upper
/// bits.
std::vector<ImportedPackage*>& imported() {
  static auto* const list = new std::vector<ImportedPackage*>;
  return *list;
}

void loadImportedNamed(Named* n) {
  imported()[(n->loaderData >> 32) - 1]->loadNamed(n, static_cast<uint32_t>(n->loaderData));
}

StoredBody importedBody(Func* f) {
  return imported()[(f->bodyRef >> 32) - 1]->body(static_cast<uint32_t>(f->bodyRef));
}

template <class T>
T* zeroed(Arena& arena, size_t count) {
  void* p = arena.allocate(sizeof(T) * (count + 1), alignof(T));
  std::memset(p, 0, sizeof(T) * (count + 1));
  return static_cast<T*>(p);
}

void ImportedPackage::open() {
  pkg_->name = syntax::intern(text(h_.name));
  pkg_->goVersion = text(h_.goVersion);
  pkg_->scope = newScope(universe, Pos(), Pos());
  pkg_->complete = true;
  pkg_->scope->resolver = [this](std::string_view n) { return find(n); };
  pkg_->scope->loadAll = [this] { loadAll(); };
  for (uint32_t i = 0; i < h_.imports.count; ++i) {
    std::string_view path = text(at(h_.packages, at(h_.imports, i)));
    Package* p = path == "unsafe" ? unsafePackage : dependency_(path);
    if (p) pkg_->imports.push_back(p);
  }
}

void ImportedPackage::prepare() {
  if (objects_) return;
  names_ = zeroed<std::string_view>(arena_, h_.strings.count);
  packages_ = zeroed<Package*>(arena_, h_.packages.count);
  objects_ = zeroed<Object*>(arena_, h_.objects.count);
  types_ = zeroed<Type*>(arena_, h_.types.count);
  packages_[0] = pkg_;
  fileIndices_.resize(h_.files.count);
}

std::string_view ImportedPackage::name(uint32_t string) {
  std::string_view& n = names_[string];
  if (!n.data()) n = syntax::intern(text(string));
  return n;
}

Package* ImportedPackage::package(uint32_t number) {
  Package*& p = packages_[number];
  if (!p) {
    std::string_view path = text(at(h_.packages, number));
    p = path == "unsafe" ? unsafePackage : dependency_(path);
    BURROW_CHECK(p);
  }
  return p;
}

uint32_t ImportedPackage::file(uint32_t number) {
  uint32_t& index = fileIndices_[number];
  if (index) return index;
  Cursor c = record(h_.files, number);
  std::string_view path = text(c.id()), diskPath = text(c.id());
  index = files_.add(std::string(path), std::string(diskPath), "");
  c.number();  // language version
  for (uint64_t n = c.number(); n > 0; --n) {
    c.number();
    c.number();
  }
  for (uint64_t n = c.number(); n > 0; --n) {
    LineDirective d;
    uint64_t line = c.number(), col = c.number();
    d.from = Pos(index, line, col);
    d.file = text(c.id());
    d.line = c.id();
    d.col = c.id();
    files_.file(index).directives.push_back(std::move(d));
  }
  return index;
}

Object* ImportedPackage::find(std::string_view n) {
  uint32_t mask = h_.index.count - 1;
  for (uint32_t slot = hashName(n);; ++slot) {
    uint32_t o = at(h_.index, slot & mask);
    if (o == 0) return nullptr;
    uint32_t s = word(base_ + h_.objects.start + 4 * (size_t{h_.objects.count} + o - 1));
    if (text(s) == n) return object(o - 1);
  }
}

void ImportedPackage::loadAll() {
  prepare();
  pkg_->scope->loadAll = nullptr;
  for (uint32_t i = 0; i < h_.objects.count; ++i) object(i);
}

Pos ImportedPackage::pos(Cursor& c) {
  uint32_t f = c.id();
  if (f == 0) return {};
  uint64_t line = c.number(), col = c.number();
  return Pos(file(f - 1), line, col);
}

Var* ImportedPackage::var(Cursor& c, VarKind kind) {
  uint32_t nameAndFlag = c.id();
  Package* pkg = pkgOf(c);
  Pos p = pos(c);
  Var* v = newVar(arena_, kind, p, pkg, name(nameAndFlag >> 1), nullptr);
  v->embedded = nameAndFlag & 1;
  v->type = type(c.id());
  v->color = Color::Black;
  return v;
}

Tuple* ImportedPackage::tuple(Cursor& c, VarKind kind) {
  size_t n = c.number();
  if (n == 0) return nullptr;
  auto* list = static_cast<Var**>(arena_.allocate(sizeof(Var*) * n, alignof(Var*)));
  for (size_t i = 0; i < n; ++i) list[i] = var(c, kind);
  auto* t = arena_.make<Tuple>();
  t->vars = {list, n};
  return t;
}

List<TypeParam*> ImportedPackage::typeParams(Cursor& c) {
  std::vector<TypeParam*> list;
  for (uint64_t n = c.number(); n > 0; --n) list.push_back(static_cast<TypeParam*>(type(c.id())));
  return arena_.list(list);
}

Func* ImportedPackage::method(Cursor& c) {
  auto* f = newObject<Func>(arena_, Pos(), nullptr, name(c.id()), nullptr);
  f->pkg = pkgOf(c);
  f->pos = pos(c);
  f->hasPtrRecv = c.byte();
  f->order = c.id();
  f->type = type(c.id());
  f->color = Color::Black;
  if (uint32_t b = c.id()) f->bodyRef = number_ << 32 | b;
  f->facts = facts(c);
  linkName(c, f);
  return f;
}

FuncFacts* ImportedPackage::facts(Cursor& c) {
  uint8_t flags = c.byte();
  if (!flags) return nullptr;
  auto* f = new FuncFacts;
  f->delayResults = flags & 2;
  f->tagged = flags & 4;
  f->inlineCost = static_cast<int32_t>(c.number()) - 1;
  if (!f->tagged) return f;
  f->params.resize(c.number());
  for (EscapeTag& tag : f->params) {
    uint8_t set = c.byte();
    for (size_t i = 0; i < tag.size(); ++i) tag[i] = set >> i & 1 ? c.byte() : 0;
  }
  return f;
}

template <class T>
T* ImportedPackage::start(Cursor& c, uint32_t number) {
  uint32_t s = word(base_ + h_.objects.start + 4 * (size_t{h_.objects.count} + number));
  T* o = newObject<T>(arena_, pos(c), pkg_, name(s), nullptr);
  o->order = c.id();
  o->parent = pkg_->scope;
  o->color = Color::Black;
  o->used = true;
  objects_[number] = o;
  pkg_->scope->elems.insert(o->name, o);
  return o;
}

Object* ImportedPackage::object(uint32_t number) {
  prepare();
  if (Object* o = objects_[number]) return o;
  Cursor c = record(h_.objects, number);
  switch (static_cast<ObjectTag>(c.byte())) {
    case ObjectTag::Const: {
      auto* o = start<Const>(c, number);
      o->type = type(c.id());
      o->value = constant::decode(c.bytes());
      return o;
    }
    case ObjectTag::Defined: {
      auto* o = start<TypeName>(c, number);
      auto* n = arena_.make<Named>();
      n->obj = o;
      n->loader = loadImportedNamed;
      n->loaderData = number_ << 32 | number;
      o->type = n;
      return o;
    }
    case ObjectTag::Alias: {
      auto* o = start<TypeName>(c, number);
      auto* a = arena_.make<Alias>();
      a->obj = o;
      a->orig = a;
      o->type = a;
      a->tparams = typeParams(c);
      a->fromRHS = type(c.id());
      return o;
    }
    case ObjectTag::TypeName: {
      auto* o = start<TypeName>(c, number);
      o->type = type(c.id());
      return o;
    }
    case ObjectTag::Var: {
      auto* o = start<Var>(c, number);
      o->varKind = VarKind::Package;
      o->type = type(c.id());
      linkName(c, o);
      return o;
    }
    case ObjectTag::Func: {
      auto* o = start<Func>(c, number);
      o->type = type(c.id());
      if (uint32_t b = c.id()) o->bodyRef = number_ << 32 | b;
      o->facts = facts(c);
      linkName(c, o);
      return o;
    }
  }
  BURROW_UNREACHABLE();
}

void ImportedPackage::loadNamed(Named* n, uint32_t number) {
  Cursor c = record(h_.objects, number);
  c.byte();
  if (c.number() != 0) {  // position
    c.number();
    c.number();
  }
  c.number();  // order
  n->tparams = typeParams(c);
  n->fromRHS = type(c.id());
  n->methods = new std::vector<Func*>;
  size_t count = c.number();
  n->methods->reserve(count);
  for (size_t i = 0; i < count; ++i) n->methods->push_back(method(c));
}

Type* ImportedPackage::type(uint32_t id) {
  if (id < kFirstType) {
    if (id == kByteType) return universeByte;
    if (id == kRuneType) return universeRune;
    return id == kNoType ? nullptr : typ(static_cast<BasicKind>(id));
  }
  if (Type* t = types_[id - kFirstType]) return t;
  Type* t = makeType(id - kFirstType);
  types_[id - kFirstType] = t;
  return t;
}

Type* ImportedPackage::makeType(uint32_t id) {
  Cursor c = record(h_.types, id);
  switch (static_cast<TypeTag>(c.byte())) {
    case TypeTag::Array: {
      auto* t = arena_.make<Array>();
      t->len = static_cast<int64_t>(c.number());
      t->elem = type(c.id());
      return t;
    }
    case TypeTag::Slice: {
      auto* t = arena_.make<Slice>();
      t->elem = type(c.id());
      return t;
    }
    case TypeTag::Pointer: {
      auto* t = arena_.make<Pointer>();
      t->base = type(c.id());
      return t;
    }
    case TypeTag::Map: {
      auto* t = arena_.make<Map>();
      t->key = type(c.id());
      t->elem = type(c.id());
      return t;
    }
    case TypeTag::Chan: {
      auto* t = arena_.make<Chan>();
      t->dir = static_cast<syntax::ChanDir>(c.byte());
      t->elem = type(c.id());
      return t;
    }
    case TypeTag::Struct: {
      auto* t = arena_.make<Struct>();
      uint64_t n = c.number();
      bool tagged = n & 1;
      std::vector<Var*> fields;
      std::vector<std::string_view> tags;
      for (n >>= 1; n > 0; --n) {
        fields.push_back(var(c, VarKind::Field));
        if (tagged) tags.push_back(text(c.id()));
      }
      t->fields = arena_.list(fields);
      t->tags = arena_.list(tags);
      return t;
    }
    case TypeTag::Tuple: {
      Tuple* t = tuple(c, VarKind::Param);
      return t ? t : arena_.make<Tuple>();
    }
    case TypeTag::Signature: {
      auto* t = arena_.make<Signature>();
      uint8_t flags = c.byte();
      t->variadic = flags & 1;
      if (flags & 4) {
        t->rparams = typeParams(c);
        t->tparams = typeParams(c);
      }
      if (flags & 2) t->recv = var(c, VarKind::Recv);
      t->params = tuple(c, VarKind::Param);
      t->results = tuple(c, VarKind::Result);
      return t;
    }
    case TypeTag::Union: {
      auto* t = arena_.make<Union>();
      std::vector<Term*> terms;
      for (uint64_t n = c.number(); n > 0; --n) {
        auto* x = arena_.make<Term>();
        x->tilde = c.byte();
        x->type = type(c.id());
        terms.push_back(x);
      }
      t->terms = arena_.list(terms);
      return t;
    }
    case TypeTag::Interface: {
      auto* t = arena_.make<Interface>();
      types_[id] = t;  // its methods have it as receiver
      t->implicit = c.byte();
      std::vector<Func*> methods;
      for (uint64_t n = c.number(); n > 0; --n) methods.push_back(method(c));
      t->methods = arena_.list(methods);
      std::vector<Type*> embeddeds;
      for (uint64_t n = c.number(); n > 0; --n) embeddeds.push_back(type(c.id()));
      t->embeddeds = arena_.list(embeddeds);
      t->complete = true;
      if (methods.empty() && embeddeds.empty()) t->tset = &topTypeSet;
      return t;
    }
    case TypeTag::TypeParam: {
      std::string_view n = name(c.id());
      Package* pkg = pkgOf(c);
      auto* o = newObject<TypeName>(arena_, pos(c), pkg, n, nullptr);
      TypeParam* t = newTypeParam(nullptr, o, nullptr);
      types_[id] = t;  // its constraint may mention it
      t->index = static_cast<int>(c.number()) - 1;
      t->bound = type(c.id());
      return t;
    }
    case TypeTag::Own:
      return object(c.id())->type;
    case TypeTag::Foreign: {
      Package* pkg = package(c.id());
      Object* o = pkg->scope->lookup(text(c.id()));
      BURROW_CHECK(o);
      return o->type;
    }
    case TypeTag::Universe:
      return universe->lookup(text(c.id()))->type;
    case TypeTag::Instance: {
      Type* orig = type(c.id());
      std::vector<Type*> targs;
      for (uint64_t n = c.number(); n > 0; --n) targs.push_back(type(c.id()));
      return instantiate(nullptr, Pos(), orig, {targs.data(), targs.size()});
    }
  }
  BURROW_UNREACHABLE();
}

StoredBody ImportedPackage::body(uint32_t number) {
  prepare();
  StoredBody b;
  Cursor c = record(h_.bodies, number - 1);
  uint32_t f = c.id();
  uint64_t line = c.number(), col = c.number();
  b.start = Pos(file(f), line, col);
  b.pragma = c.id();
  b.firstLocalType = static_cast<int>(c.number());
  uint64_t from = c.number(), length = c.number();
  b.text = {base_ + h_.text.start + from, length};
  Cursor fc = record(h_.files, f);
  fc.number();  // path
  fc.number();  // path on disk
  b.goVersion = text(fc.id());
  for (uint64_t n = fc.number(); n > 0; --n) {
    std::string_view local = name(fc.id());
    b.imports.emplace_back(local, package(fc.id()));
  }
  return b;
}

}  // namespace

Package* importPackage(std::string_view bytes, std::string_view path,
                       std::function<Package*(std::string_view path)> dependency, Arena& arena,
                       FileSet& files) {
  Header h;
  if (bytes.size() < sizeof h) return nullptr;
  std::memcpy(&h, bytes.data(), sizeof h);
  if (std::memcmp(h.magic, kMagic, sizeof kMagic) != 0 || h.version != kVersion ||
      h.size > bytes.size()) {
    return nullptr;
  }
  auto* pkg = new Package;
  pkg->path = path;
  auto* p = new ImportedPackage(bytes, h, pkg, std::move(dependency), arena, files,
                                imported().size() + 1);
  imported().push_back(p);
  p->open();
  storedBodyOf = importedBody;
  return pkg;
}

}  // namespace burrow
