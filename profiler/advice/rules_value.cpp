// Values that need no memory of their own: results by value instead of by pointer, conversions without fmt.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "profiler/advice/rules.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

using namespace syntax;

namespace {

constexpr uint32_t kLargestValue = 128;   // bytes that are copied sooner than allocated

std::string withoutPackage(const std::string& type, const std::string& package) {
  std::string base = package.substr(package.rfind('/') + 1) + ".";
  return type.starts_with(base) ? type.substr(base.size()) : type;
}

/// All calls f(…) in the files; nothing if f is also used in another way.
std::optional<std::vector<Place>> callsOf(const Facts& facts, std::string_view function) {
  std::vector<Place> calls;
  for (const Source* s : facts.package)
    for (Decl* d : s->file()->decls)
      for (Place& use : usesOf(*s, d, function)) {
        auto* parent = use.path.size() > 1 ? use.path[use.path.size() - 2] : nullptr;
        if (auto* f = as<FuncDecl>(parent); f && f->name == use.node()) continue;
        auto* call = as<CallExpr>(parent);
        if (!call || call->fun != use.node()) return {};
        use.path.pop_back();
        calls.push_back(std::move(use));
      }
  return calls;
}

/// p := f(…), and then only fields of p are used.
bool usesOnlyFields(const Place& call) {
  auto* assign = as<AssignStmt>(call.path.size() > 1 ? call.path[call.path.size() - 2] : nullptr);
  auto* name = assign && assign->op == Operator::Def ? as<Name>(assign->lhs) : nullptr;
  if (!name || declarations(call.function(), name->name) != 1) return false;
  for (const Place& use : usesOf(*call.source, call.body(), name->name)) {
    if (use.node() == name) continue;
    auto* field = as<SelectorExpr>(use.path[use.path.size() - 2]);
    if (!field || field->x != use.node()) return false;
    auto* around = use.path.size() > 2 ? use.path[use.path.size() - 3] : nullptr;
    if (auto* method = as<CallExpr>(around); method && method->fun == field) return false;
    if (auto* address = as<Operation>(around); address && !address->y && address->op == Operator::And) return false;
    for (Node* n : use.path)
      if (n->kind == Kind::FuncLit && n != call.function()) return false;
  }
  return true;
}

/// fmt's function in a call of it: "Sprintf", or empty.
std::string_view fmtFunction(const CallExpr* call) {
  auto* f = as<SelectorExpr>(call->fun);
  auto* package = f ? as<Name>(f->x) : nullptr;
  return package && package->name == "fmt" ? f->sel->name : std::string_view();
}

/// What strconv has for a value of this type; empty: nothing. `x`: the expression.
std::string conversionOf(const std::string& type, const std::string& verb, const std::string& x) {
  bool decimal = verb == "%d" || verb == "%v";
  if (type == "int" && decimal) return "strconv.Itoa(" + x + ")";
  if (type == "int64" && decimal) return "strconv.FormatInt(" + x + ", 10)";
  if (type == "uint64" && decimal) return "strconv.FormatUint(" + x + ", 10)";
  for (const char* narrow : {"int8", "int16", "int32", "uint8", "uint16", "uint32"})
    if (type == narrow && decimal) return "strconv.FormatInt(int64(" + x + "), 10)";
  if (type == "uint" && decimal) return "strconv.FormatUint(uint64(" + x + "), 10)";
  if (type == "string" && (verb == "%s" || verb == "%v")) return x;
  return {};
}

}  // namespace

std::optional<Advice> adviseValue(const Row& row, const Source& s, const Facts& facts) {
  if (row.kind != "new" || !row.onHeap || row.fixedSize == 0 || row.fixedSize > kLargestValue || row.survived.objects * 20 > row.allocated.objects || row.atExit.objects > 2 + row.allocated.objects / 20) return {};
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::Operation});
  auto* address = place ? as<Operation>(place->node()) : nullptr;
  auto* f = place ? as<FuncDecl>(place->function()) : nullptr;
  if (!address || !f || f->recv || !f->tparams.empty() || f->signature->results.size() != 1 || as<CompositeLit>(address->x) == nullptr) return {};
  auto* result = as<Operation>(f->signature->results[0]->type);
  if (!result || result->y || result->op != Operator::Mul || f->signature->results[0]->name) return {};
  // Every return gives the address of a literal.
  std::vector<Operation*> addresses;
  bool ok = true;
  inspect(f->body, [&](Node* n) {
    if (n->kind == Kind::FuncLit) return false;
    if (auto* r = as<ReturnStmt>(n)) {
      auto* o = as<Operation>(r->results);
      ok &= o && !o->y && o->op == Operator::And && o->x->kind == Kind::CompositeLit;
      if (o) addresses.push_back(o);
    }
    return true;
  });
  if (!ok || std::find(addresses.begin(), addresses.end(), address) == addresses.end()) return {};
  std::optional<std::vector<Place>> calls = callsOf(facts, f->name->name);
  if (!calls || calls->empty() || !std::all_of(calls->begin(), calls->end(), usesOnlyFields)) return {};
  Rewriter w(s);
  w.replace(s.offset(result->pos), 1, "");
  for (Operation* o : addresses) w.replace(s.offset(o->pos), 1, "");
  Advice a = adviceAbout(row, AdviceKind::PassByValue);
  a.what = fmt::format("{} returns a pointer to a new {} of {}, {}; its callers only read and write fields", f->name->name, withoutPackage(row.type, row.package), bytesText(row.fixedSize), timesText(row.allocated.objects));
  a.todo = "return the value instead of a pointer to it";
  a.saves = row.allocated;
  a.edits = w.edits();
  return a;
}

