// Names of variables and functions in messages, and the Speller itself.
#include "compiler/ir/format.h"

#include <set>

#include "compiler/ir/format_text.h"
#include "compiler/ir/instance_wrappers.h"
#include "compiler/ir/types.h"

namespace burrow::ir {

/// Embedded fields that are not named like their types (of instances, or of aliases) are shown as
/// "name = type", others without a name; here their names are marked with '?'.
std::string linkText(Type* t) {
  const std::string& text = info(t).linkName;
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (text[i] != '?' || quoted) {
      out += text[i];
      continue;
    }
    size_t blank = text.find(' ', i);
    if (blank == std::string::npos) return text;
    std::string_view name = std::string_view(text).substr(i + 1, blank - i - 1), type = std::string_view(text).substr(blank + 1);
    if (type.starts_with('*')) type.remove_prefix(1);
    size_t end = type.find_first_of(";[ }");
    std::string_view typeName = type.substr(0, end);
    bool generic = end != std::string_view::npos && type[end] == '[';
    bool exported = name.find('.') == std::string_view::npos;
    if (exported) typeName = typeName.substr(typeName.rfind('.') + 1);
    if (generic || name != typeName) out.append(name).append(" = ");
    i = blank;
  }
  return out;
}

namespace {

/// The name of the package with this path, if `from` imports it, directly or not.
const Package* importedPackage(const Package* from, std::string_view path, std::set<const Package*>& seen) {
  if (from->path == path) return from;
  for (const Package* p : from->imports)
    if (seen.insert(p).second)
      if (const Package* found = importedPackage(p, path, seen)) return found;
  return nullptr;
}

std::string_view packageName(const Unit& unit, std::string_view path) {
  std::set<const Package*> seen;
  if (const Package* p = importedPackage(unit.package, path, seen)) return p->name;
  std::string_view last = path.substr(path.rfind('/') + 1);
  bool version = last.size() > 1 && last[0] == 'v' && last.find_first_not_of("0123456789", 1) == std::string_view::npos;
  if (!version || last.size() == path.size()) return last;
  path.remove_suffix(last.size() + 1);
  return path.substr(path.rfind('/') + 1);
}

/// The package path at the front of a symbol: up to the first dot behind its last slash, type arguments and receivers apart.
std::string_view pathOfSymbol(std::string_view symbol) {
  size_t end = symbol.find_first_of("[(");
  size_t slash = symbol.substr(0, end).rfind('/');
  size_t dot = symbol.find('.', slash == std::string_view::npos ? 0 : slash);
  return dot == std::string_view::npos || (end != std::string_view::npos && dot > end) ? std::string_view() : symbol.substr(0, dot);
}

bool startsWithPath(std::string_view symbol, std::string_view path) {
  return !path.empty() && symbol.size() > path.size() + 1 && symbol.starts_with(path) && symbol[path.size()] == '.';
}

/// "T.M", "(*T).M" or "F" of a declared function.
std::string declaredName(const burrow::Func* f) {
  const Signature* sig = f->signature();
  if (!sig || !sig->recv) return std::string(f->name);
  Type* t = unalias(sig->recv->type);
  auto* pointer = burrow::as<Pointer>(t);
  auto* named = burrow::as<Named>(unalias(pointer ? pointer->base : t));
  if (!named) return std::string(f->name);
  std::string type(named->obj->name);
  return (pointer ? "(*" + type + ")" : type) + "." + std::string(f->name);
}

/// A function's name without its package's path; linknamed functions under the name that they are declared with.
std::string plainName(std::string_view symbol, std::string_view path, const burrow::Func* object) {
  if (startsWithPath(symbol, path)) return std::string(symbol.substr(path.size() + 1));
  if (object) return declaredName(object);
  std::string_view found = pathOfSymbol(symbol);
  return std::string(found.empty() ? symbol : symbol.substr(found.size() + 1));
}

/// "F[go.shape.int]", "(*T[go.shape.int]).M" of an instance; `path` is its package's.
std::string shapedName(const Func& f, std::string_view path) {
  const Signature* sig = f.object->signature();
  List<TypeParam*> params = sig->recv ? sig->rparams : sig->tparams;
  std::string args = "[", name = plainName(f.symbol, path, f.object);
  for (size_t i = 0; i < f.targs.size() && i < params.size(); ++i) args += (i ? "," : "") + shapeName(f.targs[i], params[i]);
  args += ']';
  size_t open = name.find('['), close = open;
  for (int depth = 0; close < name.size(); ++close) {
    if (name[close] == '[') ++depth;
    if (name[close] == ']' && --depth == 0) break;
  }
  return open == std::string::npos ? name : name.substr(0, open) + args + name.substr(std::min(close + 1, name.size()));
}

/// The name of a function of this unit: plain, or by shapes if it is, or is inside, an instance.
std::string nameOf(const Func& f, std::string_view path) {
  const Func* outermost = &f;
  while (outermost->outer) outermost = outermost->outer;
  std::string suffix = f.symbol.starts_with(outermost->symbol) ? f.symbol.substr(outermost->symbol.size()) : std::string();
  const burrow::Func* object = outermost->object;
  // The name of the declaration, whatever //go:linkname made of it for the linker.
  if (object && !object->linkName.empty() && !object->signature()->recv) return std::string(object->name) + suffix;
  if (outermost->targs.empty() || !object || isInstanceWrapper(*outermost)) return plainName(f.symbol, path, f.object);
  return shapedName(*outermost, path) + suffix;
}

const Name* root(const Name* n) {
  while (n->outer) n = n->outer;
  return n;
}

}  // namespace

