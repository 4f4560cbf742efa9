// Expressions in messages: on one line, with the parentheses that precedence needs, composite literals cut down to their type. What
// type checking put in (implicit &, * and conversions) is not shown.
#include "compiler/ir/format_text.h"
#include "compiler/ir/types.h"

namespace burrow::ir {

namespace {

/// How tightly an operation binds in gc's printer. It knows no precedence for some; those get parentheses inside any operator.
int precedenceOf(const Node* n) {
  switch (n->op) {
    case Op::Name: case Op::FuncName: case Op::MethodExpr: case Op::Literal: case Op::Nil: case Op::Zero: case Op::New: case Op::Dot: case Op::DotPtr: case Op::MethodValue:
    case Op::Index: case Op::IndexMap: case Op::Slice: case Op::Paren: case Op::Conv: case Op::ConvNop: case Op::ConvIface: case Op::BytesToStr:
    case Op::StrToBytes: case Op::RunesToStr: case Op::StrToRunes: case Op::RuneToStr: case Op::SliceToArr: case Op::SliceToArrPtr: case Op::Assert:
    case Op::StructLit: case Op::ArrayLit: case Op::SliceLit: case Op::MapLit: case Op::CallFunc: case Op::CallInter: case Op::Append: case Op::Cap:
    case Op::Len: case Op::Copy: case Op::Min: case Op::Max: case Op::UnsafeAdd: case Op::UnsafeSlice: case Op::UnsafeSliceData: case Op::UnsafeString:
    case Op::UnsafeStringData: case Op::Delete: case Op::Clear: case Op::Close: case Op::Panic: case Op::Print:
      return n->op == Op::New && n->x ? 7 : 8;  // new(expr) is the address of a temporary
    case Op::Make: return underlying(n->type)->kind == TypeKind::Slice ? 8 : 0;
    case Op::Plus: case Op::Not: case Op::BitNot: case Op::Neg: case Op::Addr: case Op::Deref: case Op::Recv: return 7;
    case Op::Mul: case Op::Div: case Op::Rem: case Op::Shl: case Op::Shr: case Op::And: case Op::AndNot: return 6;
    case Op::Add: case Op::Sub: case Op::Or: case Op::Xor: return 5;
    case Op::Eq: case Op::Ne: case Op::Lt: case Op::Le: case Op::Gt: case Op::Ge: return 4;
    case Op::Send: return 3;
    case Op::AndAnd: return 2;
    case Op::OrOr: return 1;
    default: return 0;
  }
}

std::string_view operatorText(Op op) {
  switch (op) {
    case Op::Add: return "+";
    case Op::Sub: case Op::Neg: return "-";
    case Op::Mul: return "*";
    case Op::Div: return "/";
    case Op::Rem: return "%";
    case Op::And: return "&";
    case Op::Or: return "|";
    case Op::Xor: case Op::BitNot: return "^";
    case Op::AndNot: return "&^";
    case Op::Shl: return "<<";
    case Op::Shr: return ">>";
    case Op::Eq: return "==";
    case Op::Ne: return "!=";
    case Op::Lt: return "<";
    case Op::Le: return "<=";
    case Op::Gt: return ">";
    case Op::Ge: return ">=";
    case Op::AndAnd: return "&&";
    case Op::OrOr: return "||";
    case Op::Not: return "!";
    case Op::Plus: return "+";
    case Op::Recv: return "<-";
    default: return "?";
  }
}

bool isConversion(Op op) { return op == Op::Conv || op == Op::ConvNop || op == Op::ConvIface; }

/// What is shown of n: below conversions, & and * that nobody wrote.
const Node* visible(const Node* n) {
  while (n && ((n->op == Op::Init) || (n->implicit && (n->op == Op::Addr || n->op == Op::Deref || isConversion(n->op))))) n = n->x;
  return n;
}

bool isVariadic(Type* funcType) {
  auto* sig = underlyingAs<Signature>(funcType);
  return sig && sig->variadic;
}

}  // namespace

void TextWriter::exprs(List<Node*> list, std::string_view separator) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (i) out += separator;
    node(list[i]);
  }
}

void TextWriter::unary(std::string_view op, const Node* n, int precedence) {
  out += op;
  if (n->x->op == n->op && n->op != Op::Deref) out += ' ';
  expr(n->x, precedence + 1);
}

void TextWriter::binary(const Node* n, int precedence) {
  expr(n->x, precedence);
  out += ' ';
  out += operatorText(n->op);
  out += ' ';
  expr(n->y, precedence + 1);
}

void TextWriter::builtin(std::string_view name, std::initializer_list<const Node*> args) {
  out += name;
  out += '(';
  bool first = true;
  for (const Node* a : args) {
    if (!first) out += ", ";
    first = false;
    node(a);
  }
  out += ')';
}

