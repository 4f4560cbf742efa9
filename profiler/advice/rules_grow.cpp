// Slices and maps that grow in a loop: give them their final size at once.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "profiler/advice/rules.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

using namespace syntax;

namespace {

/// The declaration of a variable that starts empty, and how to write it with room.
struct Empty {
  Pos pos;                        ///< of the declaration
  size_t offset = 0, length = 0;  ///< its text; length 0: a named result, which has none of its own
  std::string type;               ///< []T or map[K]V as written
};

bool isZero(Expr* x) {
  auto* lit = as<BasicLit>(x);
  return lit && lit->text == "0";
}

/// make([]T, 0) and make(map[K]V); []T{} and map[K]V{}.
Expr* emptyTypeOf(Expr* x, Kind kind) {
  if (auto* lit = as<CompositeLit>(x)) return lit->elems.empty() && lit->typeExpr && lit->typeExpr->kind == kind ? lit->typeExpr : nullptr;
  auto* call = as<CallExpr>(x);
  auto* fun = call ? as<Name>(call->fun) : nullptr;
  if (!fun || fun->name != "make" || call->args.empty() || call->args[0]->kind != kind) return nullptr;
  bool isEmpty = kind == Kind::MapType ? call->args.size() == 1 : call->args.size() == 2 && isZero(call->args[1]);
  return isEmpty ? call->args[0] : nullptr;
}


std::optional<Empty> emptyDeclaration(const Place& place, std::string_view name, Kind kind) {
  std::optional<Empty> found;
  const Source& s = *place.source;
  inspect(place.body(), [&](Node* n) {
    if (auto* a = as<AssignStmt>(n); a && a->op == Operator::Def)
      if (auto* x = as<Name>(a->lhs); x && x->name == name)
        if (Expr* type = emptyTypeOf(a->rhs, kind)) {
          size_t from = s.offset(startPos(a)), bracket = s.text().find(a->rhs->kind == Kind::CompositeLit ? '{' : '(', s.offset(a->rhs->kind == Kind::CompositeLit ? endPos(type) : startPos(a->rhs)));
          size_t to = s.closing(bracket);
          if (to != std::string::npos) found = Empty{startPos(a), from, to + 1 - from, toString(type)};
        }
    if (auto* d = as<VarDecl>(n); d && d->names.size() == 1 && d->names[0]->name == name && d->type && d->type->kind == kind && !d->values && !d->group && kind == Kind::SliceType) {
      size_t from = s.text().rfind("var", s.offset(d->names[0]->pos));
      found = Empty{d->names[0]->pos, from, s.offset(d->type->pos) + toString(d->type).size() - from, toString(d->type)};
      if (s.text().compare(s.offset(d->type->pos), toString(d->type).size(), toString(d->type)) != 0) found.reset();
    }
    return true;
  });
  if (found) return found;
  if (FuncType* f = place.signature(); f && kind == Kind::SliceType)
    for (Field* r : f->results)
      if (r->name && r->name->name == name && r->type->kind == kind) found = Empty{r->pos, 0, 0, toString(r->type)};
  return found;
}

/// Whether the expression means the same where the variable is declared: what it uses is declared before and not changed in between.
bool holdsAt(const Place& place, Pos declaration, Expr* x) {
  for (Name* used : namesIn(x)) {
    bool ok = true;
    inspect(place.body(), [&](Node* n) {
      auto* a = as<AssignStmt>(n);
      bool declares = a && a->op == Operator::Def && declarations(a, used->name) && a->kind == Kind::AssignStmt;
      if (auto* v = as<VarDecl>(n)) declares = declarations(v, used->name) != 0;
      if (declares && n->pos > declaration) ok = false;
      if (a && a->op != Operator::Def && isAssigned(a, used->name) && n->pos > declaration) ok = false;
      return true;
    });
    if (!ok) return false;
  }
  return true;
}

/// How often Go's append grows a slice to hold n elements one by one.
double growthsTo(double n) {
  double cap = 1, growths = 0;
  for (; cap < n; ++growths) cap = cap < 256 ? cap * 2 : cap + (cap + 768) / 4;
  return growths;
}

/// The length seen, rounded up to two digits that count: the next run may be a little longer.
uint64_t roomFor(uint64_t length) {
  auto n = static_cast<double>(length);
  double step = std::pow(10, std::max(0.0, std::floor(std::log10(n)) - 1));
  return static_cast<uint64_t>(std::ceil(n / step) * step);
}

/// The loop before which the variable can get its room: the outermost around the growth that does not declare it.
ForStmt* loopBehind(const Place& place, const Empty& declaration) {
  for (ForStmt* loop : place.loops())
    if (declaration.length == 0 || !(loop->pos < declaration.pos && declaration.pos < loop->body->rbrace)) return loop;
  return nullptr;
}

/// The turns of all loops between declaration and growth, as a product: "n", "len(xs)*m". Empty if they cannot be told before.
std::string roomOf(const Place& place, const Empty& declaration, ForStmt* first, size_t each) {
  std::string product;
  bool started = false;
  std::vector<ForStmt*> loops = place.loops();
  for (ForStmt* loop : loops) {
    if (loop == first) started = true;
    if (!started) continue;
    std::optional<Turns> turns = turnsOf(place, loop);
    bool once = turns && !changesNamesOf(first, turns->of) && holdsAt(place, declaration.length ? declaration.pos : place.body()->pos, turns->of);
    if (!once) return {};
    bool isSum = turns->of->kind == Kind::Operation || turns->text.find_first_of("+-") != std::string::npos;
    std::string factor = isSum && (loops.size() > 1 || each > 1) ? "(" + turns->text + ")" : turns->text;
    product += (product.empty() ? "" : "*") + factor;
  }
  if (each > 1 && !product.empty()) product = std::to_string(each) + "*" + product;
  return product;
}

bool isUnconditional(const Place& place, ForStmt* first) {
  std::vector<ForStmt*> loops = place.loops();
  // Between nested loops nothing may decide either: look at each from the one inside it.
  for (ForStmt* loop : loops)
    if (loop == first || contains(first, loop)) {
      bool inside = false;
      for (Node* n : place.path) {
        if (n == loop) inside = true;
        else if (inside && (n->kind == Kind::IfStmt || n->kind == Kind::SwitchStmt || n->kind == Kind::SelectStmt || n->kind == Kind::FuncLit)) return false;
      }
      bool leaves = false;
      inspect(loop->body, [&](Node* n) {
        leaves |= n->kind == Kind::BranchStmt || n->kind == Kind::ReturnStmt;
        return n->kind != Kind::FuncLit;
      });
      if (leaves) return false;
    }
  return true;
}

std::vector<Edit> editsFor(const Place& place, const Empty& d, ForStmt* loop, std::string_view name, const std::string& room, bool map) {
  std::string make = "make(" + d.type + (map ? ", " : ", 0, ") + room + ")";
  Rewriter w(*place.source);
  if (d.length) w.replace(d.offset, d.length, std::string(name) + " := " + make);
  else w.insertLineBefore(loop->pos.line(), place.source->indent(loop->pos.line()) + std::string(name) + " = " + make);
  return w.edits();
}

}  // namespace

