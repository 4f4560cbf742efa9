// Writing of compiled packages; see export_format.h for the layout and import.cpp for the reader.
#include "compiler/types/export.h"

#include <algorithm>

#include "compiler/types/checker.h"
#include "compiler/types/export_format.h"

namespace burrow {
namespace {

using namespace exported;

class Bytes {
 public:
  void byte(uint8_t b) { s_ += static_cast<char>(b); }
  void number(uint64_t n) {
    for (; n >= 0x80; n >>= 7) byte(static_cast<uint8_t>(n) | 0x80);
    byte(static_cast<uint8_t>(n));
  }
  void bytes(std::string_view s) {
    number(s.size());
    s_ += s;
  }
  std::string& str() { return s_; }

 private:
  std::string s_;
};

class Exporter {
 public:
  Exporter(const CheckResult& result, const FileSet& files, StoredBodies bodies)
      : result_(result), pkg_(result.package), files_(files), bodies_(bodies) {}

  std::string run();

 private:
  // Numbers of what records refer to; each allots one when there is none yet.
  uint32_t string(std::string_view s);
  uint32_t package(const Package* p);
  uint32_t file(uint32_t index);
  uint32_t type(Type* t);
  uint32_t body(const Func* f);

  // Parts of records.
  void pos(Bytes& b, Pos p);
  void pkgOf(Bytes& b, const Object* o) {
    b.number(o->pkg == pkg_ || !o->pkg ? 0 : package(o->pkg));
  }
  void var(Bytes& b, const Var* v);
  void tuple(Bytes& b, const Tuple* t);
  void typeParams(Bytes& b, List<TypeParam*> list);
  void method(Bytes& b, Func* f);
  void linkName(Bytes& b, const Object* o);
  void facts(Bytes& b, const Func* f);

  std::string objectRecord(Object* o);
  std::string typeRecord(Type* t);
  std::string structuralRecord(Type* t);
  void fileRecord(Bytes& b, uint32_t index);
  uint32_t addType(std::string record, bool shared);
  uint32_t addData(std::string_view record);

  const CheckResult& result_;
  Package* pkg_;
  const FileSet& files_;
  StoredBodies bodies_;