/// The type of a conversion: in parentheses unless it has a name.
void TextWriter::conversionType(Type* t) {
  Type* plain = t == universeAny ? t : unalias(t);
  bool hasName = plain->kind == TypeKind::Named || plain->kind == TypeKind::Basic || t == universeAny;
  if (!hasName) out += '(';
  type(t);
  if (!hasName) out += ')';
}

void TextWriter::conversion(const Node* n) {
  // []rune("…") of a constant is a composite literal to gc.
  if (n->op == Op::StrToRunes && n->x->op == Op::Literal) {
    typeOf(n);
    out += constant::stringVal(n->x->value).empty() ? "{}" : "{...}";
    return;
  }
  conversionType(n->written ? n->written : n->type);
  out += '(';
  node(n->x);
  out += ')';
}

void TextWriter::selector(const Node* n) {
  expr(n->x, 8);
  out += '.';
  if (n->op == Op::MethodValue) {
    out += n->object ? n->object->name : std::string_view("?");
    return;
  }
  Type* u = underlying(n->x->type);
  if (auto* p = burrow::as<Pointer>(u)) u = underlying(canon(p->base));
  out += static_cast<Struct*>(u)->fields[static_cast<size_t>(n->index)]->name;
}

void TextWriter::slice(const Node* n) {
  expr(n->x, 8);
  out += '[';
  auto bound = [&](size_t i) {
    if (i < n->list.size() && n->list[i]) node(n->list[i]);
  };
  bound(0);
  out += ':';
  bound(1);
  if (n->index == 3) {
    out += ':';
    bound(2);
  }
  out += ']';
}

/// A method as a function: the receiver's type, and the method.
void TextWriter::methodExpr(const Node* n) {
  auto own = unit_.bySymbol.find(n->symbol);
  if (own != unit_.bySymbol.end() && !own->second->targs.empty()) return function(n->symbol, n->package, n->object);
  auto* sig = underlyingAs<Signature>(n->type);
  Type* recv = sig && sig->params && !sig->params->vars.empty() ? sig->params->vars[0]->type : nullptr;
  bool pointer = recv && recv->kind == TypeKind::Pointer;
  if (pointer) out += '(';
  type(recv);
  if (pointer) out += ')';
  out += '.';
  if (n->object) out += n->object->name;
  else out += n->symbol.substr(n->symbol.rfind(".") + 1);
}

void TextWriter::call(const Node* n) {
  bool variadic;
  if (n->op == Op::CallInter) {
    const burrow::Func* m = interfaceMethodsOf(n->x->type)[static_cast<size_t>(n->index)];
    expr(n->x, 8);
    out += '.';
    out += m->name;
    variadic = m->signature()->variadic;
  } else {
    expr(n->x, 8);
    variadic = isVariadic(n->x->type);
  }
  out += '(';
  bool dictionary = n->x->index == kStaticDictionary && (n->x->op == Op::FuncName || n->x->op == Op::MethodExpr);
  size_t receivers = n->x->op == Op::MethodExpr ? 1 : 0;
  if (dictionary) {
    exprs(n->list.subspan(0, receivers));
    if (receivers) out += ", ";
    this->dictionary(n->x);
    if (n->list.size() > receivers) out += ", ";
    exprs(n->list.subspan(receivers));
  } else {
    exprs(n->list);
  }
  out += variadic ? "...)" : ")";
}

/// What gc passes to an instance beside the arguments: "&pkg..dict.F[int]", for methods that of the receiver's type.
void TextWriter::dictionary(const Node* callee) {
  std::string_view path = callee->object->pkg->path, instance = callee->symbol;
  if (callee->op == Op::MethodExpr) {
    Type* recv = static_cast<Signature*>(callee->type)->params->vars[0]->type;
    auto* pointer = burrow::as<Pointer>(canon(recv));
    instance = info(canon(pointer ? pointer->base : recv)).linkName;
  }
  out += '&';
  package(path);
  out += ".dict.";
  out += instance.substr(instance.starts_with(path) ? path.size() + 1 : 0);
}

void TextWriter::make(const Node* n) {
  out += "make(";
  typeOf(n);
  for (const Node* size : {n->x, n->y})
    if (size) {
      out += ", ";
      node(size);
    }
  out += ')';
}

void TextWriter::inlinedCall(const Node* n) {
  if (n->list2.size() == 1) return node(n->list2[0]);
  out += "(.";
  exprs(n->list2, "; ");
  out += ')';
}

void TextWriter::composite(const Node* n) {
  if (n->implicit) {
    out += "... argument";
    return;
  }
  typeOf(n);
  out += n->list.empty() ? "{}" : "{...}";
}

