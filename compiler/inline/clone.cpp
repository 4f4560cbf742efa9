#include "compiler/inline/clone.h"

#include "compiler/inline/body.h"
#include "compiler/ir/format.h"
#include "vm/bytecode/check.h"

namespace burrow::inlining {

using ir::Class;
using ir::Op;

std::string_view nameInPackage(std::string_view symbol, std::string_view package) {
  if (!package.empty() && symbol.size() > package.size() && symbol.starts_with(package) && symbol[package.size()] == '.')
    return symbol.substr(package.size() + 1);
  return symbol;
}

namespace {

/// A copy is found through Name::phase while the function is being copied.
Name* copyOf(const Name* n) { return static_cast<Name*>(n->phase); }

/// Literals of one kind that are numbered with f's: its own and those of its range-over-func bodies.
int countLiterals(const Func& f, const Func& kind) {
  int n = 0;
  for (const Func* c : f.closures) {
    n += c->rangeBody == kind.rangeBody && c->goDeferWrapper == kind.goDeferWrapper;
    if (c->rangeBody) n += countLiterals(*c, kind);
  }
  return n;
}

/// What the builder puts between the function's name and the number.
std::string_view literalSuffix(const Func& literal, bool inLiteral) {
  if (literal.rangeBody) return "-range";
  if (literal.goDeferWrapper) return literal.symbol.find_last_not_of("0123456789") == literal.symbol.rfind(".gowrap") + 6 ? ".gowrap" : ".deferwrap";
  return inLiteral ? "." : ".func";
}

}  // namespace

Name* Cloner::copyName(Name* n, Func* owner, uint32_t inl) {
  Name* c = unit_.arena->make<Name>(*n);
  c->func = owner;
  if (!keepNames_) c->inl = inl;
  n->phase = c;
  c->phase = nullptr;
  touched_.push_back(n);
  return c;
}

Name* Cloner::mapped(Name* n) {
  if (!n || n->cls == Class::Global) return n;
  if (Name* c = copyOf(n)) return c;
  // A variable that is in no list of its function.
  Name* c = copyName(n, into_, inl_);
  if (c->cls == Class::Local) into_->locals.push_back(c);
  return c;
}

void Cloner::forget() {
  for (Name* n : touched_) n->phase = nullptr;
  touched_.clear();
}

List<Node*> Cloner::copy(List<Node*> list) {
  if (list.empty()) return {};
  auto* to = static_cast<Node**>(unit_.arena->allocate(sizeof(Node*) * list.size(), alignof(Node*)));
  for (size_t i = 0; i < list.size(); ++i) to[i] = list[i] ? copy(list[i]) : nullptr;
  return {to, list.size()};
}

std::string_view Cloner::labelFor(std::string_view label) {
  return unit_.arena->string(std::string(label) + "·" + std::to_string(inlining_->frame));
}

Node* Cloner::copy(const Node* n) {
  if (inlining_ && n->op == Op::Return) return returned(n, false);
  Node* c = unit_.arena->make<Node>(*n);
  if (!keepNames_) c->inl = inl_;
  if (n->op == Op::Name) {
    c->name = mapped(n->name);
    return c;
  }
  if (ir::isLeaf(n->op)) return c;
  if (n->x) c->x = copy(n->x);
  if (n->y) c->y = copy(n->y);
  if (n->z) c->z = copy(n->z);
  if (!ir::hasLists(n->op)) return c;
  c->list = copy(n->list);
  c->list2 = copy(n->list2);
  c->body = copy(n->body);
  c->els = copy(n->els);
  if (n->name) c->name = mapped(n->name);
  if (!n->loopVars.empty()) {
    c->loopVars = unit_.arena->list(std::span<Name* const>(n->loopVars));
    for (Name*& v : c->loopVars) v = mapped(v);
  }
  if (inlining_ && !n->label.empty()) c->label = labelFor(n->label);
  if (n->op == Op::Closure) c->func = copyFunc(*n->func, into_, keepNames_ ? n->func->symbol : closureName(*into_, *n->func, inl_));
  return c;
}

/// A return of the callee. It is still in the callee as far as positions go: its operands are evaluated there.
Node* Cloner::returned(const Node* n, bool last) {
  Inlining& in = *inlining_;
  auto node = [&](Op op) {
    Node* c = unit_.arena->make<Node>(op);
    c->pos = n->pos;
    c->inl = inl_;
    return c;
  };
  Node* assign = nullptr;
  if (!n->list.empty()) {
    assign = node(Op::Assign2);
    assign->def = in.delayResults;
    std::vector<Node*> targets;
    for (Name* r : in.results) {
      Node* t = node(Op::Name);
      t->name = r;
      t->type = r->type;
      targets.push_back(t);
    }
    assign->list = unit_.arena->list(targets);
    assign->list2 = copy(n->list);
  }
  if (last) return assign;
  in.usesEnd = true;
  Node* jump = node(Op::Goto);
  jump->label = in.endLabel;
  if (!assign) return jump;
  Node* block = node(Op::Block);
  block->body = unit_.arena->list(std::vector<Node*>{assign, jump});
  return block;
}

std::string Cloner::closureName(Func& outer, const Func& literal, uint32_t frame) {
  Func* home = &outer;
  while (home->rangeBody && home->outer) home = home->outer;
  std::string name = home->symbol;
  std::vector<uint32_t> frames;
  for (uint32_t i = frame; i; i = unit_.inlineTree[i].parent) frames.push_back(i);
  for (size_t i = frames.size(); i-- > 0;) {
    const ir::InlineFrame& f = unit_.inlineTree[frames[i]];
    name += '.';
    auto instance = f.symbol.find('[') == std::string_view::npos ? unit_.bySymbol.end() : unit_.bySymbol.find(f.symbol);
    if (instance == unit_.bySymbol.end()) name += nameInPackage(f.symbol, f.package);
    else name += ir::Speller(unit_).func(*instance->second);  // by the shapes of its types
  }
  name += literalSuffix(literal, home->outer != nullptr);
  return name + std::to_string(countLiterals(*home, literal) + 1);
}

void Cloner::copyVariables(const Func& from, Func* to) {
  auto each = [&](List<Name*> list) {
    List<Name*> out = unit_.arena->list(std::span<Name* const>(list));
    for (Name*& n : out) n = copyName(n, to, 0);
    return out;
  };
  to->params = each(from.params);
  to->results = each(from.results);
  for (Name*& n : to->locals) n = copyName(n, to, 0);
  for (Name*& n : to->captures) {
    Name* outer = n->outer ? mapped(n->outer) : nullptr;
    n = copyName(n, to, 0);
    n->outer = outer;
  }
}

/// A literal and the literals in it.
Func* Cloner::copyFunc(const Func& f, Func* outer, std::string symbol) {
  auto* c = unit_.newFunc(f);
  c->symbol = std::move(symbol);
  c->outer = outer;
  c->closures.clear();
  c->phase = nullptr;
  c->facts = nullptr;
  if (!keepNames_) {
    c->inlineBody = nullptr;
    c->package = outer->package;
    c->dupOk = outer->dupOk;
    unit_.bySymbol.emplace(c->symbol, c);
  }
  if (outer) outer->closures.push_back(c);
  // The variables that it captures are found while `into_` is still the function around it.
  copyVariables(f, c);
  Func* into = std::exchange(into_, c);
  uint32_t inl = std::exchange(inl_, 0);
  Inlining* inlining = std::exchange(inlining_, nullptr);
  c->body = copy(f.body);
  into_ = into;
  inl_ = inl;
  inlining_ = inlining;
  return c;
}

Func* Cloner::snapshot(const Func& f) {
  keepNames_ = true;
  // Captures keep pointing at the variables around the function: whoever copies the copy replaces them.
  auto* c = unit_.newFunc(f);
  c->closures.clear();
  for (Name* n : f.captures)
    if (n->outer) n->outer->phase = n->outer, touched_.push_back(n->outer);
  copyVariables(f, c);
  into_ = c;
  inl_ = 0;
  inlining_ = nullptr;
  c->body = copy(f.body);
  forget();
  keepNames_ = false;
  return c;
}

Expansion Cloner::expand(Func& caller, const Func& callee, const Func& source, const Node& call, uint32_t frame, bool delayResults) {
  Expansion out;
  into_ = &caller;
  inl_ = frame;
  auto local = [&](Name* n, bool assigned) {
    Name* c = copyName(n, &caller, frame);
    c->cls = Class::Local;
    if (!c->autoTemp) c->index = 0;  // gc numbers temporaries as they are in the callee
    if (assigned) c->reassigned = true;
    caller.locals.push_back(c);
    return c;
  };
  for (Name* p : source.params) {
    Name* c = local(p, false);
    // Those of a range-over-func body may be the compiler's.
    bool blank = p->name == "_" || (p->name.empty() && !source.rangeBody);
    out.params.push_back(blank ? nullptr : c);
  }
  for (Name* r : source.results) {
    out.results.push_back(local(r, !delayResults));
    if (r->name == "_" || r->name.empty()) out.results.back()->name = unit_.arena->string("~r" + std::to_string(r->index));  // it is read
  }
  for (Name* n : source.locals) local(n, false);
  for (size_t i = 0; i < source.captures.size(); ++i) {
    source.captures[i]->phase = callee.captures[i]->outer;
    touched_.push_back(source.captures[i]);
  }
  Inlining in{&call, frame, delayResults, {out.results.data(), out.results.size()}, {}};
  in.endLabel = unit_.arena->string(".i" + std::to_string(expansions_[&caller]++));
  inlining_ = &in;
  for (size_t i = 0; i < source.body.size(); ++i) {
    const Node* n = source.body[i];
    if (!n) continue;
    Node* c = n->op == Op::Return ? returned(n, i + 1 == source.body.size()) : copy(n);
    if (c) out.body.push_back(c);
  }
  if (in.usesEnd) {
    Node* end = unit_.arena->make<Node>(Op::Label);
    end->pos = call.pos;
    end->inl = call.inl;
    end->label = in.endLabel;
    end->bounded = true;
    out.body.push_back(end);
  }
  inlining_ = nullptr;
  forget();
  return out;
}

}  // namespace burrow::inlining
