// Extents, printing and traversal of syntax trees.
#pragma once

#include <functional>
#include <string>

#include "compiler/syntax/nodes.h"

namespace burrow::syntax {

/// First and last position of a node's text (gc's StartPos and EndPos).
Pos startPos(const Node* n);
Pos endPos(const Node* n);

/// Go source of a node on one line, as gc shows it in messages: function bodies are "{…}".
std::string toString(const Node* n);

/// Strips parentheses.
Expr* unparen(Expr* x);

/// The list's elements, or x alone; empty for null.
List<Expr*> unpackList(Expr*& x);

/// Whether x can only be a type element, never a value (false if it may be either).
bool isTypeElem(const Expr* x);

/// Calls f for n and everything below it in source order; f returns false to skip a subtree.
void inspect(Node* n, const std::function<bool(Node*)>& f);

/// The tree as an indented listing (--dump=ast).
std::string dump(const Node* n);
std::string dump(const File* file);

}  // namespace burrow::syntax