std::optional<Advice> advisePreallocatedSlice(const Row& row, const Source& s, const Facts& facts) {
  if (row.kind != "append" || !row.onHeap || row.growths == 0 || row.maxLength < 4) return {};
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::CallExpr});
  auto* call = place ? as<CallExpr>(place->node()) : nullptr;
  auto* assign = place ? as<AssignStmt>(place->statement()) : nullptr;
  if (!call || !assign || assign->rhs != call || call->args.size() < 2 || !place->body()) return {};
  auto* name = as<Name>(call->args[0]);
  auto* to = as<Name>(assign->lhs);
  if (!name || !to || name->name != to->name || declarations(place->function(), name->name) != 1) return {};
  std::optional<Empty> d = emptyDeclaration(*place, name->name, Kind::SliceType);
  ForStmt* loop = d ? loopBehind(*place, *d) : nullptr;
  if (!loop) return {};
  std::string room;
  if (!call->hasDots && isUnconditional(*place, loop)) room = roomOf(*place, *d, loop, call->args.size() - 1);
  // Slices of this run: each has one first piece of memory, and grows from there. Pieces may have begun in the frame.
  double chain = std::max(1.0, growthsTo(static_cast<double>(row.maxLength)));
  double slices = row.growths < row.allocated.objects ? static_cast<double>(row.allocated.objects - row.growths) : std::max(1.0, std::ceil(static_cast<double>(row.allocated.objects) / chain));
  auto growths = static_cast<double>(row.growths);
  if (room.empty()) {
    // A number is only good advice if all slices came to about the same length: those, too, that the loop left empty.
    std::optional<uint64_t> entries = entriesOf(facts, *place, loop);
    if (!entries) return {};
    slices = std::max(slices, static_cast<double>(*entries));
    if (growths / slices < 0.7 * std::max(1.0, chain - 2)) return {};
    room = std::to_string(roomFor(row.maxLength));
  } else if (growths / slices < 1) {
    return {};
  }
  Advice a = adviceAbout(row, AdviceKind::PreallocateSlice);
  a.what = fmt::format("{} grew {} to {} elements, copying {}", name->name, timesText(row.growths), countText(row.maxLength), bytesText(static_cast<double>(row.copiedBytes)));
  a.todo = "give the slice its final capacity before the loop";
  a.edits = editsFor(*place, *d, loop, name->name, room, false);
  a.saves = {row.allocated.objects - std::min(row.allocated.objects, static_cast<uint64_t>(slices)), static_cast<uint64_t>(0.95 * static_cast<double>(std::min(row.copiedBytes, row.allocated.bytes)))};
  a.savesCopies = row.copiedBytes;
  return a;
}

