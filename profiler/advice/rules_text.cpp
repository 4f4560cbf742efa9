// Strings that a loop puts together piece by piece: each + copies all that was there.
#include <fmt/format.h>

#include <algorithm>

#include "profiler/advice/rules.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

using namespace syntax;

namespace {

/// The operands of a + b + c; nothing if one of them cannot be written again on one line.
bool flatten(Expr* x, std::vector<std::string>& out) {
  x = unparen(x);
  if (auto* o = as<Operation>(x); o && o->y && o->op == Operator::Add) return flatten(o->x, out) && flatten(o->y, out);
  out.push_back(toString(x));
  return out.back().find("…") == std::string::npos;
}

/// What strings.Builder allocates until it holds `bytes`.
Count builderCost(double bytes) {
  Count c;
  for (double cap = 16; ; cap = cap < 256 ? cap * 2 : cap + (cap + 768) / 4) {
    ++c.objects;
    c.bytes += static_cast<uint64_t>(cap);
    if (cap >= bytes) return c;
  }
}

struct Declared {
  size_t offset = 0, length = 0;
};

/// var s string, s := "".
std::optional<Declared> emptyString(const Place& place, std::string_view name) {
  std::optional<Declared> found;
  const Source& s = *place.source;
  inspect(place.body(), [&](Node* n) {
    if (auto* a = as<AssignStmt>(n); a && a->op == Operator::Def) {
      auto* x = as<Name>(a->lhs);
      auto* lit = as<BasicLit>(a->rhs);
      if (x && x->name == name && lit && (lit->text == "\"\"" || lit->text == "``")) found = Declared{s.offset(x->pos), s.offset(lit->pos) + lit->text.size() - s.offset(x->pos)};
    }
    if (auto* d = as<VarDecl>(n); d && d->names.size() == 1 && d->names[0]->name == name && !d->values && !d->group)
      if (auto* type = as<Name>(d->type); type && type->name == "string") {
        size_t from = s.text().rfind("var", s.offset(d->names[0]->pos));
        found = Declared{from, s.offset(type->pos) + 6 - from};
      }
    return true;
  });
  return found;
}

}  // namespace

std::optional<Advice> adviseBuilder(const Row& row, const Source& s, const Facts& facts) {
  if (row.kind != "string" || !row.onHeap || row.meanSize() < 64) return {};
  // s += x is at the operator; s = s + x at its +.
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::AssignStmt, Kind::Operation});
  auto* assign = place ? as<AssignStmt>(place->statement()) : nullptr;
  auto* name = assign ? as<Name>(assign->lhs) : nullptr;
  if (!name || !assign->rhs || !place->body() || declarations(place->function(), name->name) != 1) return {};
  std::vector<std::string> parts;
  if (!flatten(assign->rhs, parts)) return {};
  if (assign->op == Operator::None) {
    if (parts.size() < 2 || parts[0] != name->name) return {};
    parts.erase(parts.begin());
  } else if (assign->op != Operator::Add) {
    return {};
  }
  if (std::find(parts.begin(), parts.end(), name->name) != parts.end()) return {};
  std::optional<Declared> d = emptyString(*place, name->name);
  std::vector<ForStmt*> loops = place->loops();
  std::erase_if(loops, [&](ForStmt* l) { return d && s.offset(l->pos) < d->offset && d->offset < s.offset(l->body->rbrace); });
  if (!d || loops.empty()) return {};

  Rewriter w(s);
  w.import("strings");
  w.replace(d->offset, d->length, "var " + std::string(name->name) + " strings.Builder");
  // Every other use must come after the loop and be a read; other additions become writes too.
  for (const Place& use : usesOf(s, place->body(), name->name)) {
    size_t at = s.offset(use.node()->pos);
    if (at >= d->offset && at < d->offset + d->length) continue;
    auto* other = as<AssignStmt>(use.statement());
    if (other == assign) continue;
    if (other && other->lhs == use.node()) return {};
    if (at < s.offset(loops[0]->body->rbrace)) return {};
    for (Node* n : use.path) {
      if (auto* o = as<Operation>(n); o && !o->y && o->op == Operator::And) return {};
      if (n->kind == Kind::FuncLit && n != place->function()) return {};
    }
    w.replace(at, name->name.size(), std::string(name->name) + ".String()");
  }
  std::string writes, indent = s.indent(assign->pos.line());
  for (const std::string& part : parts) writes += (writes.empty() ? "" : "\n" + indent) + std::string(name->name) + ".WriteString(" + part + ")";
  uint32_t line = assign->pos.line();
  size_t from = s.offset(startPos(assign)), end = s.lineStart(line) + s.line(line).size();
  std::string rest = s.text().substr(from, end - from);
  if (rest.find("//") != std::string::npos && rest.find('"') == std::string::npos) end = from + rest.find_last_not_of(" \t", rest.find("//") - 1) + 1;
  if (s.text().substr(from, end - from).find('}') != std::string::npos && s.closing(s.offset(loops.back()->body->pos)) < end) return {};   // for … { s += x }
  w.replace(from, end - from, writes);

  // A string for each entry of the outermost loop that does not declare it. Lengths grow evenly, so that the last is twice the mean.
  std::optional<uint64_t> entries = entriesOf(facts, *place, loops[0]);
  if (!entries) return {};
  double length = 2 * row.meanSize(), objects = static_cast<double>(row.allocated.objects);
  double strings = std::min(static_cast<double>(*entries), objects);
  Count each = builderCost(length);
  double leftObjects = strings * static_cast<double>(each.objects), leftBytes = strings * static_cast<double>(each.bytes);
  if (leftObjects >= objects || leftBytes >= static_cast<double>(row.allocated.bytes)) return {};
  Advice a = adviceAbout(row, AdviceKind::UseBuilder);
  a.what = fmt::format("{} is made anew with each addition, {}, {} on average", name->name, timesText(row.allocated.objects), bytesText(row.meanSize()));
  a.todo = "write the pieces to a strings.Builder";
  a.saves = {static_cast<uint64_t>(objects - leftObjects), row.allocated.bytes - static_cast<uint64_t>(leftBytes)};
  a.edits = w.edits();
  return a;
}

}  // namespace burrow::profiler
