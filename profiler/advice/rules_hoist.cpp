// What a loop makes anew on each turn and could make once: buffers, closures.
#include <fmt/format.h>

#include <algorithm>

#include "profiler/advice/rules.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

using namespace syntax;

namespace {

/// The name of a loop's own that a node depends on makes it different on each turn.
bool dependsOn(ForStmt* loop, Node* x, Node* except) {
  for (Name* n : namesIn(x)) {
    bool yes = false;
    inspect(loop, [&](Node* at) {
      if (at == except) return false;
      // Parameters of function literals inside are no variables of the loop.
      if (at->kind == Kind::FuncLit) return false;
      yes |= at->kind != Kind::ForStmt && declarations(at, n->name) != 0 && (at->kind == Kind::AssignStmt || at->kind == Kind::RangeClause || at->kind == Kind::VarDecl);
      return !yes;
    });
    if (yes) return true;
  }
  return false;
}

/// Whether the buffer called `name` stays with the turn of the loop: it is indexed, sliced in place, read, or passed to calls of which
/// this run shows that they do not keep it; never stored, returned, sent or captured by something that runs later.
bool staysInTurn(const Source& s, ForStmt* loop, std::string_view name, Node* declaration) {
  for (const Place& use : usesOf(s, loop->body, name)) {
    if (contains(declaration, use.node())) continue;
    Node* at = use.node();
    for (size_t i = use.path.size() - 1; i-- > 0;) {
      Node* parent = use.path[i];
      if (parent->kind == Kind::FuncLit || parent->kind == Kind::ReturnStmt || parent->kind == Kind::SendStmt || parent->kind == Kind::CompositeLit || parent->kind == Kind::CallStmt) return false;
      if (auto* index = as<IndexExpr>(parent); index && index->x == at) break;   // an element is a value
      if (auto* range = as<RangeClause>(parent); range && range->x == at) break;
      if (auto* call = as<CallExpr>(parent)) {
        auto* fun = as<Name>(call->fun);
        bool appended = fun && fun->name == "append" && call->args[0] != at && !call->hasDots;
        if (appended) return false;
        if (fun && fun->name == "append" && call->args[0] == at) {
          auto* assign = as<AssignStmt>(i > 0 ? use.path[i - 1] : nullptr);
          auto* to = assign ? as<Name>(assign->lhs) : nullptr;
          if (!to || to->name != name) return false;
        }
        break;
      }
      if (auto* assign = as<AssignStmt>(parent)) {
        Expr* left = assign->lhs;
        bool isTarget = false;
        for (Expr* x : unpackList(left)) isTarget |= x == at;
        if (!isTarget) return false;   // another variable gets it
        if (!as<CallExpr>(assign->rhs)) return false;
        break;
      }
      if (parent->kind == Kind::BlockStmt) break;
      at = parent;
    }
  }
  return true;
}

Count savedByOnce(const Row& row, const Place& place, ForStmt* loop, double part = 1) {
  double left = entriesOf(place, loop, row.allocated.objects), all = static_cast<double>(row.allocated.objects);
  double share = part * std::max(0.0, 1 - left / all);
  return {static_cast<uint64_t>(share * all), static_cast<uint64_t>(share * static_cast<double>(row.allocated.bytes))};
}

/// The outermost loop in which nothing that x depends on changes.
ForStmt* outermostInvariant(const Place& place, Node* x, Node* except) {
  std::vector<ForStmt*> loops = place.loops();
  ForStmt* best = nullptr;
  for (size_t i = loops.size(); i-- > 0;) {
    if (dependsOn(loops[i], x, except)) break;
    bool assigned = false;
    for (Name* n : namesIn(x)) assigned |= isAssigned(loops[i], n->name);
    if (assigned && x->kind != Kind::FuncLit) break;   // a closure sees the change; a size does not
    best = loops[i];
  }
  return best;
}

}  // namespace

