// Calls: where arguments go, by what is known of the callee.
#include <array>

#include "compiler/escape/builder.h"
#include "compiler/escape/tags.h"

namespace burrow::escape {

using ir::Func;
using ir::Name;
using ir::Node;
using ir::Op;

namespace {

/// A slice type whose elements hold pointers.
bool hasPointerElements(Type* t) {
  auto* s = ir::underlyingAs<burrow::Slice>(t);
  return s && ir::info(ir::canon(s->elem)).hasPointers();
}

bool hasPointersOtherThanStrings(Type* t) {
  if (!ir::info(t).hasPointers()) return false;
  Type* u = ir::underlying(t);
  switch (u->kind) {
    case TypeKind::Basic: return !(static_cast<Basic*>(u)->info & kIsString);
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(u)->fields)
        if (hasPointersOtherThanStrings(ir::canon(f->type))) return true;
      return false;
    case TypeKind::Array: return hasPointersOtherThanStrings(ir::canon(static_cast<Array*>(u)->elem));
    default: return true;
  }
}

}  // namespace

FlowBuilder::Callee FlowBuilder::calleeOf(Node* fun) {
  Callee c;
  Node* f = fun;
  while (f->op == Op::Paren || f->op == Op::ConvNop) f = f->x;
  if (f->op == Op::InlinedCall || (f->op == Op::Name && f->name->cls != ir::Class::Global)) f = c_.oracle(func_).staticValue(f);
  if (f->op != Op::FuncName && f->op != Op::MethodExpr && f->op != Op::Closure) return c;
  if (f->op == Op::MethodExpr && f->index == ir::kTypeParamMethod) return c;  // gc finds it in a dictionary
  c.node = f;
  c.func = ir::funcOf(c_.unit, f);
  if (Func* native = c_.nativeOf(f)) c.func = native;
  c.open = b_.isOpen(c.func);
  if (c.func) c.facts = c.func->facts;
  else if (f->object) c.facts = f->object->facts;
  return c;
}

/// The method that a method value binds.
FlowBuilder::Callee FlowBuilder::methodOf(const Node* n) {
  Callee c;
  if (ir::underlying(n->x->type)->kind == TypeKind::Interface) return c;
  std::string_view symbol = n->symbol;
  if (symbol.ends_with("-fm")) symbol.remove_suffix(3);
  if (auto it = c_.unit.bySymbol.find(symbol); it != c_.unit.bySymbol.end()) {
    c.func = it->second;
    c.open = b_.isOpen(c.func);
    c.facts = c.func->facts;
  } else if (n->object) {
    c.facts = n->object->facts;
  }
  c.node = n->x;
  return c;
}

/// The parameters of an inlined call get their values.
void FlowBuilder::bindArguments(Node* n) {
  for (Node* s : n->list)
    if (s->op == Op::Assign2 && s->def) assign(s->list, s->list2, "assign-pair", s, true);
    else stmt(s);
  for (Node* r : n->list2) declare(r->name);
}

void FlowBuilder::call(const Hole* ks, size_t results, Node* n) {
  switch (n->op) {
    case Op::CallFunc: return callFunc(ks, results, n);
    case Op::CallInter:
      argument(b_.heap(), n, n->x);
      for (Node* a : n->list) argument(b_.heap(), n, a);
      return;
    case Op::InlinedCall:  // the arguments have been bound
      stmts(n->body);
      for (size_t i = 0; i < n->list2.size(); ++i) expr(ks && i < results ? ks[i] : b_.discard(), n->list2[i]);
      return;
    default: return builtin(ks, n);
  }
}

void FlowBuilder::callFunc(const Hole* ks, size_t results, Node* n) {
  Callee callee = calleeOf(n->x);
  if (ks && callee.open)
    for (size_t i = 0; i < results && i < callee.func->results.size(); ++i) name(ks[i], callee.func->results[i]);
  Hole calleeHole = b_.discard();
  if (!callee.node)
    for (size_t i = 0; i < results; ++i)
      if (!b_.isBlank(ks[i])) {
        // Its results go somewhere: they must not point to what is known only to a literal.
        calleeHole = b_.note(b_.callee(), n, "callee operand");
        break;
      }
  expr(calleeHole, n->x);
  if (callee.node && callee.node->symbol.starts_with("internal/abi.EscapeNonString[") && n->list.size() == 1) {
    Node* a = n->list[0];
    return argument(hasPointersOtherThanStrings(a->type) ? b_.heap() : b_.discard(), n, a);
  }
  EscapeTag disguised = callee.node ? pointerTag(callee, n->list.size()) : EscapeTag{};
  size_t taken = taken_.size();
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (disguised != EscapeTag{}) keepPointers(disguised, n->list[i]);
    argument(paramHole(ks, results, callee, i), n, n->list[i]);
  }
  taken_.resize(taken);
}

