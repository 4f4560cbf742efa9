#include "compiler/escape/tags.h"

#include <algorithm>

namespace burrow::escape {

using ir::Func;
using ir::Name;
using ir::RemarkKind;

void addFlow(EscapeTag& t, int way, int derefs) {
  uint8_t& to = t[static_cast<size_t>(way)];
  int v = std::min(derefs + 1, 255);
  if (to == 0 || v < to) to = static_cast<uint8_t>(v);
}

void simplify(EscapeTag& t) {
  if (!t[kToHeap]) return;
  for (size_t i = 1; i < t.size(); ++i)
    if (t[i] >= t[kToHeap]) t[i] = 0;
}

EscapeTag disguisedTag(const Func& f) {
  bool escapes = f.pragma & syntax::kUintptrEscapes;
  if (!escapes && !f.native && !(f.pragma & syntax::kUintptrKeepAlive)) return {};
  EscapeTag t{};
  t[kToMutator] = 1;
  t[kToHeap] = escapes;
  return t;
}

namespace {

bool isUintptr(Type* t) {
  auto* b = ir::underlyingAs<Basic>(t);
  return b && b->basic == BasicKind::Uintptr;
}

class Tagging {
 public:
  Tagging(Context& context, Func* f) : context_(context), func_(f) {
    // Not for wrappers and instances: they are nobody's source.
    reports_ = context.remarks && !f->wrapper && !f->dupOk;
  }

  EscapeTag tag(Name* n, bool isRest) {
    bool pointers = ir::info(n->type).hasPointers();
    bool named = !n->name.empty() && n->name != "_";
    if (func_->native) return tagNative(n, pointers, named);
    if (func_->pragma & syntax::kUintptrEscapes) {
      auto* rest = isRest ? ir::underlyingAs<burrow::Slice>(n->type) : nullptr;
      bool disguised = rest && isUintptr(ir::canon(rest->elem));
      if (disguised || isUintptr(n->type)) {
        report(n, RemarkKind::Other, "marking " + std::string(n->name) + (disguised ? " as escaping ...uintptr" : " as escaping uintptr"));
        return kLeaks;
      }
    }
    if (!pointers) return kLeaks;
    if (!named && !func_->wrapper) return {};  // wrappers pass on what nobody gave a name
    const Location* l = Context::of(n);
    EscapeTag t = l->leaks;
    simplify(t);
    if (reports_ && !l->has(kEscapes)) reportLeaks(n, t);
    return t[kToHeap] == 1 ? kLeaks : t;
  }

 private:
  /// Without a body the declaration is all there is to know.
  EscapeTag tagNative(Name* n, bool pointers, bool named) {
    if (isUintptr(n->type)) {
      report(n, RemarkKind::Other, "assuming " + textOf(n) + " is unsafe uintptr");
      return kLeaks;
    }
    if (!pointers) return kLeaks;
    bool safe = func_->pragma & syntax::kNoescape;
    if (named && safe) report(n, RemarkKind::ParamDoesNotEscape, std::string(n->name) + " does not escape");
    else if (named) report(n, RemarkKind::LeakingParam, "leaking param: " + std::string(n->name));
    if (!safe) return kLeaks;
    EscapeTag t{};
    t[kToMutator] = t[kToCallee] = 1;
    return t;
  }

  std::string textOf(const Name* n) const { return n->name.empty() ? "~p" + std::to_string(n->index) : std::string(n->name); }

  void report(const Name* n, RemarkKind kind, std::string text) {
    if (reports_) context_.remarks->add(context_.at(n), kind, std::move(text));
  }

  void reportLeaks(const Name* n, const EscapeTag& t) {
    bool leaks = false;
    auto say = [&](std::string text) {
      report(n, RemarkKind::LeakingParam, std::move(text));
      leaks = true;
    };
    std::string name(n->name);
    if (int x = distance(t, kToHeap); x >= 0) say((x == 0 ? "leaking param: " : "leaking param content: ") + name);
    for (int i = 0; i < kTaggedResults; ++i)
      if (int x = distance(t, kToResult + i); x >= 0)
        say("leaking param: " + name + " to result " + context_.speller.name(func_->results[static_cast<size_t>(i)]) +
            " level=" + std::to_string(x));
    if (context_.options.mutations) {
      for (auto [way, verb] : {std::pair{kToMutator, "mutates"}, {kToCallee, "calls"}})
        if (int x = distance(t, way); x >= 0) say(std::string(verb) + " param: " + name + " derefs=" + std::to_string(x));
    }
    if (!leaks) report(n, RemarkKind::ParamDoesNotEscape, name + (context_.options.mutations ? " does not escape, mutate, or call" : " does not escape"));
  }

  Context& context_;
  Func* func_;
  bool reports_;
};

}  // namespace

void tagParameters(Context& context, Func* f) {
  bool declared = f->object && !f->dupOk && !f->outer;
  if (!f->facts) f->facts = declared && f->object->facts ? f->object->facts : new FuncFacts;
  if (declared) f->object->facts = f->facts;
  FuncFacts& facts = *f->facts;
  facts.params.clear();
  Tagging tagging(context, f);
  auto* sig = ir::underlyingAs<Signature>(f->fullType);
  for (size_t i = 0; i < f->params.size(); ++i) {
    bool rest = sig && sig->variadic && i + 1 == f->params.size();
    facts.params.push_back(tagging.tag(f->params[i], rest));
  }
  if (EscapeTag t = disguisedTag(*f); t != EscapeTag{}) facts.params.push_back(t);
  facts.tagged = true;
}

}  // namespace burrow::escape
