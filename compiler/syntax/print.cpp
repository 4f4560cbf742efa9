// Go source of syntax trees, as gc shows it in messages (its ShortForm): one line, bodies of
// function and composite literals as {…}.
#include <vector>

#include "compiler/syntax/walk.h"

namespace burrow::syntax {

namespace {

/// Nobody reads further into an expression than this.
constexpr int kMaxDepth = 1000;

class Printer {
 public:
  std::string finish() {
    flush(false);
    return std::move(out_);
  }

  void node(const Node* n) {
    if (!n) return;
    if (depth_ > kMaxDepth) return token("…");
    ++depth_;
    if (!chain(n)) other(n);
    --depth_;
  }

 private:
  // Blanks and semicolons wait until the next token: a semicolon before a closing one is dropped,
  // and of several blanks in a row one is printed.
  void token(std::string_view text) {
    flush(text == ")" || text == "}");
    out_ += text;
  }
  void token(Token t) { token(tokenText(t)); }
  void blank() { pending_ += ' '; }
  void semi() { pending_ += ';'; }

  void flush(bool beforeClosing) {
    if (beforeClosing) {
      size_t at = pending_.rfind(';');
      if (at != std::string::npos) pending_[at] = '\0';
    }
    char previous = 0;
    for (char c : pending_) {
      if (c == '\0' || (c == ' ' && previous == ' ')) continue;
      out_ += c;
      previous = c;
    }
    pending_.clear();
  }

  template <class T>
  void commaList(const T& list) {
    bool first = true;
    for (auto* n : list) {
      if (!first) {
        token(",");
        blank();
      }
      first = false;
      node(n);
    }
  }

  /// What grows to the left (a + b + c, a.b().c[i]) is printed from its innermost part outwards.
  bool chain(const Node* n) {
    std::vector<const Node*> links;
    while (const Node* inner = leftPart(n)) {
      links.push_back(n);
      n = inner;
    }
    if (links.empty()) return false;
    node(n);
    for (size_t i = links.size(); i-- > 0;) link(links[i]);
    return true;
  }

  static const Node* leftPart(const Node* n) {
    switch (n->kind) {
      case Kind::Operation: {
        auto* o = static_cast<const Operation*>(n);
        return o->y ? o->x : nullptr;
      }
      case Kind::SelectorExpr:
        return static_cast<const SelectorExpr*>(n)->x;
      case Kind::IndexExpr:
        return static_cast<const IndexExpr*>(n)->x;
      case Kind::SliceExpr:
        return static_cast<const SliceExpr*>(n)->x;
      case Kind::AssertExpr:
        return static_cast<const AssertExpr*>(n)->x;
      case Kind::CallExpr:
        return static_cast<const CallExpr*>(n)->fun;
      default:
        return nullptr;
    }
  }

  void link(const Node* node_) {
    switch (node_->kind) {
      case Kind::Operation: {
        auto* n = static_cast<const Operation*>(node_);
        blank();
        token(operatorText(n->op));
        blank();
        return node(n->y);
      }
      case Kind::SelectorExpr:
        token(".");
        return node(static_cast<const SelectorExpr*>(node_)->sel);
      case Kind::IndexExpr:
        token("[");
        node(static_cast<const IndexExpr*>(node_)->index);
        return token("]");
      case Kind::SliceExpr: {
        auto* n = static_cast<const SliceExpr*>(node_);
        token("[");
        node(n->index[0]);
        token(":");
        node(n->index[1]);
        if (n->index[2]) {
          token(":");
          node(n->index[2]);
        }
        return token("]");
      }
      case Kind::AssertExpr:
        token(".");
        token("(");
        node(static_cast<const AssertExpr*>(node_)->target);
        return token(")");
      default: {
        auto* n = static_cast<const CallExpr*>(node_);
        token("(");
        commaList(n->args);
        if (n->hasDots) token("...");
        return token(")");
      }
    }
  }

