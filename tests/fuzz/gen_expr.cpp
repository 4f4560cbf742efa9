// Pure expressions: literals, variables and what is reachable from them, addresses, conversions, calls of pure functions.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

namespace {

bool matches(const Var& v, bool nonNil, int minLen) { return (!nonNil || v.nonNil) && v.minLen >= minLen; }

}  // namespace

bool Generator::mayShare(const Path& path) const {
  const Var& v = *path.root;
  if (!v.owned) return true;
  if (!path.whole && !path.throughSlice) return true;
  return v.region == region_ && v.closure == closure_;
}

bool Generator::share(const Path& path) {
  if (!mayShare(path)) return false;
  if (path.whole || path.throughSlice) path.root->owned = false;
  return true;
}

void Generator::explore(Path at, int depth, const std::function<bool(const Path&)>& wanted, std::vector<Path>& out) {
  if (wanted(at)) out.push_back(at);
  if (depth == 0) return;
  const Type* t = at.type;
  bool known = at.whole;
  at.whole = false;
  if (t->kind == Kind::Ptr && known && at.root->nonNil) {
    Path to = at;
    to.addressable = true;
    to.type = t->elem;
    to.text = "*" + at.text;
    if (t->elem->kind == Kind::Struct) {
      if (wanted(to)) out.push_back(to);
      for (const Type::Field& f : t->elem->fields) {
        Path field = at;
        field.addressable = true;
        field.type = f.type;
        field.text += "." + f.name;
        explore(field, depth - 1, wanted, out);
      }
    } else {
      to.text = "(" + to.text + ")";
      explore(to, depth - 1, wanted, out);
    }
  }
  if (t->kind == Kind::Struct) {
    for (const Type::Field& f : t->fields) {
      Path field = at;
      field.type = f.type;
      field.text += "." + f.name;
      explore(field, depth - 1, wanted, out);
    }
  }
  if (t->kind == Kind::Array || (t->kind == Kind::Slice && known && at.root->minLen > 0)) {
    Path element = at;
    int n = t->kind == Kind::Array ? t->len : at.root->minLen;
    element.type = t->elem;
    element.text += "[" + std::to_string(r.below(n)) + "]";
    if (t->kind == Kind::Slice) {
      element.addressable = true;
      element.throughSlice = at.root->owned;
    }
    explore(element, depth - 1, wanted, out);
  }
}

std::vector<Path> Generator::paths(const std::function<bool(const Path&)>& wanted) {
  std::vector<Path> out;
  for (Var& v : vars_) explore({v.name, v.type, true, &v, true, false}, 2, wanted, out);
  return out;
}

bool Generator::fromScope(const Type* t, bool nonNil, int minLen, Expr& out) {
  std::vector<Path> found = paths([&](const Path& path) {
    if (path.type != t) return false;
    if (nonNil || minLen > 0) return path.whole && matches(*path.root, nonNil, minLen) && mayShare(path);
    return path.throughSlice || mayShare(path);  // reading an element shares nothing
  });
  if (found.empty()) return false;
  const Path& path = found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
  if (path.whole) {
    if (!share(path)) return false;
    out = {path.text, path.root->nonNil, path.root->minLen};
  } else {
    out = {path.text, false, 0};
  }
  return true;
}

bool Generator::addressOf(const Type* t, std::string& out) {
  std::vector<Path> found = paths([&](const Path& path) {
    return path.type == t && path.addressable && !path.root->fixed && (!path.whole || !path.root->owned) && mayShare(path) &&
           // A variable whose value is relied upon is not changed behind our back.
           (!path.whole || (!path.root->nonNil && path.root->minLen == 0));
  });
  if (found.empty()) return false;
  const Path& path = found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
  if (!share(path)) return false;
  out = "&" + path.text;
  return true;
}

