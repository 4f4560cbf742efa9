// The tree as an indented listing: label, kind, what the node says itself, line:column.
#include <algorithm>
#include <vector>

#include "compiler/syntax/children.h"
#include "compiler/syntax/walk.h"

namespace burrow::syntax {

namespace {

constexpr std::string_view kKindNames[] = {
#define X(name) #name,
    BURROW_SYNTAX_NODES(X)
#undef X
};

std::string attributes(const Node* node) {
  auto word = [](std::string_view s) { return " " + std::string(s); };
  auto pragma = [](const Decl* d) {
    return d->pragma ? " pragma=" + std::to_string(d->pragma) : "";
  };
  switch (node->kind) {
    case Kind::Name:
      return word(static_cast<const Name*>(node)->name);
    case Kind::BasicLit:
      return word(static_cast<const BasicLit*>(node)->text);
    case Kind::Operation:
      return word(operatorText(static_cast<const Operation*>(node)->op));
    case Kind::AssignStmt: {
      auto* a = static_cast<const AssignStmt*>(node);
      std::string op(operatorText(a->op));
      return word(a->rhs ? op + "=" : op + op);
    }
    case Kind::CallExpr:
      return static_cast<const CallExpr*>(node)->hasDots ? " ..." : "";
    case Kind::SliceExpr:
      return static_cast<const SliceExpr*>(node)->full ? " full" : "";
    case Kind::ChanType: {
      ChanDir dir = static_cast<const ChanType*>(node)->dir;
      return dir == ChanDir::Both ? "" : dir == ChanDir::SendOnly ? " send" : " receive";
    }
    case Kind::RangeClause:
      return static_cast<const RangeClause*>(node)->def ? " :=" : "";
    case Kind::TypeDecl:
      return (static_cast<const TypeDecl*>(node)->alias ? " =" : "") +
             pragma(static_cast<const Decl*>(node));
    case Kind::FuncDecl:
    case Kind::VarDecl:
    case Kind::ConstDecl:
    case Kind::ImportDecl:
      return pragma(static_cast<const Decl*>(node));
    case Kind::CallStmt:
      return word(tokenText(static_cast<const CallStmt*>(node)->tok));
    case Kind::BranchStmt: {
      auto* b = static_cast<const BranchStmt*>(node);
      std::string text = word(tokenText(b->tok));
      if (b->target) {
        text += " -> " + std::to_string(b->target->pos.line()) + ":" +
                std::to_string(b->target->pos.col());
      }
      return text;
    }
    default:
      return "";
  }
}

void listing(std::string& out, const Node* root, int indent) {
  struct Item {
    const char* label;
    const Node* node;
    int indent;
  };
  std::vector<Item> pending{{"", root, indent}};
  while (!pending.empty()) {
    Item at = pending.back();
    pending.pop_back();
    out.append(static_cast<size_t>(at.indent) * 2, ' ');
    if (*at.label) out.append(at.label).append(": ");
    out += kKindNames[static_cast<size_t>(at.node->kind)];
    out += attributes(at.node);
    out += " @" + std::to_string(at.node->pos.line()) + ":" + std::to_string(at.node->pos.col()) +
           "\n";
    size_t first = pending.size();
    forEachChild(at.node, [&](const char* label, Node* child) {
      pending.push_back({label, child, at.indent + 1});
    });
    std::reverse(pending.begin() + static_cast<ptrdiff_t>(first), pending.end());
  }
}

}  // namespace

std::string dump(const Node* n) {
  std::string out;
  if (n) listing(out, n, 0);
  return out;
}

std::string dump(const File* file) {
  std::string out = "File package " + std::string(file->pkgName->name);
  if (!file->goVersion.empty()) out.append(" ").append(file->goVersion);
  out += "\n";
  for (const Linkname& l : file->linknames) {
    out.append("  linkname ").append(l.local).append(" ").append(l.target).append("\n");
  }
  for (const Decl* d : file->decls) listing(out, d, 1);
  return out;
}

}  // namespace burrow::syntax
