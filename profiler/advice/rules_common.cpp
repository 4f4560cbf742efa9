#include "profiler/advice/rules.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

using namespace syntax;

std::string timesText(uint64_t n) { return n == 1 ? "once" : countText(n) + " times"; }

Advice adviceAbout(const Row& row, AdviceKind kind) {
  Advice a;
  a.kind = kind;
  a.file = row.file;
  a.line = row.line;
  a.column = row.column;
  a.function = row.function;
  a.sites = row.sites;
  return a;
}

namespace {

/// The type that the source gives a variable, as far as it says so: of a parameter, `var x T`, x := T{…} or make(T, …).
Expr* declaredType(const Place& place, std::string_view name) {
  Expr* type = nullptr;
  auto look = [&](Node* root) {
    inspect(root, [&](Node* n) {
      if (auto* f = as<Field>(n); f && f->name && f->name->name == name) type = f->type;
      if (auto* v = as<VarDecl>(n); v && v->type)
        for (Name* x : v->names)
          if (x->name == name) type = v->type;
      if (auto* a = as<AssignStmt>(n); a && a->op == Operator::Def)
        if (auto* x = as<Name>(a->lhs); x && x->name == name) {
          if (auto* lit = as<CompositeLit>(a->rhs)) type = lit->typeExpr;
          if (auto* call = as<CallExpr>(a->rhs); call && !call->args.empty())
            if (auto* fun = as<Name>(call->fun); fun && fun->name == "make") type = call->args[0];
        }
      return true;
    });
  };
  if (FuncType* s = place.signature()) look(s);
  if (BlockStmt* b = place.body()) look(b);
  if (type) return type;
  for (Decl* d : place.source->file()->decls)
    if (d->kind == Kind::VarDecl) look(d);
  return type;
}

bool isIntegerName(const Expr* type) {
  auto* n = as<Name>(const_cast<Expr*>(type));
  return n && (n->name == "int" || n->name == "int64" || n->name == "int32" || n->name == "uint" || n->name == "uint64" || n->name == "uint32");
}

/// An expression that costs nothing and does the same each time: names, fields, literals, len of these, sums and products.
bool isSimple(Expr* x) {
  x = unparen(x);
  if (x->kind == Kind::Name || x->kind == Kind::BasicLit) return true;
  if (auto* s = as<SelectorExpr>(x)) return isSimple(s->x);
  if (auto* o = as<Operation>(x)) return o->y && isSimple(o->x) && isSimple(o->y);
  auto* c = as<CallExpr>(x);
  auto* f = c ? as<Name>(c->fun) : nullptr;
  return f && f->name == "len" && c->args.size() == 1 && isSimple(c->args[0]);
}

std::optional<Turns> turnsOfRange(const Place& place, RangeClause* r) {
  Expr* x = unparen(r->x);
  if (auto* lit = as<BasicLit>(x); lit && lit->lit == LitKind::Int) return Turns{std::string(lit->text), x};
  if (!isSimple(x)) return {};
  std::string text = toString(x);
  if (x->kind == Kind::CallExpr || x->kind == Kind::Operation) return Turns{text, x};  // len(…), n+1: numbers
  Expr* type = nullptr;
  if (auto* name = as<Name>(x)) type = declaredType(place, name->name);
  if (type && isIntegerName(type)) return Turns{text, x};
  bool two = r->lhs && unpackList(r->lhs).size() == 2;
  bool listLike = type && (type->kind == Kind::SliceType || type->kind == Kind::ArrayType || type->kind == Kind::MapType || type->kind == Kind::DotsType);
  if (listLike || (two && !(type && type->kind == Kind::FuncType))) return Turns{"len(" + text + ")", x};
  return {};
}

}  // namespace

std::optional<Turns> turnsOf(const Place& place, const ForStmt* loop) {
  if (auto* r = as<RangeClause>(loop->init)) return turnsOfRange(place, r);
  auto* init = as<AssignStmt>(loop->init);
  auto* cond = as<Operation>(loop->cond);
  auto* post = as<AssignStmt>(loop->post);
  if (!init || !cond || !cond->y || !post || init->op != Operator::Def) return {};
  auto* counter = as<Name>(init->lhs);
  auto* from = as<BasicLit>(init->rhs);
  auto* tested = as<Name>(cond->x);
  auto* stepped = as<Name>(post->lhs);
  bool counts = counter && from && tested && stepped && counter->name == tested->name && counter->name == stepped->name && !post->rhs && post->op == Operator::Add;
  if (!counts || (from->text != "0" && from->text != "1") || !isSimple(cond->y)) return {};
  bool inclusive = cond->op == Operator::Leq;
  if (!inclusive && cond->op != Operator::Lss) return {};
  if (isAssigned(const_cast<BlockStmt*>(loop->body), counter->name)) return {};
  std::string text = toString(cond->y);
  if (inclusive && from->text == "0") text += "+1";
  if (!inclusive && from->text == "1") text += "-1";
  return Turns{text, cond->y};
}

std::string_view counterOf(const ForStmt* loop) {
  if (auto* r = as<RangeClause>(loop->init)) {
    if (!r->def || !r->lhs) return {};
    auto* name = as<Name>(unpackList(r->lhs)[0]);
    return name ? name->name : std::string_view();
  }
  auto* init = as<AssignStmt>(loop->init);
  auto* post = as<AssignStmt>(loop->post);
  auto* name = init ? as<Name>(init->lhs) : nullptr;
  return name && post && !post->rhs ? name->name : std::string_view();
}

LoopEntries loopEntries(const Profile& p) {
  LoopEntries entries;
  for (const Loop& l : p.loops) {
    const Frame& f = p.frames[l.frame];
    entries[{p.strings[f.file], f.line, f.column}] += l.entries;
  }
  return entries;
}

std::optional<uint64_t> entriesOf(const Facts& facts, const Place& place, const ForStmt* loop) {
  auto* range = as<RangeClause>(loop->init);
  Pos pos = range ? range->pos : loop->pos;
  auto at = facts.loops->find({place.source->path(), pos.line(), pos.col()});
  if (at == facts.loops->end()) return {};
  return at->second;
}

}  // namespace burrow::profiler
