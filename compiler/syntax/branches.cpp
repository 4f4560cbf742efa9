// Labels and jumps: see branches.h. One walk over the statements, with the enclosing blocks on a
// chain; gotos that found no label yet travel outwards with their blocks until a label or the end
// of the function settles them.
#include "compiler/syntax/branches.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "compiler/syntax/walk.h"

namespace burrow::syntax {

namespace {

struct Block {
  const Block* parent;
  size_t id;  ///< labels outlive the blocks they are in, so they refer to them by number
  Pos start;
  const LabeledStmt* label;  ///< of the statement whose block this is, or null
};

/// A goto whose label was not seen yet.
struct Forward {
  BranchStmt* stmt;
  bool overDecl;  ///< a variable was declared behind it, in the block it now counts for
};

/// What unlabelled jumps refer to.
struct Targets {
  Stmt* breaks = nullptr;
  ForStmt* continues = nullptr;
  int caseIndex = -1;  ///< of the clause that directly holds the list at hand
};

struct Label {
  size_t block;
  Pos blockStart;
  LabeledStmt* stmt;
  bool used = false;
};

class BranchChecker {
 public:
  explicit BranchChecker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void check(BlockStmt* body) {
    std::vector<Forward> open;
    block(nullptr, {}, nullptr, body->pos, body->list, open);
    for (const Forward& f : open) {
      std::string name(f.stmt->label->name);
      if (Label* l = find(name)) {
        l->used = true;
        error(f.stmt->label->pos,
              "goto " + name + " jumps into block starting at " + place(l->blockStart));
      } else {
        error(f.stmt->label->pos, "label " + name + " not defined");
      }
    }
    for (const Label& l : labels_) {
      if (!l.used) {
        error(l.stmt->label->pos,
              "label " + std::string(l.stmt->label->name) + " defined and not used");
      }
    }
  }

 private:
  void error(Pos pos, std::string text) { diagnostics_.error(pos, std::move(text)); }
  std::string place(Pos pos) const { return diagnostics_.files().describe(pos); }

  Label* find(std::string_view name) {
    auto at = byName_.find(name);
    return at == byName_.end() ? nullptr : &labels_[at->second];
  }

  Label* declare(const Block* b, LabeledStmt* s) {
    auto [at, fresh] = byName_.try_emplace(s->label->name, labels_.size());
    if (fresh) {
      labels_.push_back({b->id, b->start, s});
    } else {
      Pos first = labels_[at->second].stmt->label->pos;
      error(s->label->pos,
            "label " + std::string(s->label->name) + " already defined at " + place(first));
    }
    return &labels_[at->second];
  }

  /// A list of statements in a new block. Gotos without a label so far are added to `open`.
  void block(const Block* parent, Targets targets, const LabeledStmt* label, Pos start,
             List<Stmt*> list, std::vector<Forward>& open) {
    Block b{parent, ++blocks_, start, label};
    const size_t base = open.size();  // what lies below belongs to the blocks outside
    while (!list.empty() && list.back()->kind == Kind::EmptyStmt)
      list = list.first(list.size() - 1);

    Pos varPos;
    const Node* varName = nullptr;
    auto declareVar = [&](Pos pos, const Node* name) {
      varPos = pos;
      varName = name;
      for (size_t i = base; i < open.size(); ++i) open[i].overDecl = true;
    };
    auto inner = [&](Targets t, const LabeledStmt* l, Pos at, List<Stmt*> stmts) {
      size_t from = open.size();
      block(&b, t, l, at, stmts, open);
      // Declarations inside the inner block are of no concern for jumps out of it.
      for (size_t i = from; i < open.size(); ++i) open[i].overDecl = false;
    };

    for (size_t i = 0; i < list.size(); ++i) {
      const LabeledStmt* own = nullptr;
      Stmt* stmt = list[i];
      while (auto* s = as<LabeledStmt>(stmt)) {
        if (s->label->name != "_") {
          resolve(declare(&b, s), s, open, base, varName, varPos);
          own = s;
        }
        stmt = s->stmt;
      }
      switch (stmt->kind) {
        case Kind::DeclStmt:
          for (Decl* d : static_cast<DeclStmt*>(stmt)->decls) {
            if (auto* v = as<VarDecl>(d)) {
              declareVar(v->pos, v->names[0]);
              break;
            }
          }
          break;
        case Kind::AssignStmt: {
          auto* a = static_cast<AssignStmt*>(stmt);
          if (a->op == Operator::Def) declareVar(a->pos, a->lhs);
          break;
        }
        case Kind::BranchStmt:
          branch(static_cast<BranchStmt*>(stmt), &b, targets, i + 1 == list.size(), open);
          break;
        case Kind::BlockStmt: {
          auto* s = static_cast<BlockStmt*>(stmt);
          inner({targets.breaks, targets.continues}, own, s->pos, s->list);
          break;
        }
        case Kind::IfStmt:
          ifBlocks(static_cast<IfStmt*>(stmt), targets, own, inner);
          break;
        case Kind::ForStmt: {
          auto* s = static_cast<ForStmt*>(stmt);
          inner({s, s}, own, s->body->pos, s->body->list);
          break;
        }
        case Kind::SwitchStmt: {
          auto* s = static_cast<SwitchStmt*>(stmt);
          int index = 0;
          for (CaseClause* c : s->body)
            inner({s, targets.continues, index++}, own, c->pos, c->body);
          break;
        }
        case Kind::SelectStmt: {
          auto* s = static_cast<SelectStmt*>(stmt);
          for (CommClause* c : s->body) inner({s, targets.continues}, own, c->pos, c->body);
          break;
        }
        default:
          break;
      }
    }
  }