std::string Generator::arguments(const Function& f, int depth) {
  std::string text;
  auto add = [&](const std::string& a) { text += (text.empty() ? "" : ", ") + a; };
  for (size_t i = 0; i < f.params.size(); ++i) {
    if (i == 0 && f.recursive) add(std::to_string(r.between(0, 4)));
    else add(expr(f.params[i], depth).text);
  }
  if (f.variadic) {
    if (r.oneIn(4)) add(expr(slice(f.variadic), depth).text + "...");
    else for (int n = r.below(4); n > 0; --n) add(expr(f.variadic, depth).text);
  }
  return text;
}

bool Generator::pureCall(const Type* t, int depth, Expr& out) {
  std::vector<const Function*> found;
  for (const Function& f : functions_) {
    if (f.pure && f.results.size() == 1 && f.results[0] == t) found.push_back(&f);
  }
  int choice = r.below(static_cast<int>(found.size()) + 2);
  if (choice < static_cast<int>(found.size())) {
    const Function& f = *found[static_cast<size_t>(choice)];
    out = {f.name + "(" + arguments(f, depth - 1) + ")"};
    return true;
  }
  if (t->kind == Kind::Func) return false;
  if (choice == static_cast<int>(found.size())) {
    out = {"id[" + t->text + "](" + expr(t, depth - 1).text + ")"};
  } else {
    out = {"pick(" + boolean(0) + ", " + expr(t, depth - 1).text + ", " + expr(t, depth - 1).text + ")"};
    if (t->kind == Kind::Any || t->kind == Kind::Iface || t->kind == Kind::Ptr || t->kind == Kind::Slice || t->kind == Kind::Map ||
        t->kind == Kind::Byte || t->kind == Kind::Int)
      out.text.insert(4, "[" + t->text + "]");
  }
  return true;
}

std::string Generator::integer(int depth) {
  Expr e;
  switch (r.below(depth > 0 ? 8 : 3)) {
    case 0: return std::to_string(r.below(100));
    case 1: case 2: return fromScope(int_, false, 0, e) ? e.text : std::to_string(r.below(50));
    case 3: return "(" + integer(depth - 1) + " + " + integer(depth - 1) + ")";
    case 4: return "(" + integer(depth - 1) + "*3 ^ " + integer(depth - 1) + ")";
    case 5: return "int(" + expr(byte_, depth - 1).text + ")";
    case 6: {
      std::vector<Path> found = paths([](const Path& q) { return q.type->kind == Kind::Slice || q.type->kind == Kind::String || q.type->kind == Kind::Map; });
      if (found.empty()) return "7";
      return "len(" + found[static_cast<size_t>(r.below(static_cast<int>(found.size())))].text + ")";
    }
    default: {
      std::vector<Path> found = paths([&](const Path& q) { return q.type->kind == Kind::Map && q.type->elem == int_; });
      if (found.empty()) return "(" + integer(0) + " - 5)";
      const Path& m = found[static_cast<size_t>(r.below(static_cast<int>(found.size())))];
      return m.text + "[" + expr(m.type->key, 0).text + "]";
    }
  }
}

std::string Generator::boolean(int depth) {
  Expr e;
  switch (r.below(depth > 0 ? 6 : 3)) {
    case 0: return integer(0) + "%3 == 1";
    case 1: return integer(0) + " < " + integer(0);
    case 2: {
      std::vector<Path> found = paths([](const Path& q) { return q.type->kind == Kind::Ptr || q.type->kind == Kind::Iface || q.type->kind == Kind::Any || q.type->kind == Kind::Map; });
      if (found.empty()) return p + "fuel%2 == 0";
      return found[static_cast<size_t>(r.below(static_cast<int>(found.size())))].text + (r.oneIn(2) ? " != nil" : " == nil");
    }
    case 3: return expr(string_, 1).text + " < " + expr(string_, 1).text;
    case 4: {
      const Type* t = ptr(r.oneIn(2) ? int_ : anyStruct());
      if (!fromScope(t, false, 0, e)) return "!(" + boolean(0) + ")";
      Expr other = expr(t, 0);
      return e.text + " == " + other.text;
    }
    default: return "(" + boolean(depth - 1) + (r.oneIn(2) ? " && " : " || ") + boolean(depth - 1) + ")";
  }
}