void TextWriter::expr(const Node* n, int precedence) {
  if (n && !n->label.empty()) {  // a place in static data
    out += n->label;
    return;
  }
  const Node* whole = n;
  n = visible(n);
  if (!n) {
    out += "<nil>";
    return;
  }
  int own = precedenceOf(n);
  if (precedence > own) {
    out += '(';
    node(n);
    out += ')';
    return;
  }
  switch (n->op) {
    case Op::Name:
      // A conversion around it, though not shown, holds the call by itself.
      if (!n->wrapped || n != whole) return name(n->name);
      conversionType(n->name->written ? n->name->written : n->type);
      out += '(';
      name(n->name);
      out += ')';
      return;
    case Op::FuncName: return function(n->symbol, n->package, n->object);
    case Op::MethodExpr: return methodExpr(n);
    case Op::Literal: return literal(n);
    case Op::Nil: out += "nil"; return;
    case Op::Zero: return zero(n);
    case Op::AddStr:
      for (size_t i = 0; i < n->list.size(); ++i) {
        if (i) out += " + ";
        expr(n->list[i], own);
      }
      return;
    case Op::Add: case Op::Sub: case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::Or: case Op::Xor: case Op::AndNot: case Op::Shl:
    case Op::Shr: case Op::Eq: case Op::Ne: case Op::Lt: case Op::Le: case Op::Gt: case Op::Ge: case Op::AndAnd: case Op::OrOr:
      return binary(n, own);
    case Op::Not: case Op::Neg: case Op::Plus: case Op::BitNot: case Op::Recv: return unary(operatorText(n->op), n, own);
    case Op::Deref: return unary("*", n, own);
    case Op::Addr: return unary("&", n, own);
    case Op::PtrLit: out += '&'; return node(n->x);
    case Op::New:
      if (n->x) {
        out += "&.autotmp_" + std::to_string(n->index);
        return;
      }
      out += "new(";
      if (n->index == kDynamicDictionary) out += "<node DYNAMICTYPE>";  // an element of the dictionary
      else type(n->written ? n->written : n->typeArg);
      out += ')';
      return;
    case Op::Dot: case Op::DotPtr: case Op::MethodValue: return selector(n);
    case Op::Index: case Op::IndexMap:
      expr(n->x, own);
      out += '[';
      node(n->y);
      out += ']';
      return;
    case Op::Slice: return slice(n);
    case Op::Paren:
      out += '(';
      node(n->x);
      out += ')';
      return;
    case Op::Conv: case Op::ConvNop: case Op::ConvIface: case Op::BytesToStr: case Op::StrToBytes: case Op::RunesToStr: case Op::StrToRunes:
    case Op::RuneToStr: case Op::SliceToArr: case Op::SliceToArrPtr:
      return conversion(n);
    case Op::Assert:
      expr(n->x, own);
      out += ".(";
      type(n->written ? n->written : n->typeArg);
      out += ')';
      return;
    case Op::StructLit: case Op::ArrayLit: case Op::SliceLit: case Op::MapLit: return composite(n);
    case Op::Closure: out += "func literal"; return;
    case Op::CallFunc: case Op::CallInter: return call(n);
    case Op::Append:
      out += "append(";
      node(n->x);
      for (const Node* a : n->list) {
        out += ", ";
        node(a);
      }
      out += n->dots ? "...)" : ")";
      return;
    case Op::Cap: return builtin("cap", {n->x});
    case Op::Len: return builtin("len", {n->x});
    case Op::Make: return make(n);
    case Op::Complex: return builtin("complex", {n->x, n->y});
    case Op::Real: return builtin("real", {n->x});
    case Op::Imag: return builtin("imag", {n->x});
    case Op::Copy: return builtin("copy", {n->x, n->y});
    case Op::Min: case Op::Max: case Op::Print:
      out += n->op == Op::Min ? "min(" : n->op == Op::Max ? "max(" : n->index ? "println(" : "print(";
      exprs(n->list);
      out += ')';
      return;
    case Op::Recover: out += "recover()"; return;
    case Op::UnsafeAdd: return builtin("unsafe.Add", {n->x, n->y});
    case Op::UnsafeSlice: return builtin("unsafe.Slice", {n->x, n->y});
    case Op::UnsafeSliceData: out += "<node unsafe.SliceData>"; return;
    case Op::UnsafeString: out += "<node unsafe.String>"; return;
    case Op::UnsafeStringData: out += "<node unsafe.StringData>"; return;
    case Op::InlinedCall: return inlinedCall(n);
    case Op::Delete: return builtin("delete", {n->x, n->y});
    case Op::Clear: return builtin("clear", {n->x});
    case Op::Close: return builtin("close", {n->x});
    case Op::Panic: return builtin("panic", {n->x});
    case Op::Send:
      expr(n->x, own);
      out += " <- ";
      expr(n->y, own + 1);
      return;
    case Op::Key:
      if (n->y) node(n->y);
      else out += std::to_string(n->index);
      out += ':';
      return node(n->x);
    case Op::StructKey: return node(n->x);
    case Op::TypeWord: return type(n->written ? n->written : n->typeArg);
    case Op::DeferToken: out += "runtime.deferrangefunc()"; return;
    default: out += "<node " + std::string(opName(n->op)) + ">"; return;
  }
}

}  // namespace burrow::ir
