#include "profiler/advice/source.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "compiler/syntax/children.h"
#include "compiler/syntax/parser.h"

namespace burrow::profiler {

using namespace syntax;

std::unique_ptr<Source> Source::load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return nullptr;
  auto s = std::make_unique<Source>();
  s->path_ = path;
  s->files_.add(path, path, std::string(std::istreambuf_iterator<char>(in), {}));
  Diagnostics diagnostics(s->files_);
  s->file_ = parseFile(s->files_, 1, s->arena_, diagnostics);
  if (diagnostics.hasErrors() || s->file_->broken) return nullptr;
  s->starts_.push_back(0);
  for (size_t i = 0; i < s->text().size(); ++i)
    if (s->text()[i] == '\n') s->starts_.push_back(i + 1);
  return s;
}

uint32_t Source::lineAt(size_t offset) const {
  return static_cast<uint32_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin());
}

std::string Source::line(uint32_t number) const {
  size_t begin = starts_[number - 1], end = text().find('\n', begin);
  return text().substr(begin, end == std::string::npos ? end : end - begin);
}

std::string Source::indent(uint32_t number) const {
  std::string l = line(number);
  return l.substr(0, l.find_first_not_of(" \t"));
}

size_t Source::closing(size_t offset) const {
  const std::string& t = text();
  int depth = 0;
  for (size_t i = offset; i < t.size(); ++i) {
    char c = t[i];
    if (c == '"' || c == '`' || c == '\'') {
      for (++i; i < t.size() && t[i] != c; ++i)
        if (t[i] == '\\' && c != '`') ++i;
    } else if (c == '/' && i + 1 < t.size() && t[i + 1] == '/') {
      i = t.find('\n', i);
      if (i == std::string::npos) return i;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if ((c == ')' || c == ']' || c == '}') && --depth == 0) {
      return i;
    }
  }
  return std::string::npos;
}

bool Source::imports(const std::string& path) const {
  for (Decl* d : file_->decls)
    if (auto* i = as<ImportDecl>(d); i && i->path && i->path->text == "\"" + path + "\"") return true;
  return false;
}

void Rewriter::import(const std::string& path) {
  if (source_.imports(path)) return;
  ImportDecl* last = nullptr;
  for (Decl* d : source_.file()->decls)
    if (auto* i = as<ImportDecl>(d)) last = i;
  std::string quoted = "\"" + path + "\"";
  if (!last) {
    insertLineBefore(source_.file()->pos.line() + 1, "\nimport " + quoted);
  } else if (last->group) {
    insertLineBefore(last->path->pos.line() + 1, "\t" + quoted);
  } else {
    insertLineBefore(last->path->pos.line() + 1, "import " + quoted);
  }
}

void Rewriter::dropImport(const std::string& path) {
  for (Decl* d : source_.file()->decls) {
    auto* i = as<ImportDecl>(d);
    if (!i || i->path->text != "\"" + path + "\"") continue;
    uint32_t line = i->path->pos.line();
    replace(source_.lineStart(line), source_.line(line).size() + 1, "");
  }
}

namespace {

std::vector<std::string> splitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at <= text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

std::vector<Edit> Rewriter::edits() const {
  std::vector<Change> changes = changes_;
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.offset < b.offset; });
  std::vector<Edit> out;
  for (size_t i = 0; i < changes.size();) {
    // Changes that touch the same lines are one edit.
    uint32_t first = source_.lineAt(changes[i].offset), last = first;
    size_t end = i;
    while (end < changes.size() && source_.lineAt(changes[end].offset) <= last) {
      size_t behind = changes[end].offset + changes[end].length;
      uint32_t until = source_.lineAt(behind);
      // What ends with a line's end takes only that line.
      if (changes[end].length && source_.text()[behind - 1] == '\n' && changes[end].by.empty()) --until;
      last = std::max(last, until);
      ++end;
    }
    size_t begin = source_.lineStart(first), stop = source_.lineStart(last) + source_.line(last).size();
    std::string after;
    size_t at = begin;
    bool takesAll = false;
    for (; i < end; ++i) {
      after += source_.text().substr(at, changes[i].offset - at) + changes[i].by;
      at = changes[i].offset + changes[i].length;
    }
    if (at <= stop) after += source_.text().substr(at, stop - at);
    else takesAll = after.empty();
    for (uint32_t line = first; line <= last; ++line) {
      Edit e{line, source_.line(line), "", line != first || takesAll};
      if (line == first) e.after = after;
      out.push_back(std::move(e));
    }
  }
  return out;
}