std::string Generator::structLiteral(const Type* t, int depth) {
  std::string text = t->text + "{n: " + integer(0);
  for (const Type::Field& f : t->fields) {
    if (f.name != "n" && depth > 0 && r.oneIn(2)) text += ", " + f.name + ": " + expr(f.type, depth - 1).text;
  }
  return text + "}";
}

Expr Generator::pointer(const Type* t, int depth) {
  std::string text;
  if (r.below(3) && addressOf(t->elem, text)) return {text, true};
  switch (r.below(4)) {
    case 0: return {"new(" + t->elem->text + ")", true};
    case 1: return {"box[" + t->elem->text + "](" + expr(t->elem, depth - 1).text + ")", true};
    default: break;
  }
  if (t->elem->kind == Kind::Struct) return {"&" + structLiteral(t->elem, depth - 1), true};
  if (t->elem->kind == Kind::Slice || t->elem->kind == Kind::Map) return {"&" + t->elem->text + "{}", true};
  if (t->elem->kind == Kind::Array)
    return {"&" + literal(t->elem, depth - 1, false, 0).text, true};
  if (t->elem == int_ && r.oneIn(2)) return {"new(" + integer(1) + ")", true};
  return {"new(" + t->elem->text + ")", true};
}

/// A function literal on one line, calling nothing.
std::string Generator::closureLiteral(const Type* t, int depth) {
  std::string head = "func(";
  std::deque<Var> saved = vars_;
  int savedRegion = region_, savedClosure = closure_;
  region_ = ++regions_;
  closure_ = ++closures_;
  for (size_t i = 0; i < t->params.size(); ++i) {
    std::string name = fresh("a");
    head += (i ? ", " : "") + name + " " + t->params[i]->text;
    vars_.push_back({name, t->params[i], false, 0, false, false, region_, closure_});
  }
  head += ") " + t->result->text + " { ";
  std::vector<Path> counters = paths([&](const Path& q) { return q.type == int_ && q.addressable && !q.root->fixed && (q.whole || !q.throughSlice); });
  if (!counters.empty() && r.oneIn(2)) {
    const std::string& c = counters[static_cast<size_t>(r.below(static_cast<int>(counters.size())))].text;
    head += c + (r.oneIn(2) ? "++; " : " += " + std::to_string(r.between(2, 9)) + "; ");
  }
  std::string text = head + "return " + expr(t->result, depth - 1).text + " }";
  // Sharing what the closure saw is decided; the parameters go.
  size_t keep = saved.size();
  while (vars_.size() > keep) vars_.pop_back();
  region_ = savedRegion;
  closure_ = savedClosure;
  return text;
}

