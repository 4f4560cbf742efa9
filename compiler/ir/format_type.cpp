// Types in messages. Names of other packages come with the package's name; byte, rune and any are shown as they were written.
#include "compiler/ir/format_text.h"
#include "compiler/ir/types.h"
#include "compiler/types/format.h"

namespace burrow::ir {

void TextWriter::qualifier(const Package* p) {
  if (!p || p->path == unit_.package->path) return;
  out += p->name;
  out += '.';
}

void TextWriter::named(const Named* n) {
  const TypeName* obj = n->inst ? n->inst->orig->obj : n->obj;
  qualifier(obj->pkg);
  out += obj->name;
  if (!n->inst) return;
  // Type arguments are part of the name, with full paths.
  out += '[';
  for (size_t i = 0; i < n->inst->targs.size(); ++i) {
    if (i) out += ',';
    out += linkText(canon(n->inst->targs[i]));
  }
  out += ']';
}

void TextWriter::params(const Tuple* t, bool variadic) {
  out += '(';
  for (size_t i = 0; t && i < t->vars.size(); ++i) {
    if (i) out += ", ";
    Type* p = t->vars[i]->type;
    auto* last = variadic && i + 1 == t->vars.size() ? burrow::as<burrow::Slice>(unalias(p)) : nullptr;
    if (last) out += "...";
    type(last ? last->elem : p);
  }
  out += ')';
}

void TextWriter::signature(const Signature* s) {
  params(s->params, s->variadic);
  if (!s->results || s->results->vars.empty()) return;
  out += ' ';
  if (s->results->vars.size() == 1) type(s->results->vars[0]->type);
  else params(s->results, false);
}

void TextWriter::structure(const Struct* s) {
  out += "struct {";
  for (size_t i = 0; i < s->fields.size(); ++i) {
    const Var* f = s->fields[i];
    out += i ? "; " : " ";
    if (!f->embedded) {
      if (!f->exported()) qualifier(f->pkg);
      out += f->name;
      out += ' ';
    }
    type(f->type);
    if (i < s->tags.size() && !s->tags[i].empty()) out += ' ' + quoted(s->tags[i]);
  }
  out += s->fields.empty() ? "}" : " }";
}

void TextWriter::interface(Type* t) {
  out += "interface {";
  const std::vector<burrow::Func*>& methods = interfaceMethodsOf(canon(t));
  for (size_t i = 0; i < methods.size(); ++i) {
    out += i ? "; " : " ";
    if (!methods[i]->exported() && methods[i]->pkg) out += methods[i]->pkg->path + ".";
    out += methods[i]->name;
    signature(methods[i]->signature());
  }
  out += methods.empty() ? "}" : " }";
}

void TextWriter::type(Type* t) {
  if (!t) {
    out += "<T>";
    return;
  }
  while (auto* alias = burrow::as<Alias>(t)) {
    if (t == universeAny) {
      out += "any";
      return;
    }
    t = alias->fromRHS && alias->targs.empty() ? alias->fromRHS : unalias(t);
  }
  switch (t->kind) {
    case TypeKind::Basic: {
      auto* b = static_cast<Basic*>(t);
      out += b->basic == BasicKind::UnsafePointer ? std::string_view("unsafe.Pointer") : b->name;
      return;
    }
    case TypeKind::Named: return named(static_cast<Named*>(t));
    case TypeKind::Pointer: out += '*'; return type(static_cast<Pointer*>(t)->base);
    case TypeKind::Slice: out += "[]"; return type(static_cast<burrow::Slice*>(t)->elem);
    case TypeKind::Array:
      out += '[' + std::to_string(static_cast<Array*>(t)->len) + ']';
      return type(static_cast<Array*>(t)->elem);
    case TypeKind::Map:
      out += "map[";
      type(static_cast<Map*>(t)->key);
      out += ']';
      return type(static_cast<Map*>(t)->elem);
    case TypeKind::Chan: {
      auto* c = static_cast<Chan*>(t);
      out += c->dir == syntax::ChanDir::RecvOnly ? "<-chan " : c->dir == syntax::ChanDir::SendOnly ? "chan<- " : "chan ";
      auto* elem = burrow::as<Chan>(unalias(c->elem));
      bool parens = c->dir == syntax::ChanDir::Both && elem && elem->dir == syntax::ChanDir::RecvOnly;
      if (parens) out += '(';
      type(c->elem);
      if (parens) out += ')';
      return;
    }
    case TypeKind::Signature: out += "func"; return signature(static_cast<Signature*>(t));
    case TypeKind::Struct: return structure(static_cast<Struct*>(t));
    case TypeKind::Interface: return interface(t);
    case TypeKind::Tuple: return params(static_cast<Tuple*>(t), false);
    default: out += typeText(t, {Qualifier::Kind::Message, unit_.package}); return;
  }
}

}  // namespace burrow::ir