std::optional<Advice> advisePreallocatedMap(const Row& row, const Source& s, const Facts& facts) {
  if (row.kind != "mapgrow" || !row.onHeap || row.growths < 2 || row.maxLength < 32) return {};
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::AssignStmt});
  auto* assign = place ? as<AssignStmt>(place->node()) : nullptr;
  if (!assign || !place->body()) return {};
  Expr* target = unpackList(assign->lhs)[0];
  auto* index = as<IndexExpr>(target);
  auto* name = index ? as<Name>(index->x) : nullptr;
  if (!name || declarations(place->function(), name->name) != 1) return {};
  std::optional<Empty> d = emptyDeclaration(*place, name->name, Kind::MapType);
  ForStmt* loop = d ? loopBehind(*place, *d) : nullptr;
  if (!loop) return {};
  // How many maps: those that the declaration made.
  double maps = 0;
  for (const Row& r : *facts.rows)
    if (r.kind == "map" && r.file == row.file && r.line == d->pos.line()) maps += static_cast<double>(r.allocated.objects);
  maps = std::max(1.0, maps);
  auto growths = static_cast<double>(row.growths);
  if (growths / maps < 0.7 * std::log2(static_cast<double>(row.maxLength) / 8)) return {};
  std::string room;
  auto* key = as<Name>(index->index);
  std::vector<ForStmt*> loops = place->loops();
  if (key && loops.back() == loop && key->name == counterOf(loop) && isUnconditional(*place, loop)) room = roomOf(*place, *d, loop, 1);
  if (room.empty()) room = std::to_string(roomFor(row.maxLength));
  Advice a = adviceAbout(row, AdviceKind::PreallocateMap);
  a.what = fmt::format("{} grew {} to {} entries", name->name, timesText(row.growths), countText(row.maxLength));
  a.todo = "make the map with room for its entries";
  a.edits = editsFor(*place, *d, loop, name->name, room, true);
  // Its last table takes about half of what all of them took.
  double kept = std::min(static_cast<double>(row.allocated.objects), 2 * maps);
  a.saves = {row.allocated.objects - static_cast<uint64_t>(kept), static_cast<uint64_t>(0.45 * static_cast<double>(row.allocated.bytes))};
  a.savesCopies = row.copiedBytes;
  return a;
}

}  // namespace burrow::profiler
