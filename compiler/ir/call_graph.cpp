// Strongly connected components of the mention graph (Tarjan, after Sedgewick).
//
// As in gc every function has two numbers, n and n+1, and is searched from n+1: a search that comes back with n has found its way to the
// function itself, so the component is recursive.
#include "compiler/ir/call_graph.h"

#include <algorithm>

#include "compiler/ir/visit.h"

namespace burrow::ir {

namespace {

/// A literal that needs its encloser's frame; gc's instances of generic functions all capture their dictionary.
bool isInner(const Func* f) { return f->outer && (!f->captures.empty() || f->dupOk); }

class BottomUp {
 public:
  using Visit = std::function<void(const std::vector<Func*>&, bool)>;
  BottomUp(Mentions& mentions, const Visit& visit) : mentions_(mentions), visit_(visit) {}

  uint32_t search(Func* f) {
    auto [it, isNew] = number_.try_emplace(f, 0);
    if (!isNew) return it->second;
    uint32_t own = ++count_, low = ++count_;
    it->second = own;
    stack_.push_back(f);
    for (Func* mentioned : mentions_.of(f)) low = std::min(low, search(mentioned));
    if ((low == own || low == own + 1) && !isInner(f)) finish(f, low == own);
    return low;
  }

 private:
  void finish(Func* root, bool recursive) {
    size_t first = stack_.size();
    do number_[stack_[--first]] = UINT32_MAX;  // later searches do not count it
    while (stack_[first] != root);
    std::vector<Func*> component(stack_.begin() + static_cast<std::ptrdiff_t>(first), stack_.end());
    stack_.resize(first);
    visit_(component, recursive);
  }

  Mentions& mentions_;
  const Visit& visit_;
  std::unordered_map<const Func*, uint32_t> number_;
  std::vector<Func*> stack_;
  uint32_t count_ = 0;
};

}  // namespace

Mentions::Mentions(const Unit& unit) : unit_(unit) {
  for (auto* list : {&unit.funcs, &unit.elsewhere})
    for (Func* f : *list)
      if (f->native && f->object) bodyless_[f->object] = f;
}

Func* Mentions::mention(const Node* n) const {
  switch (n->op) {
    case Op::FuncName: case Op::MethodExpr: case Op::MethodValue: break;
    case Op::Closure: return n->func;
    default: return nullptr;  // without a look at more than its first cache line
  }
  if (n->object && !bodyless_.empty())
    if (auto it = bodyless_.find(n->object); it != bodyless_.end()) return it->second;
  if (n->op == Op::MethodExpr && n->index == kTypeParamMethod) return nullptr;  // gc finds it in a dictionary
  if (n->op != Op::MethodValue) return funcOf(unit_, n);
  // The symbol is that of the function that binds the receiver; what counts is the method.
  std::string_view symbol = n->symbol;
  if (!symbol.ends_with("-fm")) return nullptr;
  auto it = unit_.bySymbol.find(symbol.substr(0, symbol.size() - 3));
  return it == unit_.bySymbol.end() ? nullptr : it->second;
}

void Mentions::survey(const Func* f) {
  list_.clear();
  visitAll(f->body, false, [&](const Node* n) {
    Func* mentioned = mention(n);
    // To gc, package initialisation assigns variables and no more.
    bool counts = mentioned && !(f == unit_.init && mentioned->object && mentioned->object->name == "init");
    if (counts) list_.push_back(mentioned);
  });
  found_.insert_or_assign(f, unit_.arena->list(list_));
}

List<Func*> Mentions::of(const Func* f) {
  if (auto it = found_.find(f); it != found_.end()) return it->second;
  survey(f);
  return found_[f];
}

void visitBottomUp(Mentions& mentions, const std::vector<Func*>& roots,
                   const std::function<void(const std::vector<Func*>& component, bool recursive)>& visit) {
  BottomUp search(mentions, visit);
  for (Func* f : roots)
    if (!isInner(f)) search.search(f);
}

std::vector<Func*> inDeclarationOrder(const Unit& unit) {
  // Package initialisation, then what is declared, then instances, then what the compiler made up.
  auto rank = [&](const Func* f) { return f == unit.init ? 0 : f->wrapper ? 3 : f->dupOk ? 2 : 1; };
  std::vector<Func*> out(unit.funcs.begin(), unit.funcs.end());
  out.insert(out.end(), unit.elsewhere.begin(), unit.elsewhere.end());
  std::stable_sort(out.begin(), out.end(), [&](const Func* a, const Func* b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return rank(a) == 1 && a->pos.bits() < b->pos.bits();
  });
  return out;
}

}  // namespace burrow::ir
