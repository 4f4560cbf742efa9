// Statements in messages. Loops, switches and selects are only named. Where ir has several statements for what is one to gc (declarations
// in front of a definition, temporaries of multi-value calls), the one is shown.
#include <algorithm>

#include "compiler/ir/format_text.h"

namespace burrow::ir {

namespace {

bool isTemp(const Node* n) { return n && n->op == Op::Name && n->name->autoTemp; }

/// The temporary whose value, perhaps converted, a statement passes on to where it really belongs.
const Name* passedOn(const Node* n) {
  if (!n || n->op != Op::Assign || !n->uncounted || !n->y) return nullptr;
  const Node* y = n->y;
  while (y->op == Op::ConvIface || y->op == Op::ConvNop || y->op == Op::Conv) y = y->x;
  return isTemp(y) ? y->name : nullptr;
}

}  // namespace

/// Whether gc keeps a statement inside an expression or another statement, where it is not shown.
bool TextWriter::isInit(const Node* n) const {
  if (!n) return true;
  if (n->op == Op::Declare || n->op == Op::Label) return n->implicit;
  if (n->op == Op::Assign2 || n->op == Op::Assign2Call) return n->implicit;
  return n->op == Op::Assign && (n->uncounted || (n->def && isTemp(n->x)));
}

static bool isInlinedResult(const Node* n) { return n && n->op == Op::Name && n->name->cls == Class::Local && n->name->name.starts_with("~r"); }

void TextWriter::statements(List<Node*> list) {
  bool first = true;
  for (size_t i = 0; i < list.size(); ++i) {
    const Node* n = list[i];
    if (isInit(n)) continue;
    if (!first) out += "; ";
    first = false;
    if (n->op == Op::Assign2Call) multiAssign(n, list.subspan(i + 1));
    else node(n);
  }
}

void TextWriter::target(const Node* n) {
  if (n) node(n);
  else out += '_';
}

/// a, b = f(): gc takes the values through temporaries of its own, the first of them inside a conversion.
void TextWriter::multiAssign(const Node* n, List<Node*> following) {
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (i) out += ", ";
    const Node* t = n->list[i];
    if (isTemp(t) && t->uncounted)
      for (const Node* f : following)
        if (passedOn(f) == n->list[i]->name) t = f->x;
    target(t);
  }
  out += n->isDefault ? " := " : " = ";
  if (n->implicit) return node(n->x);
  auto* tuple = burrow::as<Tuple>(n->written ? n->written : n->x->type);
  // One that is converted anyway needs no other conversion.
  bool converted = isTemp(n->list[0]) && n->list[0]->uncounted;
  bool someTaken = unusedAreZero && std::any_of(n->list.begin(), n->list.end(), [](const Node* t) { return t != nullptr; });
  for (size_t i = 0; i < n->list.size(); ++i) {
    if (i && someTaken && !n->list[i]) {
      out += ", 0";
      continue;
    }
    std::string temp = ".autotmp_" + std::to_string(n->index + static_cast<int64_t>(i));
    if (i) out += ", ";
    if (i || converted || !tuple) {
      out += temp;
    } else {
      conversionType(tuple->vars[0]->type);
      out += '(' + temp + ')';
    }
  }
}

/// A block is its statements; one that only holds the init statements of an if, for or switch is that statement.
void TextWriter::block(const Node* n) {
  const Node* last = n->body.empty() ? nullptr : n->body.back();
  bool head = n->implicit && last && (last->op == Op::If || last->op == Op::For || last->op == Op::Switch || last->op == Op::TypeSwitch || last->op == Op::Range);
  if (!head) return statements(n->body);
  if (last->op != Op::If) return statement(last);
  // One plain statement is shown; a definition has a declaration of its own and is not.
  const Node* init = nullptr;
  int shown = 0;
  for (const Node* s : n->body.first(n->body.size() - 1))
    if (!isInit(s)) init = s, ++shown;
  bool defines = init && (init->def || init->isDefault || init->op == Op::Declare);
  ifStmt(last, shown == 1 && !defines ? init : nullptr);
}

void TextWriter::ifStmt(const Node* n, const Node* init) {
  out += "if ";
  if (init) {
    node(init);
    out += "; ";
  }
  node(n->x);
  out += " { ";
  statements(n->body);
  out += " }";
  if (n->els.empty()) return;
  out += " else { ";
  statements(n->els);
  out += " }";
}

void TextWriter::goOrDefer(const Node* n) {
  out += n->op == Op::Go ? "go " : "defer ";
  node(n->x);
}

void TextWriter::branch(std::string_view word, const Node* n) {
  out += word;
  if (!n->label.empty()) out += ' ';
  out += n->label;
}

void TextWriter::node(const Node* n) {
  if (!n) {
    out += "<nil>";
    return;
  }
  statement(n);
}

void TextWriter::statement(const Node* n) {
  switch (n->op) {
    case Op::Block: return block(n);
    case Op::Declare:
      name(n->name);
      out += " = <nil>";
      return;
    case Op::Assign:
      target(n->x);
      out += n->def ? " := " : " = ";
      return node(n->y);
    case Op::AssignOp:
      node(n->x);
      if (n->implicit) {
        out += n->assignOp == Op::Add ? "++" : "--";
        return;
      }
      out += ' ';
      switch (n->assignOp) {
        case Op::Add: out += '+'; break;
        case Op::Sub: out += '-'; break;
        case Op::Mul: out += '*'; break;
        case Op::Div: out += '/'; break;
        case Op::Rem: out += '%'; break;
        case Op::And: out += '&'; break;
        case Op::Or: out += '|'; break;
        case Op::Xor: out += '^'; break;
        case Op::AndNot: out += "&^"; break;
        case Op::Shl: out += "<<"; break;
        default: out += ">>"; break;
      }
      out += "= ";
      return node(n->y);
    case Op::Assign2:
      for (size_t i = 0; i < n->list.size(); ++i) {
        if (i) out += ", ";
        target(n->list[i]);
      }
      // Results of an inlined call that are declared where they are assigned still show as assigned.
      out += (n->def && !n->implicit && !isInlinedResult(n->list[0])) || n->isDefault ? " := " : " = ";
      return exprs(n->list2);
    case Op::Assign2Call: return multiAssign(n, {});
    case Op::ExprStmt: return expr(n->x);
    case Op::Go: case Op::Defer: return goOrDefer(n);
    case Op::Return:
      out += "return ";
      return exprs(n->list);
    case Op::If: return ifStmt(n, nullptr);
    case Op::For: case Op::Range: out += "for loop"; return;
    case Op::Switch: case Op::TypeSwitch: out += "switch statement"; return;
    case Op::Select: out += "select statement"; return;
    case Op::Case:
      if (n->list.empty()) {
        out += "default: ";
      } else {
        out += "case ";
        exprs(n->list);
        out += ": ";
      }
      return statements(n->body);
    case Op::Label:
      out += n->label;
      out += ": ";
      return;
    case Op::Goto: return branch("goto", n);
    case Op::Break: return branch("break", n);
    case Op::Continue: return branch("continue", n);
    case Op::Fallthrough: return branch("fallthrough", n);
    default: return expr(n);
  }
}

}  // namespace burrow::ir