void TextWriter::package(std::string_view path) {
  if (path.empty() || path == unit_.package->path) return;
  out += packageName(unit_, path);
  out += '.';
}

void TextWriter::name(const Name* n) {
  n = root(n);
  if (n->cls == Class::Global) {
    // A variable that is linknamed to another package's is shown as its own package has it.
    const Object* own = n->package.empty() ? nullptr : unit_.package->scope->lookup(n->name);
    if (!own || own->pos != n->pos) package(n->package);
    out += n->name;
    return;
  }
  if (n->autoTemp && n->name.empty()) {
    out += ".autotmp_" + std::to_string(n->index < 0 ? -1 - n->index : n->index);
    return;
  }
  // Variables that came with an inlined body, and those of an instance, belong to the package that they were declared in.
  if (!n->name.starts_with('~')) package(n->inl ? unit_.inlineTree[n->inl].package : n->func ? n->func->package : std::string_view());
  bool unnamed = n->name.empty() || n->name == "_";
  if (unnamed && n->cls == Class::Param) out += "~p" + std::to_string(n->index);
  else if (unnamed && n->cls == Class::Result) out += "~r" + std::to_string(n->index);
  else if (n->name.empty()) out += ".autotmp_" + std::to_string(n->index);
  else out += n->name;
}

void TextWriter::function(std::string_view symbol, std::string_view path, const burrow::Func* object) {
  if (path.empty() && object && object->pkg) path = object->pkg->path;
  if (path.empty() && startsWithPath(symbol, unit_.package->path)) path = unit_.package->path;
  if (path.empty()) path = pathOfSymbol(symbol);
  // A linknamed function is shown as the package has it that declares it.
  package(object && object->pkg ? std::string_view(object->pkg->path) : path);
  auto own = unit_.bySymbol.find(symbol);
  out += own != unit_.bySymbol.end() ? nameOf(*own->second, path) : plainName(symbol, path, object);
}

std::string Speller::node(const Node* n) const {
  TextWriter w(unit_);
  w.unusedAreZero = unusedAreZero;
  w.node(n);
  return std::move(w.out);
}

std::string Speller::body(List<Node*> list) const {
  TextWriter w(unit_);
  w.statements(list);
  return std::move(w.out);
}

std::string Speller::type(Type* t) const {
  TextWriter w(unit_);
  w.type(t);
  return std::move(w.out);
}

std::string Speller::signature(const Func& f) const {
  TextWriter w(unit_);
  const Signature* declared = f.object && !f.dupOk ? f.object->signature() : burrow::as<Signature>(f.written);
  bool method = f.object && f.object->signature() && f.object->signature()->recv;
  if (method) {
    w.out += "method(";
    w.type(declared ? declared->recv->type : f.params[0]->type);
    w.out += ") ";
  }
  w.out += "func";
  w.signature(declared ? declared : static_cast<const Signature*>(f.signature));
  return std::move(w.out);
}

std::string Speller::func(const Func& f) const { return nameOf(f, f.package); }

std::string Speller::qualifiedFunc(const Func& f) const {
  TextWriter w(unit_);
  const Func* outermost = &f;
  while (outermost->outer) outermost = outermost->outer;
  if (!outermost->targs.empty()) w.package(outermost->package);
  return w.out + func(f);
}

std::string Speller::calleeName(std::string_view symbol, std::string_view package, const burrow::Func* object) const {
  TextWriter w(unit_);
  w.function(symbol, package, object);
  return std::move(w.out);
}

std::string Speller::wrapperName(std::string_view symbol, const burrow::Func* object) const {
  TextWriter w(unit_);
  w.package(object->pkg->path);
  return w.out + plainName(symbol, object->pkg->path, object);
}

std::string Speller::name(const Name* n) const {
  TextWriter w(unit_);
  w.name(n);
  return std::move(w.out);
}

std::string Speller::multiValue(const Node* n) const {
  TextWriter w(unit_);
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (i) w.out += ", ";
    if (n->implicit && n->list[i]) w.node(n->list[i]);
    else w.out += ".autotmp_" + std::to_string(n->index + static_cast<int64_t>(i));
  }
  w.out += " := ";
  w.node(n->x);
  return std::move(w.out);
}

}  // namespace burrow::ir
