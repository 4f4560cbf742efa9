// Constants and zero values in messages: with their types, unless those are the ones that they have by themselves.
#include "compiler/ir/format_text.h"
#include "compiler/ir/types.h"

namespace burrow::ir {

namespace {

std::string quotedRune(uint64_t rune) {
  switch (rune) {
    case '\a': return "'\\a'";
    case '\b': return "'\\b'";
    case '\f': return "'\\f'";
    case '\n': return "'\\n'";
    case '\r': return "'\\r'";
    case '\t': return "'\\t'";
    case '\v': return "'\\v'";
    case '\\': return "'\\\\'";
    case '\'': return "'\\''";
    case '"': return "'\"'";
    default: break;
  }
  std::string utf8;
  if (rune < 0x80) {
    utf8 += static_cast<char>(rune);
  } else if (rune < 0x800) {
    utf8 += static_cast<char>(0xc0 | rune >> 6);
    utf8 += static_cast<char>(0x80 | (rune & 63));
  } else if (rune < 0x10000) {
    utf8 += static_cast<char>(0xe0 | rune >> 12);
    utf8 += static_cast<char>(0x80 | (rune >> 6 & 63));
    utf8 += static_cast<char>(0x80 | (rune & 63));
  } else {
    utf8 += static_cast<char>(0xf0 | rune >> 18);
    utf8 += static_cast<char>(0x80 | (rune >> 12 & 63));
    utf8 += static_cast<char>(0x80 | (rune >> 6 & 63));
    utf8 += static_cast<char>(0x80 | (rune & 63));
  }
  if (rune >= 0xd800 && rune < 0xe000) utf8 = "\xef\xbf\xbd";
  std::string text = constant::toString(constant::makeString(utf8));  // with its escapes
  return "'" + text.substr(1, text.size() - 2) + "'";
}

/// The type that a constant of this kind has by itself.
BasicKind defaultKind(ConstKind kind) {
  switch (kind) {
    case ConstKind::Bool: return BasicKind::Bool;
    case ConstKind::String: return BasicKind::String;
    case ConstKind::Int: return BasicKind::Int;
    case ConstKind::Float: return BasicKind::Float64;
    default: return BasicKind::Complex128;
  }
}

}  // namespace

void TextWriter::literal(const Node* n) {
  Type* t = n->written ? unalias(n->written) : n->type;
  auto* basic = burrow::as<Basic>(t);
  if (t == universeRune || (basic && basic->basic == BasicKind::UntypedRune))
    if (auto v = constant::uint64Val(n->value); v && *v <= 0x10ffff) {
      out += quotedRune(*v);
      return;
    }
  bool plain = basic && ((basic->info & kIsUntyped) || basic->basic == defaultKind(n->value->kind()));
  if (!plain) {
    type(t);
    out += '(';
  }
  out += constant::toString(n->value);
  if (!plain) out += ')';
}

void TextWriter::zero(const Node* n) {
  Type* u = underlying(n->type);
  if (u->kind == TypeKind::Struct || u->kind == TypeKind::Array) {
    typeOf(n);
    out += "{}";
  } else if (auto* b = burrow::as<Basic>(u); b && b->basic != BasicKind::UnsafePointer) {
    Node constant(Op::Literal);
    constant.type = n->type;
    constant.written = n->written;
    constant.value = b->info & kIsString    ? constant::makeString("")
                     : b->info & kIsBoolean ? constant::makeBool(false)
                     : b->info & kIsFloat   ? constant::toFloat(constant::makeInt64(0))
                     : b->info & kIsComplex ? constant::toComplex(constant::makeInt64(0))
                                            : constant::makeInt64(0);
    literal(&constant);
  } else {
    out += "nil";
  }
}

}  // namespace burrow::ir