ShownEdit shown(const Edit& e) {
  if (e.removed) return {{e.before}, {}};
  ShownEdit s{{e.before}, splitLines(e.after)};
  if (s.plus.size() < 2) return s;
  if (s.plus.back() == e.before) s.plus.pop_back();
  else if (s.plus.front() == e.before) s.plus.erase(s.plus.begin());
  else return s;
  s.minus.clear();
  return s;
}

std::string applyEdits(const std::string& text, const std::vector<Edit>& edits) {
  std::vector<std::string> lines = splitLines(text);
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) {
    auto edit = std::find_if(edits.begin(), edits.end(), [&](const Edit& e) { return e.line == i + 1; });
    bool last = i + 1 == lines.size();
    if (edit == edits.end()) out += lines[i] + (last ? "" : "\n");
    else if (!edit->removed) out += edit->after + (last ? "" : "\n");
  }
  return out;
}

// ---- Places

syntax::Node* Place::function() const {
  for (size_t i = path.size(); i-- > 0;)
    if (path[i]->kind == Kind::FuncDecl || (path[i]->kind == Kind::FuncLit && i + 1 != path.size())) return path[i];
  return nullptr;
}

BlockStmt* Place::body() const {
  Node* f = function();
  if (auto* d = as<FuncDecl>(f)) return d->body;
  auto* l = as<FuncLit>(f);
  return l ? l->body : nullptr;
}

FuncType* Place::signature() const {
  Node* f = function();
  if (auto* d = as<FuncDecl>(f)) return d->signature;
  auto* l = as<FuncLit>(f);
  return l ? l->signature : nullptr;
}

std::vector<ForStmt*> Place::loops() const {
  std::vector<ForStmt*> out;
  Node* f = function();
  bool inside = false;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == f) inside = true;
    // What stands in a loop's header runs once, or is its condition: only the body counts.
    if (auto* loop = as<ForStmt>(path[i]); loop && inside && i + 1 < path.size() && path[i + 1] == loop->body) out.push_back(loop);
  }
  return out;
}

Stmt* Place::statement() const {
  for (size_t i = path.size(); i-- > 1;)
    if (path[i - 1]->kind == Kind::BlockStmt || path[i - 1]->kind == Kind::CaseClause || path[i - 1]->kind == Kind::CommClause) return static_cast<Stmt*>(path[i]);
  return nullptr;
}

namespace {

/// Pre-order walk that knows the path.
void walk(std::vector<Node*>& path, Node* n, const std::function<void(const std::vector<Node*>&)>& visit) {
  path.push_back(n);
  visit(path);
  forEachChild(n, [&](const char*, Node* child) { walk(path, child, visit); });
  path.pop_back();
}

void walkFile(const Source& s, const std::function<void(const std::vector<Node*>&)>& visit) {
  std::vector<Node*> path;
  for (Decl* d : s.file()->decls) walk(path, d, visit);
}

}  // namespace

std::optional<Place> findPlace(const Source& s, uint32_t line, uint32_t column, const std::vector<Kind>& kinds) {
  std::optional<Place> found;
  walkFile(s, [&](const std::vector<Node*>& path) {
    Node* n = path.back();
    if (n->pos.line() != line || n->pos.col() != column || std::find(kinds.begin(), kinds.end(), n->kind) == kinds.end()) return;
    if (!found) found = Place{&s, path};
  });
  return found;
}