  void other(const Node* node_) {
    // clang-format off
#define CASE(name)      \
  return;               \
  case Kind::name:      \
    if (auto* n = static_cast<const name*>(node_))
    switch (node_->kind) {
      case Kind::EmptyStmt:
      default:
      CASE(BadExpr) { (void)n; token("<bad expr>"); }
      CASE(Name) { token(n->name); }
      CASE(BasicLit) { token(n->text); }
      CASE(FuncLit) {
        node(n->signature);
        blank();
        token("{");
        if (!n->body->list.empty()) token("…");
        token("}");
      }
      CASE(CompositeLit) {
        node(n->typeExpr);
        token("{");
        if (!n->elems.empty()) token("…");
        token("}");
      }
      CASE(ParenExpr) { parens(n->x); }
      CASE(TypeSwitchGuard) {
        if (n->lhs) {
          node(n->lhs);
          spaced(":=");
        }
        node(n->x);
        token(".(type)");
      }
      CASE(Operation) {
        token(operatorText(n->op));
        node(n->x);
      }
      CASE(KeyValueExpr) {
        node(n->key);
        token(":");
        blank();
        node(n->val);
      }
      CASE(ListExpr) { commaList(n->elems); }
      CASE(ArrayType) {
        token("[");
        if (n->len) {
          node(n->len);
        } else {
          token("...");
        }
        token("]");
        node(n->elem);
      }
      CASE(SliceType) {
        token("[]");
        node(n->elem);
      }
      CASE(DotsType) {
        token("...");
        node(n->elem);
      }
      CASE(StructType) {
        token("struct{");
        fields(*n);
        token("}");
      }
      CASE(FuncType) {
        token("func");
        signature(*n);
      }
      CASE(InterfaceType) {
        token("interface{");
        bool first = true;
        for (const Field* m : n->methods) {
          if (!first) lineEnd();
          first = false;
          node(m->name);
          if (auto* f = as<FuncType>(m->type); f && m->name) {
            signature(*f);
          } else {
            node(m->type);
          }
        }
        token("}");
      }
      CASE(MapType) {
        token("map[");
        node(n->key);
        token("]");
        node(n->elem);
      }
      CASE(ChanType) {
        token(n->dir == ChanDir::RecvOnly ? "<-chan" : n->dir == ChanDir::SendOnly ? "chan<-" : "chan");
        blank();
        auto* c = as<ChanType>(n->elem);
        if (c && n->dir == ChanDir::Both && c->dir == ChanDir::RecvOnly) {
          parens(c);  // chan (<-chan T) is not chan<- chan T
        } else {
          node(n->elem);
        }
      }
      CASE(Field) {
        if (n->name) {
          node(n->name);
          blank();
        }
        node(n->type);
      }
      CASE(DeclStmt) { decls(n->decls); }
      CASE(LabeledStmt) {
        node(n->label);
        token(":");
        blank();
        node(n->stmt);
      }
      CASE(ExprStmt) { node(n->x); }
      CASE(SendStmt) {
        node(n->chan);
        spaced("<-");
        node(n->value);
      }
      CASE(AssignStmt) {
        node(n->lhs);
        if (!n->rhs) {
          token(operatorText(n->op));
          token(operatorText(n->op));
        } else {
          spaced(std::string(operatorText(n->op)) + "=");
          node(n->rhs);
        }
      }
      CASE(CallStmt) {
        token(n->tok);
        blank();
        node(n->call);
      }
      CASE(ReturnStmt) {
        token("return");
        if (n->results) {
          blank();
          node(n->results);
        }
      }
      CASE(BranchStmt) {
        token(n->tok);
        if (n->label) {
          blank();
          node(n->label);
        }
      }
      CASE(BlockStmt) {
        token("{");
        if (!n->list.empty()) {
          blank();
          stmts(n->list, true);
          blank();
        }
        token("}");
      }
      CASE(IfStmt) {
        token("if");
        blank();
        init(n->init);
        node(n->cond);
        blank();
        node(n->then);
        if (n->otherwise) {
          spaced("else");
          node(n->otherwise);
        }
      }
      CASE(SwitchStmt) {
        token("switch");
        blank();
        init(n->init);
        if (n->tag) {
          node(n->tag);
          blank();
        }
        clauses(n->body);
      }
      CASE(SelectStmt) {
        token("select");
        blank();
        clauses(n->body);
      }
      CASE(CaseClause) { clause(n, true); }
      CASE(CommClause) { clause(n, true); }
      CASE(RangeClause) {
        if (n->lhs) {
          node(n->lhs);
          spaced(n->def ? ":=" : "=");
        }
        token("range");
        blank();
        node(n->x);
      }
      CASE(ForStmt) { forHeader(*n); node(n->body); }
      CASE(ImportDecl) {
        keyword(n, "import");
        if (n->localName) {
          node(n->localName);
          blank();
        }
        node(n->path);
      }
      CASE(ConstDecl) { keyword(n, "const"); declared(n); }
      CASE(VarDecl) { keyword(n, "var"); declared(n); }
      CASE(TypeDecl) {
        keyword(n, "type");
        node(n->name);
        if (!n->tparams.empty()) {
          token("[");
          params(n->tparams);
          // [P *T,]: without the comma that were an array length.
          if (n->tparams.size() == 1 && combinesWithName(n->tparams[0]->type)) token(",");
          token("]");
        }
        blank();
        if (n->alias) {
          token("=");
          blank();
        }
        node(n->type);
      }
      CASE(FuncDecl) {
        token("func");
        blank();
        if (n->recv) {
          parens(n->recv);
          blank();
        }
        node(n->name);
        if (!n->tparams.empty()) {
          token("[");
          params(n->tparams);
          token("]");
        }
        signature(*n->signature);
        if (n->body) {
          blank();
          node(n->body);
        }
      }
    }
#undef CASE
    // clang-format on
  }