  std::vector<std::string> strings_;
  std::unordered_map<std::string, uint32_t> stringIds_;
  std::vector<const Package*> packages_;
  std::unordered_map<const Package*, uint32_t> packageIds_;
  std::vector<uint32_t> fileIndices_;
  std::unordered_map<uint32_t, uint32_t> fileIds_;
  std::vector<Object*> objects_;
  std::unordered_map<const Object*, uint32_t> objectIds_;
  std::vector<uint32_t> typeStarts_;
  std::unordered_map<const Type*, uint32_t> typeIds_;
  std::unordered_map<std::string, uint32_t> sharedTypes_;
  std::unordered_map<const Func*, const syntax::FuncDecl*> decls_;
  std::vector<uint32_t> bodyStarts_;
  std::string data_, text_;
};

uint32_t Exporter::string(std::string_view s) {
  auto [it, isNew] = stringIds_.try_emplace(std::string(s), static_cast<uint32_t>(strings_.size()));
  if (isNew) strings_.emplace_back(s);
  return it->second;
}

uint32_t Exporter::package(const Package* p) {
  auto [it, isNew] = packageIds_.try_emplace(p, static_cast<uint32_t>(packages_.size()));
  if (isNew) packages_.push_back(p);
  return it->second;
}

uint32_t Exporter::file(uint32_t index) {
  auto [it, isNew] = fileIds_.try_emplace(index, static_cast<uint32_t>(fileIndices_.size()));
  if (isNew) fileIndices_.push_back(index);
  return it->second;
}

uint32_t Exporter::addData(std::string_view record) {
  auto start = static_cast<uint32_t>(data_.size());
  data_ += record;
  return start;
}

void Exporter::pos(Bytes& b, Pos p) {
  if (!p.isKnown() || p.file() == 0) return b.byte(0);
  b.number(file(p.file()) + 1);
  b.number(p.line());
  b.number(p.col());
}

void Exporter::var(Bytes& b, const Var* v) {
  b.number(string(v->name) << 1 | uint32_t{v->embedded});
  pkgOf(b, v);
  pos(b, v->pos);
  b.number(type(v->type));
}

void Exporter::tuple(Bytes& b, const Tuple* t) {
  b.number(tupleLen(t));
  if (!t) return;
  for (const Var* v : t->vars) var(b, v);
}

void Exporter::typeParams(Bytes& b, List<TypeParam*> list) {
  b.number(list.size());
  for (TypeParam* p : list) b.number(type(p));
}

void Exporter::method(Bytes& b, Func* f) {
  b.number(string(f->name));
  pkgOf(b, f);
  pos(b, f->pos);
  b.byte(f->hasPtrRecv);
  b.number(f->order);
  b.number(type(f->type));
  b.number(body(f));
  facts(b, f);
  linkName(b, f);
}

/// One more than the number of the string; 0: none.
void Exporter::linkName(Bytes& b, const Object* o) { b.number(o->linkName.empty() ? 0 : string(o->linkName) + 1); }

void Exporter::facts(Bytes& b, const Func* f) {
  const FuncFacts* facts = f->facts;
  if (!facts) return b.byte(0);
  b.byte(static_cast<uint8_t>(1 | facts->delayResults << 1 | facts->tagged << 2));
  b.number(static_cast<uint64_t>(facts->inlineCost + 1));
  if (!facts->tagged) return;
  b.number(facts->params.size());
  for (const EscapeTag& tag : facts->params) {
    // Mostly zeros: which are not, then those.
    uint8_t set = 0;
    for (size_t i = 0; i < tag.size(); ++i) set |= static_cast<uint8_t>((tag[i] != 0) << i);
    b.byte(set);
    for (uint8_t way : tag)
      if (way) b.byte(way);
  }
}

uint32_t Exporter::body(const Func* f) {
  auto it = decls_.find(f);
  if (it == decls_.end()) return 0;
  const syntax::FuncDecl* d = it->second;
  if ((!hasSharedBody(f) && bodies_ != StoredBodies::All) || d->text.empty()) return 0;
  Pos start = d->start;
  Bytes b;
  b.number(file(start.file()));
  b.number(start.line());
  b.number(start.col());
  b.number(d->pragma);
  b.number(static_cast<uint64_t>(firstLocalTypeIn(result_, *d)));
  b.number(text_.size());
  b.number(d->text.size());
  text_ += d->text;
  bodyStarts_.push_back(addData(b.str()));
  return static_cast<uint32_t>(bodyStarts_.size());  // 0 means none
}

uint32_t Exporter::addType(std::string record, bool shared) {
  auto id = static_cast<uint32_t>(typeStarts_.size()) + kFirstType;
  if (shared) {
    auto [it, isNew] = sharedTypes_.try_emplace(std::move(record), id);
    if (!isNew) return it->second;
    typeStarts_.push_back(addData(it->first));
  } else {
    typeStarts_.push_back(addData(record));
  }
  return id;
}

uint32_t Exporter::type(Type* t) {
  if (!t) return kNoType;
  if (t == universeByte) return kByteType;
  if (t == universeRune) return kRuneType;
  if (auto* b = as<Basic>(t)) return static_cast<uint32_t>(b->basic);
  if (auto it = typeIds_.find(t); it != typeIds_.end()) return it->second;
  if (t->kind == TypeKind::TypeParam || t->kind == TypeKind::Interface) {
    // These have an identity, and may be part of themselves: the number comes first.
    size_t at = typeStarts_.size();
    auto id = static_cast<uint32_t>(at) + kFirstType;
    typeStarts_.push_back(0);
    typeIds_.emplace(t, id);
    uint32_t start = addData(structuralRecord(t));
    typeStarts_[at] = start;
    return id;
  }
  uint32_t id = addType(typeRecord(t), true);
  typeIds_.emplace(t, id);
  return id;
}

std::string Exporter::typeRecord(Type* t) {
  Bytes b;
  auto reference = [&](TypeName* o) {
    if (!o->pkg) {
      b.byte(static_cast<uint8_t>(TypeTag::Universe));
      b.number(string(o->name));
    } else if (o->pkg == pkg_) {
      auto it = objectIds_.find(o);
      // A type declared in a function cannot be mentioned by a package-level object.
      BURROW_CHECK(it != objectIds_.end());
      b.byte(static_cast<uint8_t>(TypeTag::Own));
      b.number(it->second);
    } else {
      b.byte(static_cast<uint8_t>(TypeTag::Foreign));
      b.number(package(o->pkg));
      b.number(string(o->name));
    }
  };
  auto instance = [&](Type* orig, List<Type*> targs) {
    uint32_t id = type(orig);
    std::vector<uint32_t> args;
    for (Type* a : targs) args.push_back(type(a));
    b.byte(static_cast<uint8_t>(TypeTag::Instance));
    b.number(id);
    b.number(args.size());
    for (uint32_t a : args) b.number(a);
  };
  if (auto* n = as<Named>(t)) {
    n->inst ? instance(n->inst->orig, n->inst->targs) : reference(n->obj);
    return b.str();
  }
  if (auto* a = as<Alias>(t)) {
    a->targs.empty() ? reference(a->obj) : instance(a->orig, a->targs);
    return b.str();
  }
  return structuralRecord(t);
}

std::string Exporter::structuralRecord(Type* t) {
  Bytes b;
  auto tag = [&](TypeTag x) { b.byte(static_cast<uint8_t>(x)); };
  switch (t->kind) {
    case TypeKind::Array:
      tag(TypeTag::Array);
      b.number(static_cast<uint64_t>(static_cast<Array*>(t)->len));
      b.number(type(static_cast<Array*>(t)->elem));
      break;
    case TypeKind::Slice:
      tag(TypeTag::Slice);
      b.number(type(static_cast<Slice*>(t)->elem));
      break;
    case TypeKind::Pointer:
      tag(TypeTag::Pointer);
      b.number(type(static_cast<Pointer*>(t)->base));
      break;
    case TypeKind::Map:
      tag(TypeTag::Map);
      b.number(type(static_cast<Map*>(t)->key));
      b.number(type(static_cast<Map*>(t)->elem));
      break;
    case TypeKind::Chan:
      tag(TypeTag::Chan);
      b.byte(static_cast<uint8_t>(static_cast<Chan*>(t)->dir));
      b.number(type(static_cast<Chan*>(t)->elem));
      break;
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(t);
      tag(TypeTag::Struct);
      b.number(s->fields.size() << 1 | uint64_t{!s->tags.empty()});
      for (size_t i = 0; i < s->fields.size(); ++i) {
        var(b, s->fields[i]);
        if (!s->tags.empty()) b.number(string(s->tags[i]));
      }
      break;
    }
    case TypeKind::Tuple:
      tag(TypeTag::Tuple);
      tuple(b, static_cast<Tuple*>(t));
      break;
    case TypeKind::Signature: {
      auto* s = static_cast<Signature*>(t);
      tag(TypeTag::Signature);
      b.byte(static_cast<uint8_t>(s->variadic | (s->recv != nullptr) << 1 |
                                  (!s->rparams.empty() || !s->tparams.empty()) << 2));
      if (!s->rparams.empty() || !s->tparams.empty()) {
        typeParams(b, s->rparams);
        typeParams(b, s->tparams);
      }
      if (s->recv) var(b, s->recv);
      tuple(b, s->params);
      tuple(b, s->results);
      break;
    }
    case TypeKind::Union: {
      auto* u = static_cast<Union*>(t);
      tag(TypeTag::Union);
      b.number(u->terms.size());
      for (Term* x : u->terms) {
        b.byte(x->tilde);
        b.number(type(x->type));
      }
      break;
    }
    case TypeKind::Interface: {
      auto* i = static_cast<Interface*>(t);
      tag(TypeTag::Interface);
      b.byte(i->implicit);
      b.number(i->methods.size());
      for (Func* m : i->methods) method(b, m);
      b.number(i->embeddeds.size());
      for (Type* e : i->embeddeds) b.number(type(e));
      break;
    }
    case TypeKind::TypeParam: {
      auto* p = static_cast<TypeParam*>(t);
      tag(TypeTag::TypeParam);
      b.number(string(p->obj->name));
      pkgOf(b, p->obj);
      pos(b, p->obj->pos);
      b.number(static_cast<uint64_t>(p->index + 1));
      b.number(type(p->bound));
      break;
    }
    default:
      BURROW_UNREACHABLE();
  }
  return std::move(b.str());
}

std::string Exporter::objectRecord(Object* o) {
  Bytes b;
  auto start = [&](ObjectTag tag) {
    b.byte(static_cast<uint8_t>(tag));
    pos(b, o->pos);
    b.number(o->order);
  };
  switch (o->kind) {
    case ObjectKind::Const:
      start(ObjectTag::Const);
      b.number(type(o->type));
      b.bytes(constant::encode(static_cast<Const*>(o)->value));
      break;
    case ObjectKind::TypeName:
      if (auto* n = as<Named>(o->type); n && n->obj == o) {
        start(ObjectTag::Defined);
        typeParams(b, burrow::typeParams(n));
        b.number(type(n->fromRHS ? n->fromRHS : under(n)));
        b.number(static_cast<uint64_t>(numMethods(n)));
        for (int i = 0; i < numMethods(n); ++i) method(b, burrow::method(n, i));
      } else if (auto* a = as<Alias>(o->type); a && a->obj == o) {
        start(ObjectTag::Alias);
        typeParams(b, a->tparams);
        b.number(type(a->fromRHS));
      } else {
        start(ObjectTag::TypeName);
        b.number(type(o->type));
      }
      break;
    case ObjectKind::Var:
      start(ObjectTag::Var);
      b.number(type(o->type));
      linkName(b, o);
      break;
    case ObjectKind::Func:
      start(ObjectTag::Func);
      b.number(type(o->type));
      b.number(body(static_cast<Func*>(o)));
      facts(b, static_cast<Func*>(o));
      linkName(b, o);
      break;
    default:
      BURROW_UNREACHABLE();
  }
  return std::move(b.str());
}

void Exporter::fileRecord(Bytes& b, uint32_t index) {
  const SourceFile& f = files_.file(index);
  b.number(string(f.path));
  b.number(string(f.diskPath));
  const syntax::File* tree = nullptr;
  for (const syntax::File* t : result_.files) {
    if (t->index == index) tree = t;
  }
  b.number(string(tree && !tree->goVersion.empty() ? tree->goVersion
                                                   : std::string_view(pkg_->goVersion)));
  // What names of packages mean in stored texts.
  std::vector<std::pair<std::string_view, const Package*>> imports;
  if (tree) {
    for (syntax::Decl* d : tree->decls) {
      auto* import = syntax::as<syntax::ImportDecl>(d);
      auto* name = import ? as<PkgName>(import->object) : nullptr;
      if (!name || !name->imported || name->name == "_") continue;
      imports.emplace_back(name->name, name->imported);
    }
  }
  b.number(imports.size());
  for (auto& [name, imported] : imports) {
    b.number(string(name));
    b.number(package(imported));
  }
  b.number(f.directives.size());
  for (const LineDirective& d : f.directives) {
    b.number(d.from.line());
    b.number(d.from.col());
    b.number(string(d.file));
    b.number(d.line);
    b.number(d.col);
  }
}

std::string Exporter::run() {
  BURROW_CHECK(pkg_->complete);
  package(pkg_);
  for (const CheckedFunc& f : result_.funcs) decls_.emplace(f.object, f.decl);
  for (std::string_view name : pkg_->scope->names()) {
    Object* o = pkg_->scope->lookup(name);
    objectIds_.emplace(o, static_cast<uint32_t>(objects_.size()));
    objects_.push_back(o);
  }
  std::vector<uint32_t> imports, objectStarts, objectNames;
  for (const Package* p : pkg_->imports) imports.push_back(package(p));
  for (Object* o : objects_) {
    objectNames.push_back(string(o->name));
    std::string record = objectRecord(o);
    objectStarts.push_back(addData(record));
  }
  std::vector<uint32_t> fileStarts;
  for (size_t i = 0; i < fileIndices_.size(); ++i) {
    Bytes b;
    fileRecord(b, fileIndices_[i]);
    fileStarts.push_back(addData(b.str()));
  }
  std::vector<uint32_t> index(1);
  while (index.size() < objects_.size() * 2) index.resize(index.size() * 2);
  for (size_t i = 0; i < objects_.size(); ++i) {
    size_t at = hashName(objects_[i]->name);
    while (index[at & (index.size() - 1)]) ++at;
    index[at & (index.size() - 1)] = static_cast<uint32_t>(i + 1);
  }
  std::vector<uint32_t> packagePaths;
  for (const Package* p : packages_) packagePaths.push_back(string(p->path));

  Header h{};
  std::memcpy(h.magic, kMagic, sizeof kMagic);
  h.version = kVersion;
  h.name = string(pkg_->name);
  h.goVersion = string(pkg_->goVersion);

  std::string out(sizeof(Header), '\0');
  auto words = [&](const std::vector<uint32_t>& list) {
    out.append(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(uint32_t));
  };
  auto section = [&](Section& s, const std::vector<uint32_t>& list) {
    s = {static_cast<uint32_t>(out.size()), static_cast<uint32_t>(list.size())};
    words(list);
  };
  std::vector<uint32_t> starts{0};
  std::string blob;
  for (const std::string& s : strings_) {
    blob += s;
    starts.push_back(static_cast<uint32_t>(blob.size()));
  }
  section(h.packages, packagePaths);
  section(h.imports, imports);
  section(h.files, fileStarts);
  section(h.objects, objectStarts);
  words(objectNames);
  section(h.index, index);
  section(h.types, typeStarts_);
  section(h.bodies, bodyStarts_);
  section(h.strings, starts);
  h.strings.count = static_cast<uint32_t>(strings_.size());
  out += blob;
  h.data = {static_cast<uint32_t>(out.size()), static_cast<uint32_t>(data_.size())};
  out += data_;
  h.text = {static_cast<uint32_t>(out.size()), static_cast<uint32_t>(text_.size())};
  out += text_;
  BURROW_CHECK(out.size() < UINT32_MAX);
  h.size = static_cast<uint32_t>(out.size());
  std::memcpy(out.data(), &h, sizeof h);
  return out;
}

}  // namespace

std::string exportPackage(const CheckResult& result, const FileSet& files, StoredBodies bodies) {
  return Exporter(result, files, bodies).run();
}

}  // namespace burrow
