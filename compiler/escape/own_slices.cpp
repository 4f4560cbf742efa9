// Slices that are built by appending and then given away.
//
//	var s []int
//	for … { s = append(s, x) }
//	return s
//
// The backing store escapes, but only at the return: until then s alone refers to it. So the first stores may lie in the frame, if s is
// moved to the heap (SliceToHeap) right before it stops being the only one. A variable qualifies if all its uses are understood here
// (being appended to, sliced, indexed, passed to who does not keep it), but for one place outside further loops where it is returned,
// assigned to something, or ranged over; and if it is appended to more than once.
//
// The rules are those of gc's pass slice, including which use counts as what.
#include "compiler/escape/own_slices.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "compiler/escape/tags.h"
#include "compiler/ir/static_value.h"
#include "compiler/ir/visit.h"

namespace burrow::escape {

using ir::Func;
using ir::Name;
using ir::Node;
using ir::Op;

namespace {

constexpr uint64_t kMaxElem = 32;   ///< bytes of the frame's buffer

Node* strip(Node* n) {
  while (n && n->op == Op::Paren) n = n->x;
  return n;
}

class SliceUses {
 public:
  SliceUses(Context& context, Func* f) : context_(context), func_(f) {
    for (Name* n : f->params) track(n, false);
    // With deferred calls results are returned from anywhere.
    for (Name* n : f->results) {
      if (!f->hasDefer) track(n, !n->name.empty() && !n->name.starts_with('~'));
    }
    for (Name* n : f->locals) track(n, false);
  }

  void run() {
    if (order_.empty()) return;
    PackedList<Node*> body = func_->body;
    statements(body);
    for (Name* n : order_) {
      const Slice& s = slices_[n];
      if (s.lost || s.understood != s.uses || !s.until || s.weight < 2) continue;
      commit(n, s);
    }
    func_->body = body.view();
  }

 private:
  struct Slice {
    int understood = 0, uses = 0;
    int depth = 0;                        ///< of loops, where it is declared
    int weight = 0;                       ///< of the appends: one in a loop counts more
    bool lost = false;                    ///< shared, or in more places than one
    bool capUsed = false;                 ///< its capacity shows
    Node* until = nullptr;                ///< the statement that gives it away …
    PackedList<Node*>* where = nullptr;     ///< … and the list that holds it
    std::vector<Node*> appends;
  };

  void track(Name* n, bool namedResult) {
    auto* t = ir::underlyingAs<burrow::Slice>(n->type);
    if (!t || ir::info(t->elem).size > kMaxElem || n->cls == ir::Class::Capture) return;
    if (!slices_.try_emplace(n).second) return;
    order_.push_back(n);
    if (namedResult) namedResults_.push_back(n);
  }
  Slice* tracked(Node* n) {
    n = strip(n);
    if (!n || n->op != Op::Name) return nullptr;
    auto it = slices_.find(n->name);
    return it == slices_.end() || it->second.lost ? nullptr : &it->second;
  }

  void statements(PackedList<Node*>& list) {
    auto* outerList = list_;
    Node* outer = statement_;
    for (Node* n : list) {
      if (!n) continue;
      list_ = &list;
      statement_ = n;
      walk(n);
    }
    list_ = outerList;
    statement_ = outer;
  }

  void giveAway(Slice& s, Node* at) {
    if (s.until || depth_ > s.depth || at != statement_) {
      s.lost = true;
      return;
    }
    s.until = at;
    s.where = list_;
  }

  void assigned(Node* x, Node* y, Node* at) {
    if (Slice* s = tracked(x)) {
      Name* name = strip(x)->name;
      Node* v = strip(y);
      auto isSame = [&](Node* n) {
        n = strip(n);
        return n && n->op == Op::Name && n->name == name;
      };
      if (!v || v->op == Op::Nil || v->op == Op::Zero) {
        ++s->understood;
      } else if (v->op == Op::SliceLit) {
        ++s->understood;
        s->capUsed = true;
      } else if (v->op == Op::Slice && isSame(v->x)) {
        s->understood += 2;
        s->capUsed = true;
      } else if (v->op == Op::Append && isSame(v->x)) {
        s->understood += 2;
        s->appends.push_back(v);
        s->weight += 1 + (depth_ - s->depth);
      }
    }
    if (Slice* s = tracked(y)) {
      ++s->understood;
      giveAway(*s, at);
    }
  }

  void declared(Node* n) {
    if (Slice* s = tracked(n)) s->depth = depth_;
  }

  /// &s[i].f: a pointer into the backing store.
  void addressed(Node* x) {
    for (x = strip(x); x; x = strip(x->x)) {
      if (x->op == Op::Dot) continue;
      if (x->op != Op::Index) return;
      if (ir::underlying(x->x->type)->kind == TypeKind::Array) continue;
      if (Slice* s = tracked(x->x)) s->lost = true;
      return;
    }
  }