  void spaced(std::string_view text) {
    blank();
    token(text);
    blank();
  }
  void parens(const Node* n) {
    token("(");
    node(n);
    token(")");
  }
  void lineEnd() {
    semi();
    blank();
  }
  void keyword(const Decl* d, std::string_view word) {
    if (d->group) return;
    token(word);
    blank();
  }
  template <class D>
  void declared(const D* d) {
    commaList(d->names);
    if (d->type) {
      blank();
      node(d->type);
    }
    if (d->values) {
      spaced("=");
      node(d->values);
    }
  }

  void decls(List<Decl*> list) {
    if (list.empty()) return;
    if (!list[0]->group) return node(list[0]);
    Kind k = list[0]->kind;
    token(k == Kind::ImportDecl  ? "import"
          : k == Kind::ConstDecl ? "const"
          : k == Kind::VarDecl   ? "var"
                                 : "type");
    blank();
    token("(");
    blank();
    for (const Decl* d : list) {
      node(d);
      lineEnd();
    }
    token(")");
  }

  /// Neighbours that share a type node are one declaration: a, b int.
  void fields(const StructType& s) {
    for (size_t i = 0; i < s.fields.size();) {
      if (i > 0) lineEnd();
      size_t end = i + 1;
      const Field* f = s.fields[i];
      while (f->name && end < s.fields.size() && s.fields[end]->name &&
             s.fields[end]->type == f->type)
        ++end;
      for (size_t k = i; f->name && k < end; ++k) {
        if (k > i) {
          token(",");
          blank();
        }
        node(s.fields[k]->name);
      }
      if (f->name) blank();
      node(f->type);
      if (i < s.tags.size() && s.tags[i]) {
        blank();
        node(s.tags[i]);
      }
      i = end;
    }
  }

  void params(List<Field*> list) {
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) {
        token(",");
        blank();
      }
      const Field* f = list[i];
      if (f->name) {
        node(f->name);
        if (i + 1 < list.size() && list[i + 1]->name && list[i + 1]->type == f->type) continue;
        blank();
      }
      node(f->type);
    }
  }

  void signature(const FuncType& t) {
    token("(");
    params(t.params);
    token(")");
    if (t.results.empty()) return;
    blank();
    if (t.results.size() == 1 && !t.results[0]->name) return node(t.results[0]->type);
    token("(");
    params(t.results);
    token(")");
  }

  /// Whether `P x` could be read as one value, such as P*T.
  static bool combinesWithName(const Expr* x) {
    for (;;) {
      if (auto* p = as<const ParenExpr>(x)) return !isTypeElem(p->x);
      auto* o = as<const Operation>(x);
      if (!o) return false;
      if (!o->y) return o->op == Operator::Mul && !isTypeElem(o->x);
      if (isTypeElem(o->y)) return false;
      x = o->x;
    }
  }

  void init(const Stmt* s) {
    if (!s) return;
    node(s);
    lineEnd();
  }

  void forHeader(const ForStmt& s) {
    token("for");
    blank();
    if (s.init && s.init->kind == Kind::RangeClause) {
      node(s.init);
      return blank();
    }
    if (!s.init && !s.post) {
      if (s.cond) node(s.cond);
      return blank();
    }
    node(s.init);
    lineEnd();
    node(s.cond);
    lineEnd();
    if (s.post) node(s.post);
    blank();
  }

  void stmts(List<Stmt*> list, bool braces) {
    for (size_t i = 0; i < list.size(); ++i) {
      node(list[i]);
      semi();
      if (i + 1 < list.size()) {
        blank();
      } else if (braces && list[i]->kind == Kind::EmptyStmt) {
        semi();  // one is dropped before the brace, and one is the statement
      }
    }
  }

  template <class L>
  void clauses(const L& list) {
    token("{");
    if (!list.empty()) blank();
    for (size_t i = 0; i < list.size(); ++i) {
      clause(list[i], i + 1 == list.size());
      blank();
    }
    token("}");
  }

  template <class C>
  void clause(const C* c, bool braces) {
    const Node* guard;
    if constexpr (std::is_same_v<C, CaseClause>) {
      guard = c->cases;
    } else {
      guard = c->comm;
    }
    token(guard ? "case" : "default");
    if (guard) {
      blank();
      node(guard);
    }
    token(":");
    if (c->body.empty()) return;
    blank();
    stmts(c->body, braces);
  }

  std::string out_;
  std::string pending_;
  int depth_ = 0;
};

}  // namespace

std::string toString(const Node* n) {
  Printer p;
  p.node(n);
  return p.finish();
}

}  // namespace burrow::syntax