bool contains(const Node* outer, const Node* inner) {
  bool yes = false;
  inspect(const_cast<Node*>(outer), [&](Node* n) {
    yes |= n == inner;
    return !yes;
  });
  return yes;
}

std::vector<Name*> namesIn(Node* root) {
  std::vector<Name*> out;
  std::vector<Node*> path;
  walk(path, root, [&](const std::vector<Node*>& p) {
    auto* name = as<Name>(p.back());
    if (!name || name->name == "_") return;
    Node* parent = p.size() > 1 ? p[p.size() - 2] : nullptr;
    if (auto* s = as<SelectorExpr>(parent); s && s->sel == name) return;
    if (auto* k = as<KeyValueExpr>(parent); k && k->key == name) return;
    out.push_back(name);
  });
  return out;
}

std::vector<Place> usesOf(const Source& s, Node* root, std::string_view name) {
  std::vector<Place> out;
  std::vector<Node*> path;
  walk(path, root, [&](const std::vector<Node*>& p) {
    auto* n = as<Name>(p.back());
    if (!n || n->name != name) return;
    if (auto* sel = as<SelectorExpr>(p.size() > 1 ? p[p.size() - 2] : nullptr); sel && sel->sel == n) return;
    out.push_back({&s, p});
  });
  return out;
}

namespace {

/// Calls f for each name that the node itself declares.
void declaredBy(Node* n, const std::function<void(Name*)>& f) {
  auto each = [&](Expr* list) {
    for (Expr* x : unpackList(list))
      if (auto* name = as<Name>(x)) f(name);
  };
  if (auto* a = as<AssignStmt>(n); a && a->op == Operator::Def) each(a->lhs);
  if (auto* r = as<RangeClause>(n); r && r->def && r->lhs) each(r->lhs);
  if (auto* v = as<VarDecl>(n))
    for (Name* name : v->names) f(name);
  if (auto* field = as<Field>(n); field && field->name) f(field->name);
  if (auto* g = as<TypeSwitchGuard>(n); g && g->lhs) f(g->lhs);
}

/// Calls f for each variable whose value, or whose elements or fields, the node itself changes.
void changedBy(Node* n, const std::function<void(Name*)>& f) {
  auto base = [&](Expr* x) {
    for (;;) {
      x = unparen(x);
      if (auto* name = as<Name>(x)) return f(name);
      if (auto* s = as<SelectorExpr>(x)) x = s->x;
      else if (auto* i = as<IndexExpr>(x)) x = i->x;
      else if (auto* o = as<Operation>(x); o && !o->y) x = o->x;
      else return;
    }
  };
  if (auto* a = as<AssignStmt>(n); a && a->op != Operator::Def)
    for (Expr* x : unpackList(a->lhs)) base(x);
  if (auto* r = as<RangeClause>(n); r && !r->def && r->lhs)
    for (Expr* x : unpackList(r->lhs)) base(x);
  if (auto* o = as<Operation>(n); o && !o->y && o->op == Operator::And) base(o->x);
}

}  // namespace

size_t declarations(Node* root, std::string_view name) {
  size_t n = 0;
  inspect(root, [&](Node* at) {
    declaredBy(at, [&](Name* d) { n += d->name == name; });
    return true;
  });
  return n;
}

bool changesNamesOf(Node* tree, Node* x) {
  std::vector<Name*> names = namesIn(x);
  bool yes = false;
  inspect(tree, [&](Node* at) {
    auto check = [&](Name* d) { yes |= std::any_of(names.begin(), names.end(), [&](Name* n) { return n->name == d->name; }); };
    declaredBy(at, check);
    changedBy(at, check);
    return !yes;
  });
  return yes;
}

bool isAssigned(Node* tree, std::string_view name) {
  bool yes = false;
  inspect(tree, [&](Node* at) {
    changedBy(at, [&](Name* n) { yes |= n->name == name; });
    return !yes;
  });
  return yes;
}

}  // namespace burrow::profiler
