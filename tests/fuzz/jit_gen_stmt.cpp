// Statements without control flow of their own: variables, elements, what may panic.
#include <utility>

#include "tests/fuzz/jit_gen.h"

namespace burrow::fuzz {

std::string JitGenerator::scalar(Num t) {
  const Var* v = find([&](const Var& x) { return x.shape == Shape::Scalar && x.type == t && !x.fixed; });
  if (v && !r.oneIn(6)) return v->name;
  std::string name = fresh("v");
  emit("var " + name + " " + nameOf(t) + " = " + value(t) + "\n_ = " + name);
  vars_.push_back({name, Shape::Scalar, t});
  return name;
}

void JitGenerator::declare() {
  Num t = anyNum();
  std::string name = fresh("v");
  if (!r.oneIn(4)) {
    emit("var " + name + " " + nameOf(t) + " = " + value(t) + "\n_ = " + name);
    vars_.push_back({name, Shape::Scalar, t});
    return;
  }
  composite();
}

void JitGenerator::composite() {
  Num t = anyNum();
  std::string name = fresh("c"), type = nameOf(t);
  switch (r.below(7)) {
    case 0: {
      std::string list;
      for (int n = r.below(6); n > 0; --n) list += value(t, 1) + (n > 1 ? ", " : "");
      emit(name + " := []" + type + "{" + list + "}\n_ = " + name);
      vars_.push_back({name, Shape::Slice, t});
      return;
    }
    case 1: case 2: {
      int n = 1 << r.below(5);
      bool pointer = r.oneIn(4);
      std::string list;
      for (int i = r.below(std::min(n, 4) + 1); i > 0; --i) list += value(t, 1) + (i > 1 ? ", " : "");
      emit(name + " := " + (pointer ? "&[" : "[") + std::to_string(n) + "]" + type + "{" + list + "}\n_ = " + name);
      vars_.push_back({name, Shape::Array, t, {}, n, false, pointer});
      return;
    }
    case 3: {
      Num k = r.oneIn(3) ? Num::Str : anyInt();
      emit(name + " := map[" + nameOf(k) + "]" + type + "{}\n_ = " + name);
      vars_.push_back({name, Shape::Map, t, k});
      return;
    }
    case 4: {
      bool pointer = r.oneIn(2);
      emit(name + " := " + (pointer ? "&" : "") + p + "S{" + fields_[0].name + ": " + value(fields_[0].type, 1) + "}\n_ = " + name);
      vars_.push_back({name, Shape::Struct, {}, {}, 0, false, pointer});
      return;
    }
    case 5:
      if (r.oneIn(2)) return escapes();
      emit("var " + name + " any = " + nonConstant(t, 1) + "\n_ = " + name);
      vars_.push_back({name, Shape::Any});
      return;
    default:
      emit("var " + name + " shape = makeShape(" + nonConstant(Num::Int, 2) + ")\n_ = " + name);
      vars_.push_back({name, Shape::Iface});
      return;
  }
}

void JitGenerator::assign() {
  Num t = anyNum();
  std::string v = scalar(t);
  if (r.oneIn(6)) {
    std::string w = scalar(t);
    emit(v + ", " + w + " = " + (r.oneIn(2) ? w + ", " + v : value(t, 2) + ", " + value(t, 2)));
    return;
  }
  if (isInt(t) && r.oneIn(6)) return emit(v + (r.oneIn(2) ? "++" : "--"));
  if (isInt(t) && r.oneIn(3)) {
    static const char* ops[] = {" += ", " -= ", " *= ", " &= ", " |= ", " ^= ", " &^= "};
    return emit(v + ops[r.below(7)] + value(t, 2));
  }
  if (isInt(t) && r.oneIn(4)) return emit(v + (r.oneIn(2) ? " <<= " : " >>= ") + nonConstant(static_cast<Num>(5 + r.below(5)), 1));
  if (isFloat(t) && r.oneIn(2)) {
    static const char* ops[] = {" += ", " -= ", " *= ", " /= "};
    return emit(v + ops[r.below(4)] + nonConstant(t, 2));
  }
  emit(v + " = " + value(t));
}

void JitGenerator::elements() {
  const Var* a = find([](const Var& x) { return x.shape == Shape::Array; });
  if (!a) return composite();
  Var v = *a;
  std::string at = v.name + "[" + nonConstant(anyInt(), 1) + "&" + std::to_string(v.n - 1) + "]";
  switch (r.below(4)) {
    case 0:
      if (!v.pointer) {
        std::string copy = fresh("c");
        emit(copy + " := " + v.name + "\n" + at + " = " + value(v.type, 2) + "\n_ = " + copy);
        vars_.push_back({copy, Shape::Array, v.type, {}, v.n});
        return;
      }
      [[fallthrough]];
    case 1: return mix(v.type, at);
    default:
      if (isInt(v.type) && r.oneIn(2)) return emit(at + (r.oneIn(2) ? " += " : " ^= ") + value(v.type, 2));
      return emit(at + " = " + value(v.type, 2));
  }
}

void JitGenerator::maps() {
  const Var* m = find([](const Var& x) { return x.shape == Shape::Map; });
  if (!m) return composite();
  Var v = *m;
  std::string key = v.key == Num::Str ? nonConstant(Num::Str, 1) : "(" + nonConstant(v.key, 1) + " & 15)", at = v.name + "[" + key + "]";
  switch (r.below(5)) {
    case 0: return emit("delete(" + v.name + ", " + key + ")");
    case 1: {
      std::string x = fresh("v"), ok = fresh("v");
      emit(x + ", " + ok + " := " + at + "\n_, _ = " + x + ", " + ok);
      vars_.push_back({x, Shape::Scalar, v.type});
      vars_.push_back({ok, Shape::Scalar, Num::Bool});
      return;
    }
    case 2: {
      // In any order: a sum.
      std::string k = fresh("k"), x = fresh("x");
      std::string sum = v.key == Num::Str ? "hashText(" + k + ")" : "uint64(" + k + ")";
      return emit("for " + k + ", " + x + " := range " + v.name + " {\nh += " + sum + " ^ " + mixed(v.type, x) + "\n}");
    }
    case 3:
      if (isInt(v.type) && r.oneIn(4)) return emit("try(func() uint64 {\n" + at + (r.oneIn(2) ? " /= " : " <<= ") + nonConstant(v.type, 1) + "\nreturn 0\n})");
      if (isInt(v.type) || isFloat(v.type)) return emit(at + (r.oneIn(2) ? " += " : " -= ") + value(v.type, 2));
      [[fallthrough]];
    default: return emit(at + " = " + value(v.type, 2));
  }
}

/// Something on the heap that the function has made before: its data word, or new memory.
void JitGenerator::escapes() {
  if (const Var* v = find([](const Var& x) { return x.shape != Shape::Map || x.pointer; }); v && r.oneIn(2)) return emit("hold = " + v->name);
  Num t = anyNum();
  std::string name = fresh("c"), type = nameOf(t);
  switch (r.below(3)) {
    case 0:
      emit(name + " := make([]" + type + ", " + std::to_string(r.below(12)) + ")\nhold = " + name);
      vars_.push_back({name, Shape::Slice, t});
      return;
    case 1:
      emit(name + " := &[4]" + type + "{" + value(t, 1) + "}\nhold = " + name);
      vars_.push_back({name, Shape::Array, t, {}, 4, false, true});
      return;
    default: return emit("hold = [2]" + type + "{" + value(t, 1) + ", " + value(t, 1) + "}\nh += uint64(len(hold.([2]" + type + ")))");
  }
}

/// Values that go to another goroutine and come back, with room in between or none.
void JitGenerator::channels() {
  Num t = anyNum();
  std::string c = fresh("c"), d = fresh("c"), type = nameOf(t), room[] = {"", ", 1", ", 3"};
  std::string head = c + ", " + d + " := make(chan " + type + room[r.below(3)] + "), make(chan " + type + room[r.below(3)] + ")\n";
  head += "go func() {\nfor x := range " + c + " {\n" + d + " <- x\n}\nclose(" + d + ")\n}()\n";
  std::string body = "for i := 0; i < " + std::to_string(r.between(1, 4)) + "; i++ {\n" + c + " <- " + value(t, 2) + "\n";
  std::string x = fresh("x"), ok = fresh("v");
  if (r.oneIn(3)) body += "select {\ncase " + x + ", " + ok + " := <-" + d + ":\nh = h*31 ^ " + mixed(t, x) + " + b2u(" + ok + ")\n}\n}\n";
  else body += "h = h*31 ^ " + mixed(t, "<-" + d) + "\n}\n";
  emit("{\n" + head + body + "close(" + c + ")\n" + (r.oneIn(2) ? "_, " + ok + " := <-" + d + "\nh += b2u(" + ok + ")\n" : "") + "}");
}

void JitGenerator::slices() {
  const Var* s = find([](const Var& x) { return x.shape == Shape::Slice; });
  if (!s) return composite();
  Var v = *s;
  std::string i = "int(" + nonConstant(anyInt(), 1) + ")", n = v.name;
  switch (r.below(7)) {
    case 0: case 1: return emit("if len(" + n + ") < 20 {\n" + n + " = append(" + n + ", " + value(v.type, 2) + ")\n}");
    case 2: {
      std::string k = fresh("i");
      return emit("if " + k + " := " + i + "; " + k + " >= 0 && " + k + " < len(" + n + ") {\n" + n + "[" + k + "] = " + value(v.type, 2) + "\n}");
    }
    case 3: return emit("for i := range " + n + " {\n" + "h = h*31 + " + mixed(v.type, n + "[i]") + "\n}");
    case 4: return emit("if len(" + n + ") > 1 {\n" + n + " = " + n + "[1:" + (r.oneIn(2) ? "len(" + n + ")-1" : "") + "]\n}");
    case 5: return emit("copy(" + n + ", " + (v.type == Num::U8 && r.oneIn(2) ? nonConstant(Num::Str, 1) : n + "[len(" + n + ")/2:]") + ")");
    default: {
      const Var* w = find([&](const Var& x) { return x.shape == Shape::Slice && x.type == v.type; });
      return emit("if len(" + n + ")+len(" + w->name + ") < 24 {\n" + n + " = append(" + n + ", " + w->name + "...)\n}");
    }
  }
}

void JitGenerator::strings() {
  std::string s = nonConstant(Num::Str, 2);
  switch (r.below(4)) {
    case 0: return emit("for i, c := range " + s + " {\nh = h*31 ^ uint64(c) + uint64(i)\n}");
    case 1: {
      std::string x = fresh("t");
      return emit(x + " := " + s + "\nfor i := 0; i < len(" + x + "); i++ {\nh = h*31 ^ uint64(" + x + "[i])\n}");
    }
    case 2: {
      std::string name = fresh("c");
      emit(name + " := []byte(" + s + ")\n_ = " + name);
      vars_.push_back({name, Shape::Slice, Num::U8});
      return;
    }
    default: {
      std::string x = fresh("t"), at = "uint(" + nonConstant(anyInt(), 1) + ") % uint(len(" + x + "))";
      return emit("if " + x + " := " + s + "; len(" + x + ") > 0 {\nh = h*31 ^ uint64(" + x + "[" + at + "])\n}");
    }
  }
}

void JitGenerator::structs() {
  const Var* s = find([](const Var& x) { return x.shape == Shape::Struct; });
  if (!s) return composite();
  Var v = *s;
  const Field& f = fields_[static_cast<size_t>(r.below(static_cast<int>(fields_.size())))];
  switch (r.below(5)) {
    case 0: {
      std::string copy = fresh("c");
      emit(copy + " := " + (v.pointer ? "*" : "") + v.name + "\n_ = " + copy);
      vars_.push_back({copy, Shape::Struct});
      return;
    }
    case 1:
      if (!v.pointer) {
        std::string ptr = fresh("c");
        emit(ptr + " := &" + v.name + "\n_ = " + ptr);
        vars_.push_back({ptr, Shape::Struct, {}, {}, 0, false, true});
        return;
      }
      [[fallthrough]];
    case 2: return mix(fields_[1].type, v.name + ".get(" + value(fields_[0].type, 1) + ")");
    case 3: return mix(f.type, v.name + "." + f.name);
    default: return emit(v.name + "." + f.name + " = " + value(f.type, 2));
  }
}

/// One statement that may panic.
void JitGenerator::trap() {
  const Var* s = find([](const Var& x) { return x.shape == Shape::Slice || (x.shape == Shape::Array && !x.pointer); });
  // Not the widest unsigned types: gc words their panics by the type of the index.
  static const Num kIndexes[] = {Num::I8, Num::I16, Num::I32, Num::I64, Num::Int, Num::U8, Num::U16, Num::U32};
  Num i = kIndexes[r.below(8)];
  std::string index = nonConstant(i, 1);
  // Mostly in range, so that what follows is reached.
  if (!r.oneIn(3)) index = "(" + index + " & 3)";
  switch (r.below(12)) {
    case 0: case 1: case 2:
      if (!s) return composite();
      return mix(s->type, s->name + "[" + index + "]");
    case 3:
      if (!s) return composite();
      return emit(s->name + "[" + index + "] = " + value(s->type, 1));
    case 4: case 5: {
      Num t = anyInt();
      std::string v = scalar(t), x = nonConstant(t, 1), y = nonConstant(t, 1);
      return emit(v + " = " + x + (r.oneIn(2) ? " / " : " % ") + y);
    }
    case 6: {
      Num t = anyInt();
      auto count = static_cast<Num>(r.below(5));
      std::string v = scalar(t);
      return emit(v + (r.oneIn(2) ? " <<= " : " >>= ") + nonConstant(count, 1));
    }
    case 7: {
      if (!s || s->shape != Shape::Slice) return composite();
      std::string lo = r.oneIn(3) ? "" : index, hi = r.oneIn(3) ? "" : nonConstant(kIndexes[r.below(8)], 0);
      std::string name = fresh("c"), from = s->name;
      Num t = s->type;
      bool full = !hi.empty() && r.oneIn(4);
      emit(name + " := " + from + "[" + lo + ":" + hi + (full ? ":" + nonConstant(kIndexes[r.below(8)], 0) : "") + "]\n_ = " + name);
      vars_.push_back({name, Shape::Slice, t});
      return;
    }
    case 8: {
      std::string name = fresh("v"), from = nonConstant(Num::Str, 0);
      emit(name + " := " + from + "[" + (r.oneIn(2) ? index + ":" : ":" + index) + "]\n_ = " + name);
      vars_.push_back({name, Shape::Scalar, Num::Str});
      return;
    }
    case 9: {
      const Var* a = find([](const Var& x) { return x.shape == Shape::Any; });
      if (!a) return composite();
      Num t = anyNum();
      return mix(t, a->name + ".(" + nameOf(t) + ")");
    }
    case 10: {
      const Var* q = find([](const Var& x) { return x.shape == Shape::Struct && x.pointer && !x.fixed; });
      if (!q || !r.oneIn(3)) return mix(Num::U8, nonConstant(Num::Str, 0) + "[" + index + "]");
      std::string name = fresh("q"), from = q->name;
      return emit(name + " := " + from + "\nif " + nonConstant(Num::Bool, 1) + " {\n" + name + " = nil\n}\nh += " + mixed(fields_[0].type, name + "." + fields_[0].name));
    }
    default:
      return emit("if " + nonConstant(Num::Bool, 2) + " {\npanic(" + nonConstant(r.oneIn(2) ? Num::Str : Num::Int, 1) + ")\n}");
  }
}

void JitGenerator::boxes() {
  const Var* a = find([](const Var& x) { return x.shape == Shape::Any || x.shape == Shape::Iface; });
  if (!a) return composite();
  Var v = *a;
  if (v.shape == Shape::Iface) {
    if (r.oneIn(4)) return emit(v.name + " = makeShape(" + nonConstant(Num::Int, 2) + ")");
    return mix(Num::I64, v.name + ".area(" + nonConstant(Num::I64, 2) + ")");
  }
  if (r.oneIn(2)) return emit(v.name + " = " + nonConstant(anyNum(), 2));
  std::string text = "switch x := " + v.name + ".(type) {\n";
  bool seen[kNums] = {};
  for (int n = r.between(1, 4); n > 0; --n) {
    Num t = anyNum();
    if (std::exchange(seen[static_cast<int>(t)], true)) continue;
    text += std::string("case ") + nameOf(t) + ":\nh = h*31 ^ " + mixed(t, "x") + "\n";
  }
  emit(text + "default:\n_ = x\nh++\n}");
}

void JitGenerator::calls() {
  const Function* f = functions_.empty() ? nullptr : &functions_[static_cast<size_t>(r.below(static_cast<int>(functions_.size())))];
  if (!f || weight_ > 40) return assign();
  std::string args;
  for (size_t i = 0; i < f->params.size(); ++i)
    args += (i ? ", " : "") + (i == 0 && f->recursive ? std::to_string(r.below(4)) : value(f->params[i], 2));
  std::string names, uses;
  std::vector<Var> fresh_;
  for (Num t : f->results) {
    std::string name = fresh("v");
    names += (names.empty() ? "" : ", ") + name;
    uses += (uses.empty() ? "_" : ", _");
    fresh_.push_back({name, Shape::Scalar, t});
  }
  emit(names + " := " + f->name + "(" + args + ")\n" + uses + " = " + names);
  vars_.insert(vars_.end(), fresh_.begin(), fresh_.end());
}

/// Values as wholes: interfaces compared, structs copied, slices with a limit, made and grown, texts searched, calls deferred at times.
void JitGenerator::wholes() {
  Num t = anyNum();
  std::string name = fresh("w"), type = nameOf(t);
  switch (r.below(7)) {
    case 0: {
      const Var* a = find([](const Var& x) { return x.shape == Shape::Any; });
      if (!a) return emit("var " + name + " any = " + nonConstant(t, 1) + "\n_ = " + name), vars_.push_back({name, Shape::Any});
      std::string x = a->name;
      const Var* b = find([&](const Var& v) { return v.shape == Shape::Any && v.name != x; });
      std::string y = b && r.oneIn(2) ? b->name : "any(" + nonConstant(t, 1) + ")";
      return emit("h = h*3 + b2u(" + x + (r.oneIn(2) ? " == " : " != ") + y + ")");
    }
    case 1: {
      const Var* a = find([](const Var& x) { return x.shape == Shape::Iface; });
      std::string x = a ? a->name : "makeShape(" + nonConstant(Num::Int, 1) + ")";
      return emit("h = h*3 + b2u(" + x + " == makeShape(" + nonConstant(Num::Int, 1) + "))");
    }
    case 2: {
      const Var* s = find([](const Var& x) { return x.shape == Shape::Slice; });
      if (!s) return composite();
      Var v = *s;
      static const char* limits[] = {"[len(%)/2 : len(%) : cap(%)]", "[: len(%)&3 : len(%)]", "[len(%)&1 : len(%)]", "[:0:0]"};
      std::string all;
      if (r.oneIn(8)) all = "[" + nonConstant(Num::Int, 1) + "&3:" + nonConstant(Num::Int, 1) + "&3:" + nonConstant(Num::Int, 1) + "&7]";
      else for (char c : std::string(limits[r.below(4)])) all += c == '%' ? v.name : std::string(1, c);
      emit(name + " := " + v.name + all + "\nh = h*31 + uint64(len(" + name + ")*8+cap(" + name + "))");
      vars_.push_back({name, Shape::Slice, v.type});
      return;
    }
    case 3: {
      const Var* s = find([](const Var& x) { return x.shape == Shape::Struct; });
      if (!s) return composite();
      std::string v = (s->pointer ? "*" : "") + s->name, at = name + "[" + nonConstant(anyInt(), 1) + "&1]", f = "." + fields_[0].name;
      emit(name + " := make([]" + p + "S, 3)\n" + at + " = " + v + "\n" + name + "[2] = " + at);
      if (r.oneIn(2)) emit(at + " = " + p + "S{}");
      return mix(fields_[0].type, name + "[2]" + f), mix(fields_[0].type, at + f);
    }
    case 4: {
      std::string n = fresh("n"), i = fresh("i");
      emit(n + " := int(" + nonConstant(anyInt(), 1) + " & 15)\n" + name + " := make([]" + type + ", " + n + (r.oneIn(2) ? "" : ", " + n + "+" + std::to_string(r.below(4))) + ")");
      if (weight_ <= 60) emit("for " + i + " := range " + std::to_string(r.between(1, 9)) + " {\n_ = " + i + "\n" + name + " = append(" + name + ", " + nonConstant(t, 1) + ")\n}");
      if (r.oneIn(2)) emit(name + " = append(" + name + ", " + name + "...)");
      emit("for _, x := range " + name + " {\nh = h*31 ^ " + mixed(t, "x") + "\n}\nh = h*31 + uint64(len(" + name + ")*8+cap(" + name + "))");
      return;
    }
    case 5: return emit("h = h*31 + searched(" + text(2) + ", " + text(2) + ", " + nonConstant(Num::U8, 1) + ")");
    default:
      if (weight_ > 20) return assign();
      return emit("if " + boolean(2) + " {\ndefer addTo(&h, " + nonConstant(Num::U64, 2) + ")\n}");
  }
}

}  // namespace burrow::fuzz
