// Containers of any that only ever hold values of one type: each value is copied to the heap for its interface.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "profiler/advice/rules.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

using namespace syntax;

namespace {

bool isAny(const Expr* type) {
  if (auto* n = as<Name>(const_cast<Expr*>(type))) return n->name == "any";
  auto* i = as<InterfaceType>(const_cast<Expr*>(type));
  return i && i->methods.empty();
}

/// The any in []any and map[K]any; null: there is none.
Expr* anyIn(Expr* type) {
  Expr* elem = nullptr;
  if (auto* t = as<SliceType>(type)) elem = t->elem;
  if (auto* m = as<MapType>(type)) elem = m->elem;
  return elem && isAny(elem) ? elem : nullptr;
}

/// What is known of something of any while its uses are looked at: which boxes go in, and where values come out.
class Holder {
 public:
  Holder(const Row& row, const Facts& facts) : row_(row), facts_(facts), type_(typeText(row)) {}

  /// T as the row's own file writes it.
  const std::string& type() const { return type_; }
  const std::vector<const Row*>& boxes() const { return boxes_; }
  const std::vector<AssertExpr*>& assertions() const { return assertions_; }
  bool isPossible() const { return !type_.empty(); }

  /// A value goes in: this run must have seen that it is a T.
  bool takes(Expr* operand) {
    for (const Row& r : *facts_.rows)
      if (r.kind == "box" && r.file == row_.file && r.line == operand->pos.line() && r.column == operand->pos.col()) {
        if (r.type != row_.type) return false;
        if (r.onHeap) boxes_.push_back(&r);
        return true;
      }
    return false;
  }
  /// A value comes out: path[use] is the element, and must be asserted to be a T.
  bool gives(const std::vector<Node*>& path, size_t use) {
    auto* a = use > 0 ? as<AssertExpr>(path[use - 1]) : nullptr;
    if (!a || a->x != path[use] || toString(a->target) != type_) return false;
    // v, ok := x.(T) asks.
    for (size_t i = use - 1; i-- > 0;) {
      if (auto* assign = as<AssignStmt>(path[i])) {
        if (assign->rhs == a && unpackList(assign->lhs).size() == 2) return false;
        break;
      }
      if (path[i]->kind == Kind::BlockStmt) break;
    }
    assertions_.push_back(a);
    return true;
  }
  /// The variable is a list or map: everything that is done with it.
  bool allows(const Source& s, Node* function, std::string_view name, Node* declaration) {
    for (const Place& use : usesOf(s, function, name))
      if (!contains(declaration, use.node()) && !allowsUse(s, function, use)) return false;
    return true;
  }

 private:
  static std::string typeText(const Row& row) {
    std::string base = row.package.substr(row.package.rfind('/') + 1) + ".", t = row.type;
    if (t.starts_with(base)) t = t.substr(base.size());
    return std::all_of(t.begin(), t.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }) ? t : std::string();
  }

  bool allowsUse(const Source& s, Node* function, const Place& use) {
    const std::vector<Node*>& path = use.path;
    size_t at = path.size() - 1;
    if (at == 0) return false;
    Node* parent = path[at - 1];
    if (auto* call = as<CallExpr>(parent)) {
      auto* f = as<Name>(call->fun);
      if (f && f->name == "len" && call->args.size() == 1) return true;
      // xs = append(xs, …)
      if (!f || f->name != "append" || call->args[0] != path[at] || call->hasDots) return false;
      auto* assign = at > 1 ? as<AssignStmt>(path[at - 2]) : nullptr;
      auto* to = assign ? as<Name>(assign->lhs) : nullptr;
      if (!to || to->name != as<Name>(path[at])->name) return false;
      for (size_t i = 1; i < call->args.size(); ++i)
        if (!takes(call->args[i])) return false;
      return true;
    }
    if (auto* assign = as<AssignStmt>(parent)) return assign->lhs == path[at] && as<CallExpr>(assign->rhs) && isAppendTo(assign);
    if (auto* index = as<IndexExpr>(parent); index && index->x == path[at]) {
      auto* assign = at > 1 ? as<AssignStmt>(path[at - 2]) : nullptr;
      if (assign && assign->lhs == index) return assign->op == Operator::None && takes(assign->rhs);
      return gives(path, at - 1);
    }
    if (auto* range = as<RangeClause>(parent); range && range->x == path[at]) return rangesOver(s, function, range);
    return false;
  }

  static bool isAppendTo(AssignStmt* assign) {
    auto* call = as<CallExpr>(assign->rhs);
    auto* f = as<Name>(call->fun);
    auto* from = call->args.empty() ? nullptr : as<Name>(call->args[0]);
    auto* to = as<Name>(assign->lhs);
    return f && f->name == "append" && from && to && from->name == to->name;
  }

