// What the types of a type set have in common.
#include "compiler/types/checker.h"

namespace burrow {

Type* commonUnder(Checker* check, Type* t, const TypeCondition& condition, std::string* cause) {
  Type* common = nullptr;      // the common underlying type so far
  Type* commonType = nullptr;  // a type that has it, for messages
  auto fail = [&](const char* format, auto... args) {
    if (cause) *cause = messagef(check, format, args...);
    return false;
  };
  bool ok = forAllTypes(t, [&](Type* t, Type* u) {
    if (condition && !condition(t, u, cause)) return false;
    if (!u) return fail("no specific type");
    if (!common) {
      commonType = t;
      common = u;
      return true;
    }
    auto* c = as<Chan>(common);
    auto* d = as<Chan>(u);
    if (c && d) {
      if (!identical(c->elem, d->elem)) {
        return fail("channels %s and %s have different element types", commonType, t);
      }
      // The more restricted direction wins.
      if (c->dir == d->dir) return true;
      if (c->dir == ChanDir::Both) {
        commonType = t;
        common = u;
      } else if (d->dir != ChanDir::Both) {
        return fail("channels %s and %s have conflicting directions", commonType, t);
      }
      return true;
    }
    if (!identical(common, u)) {
      return fail("%s and %s have different underlying types", commonType, t);
    }
    return true;
  });
  return ok ? common : nullptr;
}

}  // namespace burrow
