// Why something is on the heap, in words for a person: the last hop of the flow that put it there.
#include <string_view>

#include "compiler/escape/batch.h"

namespace burrow::escape {

using ir::Node;
using ir::Op;

namespace {

std::string placeOf(const Context& c, Pos pos) {
  if (!pos.isKnown()) return {};
  Position p = c.unit.files->position(pos);
  return " (" + std::string(p.file.substr(p.file.rfind('/') + 1)) + ":" + std::to_string(p.line) + ")";
}

std::string ofCall(const Context& c, const Node* call) {
  switch (call->op) {
    case Op::CallInter: return "passed to a method that only run time knows";
    case Op::CallFunc: {
      const Node* f = call->x;
      while (f->op == Op::Paren || f->op == Op::ConvNop) f = f->x;
      if (f->op == Op::FuncName || f->op == Op::MethodExpr) return "passed to " + c.speller.node(f) + ", which keeps it";
      return f->op == Op::Closure ? "passed to a function literal that keeps it" : "passed to a function that only run time knows";
    }
    case Op::Append: return "appended to a slice";
    case Op::Panic: return "passed to panic";
    default: return "passed to a call that keeps it";
  }
}

std::string ofAssignment(const Node* where) {
  const Node* to = where->op == Op::Assign || where->op == Op::AssignOp ? where->x : nullptr;
  if (!to) return "stored on the heap";
  switch (to->op) {
    case Op::Name: return "stored in the global " + std::string(to->name->name);
    case Op::IndexMap: return "stored in a map";
    case Op::Deref: case Op::DotPtr: return "stored through a pointer";
    case Op::Index: return "stored in an element of a slice";
    default: return "stored in a global or through a pointer";
  }
}

/// What the first note of a flow to the heap says: the outermost construct.
std::string ofNotes(const Context& c, const Note* notes) {
  if (!notes) return "on the heap by construction";
  while (notes->next) notes = notes->next;
  std::string_view why = notes->why;
  Pos pos = notes->name ? c.at(notes->name) : c.at(notes->where);
  std::string text;
  if (why == "call parameter") text = ofCall(c, notes->where);
  else if (why.starts_with("assign")) text = ofAssignment(notes->where);
  else if (why == "return") text = "returned";
  else if (why == "send") text = "sent on a channel";
  else if (why == "key of map put" || why == "map literal key") text = "a key of a map";
  else if (why == "map literal value") text = "stored in a map";
  else if (why == "spill" && notes->where->op == Op::Closure) text = "run by a go statement, or by a defer in a loop";
  else if (why == "too large for stack") return "too large for the stack";
  else if (why == "zero-sized element") return "elements without size are not on the stack";
  else if (why == "//go:uintptrescapes") text = "passed as a uintptr to a function that keeps it";
  else if (why.starts_with("append")) text = "appended to a slice";
  else if (why == "copied slice") text = "copied to another slice";
  else text = "kept on the heap";
  return text + placeOf(c, pos);
}

}  // namespace

/// Something on the heap holds it: what matters is why that is there.
const std::string* Batch::heldBy(const Location* holder) const {
  std::string_view why = holder->reason ? std::string_view(*holder->reason) : "on the heap";
  if (!holder->name || holder->name->name.empty()) return Context::keep(std::string(why));
  std::string name(holder->name->name);
  if (why.starts_with("held by ")) why.remove_prefix(why.find(": ") + 2);  // the first holder and the last reason are enough
  return Context::keep("held by " + name + ": " + std::string(why));
}

const std::string* Batch::reasonOf(const Location* to, const Note* notes) const {
  if (to == &heap_) return Context::keep(ofNotes(context_, notes));
  return heldBy(to);
}

const std::string* Batch::reasonOf(const Location* root, const Location* l) const {
  // The last hop before the root. Hops of one walk may form a circle: a hundred are enough.
  const Location* last = l;
  for (int i = 0; i < 100 && last->towards && last->towards != root; ++i) last = last->towards;
  const Note* notes = last->via ? last->via->notes : nullptr;
  if (root == &heap_) return reasonOf(root, notes);
  const Note* first = notes;
  while (first && first->next) first = first->next;
  Pos pos = !first ? Pos() : first->name ? context_.at(first->name) : context_.at(first->where);
  if (root->result >= 0 && !root->has(kEscapes))
    return Context::keep("returned by " + context_.speller.func(*root->func) + placeOf(context_, pos));
  std::string holder = root->node ? "something allocated" : "a temporary";
  if (root->name && !root->name->name.empty()) holder = root->name->name;
  if (root->has(kEscapes)) return heldBy(root);
  if (root->func == l->func) return Context::keep("kept in " + holder + " for longer than a turn of the loop" + placeOf(context_, pos));
  return Context::keep("kept in " + holder + ", which belongs to the function around" + placeOf(context_, pos));
}

}  // namespace burrow::escape