Expr Generator::literal(const Type* t, int depth, bool nonNil, int minLen) {
  switch (t->kind) {
    case Kind::Int: return {integer(depth)};
    case Kind::Byte: return {r.oneIn(2) ? "byte(" + std::to_string(r.below(256)) + ")" : "byte(" + integer(depth) + "&0xff)"};
    case Kind::Bool: return {boolean(depth)};
    case Kind::String: {
      static const char* kTexts[] = {"\"\"", "\"x\"", "\"escape\"", "\"a longer text of more than thirty-two bytes\""};
      int at = r.below(4);
      if (minLen && at == 0) at = 2;
      Expr e{kTexts[at], true, at == 0 ? 0 : at == 1 ? 1 : 5};
      if (e.minLen < minLen) e = {kTexts[2], true, 5};
      if (depth > 0 && r.oneIn(3)) e.text = "(" + e.text + " + " + expr(string_, depth - 1).text + ")";
      return e;
    }
    case Kind::Struct: return {structLiteral(t, depth)};
    case Kind::Ptr: return pointer(t, depth);
    case Kind::Slice: {
      if (!nonNil && minLen == 0 && r.oneIn(6)) return {t->text + "(nil)"};
      if (r.oneIn(3)) {
        int n = std::max(minLen, r.below(5));
        return {"make(" + t->text + ", " + std::to_string(n) + (r.oneIn(3) ? ", " + std::to_string(n + r.below(4)) : "") + ")", true, n};
      }
      int n = std::max(minLen, r.below(4));
      std::string text = t->text + "{";
      for (int i = 0; i < n; ++i) text += (i ? ", " : "") + expr(t->elem, depth - 1).text;
      return {text + "}", true, n};
    }
    case Kind::Array: {
      std::string text = t->text + "{";
      for (int i = 0; i < t->len; ++i) text += (i ? ", " : "") + expr(t->elem, depth - 1).text;
      return {text + "}"};
    }
    case Kind::Map: {
      if (r.oneIn(3)) return {"make(" + t->text + (r.oneIn(3) ? ", 20)" : ")"), true};
      std::string text = t->text + "{";
      int n = r.below(3);
      for (int i = 0; i < n; ++i)  // keys differ: the compiler rejects duplicates
        text += (i ? ", " : "") + (t->key == int_ ? std::to_string(i * 7) : "\"k" + std::to_string(i) + "\"") + ": " + expr(t->elem, depth - 1).text;
      return {text + "}", true};
    }
    case Kind::Func: return {closureLiteral(t, depth), true};
    case Kind::Iface: {
      const Type* s = anyStruct();
      if (s->ptrMethods || r.oneIn(2)) return {t->text + "(" + expr(ptr(s), depth - 1, true).text + ")", true};
      return {t->text + "(" + expr(s, depth - 1).text + ")", true};
    }
    case Kind::Any: {
      const Type* s = anyStruct();
      const Type* choices[] = {int_, string_, ptr(s), s, ptr(int_), slice(int_), array(2, int_)};
      return {"any(" + expr(choices[r.below(7)], depth - 1).text + ")", true};
    }
  }
  return {zero(t)};
}

Expr Generator::expr(const Type* t, int depth, bool nonNil, int minLen) {
  Expr e;
  if (t == int_) return {integer(std::max(depth, 0))};
  if (t == bool_) return {boolean(std::max(depth, 0))};
  int choice = r.below(10);
  if (choice < 6 && fromScope(t, nonNil, minLen, e)) return e;
  if (depth <= 0) {
    if (fromScope(t, nonNil, minLen, e)) return e;
    if (!nonNil && minLen == 0 && t->kind != Kind::String && t->kind != Kind::Func) {
      if (t->kind == Kind::Struct || t->kind == Kind::Array || t->kind == Kind::Byte) return {t->kind == Kind::Byte ? "byte(3)" : zero(t)};
      if (r.oneIn(2)) return {t->kind == Kind::Ptr || t->kind == Kind::Func ? "(" + t->text + ")(nil)" : t->text + "(nil)"};
    }
  }
  if (choice == 6 && depth > 0 && !nonNil && minLen == 0 && pureCall(t, depth, e)) return e;
  if (choice == 7 && t->kind == Kind::Slice && depth > 0) {
    // Part of an array or of another slice.
    std::vector<Path> arrays = paths([&](const Path& q) {
      return q.addressable && !q.root->fixed && q.type->kind == Kind::Array && q.type->elem == t->elem && q.type->len >= std::max(minLen, 1) && mayShare(q);
    });
    if (!arrays.empty()) {
      const Path& a = arrays[static_cast<size_t>(r.below(static_cast<int>(arrays.size())))];
      share(a);
      if (minLen == 0 && r.oneIn(2)) return {a.text + "[1:]", true, 0};
      return {a.text + "[:]", true, a.type->len};
    }
    if (minLen == 0 && fromScope(t, false, 1, e)) return {e.text + (r.oneIn(2) ? "[1:]" : "[:1]"), true, 0};
  }
  return literal(t, std::max(depth, 0), nonNil, minLen);
}

}  // namespace burrow::fuzz
