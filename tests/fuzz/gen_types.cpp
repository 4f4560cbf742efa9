// Types of a generated program, their methods, and the functions that sum up values of them.
#include "tests/fuzz/gen.h"

namespace burrow::fuzz {

const Type* Generator::make(Type t) {
  auto& slot = types_[t.text];
  if (!slot) slot = std::make_unique<Type>(std::move(t));
  return slot.get();
}

const Type* Generator::basic(Kind kind, const char* text) { return make({.kind = kind, .text = text}); }
const Type* Generator::ptr(const Type* t) { return make({.kind = Kind::Ptr, .text = "*" + t->text, .elem = t}); }
const Type* Generator::slice(const Type* t) { return make({.kind = Kind::Slice, .text = "[]" + t->text, .elem = t}); }
const Type* Generator::array(int n, const Type* t) {
  return make({.kind = Kind::Array, .text = "[" + std::to_string(n) + "]" + t->text, .elem = t, .len = n});
}
const Type* Generator::mapOf(const Type* k, const Type* v) {
  return make({.kind = Kind::Map, .text = "map[" + k->text + "]" + v->text, .elem = v, .key = k});
}
const Type* Generator::func(std::vector<const Type*> params, const Type* result) {
  std::string text = "func(";
  for (size_t i = 0; i < params.size(); ++i) text += (i ? ", " : "") + params[i]->text;
  text += ") " + result->text;
  return make({.kind = Kind::Func, .text = text, .params = std::move(params), .result = result});
}

const Type* Generator::pick(int depth) {
  switch (r.below(depth > 0 ? 20 : 9)) {
    case 0: case 1: return int_;
    case 2: return string_;
    case 3: return byte_;
    case 4: case 5: return anyStruct();
    case 6: case 7: return ptr(anyStruct());
    case 8: return ptr(int_);
    case 9: case 10: return ptr(pick(depth - 1));
    case 11: case 12: return slice(pick(depth - 1));
    case 13: return slice(ptr(anyStruct()));
    case 14: return array(r.between(1, 4), pick(depth - 1));
    case 15: return mapOf(r.oneIn(2) ? string_ : int_, pick(depth - 1));
    case 16: return r.oneIn(2) ? func({}, int_) : func({int_}, int_);
    case 17: return func({}, ptr(anyStruct()));
    case 18: return any_;
    default: return iface_;
  }
}

/// By value only what is declared before.
const Type* Generator::fieldType(int index) {
  auto struct_ = [&](int n) { return structs_[static_cast<size_t>(n)]; };
  switch (r.below(16)) {
    case 0: case 1: return int_;
    case 2: return string_;
    case 3: return byte_;
    case 4: case 5: return ptr(anyStruct());
    case 6: return ptr(int_);
    case 7: return ptr(ptr(int_));
    case 8: return slice(int_);
    case 9: return slice(ptr(anyStruct()));
    case 10: return index ? struct_(r.below(index)) : int_;
    case 11: return array(r.between(1, 3), r.oneIn(2) ? ptr(int_) : int_);
    case 12: return func({}, int_);
    case 13: return any_;
    case 14: return iface_;
    default: return mapOf(string_, ptr(int_));
  }
}

void Generator::declareStructs() {
  int_ = basic(Kind::Int, "int");
  byte_ = basic(Kind::Byte, "byte");
  bool_ = basic(Kind::Bool, "bool");
  string_ = basic(Kind::String, "string");
  any_ = basic(Kind::Any, "any");
  iface_ = make({.kind = Kind::Iface, .text = p + "I"});
  top_.push_back({"type " + p + "I interface {\n\tGet(x int) int\n\tRef(q *int) *int\n}", {}, {}});
  int count = r.between(2, 4);
  for (int i = 0; i < count; ++i) {
    structs_.push_back(make({.kind = Kind::Struct, .text = p + "S" + std::to_string(i), .ptrMethods = r.oneIn(2)}));
  }
  for (int i = 0; i < count; ++i) {
    auto* t = const_cast<Type*>(structs_[static_cast<size_t>(i)]);
    std::string text = "type " + t->text + " struct {\n\tn int\n";
    t->fields.push_back({"n", int_});
    int fields = r.between(1, 5);
    for (int f = 0; f < fields; ++f) {
      const Type* ft = fieldType(i);
      std::string name = "f" + std::to_string(f);
      t->fields.push_back({name, ft});
      text += "\t" + name + " " + ft->text + "\n";
    }
    top_.push_back({text + "}", {}, {}});
  }
}

/// Every struct implements I. Ref hands back its argument or a pointer that the receiver has.
void Generator::declareMethods() {
  for (const Type* t : structs_) {
    std::string receiver = "func (s " + std::string(t->ptrMethods ? "*" : "") + t->text + ") ";
    std::string get = receiver + "Get(x int) int { ";
    switch (r.below(3)) {
      case 0: get += "return s.n + x }"; break;
      case 1: get += "s.n += x; return s.n }"; break;
      default: get += "if x > 3 { return s.n*3 }; return x - s.n }"; break;
    }
    top_.push_back({get, {}, {}});
    std::string ref = receiver + "Ref(q *int) *int { ";
    std::string inner;
    for (const Type::Field& f : t->fields) {
      if (f.type == ptr(int_)) inner = f.name;
    }
    switch (r.below(4)) {
      case 0: ref += "return q }"; break;
      case 1: ref += "return &s.n }"; break;
      case 2: ref += inner.empty() ? "x := *q + s.n; return &x }" : "if s." + inner + " != nil { return s." + inner + " }; return q }"; break;
      default:
        ref += inner.empty() || !t->ptrMethods ? "*q += s.n; return q }"
                                               : "s." + inner + " = q; return q }";
        break;
    }
    top_.push_back({ref, {}, {}});
  }
}

std::string Generator::zero(const Type* t) {
  switch (t->kind) {
    case Kind::Int: case Kind::Byte: return "0";
    case Kind::Bool: return "false";
    case Kind::String: return "\"\"";
    case Kind::Struct: case Kind::Array: return t->text + "{}";
    default: return "nil";
  }
}

std::string Generator::sum(const Type* t, const std::string& value, const std::string& depth) {
  switch (t->kind) {
    case Kind::Int: case Kind::Byte: return "uint64(" + value + ")";
    case Kind::Bool: return "sumBool(" + value + ")";
    case Kind::String: return "sumString(" + value + ")";
    case Kind::Func: return "sumBool(" + value + " != nil)";
    default: break;
  }
  std::string name = p + "sum";
  for (char c : t->text) name += isalnum(static_cast<unsigned char>(c)) ? std::string(1, c) : c == '*' ? "P" : c == '[' ? "L" : "_";
  defineSum(t, name);
  return name + "(" + value + ", " + depth + ")";
}

void Generator::defineSum(const Type* t, const std::string& name) {
  if (!sums_.insert(name).second) return;
  std::string s = "func " + name + "(x " + t->text + ", d int) uint64 {\n\th := uint64(17)\n";
  switch (t->kind) {
    case Kind::Ptr:
      s += "\tif x == nil || d == 0 {\n\t\treturn h + sumBool(x == nil)\n\t}\n\th = h*31 + " + sum(t->elem, "*x", "d-1") + "\n";
      break;
    case Kind::Struct:
      for (const Type::Field& f : t->fields) s += "\th = h*31 + " + sum(f.type, "x." + f.name, "d") + "\n";
      break;
    case Kind::Slice: case Kind::Array:
      s += "\tif d == 0 {\n\t\treturn h\n\t}\n\tfor i := range x {\n\t\th = h*31 + " + sum(t->elem, "x[i]", "d-1") + "\n\t}\n";
      break;
    case Kind::Map:
      s += "\tif d == 0 {\n\t\treturn h\n\t}\n\tfor k, v := range x {\n\t\th += " + sum(t->key, "k", "d-1") + "*7 + " +
           sum(t->elem, "v", "d-1") + "*13\n\t}\n";
      break;
    case Kind::Any: case Kind::Iface:
      s += "\tif d == 0 {\n\t\treturn h\n\t}\n\tswitch v := x.(type) {\n";
      for (const Type* st : structs_) {
        s += "\tcase *" + st->text + ":\n\t\th = h*31 + " + sum(ptr(st), "v", "d-1") + "\n";
        if (t->kind == Kind::Any || !st->ptrMethods) s += "\tcase " + st->text + ":\n\t\th = h*37 + " + sum(st, "v", "d-1") + "\n";
      }
      if (t->kind == Kind::Any) {
        for (const Type* bt : {int_, string_, ptr(int_), slice(int_), array(2, int_)})
          s += "\tcase " + bt->text + ":\n\t\th = h*41 + " + sum(bt, "v", "d-1") + "\n";
      }
      s += "\tcase nil:\n\t\th++\n\t}\n";
      break;
    default: break;
  }
  top_.push_back({s + "\treturn h\n}", {}, {}});
}

}  // namespace burrow::fuzz
