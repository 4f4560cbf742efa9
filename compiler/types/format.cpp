// Message texts. Formats are printf's, as gc writes them, so that texts can be compared with gc's.
#include "compiler/types/format.h"

#include "compiler/types/checker.h"

namespace burrow {

Qualifier qualifierOf(const Checker* check) {
  if (!check || !check->active()) return {};
  return {Qualifier::Kind::Message, check->pkg,
          check->diagnostics ? &check->diagnostics->files() : nullptr};
}

namespace {

template <class L, class F>
std::string joined(const L& list, F&& text) {
  std::string out = "[";
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ", ";
    out += text(list[i]);
  }
  return out + "]";
}

struct ArgText {
  const Checker* check;

  std::string type(const Type* t) const { return typeText(t, qualifierOf(check)); }
  std::string operator()(std::string_view s) const { return std::string(s); }
  std::string operator()(int64_t n) const { return std::to_string(n); }
  std::string operator()(bool b) const { return b ? "true" : "false"; }
  std::string operator()(const Type* t) const { return t ? type(t) : "<nil>"; }
  std::string operator()(const Object* o) const {
    return o ? objectText(o, qualifierOf(check)) : "<nil>";
  }
  std::string operator()(const Operand* x) const {
    return x ? operandString(x, const_cast<Checker*>(check)) : "<nil>";
  }
  std::string operator()(const syntax::Node* n) const { return n ? syntax::toString(n) : "<nil>"; }
  std::string operator()(const Term* t) const {
    // gc prints terms without a qualifier: packages appear by path.
    return termString(t);
  }
  std::string operator()(Pos p) const { return positionText(qualifierOf(check).files, p); }
  std::string operator()(const Package* p) const { return p ? std::string(p->name) : "<nil>"; }
  std::string operator()(FormatArg::TypeList l) const {
    return joined(l.list, [&](const Type* t) { return type(t); });
  }
  std::string operator()(FormatArg::TParamList l) const {
    return joined(l.list, [&](const TypeParam* t) { return type(t); });
  }
  std::string operator()(FormatArg::ExprList l) const {
    return joined(l.list, [](const syntax::Expr* e) { return syntax::toString(e); });
  }
};

}  // namespace

std::string quoted(std::string_view s) {
  static const char kHex[] = "0123456789abcdef";
  std::string r = "\"";
  for (char ch : s) {
    auto c = static_cast<unsigned char>(ch);
    switch (c) {
      case '"':
        r += "\\\"";
        break;
      case '\\':
        r += "\\\\";
        break;
      case '\a':
        r += "\\a";
        break;
      case '\b':
        r += "\\b";
        break;
      case '\f':
        r += "\\f";
        break;
      case '\n':
        r += "\\n";
        break;
      case '\r':
        r += "\\r";
        break;
      case '\t':
        r += "\\t";
        break;
      case '\v':
        r += "\\v";
        break;
      default:
        if (c < 0x20 || c == 0x7f) {
          r += "\\x";
          r += kHex[c >> 4];
          r += kHex[c & 15];
        } else {
          r += ch;
        }
    }
  }
  return r + '"';
}

std::string positionText(const FileSet* files, Pos pos) {
  if (!pos.isKnown()) return "<unknown position>";
  if (!files || pos.file() == 0 || pos.file() >= files->size()) {
    return std::to_string(pos.line()) + ":" + std::to_string(pos.col());
  }
  auto text = [](const Position& p) {
    std::string s(p.file);
    s += ':' + std::to_string(p.line);
    if (p.col) s += ':' + std::to_string(p.col);
    return s;
  };
  std::string shown = text(files->position(pos)), physical = text(files->physicalPosition(pos));
  return shown == physical ? shown : shown + "[" + physical + "]";
}

std::string formatMessage(const Checker* check, std::string_view format,
                          std::initializer_list<FormatArg> args) {
  std::string out;
  out.reserve(format.size() + 32 * args.size());
  ArgText text{check};
  const FormatArg* arg = args.begin();
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    char verb = format[++i];
    if (verb == '#' && i + 1 < format.size()) verb = format[++i];
    if (verb == '%') {
      out += '%';
      continue;
    }
    if (arg == args.end()) {
      out += "%!";
      out += verb;
      out += "(MISSING)";
      continue;
    }
    std::string s = std::visit(text, (arg++)->value);
    out += verb == 'q' ? quoted(s) : s;
  }
  return out;
}

}  // namespace burrow
