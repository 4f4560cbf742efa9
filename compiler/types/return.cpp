// Whether a function's body ends in a terminating statement.
#include "compiler/types/checker.h"

namespace burrow {

namespace {

bool hasBreakList(List<Stmt*> list, std::string_view label, bool implicit);

/// Whether s contains a break that leaves the statement with that label or, if `implicit`, the
/// innermost statement around s.
bool hasBreak(Stmt* s, std::string_view label, bool implicit) {
  if (s == nullptr) return false;
  switch (s->kind) {
    case Kind::LabeledStmt:
      return hasBreak(static_cast<LabeledStmt*>(s)->stmt, label, implicit);
    case Kind::BranchStmt: {
      BranchStmt* b = static_cast<BranchStmt*>(s);
      if (b->tok != Token::Break) return false;
      return b->label == nullptr ? implicit : b->label->name == label;
    }
    case Kind::BlockStmt:
      return hasBreakList(static_cast<BlockStmt*>(s)->list, label, implicit);
    case Kind::IfStmt: {
      IfStmt* i = static_cast<IfStmt*>(s);
      return hasBreak(i->then, label, implicit) || hasBreak(i->otherwise, label, implicit);
    }
    case Kind::SwitchStmt:
      if (label.empty()) return false;
      for (CaseClause* c : static_cast<SwitchStmt*>(s)->body) {
        if (hasBreakList(c->body, label, false)) return true;
      }
      return false;
    case Kind::SelectStmt:
      if (label.empty()) return false;
      for (CommClause* c : static_cast<SelectStmt*>(s)->body) {
        if (hasBreakList(c->body, label, false)) return true;
      }
      return false;
    case Kind::ForStmt:
      return !label.empty() && hasBreak(static_cast<ForStmt*>(s)->body, label, false);
    default:
      return false;
  }
}

bool hasBreakList(List<Stmt*> list, std::string_view label, bool implicit) {
  for (Stmt* s : list) {
    if (hasBreak(s, label, implicit)) return true;
  }
  return false;
}

}  // namespace

bool Checker::isTerminating(Stmt* s, std::string_view label) {
  switch (s->kind) {
    case Kind::LabeledStmt: {
      LabeledStmt* l = static_cast<LabeledStmt*>(s);
      return isTerminating(l->stmt, l->label->name);
    }
    case Kind::ExprStmt: {
      CallExpr* call = as<CallExpr>(unparen(static_cast<ExprStmt*>(s)->x));
      return call != nullptr && call->isPanic;
    }
    case Kind::ReturnStmt:
      return true;
    case Kind::BranchStmt: {
      Token tok = static_cast<BranchStmt*>(s)->tok;
      return tok == Token::Goto || tok == Token::Fallthrough;
    }
    case Kind::BlockStmt:
      return isTerminatingList(static_cast<BlockStmt*>(s)->list, {});
    case Kind::IfStmt: {
      IfStmt* i = static_cast<IfStmt*>(s);
      return i->otherwise != nullptr && isTerminating(i->then, {}) &&
             isTerminating(i->otherwise, {});
    }
    case Kind::SwitchStmt:
      return isTerminatingSwitch(static_cast<SwitchStmt*>(s)->body, label);
    case Kind::SelectStmt:
      for (CommClause* c : static_cast<SelectStmt*>(s)->body) {
        if (!isTerminatingList(c->body, {}) || hasBreakList(c->body, label, true)) return false;
      }
      return true;
    case Kind::ForStmt: {
      ForStmt* f = static_cast<ForStmt*>(s);
      if (as<RangeClause>(f->init) != nullptr) return false;  // ranges end
      return f->cond == nullptr && !hasBreak(f->body, label, true);
    }
    default:
      return false;
  }
}

bool Checker::isTerminatingList(List<Stmt*> list, std::string_view label) {
  for (size_t i = list.size(); i-- > 0;) {
    if (list[i]->kind != Kind::EmptyStmt) return isTerminating(list[i], label);
  }
  return false;
}

bool Checker::isTerminatingSwitch(List<CaseClause*> body, std::string_view label) {
  bool hasDefault = false;
  for (CaseClause* c : body) {
    if (c->cases == nullptr) hasDefault = true;
    if (!isTerminatingList(c->body, {}) || hasBreakList(c->body, label, true)) return false;
  }
  return hasDefault;
}

}  // namespace burrow