namespace {

/// The box that an operand of a call was put into, as the run counted it; null: it was none.
const Row* boxOf(const Facts& facts, const std::string& file, const Expr* operand) {
  for (const Row& r : *facts.rows)
    if (r.kind == "box" && r.onHeap && r.file == file && r.line == operand->pos.line() && r.column == operand->pos.col()) return &r;
  return nullptr;
}

/// A format with a verb for each operand, cut at its verbs: texts around them as the source has them, and the verbs.
struct Format {
  std::vector<std::string> texts{""}, verbs;
};
std::optional<Format> formatOf(const BasicLit* lit) {
  if (!lit || lit->text.size() < 2 || lit->text[0] != '"') return {};
  Format f;
  std::string_view text = lit->text.substr(1, lit->text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      f.texts.back() += text[i];
    } else {
      if (i + 1 == text.size() || !std::isalpha(static_cast<unsigned char>(text[i + 1]))) return {};
      f.verbs.push_back("%" + std::string(1, text[++i]));
      f.texts.emplace_back();
    }
  }
  return f;
}

/// What a call of fmt gives, without fmt: an expression, and what it saves.
struct Conversion {
  std::string text;
  Count saves;
  const Row* first = nullptr;   ///< the box that saves
  std::vector<uint32_t> sites;
};

std::optional<Conversion> convert(const Source& s, const Facts& facts, const std::string& file, const CallExpr* call, const Format& format) {
  Conversion c;
  size_t count = format.verbs.size();
  for (size_t i = 0; i <= count; ++i) {
    auto add = [&](const std::string& piece) { c.text += (c.text.empty() ? "" : " + ") + piece; };
    if (!format.texts[i].empty()) add("\"" + format.texts[i] + "\"");
    if (i == count) break;
    Expr* x = call->args[call->args.size() - count + i];
    const Row* box = boxOf(facts, file, x);
    if (!box) return {};
    size_t from = s.offset(startPos(x)), to = i + 1 < count ? s.offset(startPos(call->args[call->args.size() - count + i + 1])) : s.closing(s.offset(call->pos));
    if (to == std::string::npos) return {};
    std::string operand = s.text().substr(from, to - from);
    if (i + 1 < count) operand = operand.substr(0, operand.find_last_of(','));
    bool isString = box->type == "string";
    if (isString && count > 1 && unparen(x)->kind == Kind::Operation) operand = "(" + operand + ")";
    std::string by = conversionOf(box->type, format.verbs[i], operand);
    if (by.empty()) return {};
    add(by);
    // Of several, numbers become strings of their own before they are put together: as many objects as before.
    if (count > 1 && !isString) continue;
    c.saves.objects += box->allocated.objects;
    c.saves.bytes += box->allocated.bytes;
    if (!c.first) c.first = box;
    c.sites.insert(c.sites.end(), box->sites.begin(), box->sites.end());
  }
  return c;
}

}  // namespace

std::optional<Advice> adviseConversion(const Row& row, const Source& s, const Facts& facts) {
  if (row.kind != "box" || !row.onHeap) return {};
  // The operand's node lies in the call; the call's own position is that of its parenthesis.
  std::optional<Place> place = findPlace(s, row.line, row.column, {Kind::Name, Kind::Operation, Kind::CallExpr, Kind::SelectorExpr, Kind::IndexExpr});
  if (!place) return {};
  for (size_t i = place->path.size() - 1; i-- > 0;) {
    auto* call = as<CallExpr>(place->path[i]);
    if (!call) continue;
    std::string_view f = fmtFunction(call);
    bool isPlain = f == "Sprint" && call->args.size() == 1;
    if ((f != "Sprintf" && !isPlain) || call->hasDots || call->args.empty() || (!isPlain && place->path[i + 1] == call->args[0])) return {};
    std::optional<Format> format = isPlain ? Format{{"", ""}, {"%v"}} : formatOf(as<BasicLit>(call->args[0]));
    if (!format || format->verbs.size() + !isPlain != call->args.size()) return {};
    std::optional<Conversion> c = convert(s, facts, row.file, call, *format);
    // One advice for all operands of a call: about the first that saves something.
    if (!c || !c->first || c->first->line != row.line || c->first->column != row.column) return {};
    // What is around the call may bind tighter than +.
    Node* around = i > 0 ? place->path[i - 1] : nullptr;
    bool isOperand = around && (around->kind == Kind::Operation || around->kind == Kind::IndexExpr || around->kind == Kind::SliceExpr || around->kind == Kind::SelectorExpr);
    if (isOperand && c->text.find(" + ") != std::string::npos) c->text = "(" + c->text + ")";
    size_t from = s.offset(startPos(call)), to = s.closing(s.offset(call->pos));
    Rewriter w(s);
    w.replace(from, to + 1 - from, c->text);
    if (c->text.find("strconv.") != std::string::npos) w.import("strconv");
    size_t fmtUses = 0;
    for (Decl* d : s.file()->decls) fmtUses += usesOf(s, d, "fmt").size();
    if (fmtUses == 1) w.dropImport("fmt");
    Advice a = adviceAbout(row, AdviceKind::AvoidBoxing);
    bool isOne = format->verbs.size() == 1;
    a.what = isOne ? fmt::format("fmt.{} gets its operand as an interface: a copy of the {} on the heap, {}", f, row.type, timesText(row.allocated.objects))
                   : fmt::format("fmt.{} gets its operands as interfaces: {} copies of strings on the heap", f, countText(c->saves.objects));
    a.todo = isOne ? "convert it without fmt" : "put the strings together without fmt";
    a.saves = c->saves;
    a.sites = c->sites;
    a.edits = w.edits();
    return a;
  }
  return {};
}

}  // namespace burrow::profiler
