#include "compiler/inline/cost.h"

#include "compiler/ir/types.h"
#include "compiler/ir/visit.h"
#include "compiler/syntax/pragma.h"

namespace burrow::inlining {

using ir::Class;
using ir::Node;
using ir::Op;

namespace {

bool isCallOf(const Node* fun, std::string_view package, std::string_view name) {
  return fun->op == Op::FuncName && fun->object && fun->object->pkg && fun->object->pkg->path == package && fun->object->name == name;
}

/// A call that the compiler put in.
bool isRuntimeCall(const Node* fun, std::string_view symbol) { return fun->op == Op::FuncName && !fun->object && fun->symbol == symbol; }

bool isInexact(Type* t) {
  auto* b = ir::underlyingAs<Basic>(t);
  return b && (b->info & (kIsFloat | kIsComplex));
}

bool isVariable(const Node* n, const ir::Name* name) { return n->op == Op::Name && n->name == name; }

bool isZero(const Node* n) { return n && n->op == Op::Literal && constant::sign(n->value) == 0; }

/// An element of the dictionary: index, dereference, the parameter and a number.
constexpr int64_t kDictionaryElement = 4;

int64_t runesOf(const Node* literal) {
  int64_t runes = 0;
  for (char c : constant::stringVal(literal->value)) runes += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return runes;
}

class Counter {
 public:
  Counter(const CostOptions& options, bool nodesOnly) : options_(options), nodesOnly_(nodesOnly) {}

  void list(List<Node*> nodes) {
    for (const Node* n : nodes) part(n);
  }

  Cost result() {
    if (reason_.empty() && total_ > options_.budget)
      reason_ = "function too complex: cost " + std::to_string(total_) + " exceeds budget " + std::to_string(options_.budget);
    return {static_cast<int32_t>(total_), std::move(reason_)};
  }
  int64_t nodes() const { return nodes_; }

 private:
  /// Counts gc's nodes; `adjust` changes the cost alone.
  void add(int64_t n) { nodes_ += n, total_ += n; }
  void adjust(int64_t n) { total_ += n; }
  void free(int64_t n) { nodes_ += n; }

  bool stopped() const {
    if (nodesOnly_) return nodes_ >= kBigFunction;
    return !reason_.empty() || (!options_.full && total_ > options_.budget);
  }
  void impossible(std::string reason) {
    if (!nodesOnly_ && reason_.empty()) reason_ = std::move(reason);
  }

  void part(const Node* n) {
    if (n && !stopped()) visit(n);
  }
  void children(const Node* n) {
    ir::visitChildren(n, [&](const Node* c) { part(c); });
  }
  void counted(const Node* n) {
    add(1);
    children(n);
  }
  /// Places that values go to: blank ones are nodes too.
  void targets(List<Node*> nodes, bool def) {
    for (const Node* n : nodes) {
      if (!n) {
        add(1);
        continue;
      }
      if (def && n->op == Op::Name && !n->uncounted) add(2);  // ODCL and the name
      part(n);
    }
  }

  void visit(const Node* n) {
    if (n->uncounted) return children(n);
    if (n->op <= Op::Intrinsic) expression(n);
    else statement(n);
  }

  void expression(const Node* n);
  void statement(const Node* n);
  void call(const Node* n);
  void address(const Node* n);
  void slice(const Node* n);
  void conversion(const Node* n);
  void receive(const Node* clause);