Hole FlowBuilder::paramHole(const Hole* ks, size_t results, const Callee& callee, size_t param) {
  if (!callee.node) return b_.heap();
  if (callee.open) return param < callee.func->params.size() ? Hole{Context::of(callee.func->params[param])} : b_.heap();
  if (!callee.facts || !callee.facts->tagged || param >= callee.facts->params.size()) return b_.heap();
  const EscapeTag& tag = callee.facts->params[param];
  std::array<Hole, 8> to;
  size_t n = 0;
  auto add = [&](int way, Hole k) {
    if (tag[static_cast<size_t>(way)]) to[n++] = Batch::shift(k, distance(tag, way));
  };
  add(kToHeap, b_.heap());
  add(kToMutator, b_.mutator());
  add(kToCallee, b_.callee());
  for (int i = 0; i < kTaggedResults && static_cast<size_t>(i) < results; ++i) add(kToResult + i, ks[i]);
  return tee(to.data(), n);
}

/// Where p goes in f(uintptr(p)), for an f that takes pointers in disguise, such as a system call; nowhere for others.
EscapeTag FlowBuilder::pointerTag(const Callee& callee, size_t args) {
  if (callee.open) return disguisedTag(*callee.func);
  if (!callee.facts || !callee.facts->tagged || callee.facts->params.size() <= args) return {};
  return callee.facts->params[args];
}

/// p must live until the call returns, or be on the heap.
void FlowBuilder::keepPointers(const EscapeTag& tag, Node* arg) {
  auto take = [&](Node* a) {
    auto basic = [](Type* t, BasicKind k) {
      auto* b = ir::underlyingAs<Basic>(t);
      return b && b->basic == k;
    };
    if (a->op != Op::ConvNop || !basic(a->x->type, BasicKind::UnsafePointer) || !basic(a->type, BasicKind::Uintptr)) return;
    Location* kept = b_.newLocation(func_, nullptr, loopDepth_, true);
    expr({kept}, a->x);
    b_.flow(tag[kToHeap] ? b_.note(b_.heap(), a, "//go:uintptrescapes") : b_.mutator(), kept);
    taken_.push_back(a);
  };
  if (arg->op == Op::SliceLit)
    for (Node* e : arg->list) take(e->op == Op::Key ? e->x : e);
  else
    take(arg);
}

/// The old backing array may flow to the result; what is in it, and what is appended, may get into a new one on the heap.
void FlowBuilder::append(Hole k, Node* n) {
  Hole both[2] = {k, b_.mutator()};
  Hole old = tee(both, 2);
  bool pointers = hasPointerElements(n->x->type);
  if (pointers) {
    Hole more[2] = {old, b_.deref(b_.heap(), n, "appendee slice")};
    old = tee(more, 2);
  }
  argument(old, n, n->x);
  if (n->dots) {
    Node* tail = n->list[0];
    argument(hasPointerElements(tail->type) ? b_.deref(b_.heap(), n, "appended slice...") : b_.discard(), n, tail);
  } else {
    for (Node* a : n->list) argument(b_.heap(), n, a);
  }
  // The new backing array. It is used once at most, so loops do not count.
  spill(k, n).to->loopDepth = 0;
}

void FlowBuilder::builtin(const Hole* ks, Node* n) {
  Hole k = ks ? ks[0] : b_.discard();
  switch (n->op) {
    case Op::Append: return append(k, n);
    case Op::Copy:
      argument(b_.mutator(), n, n->x);
      return argument(hasPointerElements(n->y->type) ? b_.deref(b_.heap(), n, "copied slice") : b_.discard(), n, n->y);
    case Op::Panic: return argument(b_.heap(), n, n->x);
    case Op::Clear: return argument(b_.mutator(), n, n->x);
    case Op::Min: case Op::Max:
      for (Node* a : n->list) argument(k, n, a);
      return;
    case Op::UnsafeStringData: case Op::UnsafeSliceData: return argument(k, n, n->x);
    case Op::UnsafeAdd: case Op::UnsafeSlice: case Op::UnsafeString:
      argument(k, n, n->x);
      return discard(n->y);
    default:  // complex, real, imag, delete, print, recover, len, cap, close
      discard(n->x);
      discard(n->y);
      return discard(n->list);
  }
}

}  // namespace burrow::escape
