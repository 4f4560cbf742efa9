// Building of message texts: printf's %s, %d, %v, %q and %t over types, objects, operands and
// expressions. Nothing is formatted, and no string built, unless an error is really reported.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "compiler/source/file_set.h"
#include "compiler/types/object.h"

namespace burrow {

class Checker;
struct Operand;

/// One argument of a message. Holds references only: use it within the full expression that makes
/// it.
struct FormatArg {
  struct TypeList {
    List<Type*> list;
  };
  struct TParamList {
    List<TypeParam*> list;
  };
  struct ExprList {
    List<syntax::Expr*> list;
  };
  std::variant<std::string_view, int64_t, bool, const Type*, const Object*, const Operand*,
               const syntax::Node*, const Term*, Pos, TypeList, TParamList, ExprList,
               const Package*>
      value;

  FormatArg(std::string_view s) : value(s) {}
  FormatArg(const std::string& s) : value(std::string_view(s)) {}
  FormatArg(const char* s) : value(std::string_view(s)) {}
  FormatArg(int n) : value(int64_t{n}) {}
  FormatArg(long n) : value(int64_t{n}) {}
  FormatArg(long long n) : value(int64_t{n}) {}
  FormatArg(unsigned n) : value(int64_t{n}) {}
  FormatArg(unsigned long n) : value(static_cast<int64_t>(n)) {}
  FormatArg(bool b) : value(b) {}
  FormatArg(syntax::Operator op) : value(syntax::operatorText(op)) {}
  FormatArg(const Type* t) : value(t) {}
  FormatArg(const Object* o) : value(o) {}
  FormatArg(const Operand* x) : value(x) {}
  FormatArg(const Operand& x) : value(&x) {}
  FormatArg(const syntax::Node* e) : value(e) {}
  FormatArg(const Term* t) : value(t) {}
  FormatArg(const Package* p) : value(p) {}
  FormatArg(Pos p) : value(p) {}
  FormatArg(List<Type*> l) : value(TypeList{l}) {}
  FormatArg(List<TypeParam*> l) : value(TParamList{l}) {}
  FormatArg(List<syntax::Expr*> l) : value(ExprList{l}) {}
  // Pointers to derived classes would otherwise convert to bool.
  template <class T, class = std::enable_if_t<std::is_base_of_v<Type, T>>>
  FormatArg(const T* t, const Type* = nullptr) : value(static_cast<const Type*>(t)) {}
  template <class T, class = std::enable_if_t<std::is_base_of_v<Object, T>>>
  FormatArg(const T* t, const Object* = nullptr, int = 0) : value(static_cast<const Object*>(t)) {}
  template <class T, class = std::enable_if_t<std::is_base_of_v<syntax::Node, T>>>
  FormatArg(const T* t, const syntax::Node* = nullptr, int = 0, int = 0)
      : value(static_cast<const syntax::Node*>(t)) {}
};

/// The text of a message; names are qualified as `check` (may be null) wants them.
std::string formatMessage(const Checker* check, std::string_view format,
                          std::initializer_list<FormatArg> args);

template <class... Args>
std::string messagef(const Checker* check, std::string_view format, const Args&... args) {
  return formatMessage(check, format, {FormatArg(args)...});
}

struct Qualifier;
/// As messages of `check` (may be null) want it.
Qualifier qualifierOf(const Checker* check);

/// How packages are named in texts. Path: by import path; Message: by name, or by quoted path if
/// two packages that `pkg` imports, directly or not, share the name. `pkg` itself is left out.
struct Qualifier {
  enum class Kind : uint8_t { Path, Message } kind = Kind::Path;
  const Package* pkg = nullptr;
  const FileSet* files = nullptr;  ///< for texts that mention positions
};
std::string typeText(const Type* t, Qualifier q, bool subscripts = false);
std::string objectText(const Object* o, Qualifier q);
std::string signatureText(const Signature* s, Qualifier q);  ///< without "func"
/// As strconv.Quote.
std::string quoted(std::string_view s);
/// "m(int) string": to show that two methods differ. `markPackage`: full paths, and the package of
/// the first unexported struct field, for types that look the same otherwise.
std::string methodText(const Func* f, Qualifier q, bool markPackage);
/// "file.go:3:4", with the physical place in brackets if //line says otherwise.
std::string positionText(const FileSet* files, Pos pos);
/// "pkg." as the qualifier wants it, or nothing.
std::string packagePrefix(const Package* pkg, Qualifier q);
/// "constant", "defined type", "local variable"… as used in messages.
std::string_view objectKindName(const Object* o);
/// "a", "a and b", "a, b, and c".
std::string typeParamsString(List<TypeParam*> list);

}  // namespace burrow