  /// An else branch counts as a block around what follows `else`.
  template <class F>
  static void ifBlocks(IfStmt* s, const Targets& targets, const LabeledStmt* own, F&& inner) {
    inner({targets.breaks, targets.continues}, own, s->then->pos, s->then->list);
    if (s->otherwise) {
      inner({targets.breaks, targets.continues}, own, s->otherwise->pos,
            List<Stmt*>(&s->otherwise, 1));
    }
  }

  /// Label l was met: the gotos that wait for it have their target.
  void resolve(Label* l, LabeledStmt* s, std::vector<Forward>& open, size_t base,
               const Node* varName, Pos varPos) {
    auto settled = [&](const Forward& f) {
      if (f.stmt->label->name != s->label->name) return false;
      f.stmt->target = s;
      l->used = true;
      if (f.overDecl) {
        error(f.stmt->label->pos, "goto " + std::string(s->label->name) +
                                      " jumps over declaration of " + toString(varName) + " at " +
                                      place(varPos));
      }
      return true;
    };
    open.erase(std::remove_if(open.begin() + static_cast<ptrdiff_t>(base), open.end(), settled),
               open.end());
  }

  void branch(BranchStmt* s, const Block* b, const Targets& targets, bool last,
              std::vector<Forward>& open) {
    if (s->label) return labelled(s, b, open);
    switch (s->tok) {
      case Token::Break:
        s->target = targets.breaks;
        if (!s->target) error(s->pos, "break is not in a loop, switch, or select");
        break;
      case Token::Continue:
        s->target = targets.continues;
        if (!s->target) error(s->pos, "continue is not in a loop");
        break;
      default:
        fallthrough(s, targets, last);
        break;
    }
  }

  void fallthrough(BranchStmt* s, const Targets& targets, bool last) {
    auto* sw = as<SwitchStmt>(targets.breaks);
    if (sw && as<TypeSwitchGuard>(sw->tag)) {
      error(s->pos, "cannot fallthrough in type switch");
    } else if (!sw || targets.caseIndex < 0 || !last) {
      error(s->pos, "fallthrough statement out of place");
    } else if (static_cast<size_t>(targets.caseIndex) + 1 == sw->body.size()) {
      error(s->pos, "cannot fallthrough final case in switch");
    }
  }

  void labelled(BranchStmt* s, const Block* b, std::vector<Forward>& open) {
    std::string name(s->label->name);
    Label* l = find(name);
    if (l) l->used = true;
    if (s->tok == Token::Goto) {
      for (const Block* at = b; l && at; at = at->parent) {
        if (at->id == l->block) {
          s->target = l->stmt;
          return;
        }
      }
      open.push_back({s, false});
      return;
    }
    std::string verb(tokenText(s->tok));
    if (!l) return error(s->label->pos, verb + " label not defined: " + name);
    const Block* at = b;
    while (at && at->label != l->stmt) at = at->parent;
    if (at) {
      Stmt* t = l->stmt->stmt;
      bool loop = t->kind == Kind::ForStmt;
      if (loop || (s->tok == Token::Break &&
                   (t->kind == Kind::SwitchStmt || t->kind == Kind::SelectStmt))) {
        s->target = t;
        return;
      }
    }
    error(s->label->pos, "invalid " + verb + " label " + name);
  }

  Diagnostics& diagnostics_;
  std::vector<Label> labels_;  ///< in source order, so that errors are too
  std::map<std::string_view, size_t> byName_;
  size_t blocks_ = 0;
};

}  // namespace

void checkBranches(BlockStmt* body, Diagnostics& diagnostics) {
  BranchChecker(diagnostics).check(body);
}

}  // namespace burrow::syntax
