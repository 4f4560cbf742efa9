// ir as text (--dump=ir), and its verifier.
#include <string>

#include "compiler/ir/ir.h"
#include "compiler/ir/types.h"

namespace burrow::ir {

std::string_view opName(Op op) {
  static constexpr std::string_view names[] = {
#define X(name) #name,
      BURROW_IR_OPS(X)
#undef X
  };
  return names[static_cast<size_t>(op)];
}

namespace {

class Dumper {
 public:
  std::string out;

  void func(const Func& f, int depth) {
    indent(depth);
    out += "func " + f.symbol + " " + info(f.signature).linkName + (f.wrapper ? " wrapper" : "") + (f.native ? " native" : "") + "\n";
    for (const Name* c : f.captures) {
      indent(depth + 1);
      out += "capture " + std::string(c->name) + (c->byValue ? " by value\n" : " by reference\n");
    }
    list("", f.body, depth + 1);
    for (const Func* c : f.closures) func(*c, depth + 1);
  }

 private:
  void indent(int depth) { out.append(static_cast<size_t>(depth) * 2, ' '); }

  void list(const char* what, List<Node*> l, int depth) {
    if (l.empty()) return;
    if (*what) {
      indent(depth);
      out += what;
      out += ":\n";
    }
    for (const Node* n : l) node(n, depth + (*what ? 1 : 0));
  }

  void node(const Node* n, int depth) {
    indent(depth);
    if (!n) {
      out += "-\n";
      return;
    }
    out += opName(n->op);
    if (n->name) out += " " + std::string(n->name->name.empty() ? "~" : n->name->name) + (n->name->onHeap ? "(heap)" : "");
    if (!n->symbol.empty()) out += " " + std::string(n->symbol);
    if (!n->label.empty()) out += " " + std::string(n->label);
    if (n->value) out += " " + constant::toString(n->value);
    if (n->index) out += " #" + std::to_string(n->index);
    if (n->type) out += " : " + info(n->type).linkName;
    out += "\n";
    for (const Node* c : {n->x, n->y, n->z})
      if (c && !(n->op == Op::InlinedCall && c == n->x)) node(c, depth + 1);
    list("list", n->list, depth + 1);
    list("list2", n->list2, depth + 1);
    list("body", n->body, depth + 1);
    list("else", n->els, depth + 1);
  }
};

/// Walks a function and notes the first broken invariant.
class Verifier {
 public:
  std::string error;

  void list(List<Node*> l) {
    for (Node* n : l)
      if (n && error.empty()) node(n);
  }
  void node(Node* n) {
    for (Node* c : {n->x, n->y, n->z})
      if (c && error.empty() && !(n->op == Op::InlinedCall && c == n->x)) node(c);
    list(n->list);
    list(n->list2);
    list(n->body);
    list(n->els);
    if (!error.empty()) return;
    if (n->type && canon(n->type) != n->type) fail(n, "type is not canonical");
    switch (n->op) {
      case Op::Add: case Op::Sub: case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::Or: case Op::Xor: case Op::AndNot:
        if (n->x->type != n->type || n->y->type != n->type) fail(n, "operand types differ");
        break;
      case Op::Eq: case Op::Ne: case Op::Lt: case Op::Le: case Op::Gt: case Op::Ge:
        if (n->x->type != n->y->type) fail(n, "compared types differ");
        break;
      case Op::Assign:
        if (n->x && n->y && n->x->type != n->y->type) fail(n, "assigned type differs");
        break;
      case Op::Assign2:
        for (size_t i = 0; i < n->list.size(); ++i)
          if (n->list[i] && n->list2[i] && n->list[i]->type != n->list2[i]->type) fail(n, "assigned type differs");
        break;
      default: break;
    }
  }

 private:
  void fail(Node* n, const char* what) {
    error = std::string(opName(n->op)) + " at line " + std::to_string(n->pos.line()) + ": " + what;
    for (Node* c : {n->x, n->y})
      if (c && c->type) error += " " + info(c->type).linkName;
  }
};

}  // namespace

std::string dump(const Func& f) {
  Dumper d;
  d.func(f, 0);
  return std::move(d.out);
}

std::string verify(const Func& f) {
  Verifier v;
  v.list(f.body);
  for (const Func* c : f.closures)
    if (v.error.empty()) v.error = verify(*c);
  return v.error.empty() ? v.error : f.symbol + ": " + v.error;
}

}  // namespace burrow::ir
