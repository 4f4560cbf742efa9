// Types and objects as text, in the notation of gc's messages.
#include <algorithm>
#include <set>
#include <unordered_set>

#include "compiler/types/checker.h"

namespace burrow {
namespace {

std::string_view kindName(TypeKind kind) {
  static constexpr std::string_view kNames[] = {
      "Basic", "Array",     "Slice", "Struct", "Pointer", "Tuple",     "Signature",
      "Union", "Interface", "Map",   "Chan",   "Named",   "TypeParam", "Alias"};
  return kNames[static_cast<size_t>(kind)];
}

class TypeWriter {
 public:
  TypeWriter(std::string& out, Qualifier q, bool subscripts)
      : out_(out), q_(q), subscripts_(subscripts) {}

  void type(const Type* t) {
    if (!t) return bad("nil");
    if (std::find(seen_.begin(), seen_.end(), t) != seen_.end()) {
      return bad("cycle to " + std::string(kindName(t->kind)));
    }
    seen_.push_back(t);
    write(t);
    seen_.pop_back();
  }

  void typeParams(List<TypeParam*> list) {
    out_ += '[';
    const Type* previous = nullptr;
    for (size_t i = 0; i < list.size(); ++i) {
      TypeParam* p = list[i];
      if (!p) {
        bad("nil type parameter");
        continue;
      }
      if (i > 0) {
        // One constraint is written once, after the last parameter that has it.
        if (p->bound != previous) {
          out_ += ' ';
          type(previous);
        }
        out_ += ", ";
      }
      previous = p->bound;
      type(p);
    }
    if (previous) {
      out_ += ' ';
      type(previous);
    }
    out_ += ']';
  }

  void signature(const Signature* s) {
    if (!s->tparams.empty()) typeParams(s->tparams);
    tuple(s->params, s->variadic);
    size_t n = s->results ? s->results->vars.size() : 0;
    if (n == 0) return;
    out_ += ' ';
    if (n == 1 && s->results->vars[0]->name.empty()) return type(s->results->vars[0]->type);
    tuple(s->results, false);
  }

  /// For comparisons of methods: no parameter names; `markPackage`: say where the first unexported
  /// struct field comes from.
  void methodStyle(bool markPackage) {
    paramNames_ = false;
    markPackage_ = markPackage;
  }

  void typeName(const TypeName* obj) {
    out_ += packagePrefix(obj->pkg, q_);
    out_ += obj->name;
  }

 private:
  void bad(const std::string& what) { out_ += "<" + what + ">"; }

  void types(List<Type*> list) {
    out_ += '[';
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ", ";
      type(list[i]);
    }
    out_ += ']';
  }

  void tuple(const Tuple* t, bool variadic) {
    out_ += '(';
    for (size_t i = 0; t && i < t->vars.size(); ++i) {
      const Var* v = t->vars[i];
      if (i > 0) out_ += ", ";
      if (!v->name.empty() && paramNames_) {
        out_ += v->name;
        out_ += ' ';
      }
      if (variadic && i + 1 == t->vars.size()) {
        if (auto* s = as<Slice>(static_cast<const Type*>(v->type))) {
          out_ += "...";
          type(s->elem);
        } else {  // append([]byte, string...)
          type(v->type);
          out_ += "...";
        }
      } else {
        type(v->type);
      }
    }
    out_ += ')';
  }

  void structType(const Struct* s) {
    out_ += "struct{";
    for (size_t i = 0; i < s->fields.size(); ++i) {
      const Var* f = s->fields[i];
      if (i > 0) out_ += "; ";
      bool annotate = markPackage_ && !f->exported();
      if (annotate) markPackage_ = false;  // once is enough
      if (!f->embedded) {
        out_ += f->name;
        out_ += ' ';
      }
      type(f->type);
      if (annotate && f->pkg) out_ += " /* package " + f->pkg->path + " */ ";
      if (i < s->tags.size() && !s->tags[i].empty()) {
        out_ += ' ';
        out_ += quoted(s->tags[i]);
      }
    }
    out_ += '}';
  }

  void interfaceType(const Interface* t) {
    if (t == under(universeAny)) {
      out_ += "any";
      return;
    }
    if (auto* n = as<Named>(universeComparable); n && t == n->underlying) {
      out_ += "interface{comparable}";
      return;
    }
    if (t->implicit) {
      if (t->methods.empty() && t->embeddeds.size() == 1) return type(t->embeddeds[0]);
      out_ += "/* implicit */ ";
    }
    out_ += "interface{";
    bool first = true;
    for (const Func* m : t->methods) {
      if (!first) out_ += "; ";
      first = false;
      out_ += m->name;
      if (const Signature* s = m->signature()) signature(s);
    }
    for (const Type* e : t->embeddeds) {
      if (!first) out_ += "; ";
      first = false;
      type(e);
    }
    out_ += '}';
  }