  const CostOptions options_;
  bool nodesOnly_;
  int64_t nodes_ = 0, total_ = 0;
  std::string reason_;
};

void Counter::expression(const Node* n) {
  switch (n->op) {
    case Op::MethodExpr: return free(2);
    case Op::TypeWord:
      if (n->index == ir::kDynamicDictionary) return add(1 + kDictionaryElement);
      return free(1);
    case Op::Assert:
      if (n->index == ir::kDynamicDictionary) add(kDictionaryElement + 2);  // and the address of the operand's type
      return counted(n);
    case Op::Paren: case Op::Init: return children(n);
    case Op::ConvNop: case Op::StrToRunes: return conversion(n);
    case Op::Addr: return address(n);
    case Op::Deref: {
      const Node* p = n->x;
      while (p->op == Op::ConvNop || p->op == Op::Paren) p = p->x;
      if (p->op == Op::Addr || (p->op == Op::New && p->x)) adjust(-1);
      return counted(n);
    }
    case Op::New:
      if (n->x) add(5);  // a temporary is declared and assigned, and its address taken
      else if (n->index == ir::kDynamicDictionary) add(1 + kDictionaryElement);
      else free(1);
      return counted(n);
    case Op::Slice: return slice(n);
    case Op::Key:
      if (!n->y) add(1);  // the index
      return counted(n);
    case Op::SliceLit: case Op::MethodValue:
      adjust(1);
      return counted(n);
    case Op::Make:
      if (auto kind = ir::underlying(n->type)->kind; !n->x && (kind == TypeKind::Map || kind == TypeKind::Chan)) add(1);  // a size of 0
      return counted(n);
    case Op::Closure:
      adjust(kClosureCost);
      return add(1);
    case Op::Recover:
      impossible("call to recover");
      return counted(n);
    case Op::CallFunc: return call(n);
    case Op::CallInter:
      adjust(options_.callCost);
      add(1);  // the selector
      return counted(n);
    default: return counted(n);
  }
}

void Counter::call(const Node* n) {
  const Node* fun = n->x;
  for (std::string_view name : {"GetCallerPC", "GetCallerSP"})
    if (isCallOf(fun, "internal/runtime/sys", name)) return impossible("call to " + std::string(name));
  bool known = fun->op == Op::FuncName || fun->op == Op::MethodExpr;
  if (!nodesOnly_ && !isCheap(fun) && !isIntrinsic(fun->object)) {
    int32_t body = options_.calleeCost ? options_.calleeCost(n) : -1;
    bool variable = fun->op == Op::Name && (fun->name->cls == Class::Param || fun->name->cls == Class::Capture);
    adjust(body >= 0 ? body : variable ? kParamCallCost : options_.callCost);
  }
  if (known && fun->index == ir::kStaticDictionary) add(2);   // its address
  if (known && fun->index == ir::kDynamicDictionary) add(kDictionaryElement);
  if (known && fun->index == ir::kTypeParamMethod) add(1 + kDictionaryElement);
  counted(n);
}

/// &x.f costs nothing if f comes first.
void Counter::address(const Node* n) {
  const Node* dot = n->x;
  if ((dot->op == Op::Dot || dot->op == Op::DotPtr) && dot->x->op == Op::Name) {
    Type* t = dot->x->type;
    if (dot->op == Op::DotPtr) t = ir::canon(ir::underlyingAs<Pointer>(t)->base);
    if (ir::info(t).offsets[static_cast<size_t>(dot->index)] == 0) adjust(-2);
  }
  counted(n);
}

void Counter::slice(const Node* n) {
  if (isZero(n->list[0])) adjust(-1);
  const Node* high = n->list[1];
  if (high && high->op == Op::Len && n->x->op == Op::Name && isVariable(high->x, n->x->name)) adjust(-2);
  counted(n);
}

void Counter::conversion(const Node* n) {
  if (n->op == Op::StrToRunes) {
    if (n->x->op != Op::Literal) return counted(n);
    adjust(1);  // it is a slice literal, with each index written
    return add(1 + 3 * runesOf(n->x));
  }
  // gc keeps conversions between floating-point types, which round.
  if (isInexact(n->type) && isInexact(n->x->type)) add(1);
  else free(1);
  children(n);
}

void Counter::statement(const Node* n) {
  switch (n->op) {
    case Op::Block: case Op::ExprStmt: return children(n);
    case Op::Declare: return add(n->implicit ? 2 : 4);  // ODCL and name; alone also an assignment without a value, to the name
    case Op::Assign: {
      Node* to[] = {n->x};
      add(1);
      targets(to, n->def);
      return part(n->y);
    }
    case Op::Assign2:
      add(1);
      targets(n->list, n->def);
      return list(n->list2);
    case Op::Assign2Call:
      // gc assigns through temporaries and takes their cost back, except where only the temporaries are used.
      add(1);
      free(1);  // the conversion that holds the statement
      if (n->implicit) add(static_cast<int64_t>(n->list.size()) * 3);
      else targets(n->list, false);
      return part(n->x);
    case Op::If:
      if (n->x->op == Op::Literal) return list(constant::boolVal(n->x->value) ? n->body : n->els);
      return counted(n);
    case Op::Range:
      add(1);
      part(n->x);
      targets(n->list, n->def);
      return list(n->body);
    case Op::TypeSwitch: {
      add(2);  // the statement and its guard, which may name a variable
      for (const Node* c : n->list)
        if (c->name) {
          add(1);
          break;
        }
      return children(n);
    }
    case Op::Case:
      if (n->name) add(1);
      return counted(n);
    case Op::Comm:
      add(1);
      if (n->x && n->x->op == Op::Recv) receive(n);
      else part(n->x);
      return list(n->body);
    case Op::Label:
      if (!n->implicit) add(1);
      return children(n);
    case Op::Fallthrough: return free(1);
    case Op::Panic:
      if (n->x->op == Op::ConvIface && n->x->implicit) adjust(-1);
      adjust(1);
      return counted(n);
    case Op::DeferToken:
      impossible("defer call in range func");
      return add(2);
    case Op::Go: case Op::Defer:
      impossible(n->op == Op::Go ? "unhandled op GO" : "unhandled op DEFER");
      return counted(n);
    default: return counted(n);
  }
}

/// A receive in a select statement assigns two values, blank ones included. v, ok = <-c does so to temporaries first.
void Counter::receive(const Node* clause) {
  size_t n = clause->list.size();
  add(clause->def ? 4 : 1);  // declared: ODCL, the name and the target
  if (n < 2) add(1);
  if (n == 0) add(1);
  for (const Node* t : clause->list)
    if (!t) add(1);
  if (n == 2) add(3 * 2 + 1 + 2);
  part(clause->x);
}

bool isGeneric(const burrow::Func* f) {
  const Signature* sig = f ? f->signature() : nullptr;
  return sig && (!sig->tparams.empty() || !sig->rparams.empty());
}

}  // namespace

bool isThroughWrapper(const Node* call, const Node* callee) {
  if ((callee->op != Op::FuncName && callee->op != Op::MethodExpr) || !isGeneric(callee->object)) return false;
  const Node* named = call->x;
  while (named->op == Op::ConvNop || named->op == Op::Paren) named = named->x;
  return named != callee || callee->index == ir::kNoDictionary;
}

bool isMarkedNoinline(const ir::Unit& unit, const Node* callee) {
  const ir::Func* f = ir::funcOf(unit, callee);
  return f && (f->pragma & syntax::kNoinline);
}

int32_t wrapperCost(const Node* callee, int32_t instance) {
  auto* sig = static_cast<const Signature*>(callee->type);
  auto results = static_cast<int32_t>(sig->results->vars.size());
  int32_t call = 1 + (callee->op == Op::FuncName ? 1 : 0) + 2 + static_cast<int32_t>(sig->params->vars.size());
  int32_t giveBack = results < 2 ? results : 2 + 4 * results;  // through temporaries
  return instance + call + giveBack;
}

bool isCheap(const Node* fun) {
  if (isCallOf(fun, "internal/abi", "NoEscape") || isCallOf(fun, "internal/abi", "EscapeNonString")) return true;
  if (isRuntimeCall(fun, "runtime.panicrangestate")) return true;
  const burrow::Func* f = fun->object;
  if (!f || !f->pkg || !f->pkg->path.starts_with(fun->op == Op::MethodExpr ? "encoding/binary" : "internal/byteorder")) return false;
  std::string_view rest = f->name;
  auto skip = [&](std::string_view prefix) {
    bool is = rest.starts_with(prefix);
    if (is) rest.remove_prefix(prefix.size());
    return is;
  };
  if (fun->op == Op::MethodExpr) {
    if (f->pkg->path != "encoding/binary") return false;
    bool order = fun->symbol.starts_with("encoding/binary.littleEndian.") || fun->symbol.starts_with("encoding/binary.bigEndian.");
    if (!order) return false;
  } else if (f->pkg->path != "internal/byteorder" || !(skip("LE") || skip("BE"))) {
    return false;
  }
  if (!skip("Put")) skip("Append");
  return rest == "Uint16" || rest == "Uint32" || rest == "Uint64";
}

Cost costOf(const ir::Func& f, const CostOptions& options) {
  Counter c(options, false);
  c.list(f.body);
  return c.result();
}

bool isBig(const ir::Func& f) {
  // No text has three nodes for each of its characters.
  const ir::Func* top = &f;
  while (top->outer) top = top->outer;
  if (top->decl && !top->decl->text.empty() && top->decl->text.size() * 3 < static_cast<size_t>(kBigFunction)) return false;
  Counter c({}, true);
  c.list(f.body);
  return c.nodes() >= kBigFunction;
}

}  // namespace burrow::inlining
