// What a loop makes anew on each turn and could make once: buffers, closures.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

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

/// Bytes of an element of a slice of this type, as far as its name says so; 0: not known.
double elementBytes(std::string_view type) {
  static constexpr std::pair<std::string_view, double> kSizes[] = {
      {"[]byte", 1}, {"[]uint8", 1}, {"[]int8", 1}, {"[]bool", 1}, {"[]uint16", 2}, {"[]int16", 2},
      {"[]rune", 4}, {"[]int32", 4}, {"[]uint32", 4}, {"[]float32", 4}, {"[]int", 8}, {"[]uint", 8}, {"[]int64", 8}, {"[]uint64", 8},
      {"[]uintptr", 8}, {"[]float64", 8}, {"[]complex128", 16}, {"[]string", 16}, {"[]any", 16}};
  for (const auto& [name, size] : kSizes)
    if (name == type) return size;
  return type.starts_with("[]*") ? 8 : 0;
}

/// At most how large the largest object of the row is. The others have at least the smallest length, and all their sizes are known together.
double greatestBytes(const Row& row) {
  if (row.minLength == row.maxLength) return row.meanSize();
  auto least = static_cast<double>(row.minLength), most = static_cast<double>(row.maxLength);
  double bytes = static_cast<double>(row.allocated.bytes) * most / (most + static_cast<double>(row.allocated.objects - 1) * least);
  // With what rounding to size classes adds.
  if (double size = elementBytes(row.type) * most; size > 0) bytes = std::min(bytes, size <= 32768 ? size * 1.125 + 8 : size + 8192);
  return bytes;
}

/// What is saved if each entry of the loop makes `left` in place of what the row counts; none: nothing, or that is not known.
std::optional<Count> savedByLeaving(const Row& row, std::optional<uint64_t> entries, double objects, double bytes) {
  if (!entries) return {};
  auto e = static_cast<double>(*entries), all = static_cast<double>(row.allocated.objects);
  if (e * objects >= all) return {};
  return Count{static_cast<uint64_t>(all - e * objects), static_cast<uint64_t>(std::max(0.0, static_cast<double>(row.allocated.bytes) - e * bytes))};
}

/// One object for each entry.
std::optional<Count> savedByOnce(const Row& row, std::optional<uint64_t> entries) { return savedByLeaving(row, entries, 1, greatestBytes(row)); }

/// A buffer for each entry, which slices.Grow makes larger: at worst again for each length that is a little more than there is room for,
/// between the least and the greatest, by append's rule (to twice as much, from 256 elements on to a quarter more).
std::optional<Count> savedByGrowing(const Row& row, std::optional<uint64_t> entries) {
  if (!row.maxLength) return {};
  auto least = std::max(1.0, static_cast<double>(row.minLength)), most = static_cast<double>(row.maxLength);
  double objects = 0, elements = 0;
  for (double n = most; n >= least; n /= n < 512 ? 2 : 1.25, ++objects) elements += n;
  if (row.minLength < row.maxLength) elements += most < 256 ? 2 * most : 1.25 * most + 192, ++objects;
  return savedByLeaving(row, entries, objects, elements / most * greatestBytes(row));
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

std::optional<Advice> adviseReusedBuffer(const Row& row, const Source& s, const Facts& facts) {
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
  std::optional<Count> saves;
  if (loop) {
    saves = savedByOnce(row, entriesOf(facts, *place, loop));
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
    saves = savedByGrowing(row, entriesOf(facts, *place, loop));
  }
  if (!saves) return {};
  Advice a = adviceAbout(row, AdviceKind::ReuseBuffer);
  a.what = fmt::format("each turn of the loop makes {} anew: {} of {}, none of them kept", buffer, timesText(row.allocated.objects), bytesText(row.meanSize()));
  a.todo = "make the buffer once before the loop and reuse it";
  a.saves = *saves;
  a.edits = w.edits();
  return a;
}

std::optional<Advice> adviseHoistedClosure(const Row& row, const Source& s, const Facts& facts) {
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
  std::optional<Count> saves = savedByOnce(row, entriesOf(facts, *place, loop));
  if (!saves) return {};
  Rewriter w(s);
  w.insertLineBefore(loop->pos.line(), s.indent(loop->pos.line()) + name + " := " + s.text().substr(from, to - from));
  w.replace(from, to - from, name);
  Advice a = adviceAbout(row, AdviceKind::KeepClosure);
  a.what = fmt::format("each turn of the loop makes {} anew, {}, though it captures nothing of that turn", literal ? "this closure" : "this method value", timesText(row.allocated.objects));
  a.todo = "make it once before the loop";
  a.saves = *saves;
  // go and defer of a variable note that variable with the arguments: a word that a literal does not take.
  auto* called = place->path.size() > 2 ? as<CallStmt>(place->path[place->path.size() - 3]) : nullptr;
  if (called) a.saves.bytes -= std::min(a.saves.bytes, 8 * a.saves.objects);
  a.edits = w.edits();
  return a;
}

}  // namespace burrow::profiler