  void chanType(const Chan* c) {
    bool parens = false;
    switch (c->dir) {
      case syntax::ChanDir::Both:
        out_ += "chan ";
        if (auto* e = as<Chan>(static_cast<const Type*>(c->elem))) {
          parens = e->dir == syntax::ChanDir::RecvOnly;  // chan (<-chan T)
        }
        break;
      case syntax::ChanDir::SendOnly:
        out_ += "chan<- ";
        break;
      case syntax::ChanDir::RecvOnly:
        out_ += "<-chan ";
        break;
    }
    if (parens) out_ += '(';
    type(c->elem);
    if (parens) out_ += ')';
  }

  void typeParam(const TypeParam* p) {
    if (!p->obj) return bad("unnamed type parameter");
    out_ += p->obj->name;
    if (subscripts_) {
      for (char c : std::to_string(p->id)) {  // U+2080 and following
        out_ += "\xe2\x82";
        out_ += static_cast<char>(0x80 + (c - '0'));
      }
    }
    if (universe->lookup(p->obj->name)) {
      out_ += " /* with ";
      out_ += p->obj->name;
      out_ += " declared at " + positionText(q_.files, p->obj->pos) + " */";
    }
  }

  void write(const Type* t) {
    switch (t->kind) {
      case TypeKind::Basic: {
        auto* b = static_cast<const Basic*>(t);
        if (isExportedName(b->name)) {  // unsafe.Pointer
          if (auto* o = as<TypeName>(unsafePackage->scope->lookup(b->name))) {
            typeName(o);
            break;
          }
        }
        out_ += b->name;
        break;
      }
      case TypeKind::Array:
        out_ += '[' + std::to_string(static_cast<const Array*>(t)->len) + ']';
        type(static_cast<const Array*>(t)->elem);
        break;
      case TypeKind::Slice:
        out_ += "[]";
        type(static_cast<const Slice*>(t)->elem);
        break;
      case TypeKind::Struct:
        structType(static_cast<const Struct*>(t));
        break;
      case TypeKind::Pointer:
        out_ += '*';
        type(static_cast<const Pointer*>(t)->base);
        break;
      case TypeKind::Tuple:
        tuple(static_cast<const Tuple*>(t), false);
        break;
      case TypeKind::Signature:
        out_ += "func";
        signature(static_cast<const Signature*>(t));
        break;
      case TypeKind::Union: {
        auto* u = static_cast<const Union*>(t);
        if (u->terms.empty()) return bad("empty union");
        for (size_t i = 0; i < u->terms.size(); ++i) {
          if (i > 0) out_ += " | ";
          if (u->terms[i]->tilde) out_ += '~';
          type(u->terms[i]->type);
        }
        break;
      }
      case TypeKind::Interface:
        interfaceType(static_cast<const Interface*>(t));
        break;
      case TypeKind::Map:
        out_ += "map[";
        type(static_cast<const Map*>(t)->key);
        out_ += ']';
        type(static_cast<const Map*>(t)->elem);
        break;
      case TypeKind::Chan:
        chanType(static_cast<const Chan*>(t));
        break;
      case TypeKind::Named: {
        auto* n = static_cast<const Named*>(t);
        typeName(n->obj);
        if (n->inst) {
          types(n->inst->targs);
        } else {
          if (n->loader) unpackNamed(const_cast<Named*>(n));
          if (!n->tparams.empty()) typeParams(n->tparams);
        }
        break;
      }
      case TypeKind::TypeParam:
        typeParam(static_cast<const TypeParam*>(t));
        break;
      case TypeKind::Alias: {
        auto* a = static_cast<const Alias*>(t);
        typeName(a->obj);
        if (!a->targs.empty()) {
          types(a->targs);
        } else if (!a->tparams.empty()) {
          typeParams(a->tparams);
        }
        break;
      }
    }
  }

  std::string& out_;
  Qualifier q_;
  bool subscripts_;
  bool paramNames_ = true, markPackage_ = false;
  std::vector<const Type*> seen_;
};

/// Names that more than one package bears among everything `root` imports, directly or not.
class PackageNames {
 public:
  bool ambiguous(const Package* root, std::string_view name) {
    if (root != root_ || root->imports.size() != imports_) {
      root_ = root;
      imports_ = root->imports.size();
      paths_.clear();
      seen_.clear();
      mark(root);
    }
    auto it = paths_.find(name);
    return it != paths_.end() && it->second.size() > 1;
  }

 private:
  void mark(const Package* p) {
    if (!seen_.insert(p).second) return;
    paths_[p->name].insert(p->path);
    for (const Package* i : p->imports) mark(i);
  }

  const Package* root_ = nullptr;
  size_t imports_ = 0;
  std::unordered_map<std::string_view, std::set<std::string_view>> paths_;
  std::unordered_set<const Package*> seen_;
};

}  // namespace

std::string packagePrefix(const Package* pkg, Qualifier q) {
  if (!pkg || pkg == q.pkg) return "";
  if (q.kind == Qualifier::Kind::Path) return pkg->path + ".";
  static thread_local PackageNames names;
  if (q.pkg && names.ambiguous(q.pkg, pkg->name)) return quoted(pkg->path) + ".";
  return std::string(pkg->name) + ".";
}