  /// Whether the callee keeps parameter i, or where it points.
  bool leaks(const Node* call, size_t i) {
    Node* f = strip(call->x);
    if (f->op == Op::InlinedCall || (f->op == Op::Name && f->name->cls != ir::Class::Global)) f = context_.oracle(func_).staticValue(f);
    if (f->op != Op::FuncName && f->op != Op::MethodExpr && f->op != Op::Closure) return true;
    Func* callee = ir::funcOf(context_.unit, f);
    const FuncFacts* facts = callee ? callee->facts : f->object ? f->object->facts : nullptr;
    if (!facts || !facts->tagged || i >= facts->params.size()) return true;
    const EscapeTag& tag = facts->params[i];
    return std::any_of(tag.begin(), tag.end(), [](uint8_t d) { return d != 0; });
  }

  void use(Node* x, bool capacity) {
    if (Slice* s = tracked(x)) {
      ++s->understood;
      s->capUsed |= capacity;
    }
  }

  void walk(Node* n) {
    switch (n->op) {
      case Op::Name:
        if (auto it = slices_.find(n->name); it != slices_.end()) ++it->second.uses;
        return;
      case Op::Declare:
        if (auto it = slices_.find(n->name); it != slices_.end()) it->second.depth = depth_;
        return;
      case Op::Index: use(n->x, false); break;
      case Op::Len: use(n->x, false); break;
      case Op::Cap: use(n->x, true); break;
      case Op::Addr: addressed(n->x); break;
      case Op::Return:
        for (Node* r : n->list) {
          if (Slice* s = tracked(r)) {
            ++s->understood;
            giveAway(*s, n);
          }
        }
        if (n->list.empty()) {
          for (Name* r : namedResults_) {
            if (Slice& s = slices_[r]; !s.lost) giveAway(s, n);
          }
        }
        break;
      case Op::CallFunc:
        for (size_t i = 0; i < n->list.size(); ++i) {
          if (tracked(n->list[i]) && !leaks(n, i)) use(n->list[i], true);
        }
        break;
      case Op::Range:
        if (Slice* s = tracked(n->x)) {
          ++s->understood;
          giveAway(*s, n);
        }
        break;
      case Op::Assign:
        if (n->def) declared(n->x);
        assigned(n->x, n->y, n);
        break;
      case Op::Assign2:
        for (size_t i = 0; i < n->list.size() && i < n->list2.size(); ++i) {
          if (n->def) declared(n->list[i]);
          assigned(n->list[i], n->list2[i], n);
        }
        break;
      case Op::Closure:
        for (const Name* c : n->func->captures) {
          if (auto it = slices_.find(c->outer); c->outer && it != slices_.end()) ++it->second.uses;
        }
        return;
      default: break;
    }
    below(n);
  }

  void below(Node* n) {
    bool loop = n->op == Op::For || n->op == Op::Range;
    depth_ += loop;
    for (Node* c : {n->x, n->y, n->z}) {
      if (c && n->op != Op::InlinedCall) walk(c);
    }
    bool ofStatements = n->op == Op::Init || n->op == Op::InlinedCall || n->op == Op::For;
    if (ofStatements) {
      statements(n->list);
    } else {
      for (Node* c : n->list) {
        if (c) walk(c);
      }
    }
    for (Node* c : n->list2) {
      if (c) walk(c);
    }
    statements(n->body);
    statements(n->els);
    depth_ -= loop;
  }

  void commit(Name* name, const Slice& s) {
    PackedList<Node*>& list = *s.where;
    auto at = std::find(list.begin(), list.end(), s.until);
    // A label names the loop behind it: nothing may come between.
    if (at == list.end() || (at != list.begin() && at[-1]->op == Op::Label)) return;
    Node* move = context_.unit.arena->make<Node>(Op::SliceToHeap);
    move->pos = s.until->pos;
    move->inl = s.until->inl;
    move->name = name;
    move->commaOk = s.capUsed;
    std::vector<Node*> longer(list.begin(), at);
    longer.push_back(move);
    longer.insert(longer.end(), at, list.end());
    list = context_.unit.arena->list(longer);
    for (Node* a : s.appends) {
      a->onStack = true;
      a->commaOk = s.capUsed;
    }
  }

  Context& context_;
  Func* func_;
  std::unordered_map<const Name*, Slice> slices_;
  std::vector<Name*> order_, namedResults_;
  PackedList<Node*>* list_ = nullptr;   ///< the statements being walked
  Node* statement_ = nullptr;         ///< and the one of them
  int depth_ = 0;
};

}  // namespace

void keepOwnSlices(Context& context, Func* f) { SliceUses(context, f).run(); }

}  // namespace burrow::escape