  /// for _, v := range xs { … v.(T) … }
  bool rangesOver(const Source& s, Node* function, RangeClause* range) {
    auto names = unpackList(range->lhs);
    if (names.size() < 2) return true;
    auto* v = as<Name>(names[1]);
    if (!v || !range->def || declarations(function, v->name) != 1) return v && v->name == "_";
    for (const Place& use : usesOf(s, function, v->name))
      if (use.node() != v && !gives(use.path, use.path.size() - 1)) return false;
    return true;
  }

  const Row& row_;
  const Facts& facts_;
  std::string type_;
  std::vector<const Row*> boxes_;
  std::vector<AssertExpr*> assertions_;
};

/// The declaration of a local variable with any in its type.
struct Declared {
  Node* node = nullptr;
  Expr* any = nullptr;
};

Declared declarationOf(Node* function, std::string_view name) {
  Declared found;
  inspect(function, [&](Node* n) {
    if (auto* v = as<VarDecl>(n); v && v->names.size() == 1 && v->names[0]->name == name && v->type && !v->values) found = {v, v->type->kind == Kind::SliceType ? anyIn(v->type) : nullptr};
    auto* a = as<AssignStmt>(n);
    auto* to = a && a->op == Operator::Def ? as<Name>(a->lhs) : nullptr;
    if (!to || to->name != name) return true;
    Expr* type = nullptr;
    if (auto* lit = as<CompositeLit>(a->rhs); lit && lit->elems.empty()) type = lit->typeExpr;
    if (auto* call = as<CallExpr>(a->rhs); call && !call->args.empty())
      if (auto* f = as<Name>(call->fun); f && f->name == "make") type = call->args[0];
    if (type) found = {a, anyIn(type)};
    return true;
  });
  return found;
}

Advice adviceFor(const Row& row, const Source& s, const Holder& holder, Expr* any) {
  Rewriter w(s);
  size_t from = s.offset(startPos(any));
  size_t length = any->kind == Kind::Name ? 3 : s.closing(s.text().find('{', from)) + 1 - from;
  w.replace(from, length, holder.type());
  for (AssertExpr* a : holder.assertions()) {
    size_t dot = s.text().rfind(".(", s.offset(startPos(a->target)));
    w.replace(dot, s.closing(dot + 1) + 1 - dot, "");
  }
  Advice a = adviceAbout(row, AdviceKind::AvoidBoxing);
  std::set<const Row*> counted(holder.boxes().begin(), holder.boxes().end());
  a.sites.clear();
  for (const Row* r : counted) {
    a.saves.objects += r->allocated.objects;
    a.saves.bytes += r->allocated.bytes;
    a.sites.insert(a.sites.end(), r->sites.begin(), r->sites.end());
  }
  a.edits = w.edits();
  return a;
}

/// The operand is put into a local []any or map[K]any.
std::optional<Advice> adviseContainer(const Row& row, const Source& s, const Facts& facts, const Place& place, Name* name) {
  Node* function = place.function();
  if (!function || declarations(function, name->name) != 1) return {};
  Declared d = declarationOf(function, name->name);
  Holder holder(row, facts);
  if (!d.any || !holder.isPossible() || !holder.allows(s, function, name->name, d.node) || holder.boxes().empty()) return {};
  Advice a = adviceFor(row, s, holder, d.any);
  a.what = fmt::format("{} holds interfaces, and each is {}: {} copies on the heap", name->name, holder.type(), countText(a.saves.objects));
  a.todo = fmt::format("let it hold {} itself", holder.type());
  return a;
}

}  // namespace

std::optional<Advice> adviseTyped(const Row& row, const Source& s, const Facts& facts) {
  if (row.kind != "box" || !row.onHeap) return {};
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::Name, Kind::BasicLit, Kind::Operation, Kind::CallExpr, Kind::SelectorExpr, Kind::IndexExpr, Kind::CompositeLit});
  if (!place || place->path.size() < 2) return {};
  auto* operand = static_cast<Expr*>(place->node());
  Node* parent = place->path[place->path.size() - 2];
  if (auto* call = as<CallExpr>(parent); call && call->fun != operand) {
    auto* f = as<Name>(call->fun);
    auto* to = call->args.empty() ? nullptr : as<Name>(call->args[0]);
    if (f && f->name == "append" && to) return adviseContainer(row, s, facts, *place, to);
    return {};   // a function that only asserts the type of its parameter lets the copy stay in the frame
  }
  auto* assign = as<AssignStmt>(parent);
  auto* index = assign && assign->rhs == operand ? as<IndexExpr>(assign->lhs) : nullptr;
  auto* to = index ? as<Name>(index->x) : nullptr;
  return to ? adviseContainer(row, s, facts, *place, to) : std::nullopt;
}

}  // namespace burrow::profiler