std::string typeText(const Type* t, Qualifier q, bool subscripts) {
  std::string out;
  TypeWriter(out, q, subscripts).type(t);
  return out;
}

std::string signatureText(const Signature* s, Qualifier q) {
  std::string out;
  TypeWriter(out, q, false).signature(s);
  return out;
}

std::string methodText(const Func* f, Qualifier q, bool markPackage) {
  std::string out(f->name);
  TypeWriter w(out, markPackage ? Qualifier{} : q, false);
  w.methodStyle(markPackage);
  if (auto* s = f->signature()) w.signature(s);
  return out;
}

std::string typeString(const Type* t, const Package* relativeTo) {
  return typeText(t, {Qualifier::Kind::Message, relativeTo, nullptr});
}

std::string objectText(const Object* o, Qualifier q) {
  std::string out;
  const Type* t = o->type;
  const TypeName* typeName = nullptr;
  switch (o->kind) {
    case ObjectKind::PkgName: {
      out = "package " + std::string(o->name);
      const Package* p = static_cast<const PkgName*>(o)->imported;
      if (p && !p->path.empty() && p->path != o->name) out += " (" + quoted(p->path) + ")";
      return out;
    }
    case ObjectKind::Const:
      out = "const";
      break;
    case ObjectKind::TypeName:
      typeName = static_cast<const TypeName*>(o);
      out = t && isTypeParam(const_cast<Type*>(t)) ? "type parameter" : "type";
      break;
    case ObjectKind::Var:
      out = static_cast<const Var*>(o)->varKind == VarKind::Field ? "field" : "var";
      break;
    case ObjectKind::Func: {
      out = "func ";
      auto* s = as<Signature>(t);
      if (s && s->recv) {
        out += '(';
        // Methods that come with a compiled interface have the literal as receiver: do not print
        // it.
        out += as<Interface>(s->recv->type) ? "interface" : typeText(s->recv->type, q);
        out += ").";
      } else if (s) {
        out += packagePrefix(o->pkg, q);
      }
      out += o->name;
      if (s) out += signatureText(s, q);
      return out;
    }
    case ObjectKind::Label:
      out = "label";
      t = nullptr;
      break;
    case ObjectKind::Builtin:
      out = "builtin";
      t = nullptr;
      break;
    case ObjectKind::Nil:
      return "nil";
  }
  out += ' ';
  if (o->pkg && o->pkg->scope && o->pkg->scope->lookup(o->name) == o)
    out += packagePrefix(o->pkg, q);
  out += o->name;
  if (!t) return out;
  TypeWriter w(out, q, false);
  if (typeName) {
    if (t->kind == TypeKind::Basic) return out;
    auto* named = as<Named>(t);
    auto* alias = as<Alias>(t);
    if (named) unpackNamed(const_cast<Named*>(named));
    List<TypeParam*> tparams = named ? named->tparams : alias ? alias->tparams : List<TypeParam*>{};
    if (!tparams.empty()) w.typeParams(tparams);
    if (isAliasName(typeName)) {
      out += " =";
      if (alias) t = alias->fromRHS;
    } else if (auto* p = as<TypeParam>(t)) {
      t = p->bound;
    } else {
      t = under(const_cast<Type*>(t));
    }
  }
  if (o->name == "any" && o->parent == universe) t = emptyInterface();
  out += ' ';
  w.type(t);
  return out;
}

std::string_view objectKindName(const Object* o) {
  switch (o->kind) {
    case ObjectKind::PkgName:
      return "package name";
    case ObjectKind::Const:
      return "constant";
    case ObjectKind::TypeName:
      if (isAliasName(static_cast<const TypeName*>(o))) return "type alias";
      return as<TypeParam>(static_cast<const Type*>(o->type)) ? "type parameter" : "defined type";
    case ObjectKind::Var:
      switch (static_cast<const Var*>(o)->varKind) {
        case VarKind::Package:
          return "package-level variable";
        case VarKind::Local:
          return "local variable";
        case VarKind::Recv:
          return "receiver";
        case VarKind::Param:
          return "parameter";
        case VarKind::Result:
          return "result variable";
        case VarKind::Field:
          return "struct field";
      }
      break;
    case ObjectKind::Func: {
      auto* s = as<Signature>(static_cast<const Type*>(o->type));
      return s && s->recv ? "method" : "function";
    }
    case ObjectKind::Label:
      return "label";
    case ObjectKind::Builtin:
      return "built-in function";
    case ObjectKind::Nil:
      return "untyped nil";
  }
  return "unknown symbol";
}

std::string typeParamsString(List<TypeParam*> list) {
  std::string out;
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += list.size() == 2 ? " and " : i + 1 == list.size() ? ", and " : ", ";
    out += list[i]->obj->name;
  }
  return out;
}

}  // namespace burrow