std::optional<Advice> adviseReusedBuffer(const Row& row, const Source& s, const Facts&) {
  if (row.kind != "slice" || !row.onHeap || row.survived.objects * 20 > row.allocated.objects || row.atExit.objects > 2 + row.allocated.objects / 20) return {};
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::CallExpr});
  auto* call = place ? as<CallExpr>(place->node()) : nullptr;
  auto* assign = place ? as<AssignStmt>(place->statement()) : nullptr;
  auto* fun = call ? as<Name>(call->fun) : nullptr;
  if (!fun || fun->name != "make" || call->args.size() < 2 || call->args[0]->kind != Kind::SliceType || !assign || assign->rhs != call || assign->op != Operator::Def) return {};
  auto* name = as<Name>(assign->lhs);
  std::vector<ForStmt*> loops = place->loops();
  if (!name || loops.empty() || declarations(place->function(), name->name) != 1 || !staysInTurn(s, loops.back(), name->name, assign)) return {};
  auto* zero = as<BasicLit>(call->args[1]);
  bool startsEmpty = call->args.size() == 3 && zero && zero->text == "0";
  Expr* size = call->args.back();
  // The buffer must be made on every turn of the innermost loop, or the edit would clear one that does not exist.
  ForStmt* loop = outermostInvariant(*place, size, assign);
  std::string indent = s.indent(row.line), buffer(name->name), type = toString(call->args[0]);
  size_t from = s.offset(startPos(assign)), to = s.closing(s.offset(call->pos));
  if (to == std::string::npos) return {};
  Rewriter w(s);
  double part = 1;
  if (loop) {
    w.insertLineBefore(loop->pos.line(), s.indent(loop->pos.line()) + s.text().substr(from, to + 1 - from));
    w.replace(from, to + 1 - from, startsEmpty ? buffer + " = " + buffer + "[:0]" : "clear(" + buffer + ")");
  } else {
    // Its size changes: keep the largest.
    loop = loops[0];
    for (ForStmt* l : loops)
      if (!contains(l, assign)) loop = l;
    std::string n = toString(size);
    w.import("slices");
    w.insertLineBefore(loop->pos.line(), s.indent(loop->pos.line()) + "var " + buffer + " " + type);
    std::string grown = buffer + " = slices.Grow(" + buffer + "[:0], " + n + ")";
    w.replace(from, to + 1 - from, startsEmpty ? grown : grown + "[:" + n + "]\n" + indent + "clear(" + buffer + ")");
    part = 0.85;
  }
  Advice a = adviceAbout(row, AdviceKind::ReuseBuffer);
  a.what = fmt::format("each turn of the loop makes {} anew: {} of {}, none of them kept", buffer, timesText(row.allocated.objects), bytesText(row.meanSize()));
  a.todo = "make the buffer once before the loop and reuse it";
  a.saves = savedByOnce(row, *place, loop, part);
  a.edits = w.edits();
  return a;
}

std::optional<Advice> adviseHoistedClosure(const Row& row, const Source& s, const Facts&) {
  if (row.kind != "closure" || !row.onHeap) return {};
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::FuncLit, Kind::SelectorExpr});
  if (!place) return {};
  auto* literal = as<FuncLit>(place->node());
  // The innermost function of a literal's own place is the one around it.
  ForStmt* loop = nullptr;
  std::vector<ForStmt*> loops = place->loops();
  if (loops.empty()) return {};
  // go and defer statements keep what they are given beyond the turn, but a closure is only code and captured variables: both may be shared.
  for (size_t i = loops.size(); i-- > 0;) {
    bool own = false;
    for (Name* n : namesIn(place->node())) {
      if (literal && declarations(literal, n->name)) continue;
      inspect(loops[i], [&](Node* at) {
        if (at == literal) return false;
        own |= (at->kind == Kind::AssignStmt || at->kind == Kind::RangeClause || at->kind == Kind::VarDecl) && declarations(at, n->name) != 0;
        return !own;
      });
    }
    // A method value copies its receiver when it is made.
    if (!literal)
      for (Name* n : namesIn(place->node())) own |= isAssigned(loops[i], n->name);
    if (own) break;
    loop = loops[i];
  }
  if (!loop) return {};
  size_t from, to;
  if (literal) {
    from = s.offset(literal->pos);
    to = s.offset(literal->body->rbrace) + 1;
  } else {
    auto* sel = static_cast<SelectorExpr*>(place->node());
    from = s.offset(startPos(sel));
    to = s.offset(sel->sel->pos) + sel->sel->name.size();
  }
  std::string name = literal ? "callback" : std::string(static_cast<SelectorExpr*>(place->node())->sel->name) + "Func";
  if (!usesOf(s, place->function(), name).empty()) return {};
  Rewriter w(s);
  w.insertLineBefore(loop->pos.line(), s.indent(loop->pos.line()) + name + " := " + s.text().substr(from, to - from));
  w.replace(from, to - from, name);
  Advice a = adviceAbout(row, AdviceKind::KeepClosure);
  a.what = fmt::format("each turn of the loop makes {} anew, {}, though it captures nothing of that turn", literal ? "this closure" : "this method value", timesText(row.allocated.objects));
  a.todo = "make it once before the loop";
  a.saves = savedByOnce(row, *place, loop);
  // go and defer of a variable note that variable with the arguments: a word that a literal does not take.
  auto* called = place->path.size() > 2 ? as<CallStmt>(place->path[place->path.size() - 3]) : nullptr;
  if (called) a.saves.bytes -= std::min(a.saves.bytes, 8 * a.saves.objects);
  a.edits = w.edits();
  return a;
}

}  // namespace burrow::profiler
