// Functions whose frame would pass gc's limit of 1 GB. Burrow keeps large values elsewhere and could run them; gc reports
// them, and so does Burrow, with gc's accounting: variables up to 128 KiB, copies that gc makes, arguments and results, and
// the area for the arguments of the largest call.
#include <algorithm>

#include "compiler/ir/builder.h"

namespace burrow::ir {

bool sawLargeType = false;

namespace {

constexpr uint64_t kMaxFrame = uint64_t{1} << 30;
constexpr uint64_t kLarge = 64 << 10;

class FrameSize {
 public:
  explicit FrameSize(const Func& f) {
    for (const Name* n : f.params) args_ += sizeOf(n->type);
    for (const Name* n : f.results) args_ += sizeOf(n->type);
    for (const Name* n : f.locals)
      if (uint64_t size = sizeOf(n->type); !n->onHeap && !n->autoTemp && size <= kMaxStackVariable) locals_ += size;
    visit(f.body);
  }

  /// The error, or empty.
  std::string error() const {
    auto mb = [](uint64_t n) { return std::to_string(n >> 20) + " MB"; };
    if (locals_ < kMaxFrame && args_ < kMaxFrame && locals_ + callee_ < kMaxFrame) return {};
    std::string text = "stack frame too large (>1GB): " + mb(locals_) + " locals + " + mb(args_) + " args";
    if (locals_ < kMaxFrame && args_ < kMaxFrame) text += " + " + mb(callee_) + " callee";
    return text;
  }

 private:
  static uint64_t sizeOf(Type* t) {
    if (!t) return 0;
    auto* tuple = as<Tuple>(t);
    if (!tuple) return info(t).size;
    uint64_t sum = 0;
    for (const Var* v : tuple->vars) sum += sizeOf(canon(v->type));
    return sum;
  }

  void visit(const List<Node*>& list) {
    for (const Node* n : list) visit(n);
  }

  void visit(const Node* n) {
    if (!n || isLeaf(n->op)) return;
    if (n->op != Op::InlinedCall) visit(n->x);
    visit(n->y), visit(n->z);
    if (!hasLists(n->op)) return;
    visit(n->list), visit(n->list2), visit(n->body), visit(n->els);
    switch (n->op) {
      case Op::CallFunc: case Op::CallInter: {
        uint64_t area = n->type ? sizeOf(n->type) : 0;
        for (const Node* a : n->list) {
          uint64_t size = sizeOf(a->type);
          area += size;
          // A call's result that is an argument of another call is kept until that call.
          if (size > kLarge && (a->op == Op::CallFunc || a->op == Op::CallInter)) locals_ += size;
        }
        callee_ = std::max(callee_, area);
        break;
      }
      case Op::Range:
        // The loop goes over a copy of the array, unless it wants no elements.
        if (as<Array>(underlying(n->x->type)) && n->list.size() > 1 && n->list[1])
          if (uint64_t size = sizeOf(n->x->type); size > kLarge) locals_ += size;
        break;
      case Op::SliceLit:
        // Its array is on the stack while its elements are assigned one by one; those without pointers are copied whole.
        if (Type* elem = underlyingAs<Slice>(n->type)->elem; info(canon(elem)).ptrBytes)
          if (uint64_t size = sizeOf(canon(elem)) * static_cast<uint64_t>(n->index); size >= kMaxFrame) locals_ += size;
        break;
      default: break;
    }
  }

  uint64_t args_ = 0, locals_ = 0, callee_ = 0;
};

}  // namespace

void checkFrame(const Func& f, Diagnostics& diagnostics) {
  if (!sawLargeType) return;
  if (std::string error = FrameSize(f).error(); !error.empty()) diagnostics.error(f.pos, error);
  for (const Func* c : f.closures) checkFrame(*c, diagnostics);
}

}  // namespace burrow::ir
