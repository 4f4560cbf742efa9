// Names of canonical types: unique ones (full paths) for the linker, or reflect's.
#include "compiler/ir/canon.h"
#include "compiler/types/typeset.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

namespace {

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
    auto local = canonTypes().localNames.find(obj);
    bool isLocal = local != canonTypes().localNames.end();
    out += isLocal && link_ ? std::string_view(local->second) : obj->name;
    std::vector<Type*> implicit, explicitArgs;
    if (n->inst) explicitArgs.assign(n->inst->targs.begin(), n->inst->targs.end());
    if (auto args = canonTypes().localArgs.find(obj); !link_ && args != canonTypes().localArgs.end()) {
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

std::string nameOf(Type* t, bool link) {
  NameWriter w(link);
  w.write(t);
  return std::move(w.out);
}

}  // namespace

std::string linkNameOf(Type* t) { return nameOf(t, true); }
std::string textOf(Type* t) { return nameOf(t, false); }

}  // namespace burrow::ir
