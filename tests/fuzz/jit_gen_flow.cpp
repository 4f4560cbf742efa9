// Statements with control flow: branches, loops, switches, closures, defers, panics that are recovered.
#include <algorithm>

#include "tests/fuzz/jit_gen.h"

namespace burrow::fuzz {

namespace {
constexpr int kMaxWeight = 300, kMaxNesting = 4;
}

/// Statements in braces; what they declare goes out of scope.
void JitGenerator::inside(const std::string& head, const std::string& tail, const std::function<void()>& body) {
  Piece piece{head, {}, tail};
  blocks_.push_back(&piece.body);
  size_t mark = vars_.size();
  ++nesting_;
  body();
  --nesting_;
  vars_.resize(mark);
  blocks_.pop_back();
  blocks_.back()->push_back(std::move(piece));
}

void JitGenerator::block(int statements) {
  size_t mark = vars_.size();
  for (; statements > 0 && budget_ > 0; --statements) stmt();
  // What was computed here counts.
  for (size_t i = mark; i < vars_.size(); ++i)
    if (vars_[i].shape == Shape::Scalar && !r.oneIn(3)) mix(vars_[i].type, vars_[i].name);
}

void JitGenerator::stmt() {
  --budget_;
  bool deep = nesting_ >= kMaxNesting;
  switch (r.below(deep ? 16 : 36)) {
    case 0: case 1: return declare();
    case 2: case 3: case 4: case 5: return assign();
    case 6: return elements();
    case 7: return maps();
    case 8: return slices();
    case 9: return strings();
    case 10: return structs();
    case 11: return trap();
    case 12: return boxes();
    case 13: return calls();
    case 14: return jumps();
    case 15: {
      Num t = anyNum();
      return mix(t, nonConstant(t));
    }
    case 16: case 17: case 18: case 19: return ifs();
    case 20: case 21: case 22: case 23: case 24: return loops();
    case 25: case 26: case 27: return switches();
    case 28: case 29: return closures();
    case 30: return defers();
    case 31: case 32: return tries();
    case 33: return wholes();
    case 34: return channels();
    default: return gotos();
  }
}

void JitGenerator::ifs() {
  std::string condition = nonConstant(Num::Bool);
  int n = r.between(1, 3);
  bool other = r.oneIn(2);
  inside("if " + condition + " {", other ? "} else {" : "}", [&] { block(n); });
  if (!other) return;
  // The else is the last piece's second half: one that minimising can only drop with the whole.
  Piece first = std::move(blocks_.back()->back());
  blocks_.back()->pop_back();
  std::vector<Piece> rest;
  blocks_.push_back(&rest);
  inside("{", "}", [&] { block(r.between(1, 3)); });
  blocks_.pop_back();
  first.tail = "} else {\n";
  for (const Piece& piece : rest) print(piece, first.tail);
  first.tail += "}";
  blocks_.back()->push_back(std::move(first));
}

/// `head` opens the loop.
void JitGenerator::loopBody(const std::string& head, int trips, const std::vector<Var>& vars, bool endless) {
  int old = weight_;
  weight_ *= trips;
  std::string label = fresh("L");
  bool labelled = r.oneIn(3);
  if (labelled) labels_.push_back(label);
  around_.loops++;
  std::string first = endless ? "fuel--\nif fuel < 0 {\nbreak" + (labelled ? " " + label : "") + "\n}" : labelled ? "if h == 77 {\ncontinue " + label + "\n}" : "";
  inside((labelled ? label + ":\n" : "") + head + (first.empty() ? "" : "\n" + first), "}", [&] {
    for (const Var& v : vars) vars_.push_back(v);
    block(r.between(1, 4));
  });
  around_.loops--;
  if (labelled) labels_.pop_back();
  weight_ = old;
}

void JitGenerator::loops() {
  if (weight_ > kMaxWeight) return assign();
  std::string i = fresh("i");
  int n = r.between(1, weight_ > 30 ? 3 : 8), kind = r.below(12);
  if (kind > 9) return counted();
  std::string trips = std::to_string(n);
  auto counter = [&](Num t) { return Var{i, Shape::Scalar, t, {}, 0, true}; };
  switch (kind) {
    case 0: case 1: {
      static const Num kinds[] = {Num::Int, Num::I8, Num::U8, Num::I32, Num::U64, Num::U16};
      Num t = kinds[r.below(6)];
      std::string name = nameOf(t);
      if (r.oneIn(3)) return loopBody("for " + i + " := " + name + "(" + trips + "); " + i + " > 0; " + i + "-- {", n, {counter(t)});
      int step = r.between(1, 3);
      return loopBody("for " + i + " := " + name + "(0); " + i + (r.oneIn(2) ? " < " : " <= ") + trips + "; " + i + " += " + std::to_string(step) + " {", n, {counter(t)});
    }
    case 2: return loopBody("for " + i + " := range " + trips + " {\n_ = " + i, n, {counter(Num::Int)});
    case 3: {
      const Var* s = find([](const Var& x) { return x.shape == Shape::Slice; });
      if (!s) break;
      Num t = s->type;
      std::string x = fresh("x"), name = s->name;
      return loopBody("for " + i + ", " + x + " := range " + name + " {\n_, _ = " + i + ", " + x, 8, {counter(Num::Int), {x, Shape::Scalar, t}});
    }
    case 4: {
      const Var* a = find([](const Var& x) { return x.shape == Shape::Array; });
      if (!a || a->n > 8) break;
      Num t = a->type;
      int length = a->n;
      std::string x = fresh("x"), name = a->name;
      return loopBody("for " + i + ", " + x + " := range " + name + " {\n_, _ = " + i + ", " + x, length, {counter(Num::Int), {x, Shape::Scalar, t}});
    }
    case 5: {
      std::string x = fresh("x"), s = nonConstant(Num::Str, 1);
      return loopBody("for " + i + ", " + x + " := range " + s + " {\n_, _ = " + i + ", " + x, 8, {counter(Num::Int), {x, Shape::Scalar, Num::I32}});
    }
    case 6: {
      int old = around_.loops;
      size_t labels = labels_.size();
      loopBody("for " + i + " := range count(" + trips + ") {\n_ = " + i, n, {counter(Num::Int)});
      around_.loops = old, labels_.resize(labels);
      return;
    }
    case 7: case 8: {
      if (!around_.fuel) break;
      std::string condition = r.oneIn(3) ? "" : nonConstant(Num::Bool, 2) + " ";
      return loopBody("for " + condition + "{", 6, {}, true);
    }
    default: break;
  }
  // Over a slice's indices, where bounds may be proved.
  const Var* s = find([](const Var& x) { return x.shape == Shape::Slice; });
  if (!s) return loopBody("for " + i + " := range " + trips + " {\n_ = " + i, n, {counter(Num::Int)});
  std::string name = s->name, at = name + "[" + i + (r.oneIn(3) ? "+1" : r.oneIn(3) ? "-1" : "") + "]";
  Num t = s->type;
  std::string use = "h = h*31 ^ " + mixed(t, at);
  if (isInt(t) && r.oneIn(2)) use = at + " += " + value(t, 0);
  return loopBody("for " + i + " := 0; " + i + " < len(" + name + ")" + (r.oneIn(2) ? "-1" : "") + "; " + i + "++ {\nif " + i + " > 0 {\n" + use + "\n}", 8,
                  {counter(Num::Int)});
}

/// Loops that an optimizer rebuilds: a counter with a limit from elsewhere, offsets, rows of rows, two counters that meet, tests of several parts, some of
/// them of elements.
/// Now and then the limit lies beyond the length.
void JitGenerator::counted() {
  const Var* s = find([](const Var& x) { return x.shape == Shape::Slice; });
  if (!s) return assign();
  std::string name = s->name, i = fresh("i"), j = fresh("j"), limit = fresh("n");
  Num t = s->type;
  std::string offset = r.oneIn(2) ? "" : "+" + std::to_string(r.between(1, 2)), less = r.oneIn(6) ? "" : "-" + std::to_string(r.between(1, 3));
  std::string see = "h = h*31 ^ " + mixed(t, name + "[" + i + offset + "]");
  switch (r.below(isInt(t) ? 8 : 6)) {
    case 0: case 1:
      return emit(limit + " := len(" + name + ")" + less + "\nfor " + i + " := " + std::to_string(r.below(2)) + "; " + i + (r.oneIn(3) ? " <= " : " < ") + limit + "; " + i +
                  (r.oneIn(3) ? " += 2" : "++") + " {\n" + see + "\n" + (r.oneIn(2) ? name + "[" + i + "] = " + value(t, 1) + "\n" : "") + "}");
    case 2:
      return emit("for " + i + " := len(" + name + ")-1" + less + "; " + i + (r.oneIn(2) ? " >= 0; " : " > 0; ") + i + "-- {\n" + see + "\n}");
    case 3:
      return emit("for " + i + ", " + j + " := 0, len(" + name + ")-1; " + i + " < " + j + "; " + i + ", " + j + " = " + i + "+1, " + j + "-1 {\n" + name + "[" + i + "], " + name + "[" + j +
                  "] = " + name + "[" + j + "], " + name + "[" + i + "]\n}");
    case 4: {
      std::string rows = fresh("rows"), k = fresh("k");
      return emit(rows + " := [][]" + nameOf(t) + "{" + name + ", " + name + ", {" + value(t, 1) + "}}\n" + limit + " := len(" + name + ")" + less + "\nfor " + i + " := range " + rows + " {\nfor " + k +
                  " := 0; " + k + " < " + limit + " && " + k + " < len(" + rows + "[" + i + "]); " + k + "++ {\nh = h*31 ^ " + mixed(t, rows + "[" + i + "][" + k + "]") + " + " +
                  mixed(t, rows + "[" + k + "%2][0:" + k + "+1][" + k + "]") + "\n}\n}");
    }
    case 6:  // insertion sort
      return emit("for " + i + " := " + std::to_string(r.between(0, 2)) + "; " + i + " < len(" + name + "); " + i + "++ {\nfor " + j + " := " + i + "; " + j +
                  (r.oneIn(6) ? " >= 0 && " : " > 0 && ") + name + "[" + j + "-1] > " + name + "[" + j + "]; " + j + "-- {\n" + name + "[" + j + "-1], " + name + "[" + j + "] = " + name + "[" + j +
                  "], " + name + "[" + j + "-1]\n}\n}\nh = h*31 ^ " + mixed(t, name + "[0]"));
    case 7: {  // a partition, which a pivot from elsewhere leads over the ends
      std::string pivot = r.oneIn(5) ? value(t, 1) : name + "[len(" + name + ")/2]";
      return emit(limit + " := " + nameOf(t) + "(" + pivot + ")\n" + i + ", " + j + " := 0, len(" + name + ")-1\nfor " + i + " <= " + j + " {\nfor " + name + "[" + i + "] < " + limit + " {\n" + i +
                  "++\n}\nfor " + name + "[" + j + "] > " + limit + " {\n" + j + "--\n}\nif " + i + " <= " + j + " {\n" + name + "[" + i + "], " + name + "[" + j + "] = " + name + "[" + j +
                  "], " + name + "[" + i + "]\n" + i + "++\n" + j + "--\n}\n}\nh = h*31 ^ uint64(" + i + "*64+" + j + ")");
    }
    default:
      return emit(limit + " := int(" + nonConstant(Num::U8, 1) + ")&7\nfor " + i + " := 0; " + i + " < " + limit + " && " + nonConstant(Num::Bool, 2) + "; " + i + "++ {\nif " + i + " < len(" + name + ") {\n" +
                  "h = h*31 ^ " + mixed(t, name + "[" + i + "]") + "\n}\nh += uint64(" + i + "*24)\n}");
  }
}

void JitGenerator::switches() {
  int kind = r.below(4), cases = r.between(2, 7);
  Num t = kind == 2 ? Num::Str : anyInt();
  std::string head = "switch ";
  if (kind < 2) {
    int bits = r.between(1, 3);
    head += nonConstant(t, 2) + " & " + std::to_string((1 << bits) - 1);
  } else if (kind == 2) {
    head += nonConstant(Num::Str, 1);
  }
  Piece piece{head + " {", {}, "}"};
  size_t mark = vars_.size();
  ++nesting_;
  std::vector<std::string> seen;
  for (int i = 0; i < cases; ++i) {
    std::string label;
    if (kind < 2) label = std::to_string(kind ? i * 3 % 11 : i);
    else if (kind == 2) label = literal(Num::Str);
    else label = nonConstant(Num::Bool, 2);
    if (kind == 2) {
      if (std::find(seen.begin(), seen.end(), label) != seen.end()) continue;
      seen.push_back(label);
    }
    Piece one{"case " + label + ":", {}, " "};
    if (i + 1 == cases && r.oneIn(2)) one.head = "default:";
    blocks_.push_back(&one.body);
    block(r.between(0, 2));
    if (i + 1 < cases && kind != 2 && r.oneIn(6)) emit("fallthrough");
    blocks_.pop_back();
    vars_.resize(mark);
    piece.body.push_back(std::move(one));
  }
  --nesting_;
  blocks_.back()->push_back(std::move(piece));
}

void JitGenerator::gotos() {
  if (!around_.fuel || weight_ > 60) return assign();
  std::string label = fresh("G"), condition = nonConstant(Num::Bool, 2);
  // The jump back is in the head of a block behind what is repeated, so nothing is declared between them.
  int old = weight_;
  weight_ *= 4;
  inside(label + ":\n{", "}\nif fuel > 0 && " + condition + " {\nfuel--\ngoto " + label + "\n}", [&] { block(r.between(1, 3)); });
  weight_ = old;
}

void JitGenerator::jumps() {
  std::string condition = "if " + nonConstant(Num::Bool, 2) + " {\n";
  if (labels_.size() > around_.labels && r.oneIn(2)) {
    const std::string& label = labels_[around_.labels + static_cast<size_t>(r.below(static_cast<int>(labels_.size() - around_.labels)))];
    return emit(condition + (r.oneIn(2) ? "break " : "continue ") + label + "\n}");
  }
  if (around_.loops > 0 && !r.oneIn(4)) return emit(condition + (r.oneIn(2) ? "break" : "continue") + "\n}");
  if (!r.oneIn(3)) return assign();
  inside(condition.substr(0, condition.size() - 1), "}", [&] { returns(); });
}

void JitGenerator::returns() {
  if (around_.named && r.oneIn(2)) return emit("return");
  std::string values;
  for (Num t : around_.results) values += (values.empty() ? "" : ", ") + value(t, 2);
  emit(values.empty() ? "return" : "return " + values);
}

/// A function literal: `head` ends with its brace.
void JitGenerator::literalFunction(const std::string& head, const std::string& tail, const std::vector<Var>& params, std::vector<Num> results, int statements) {
  Around outer = std::move(around_);
  around_ = {std::move(results), false, labels_.size(), 0, outer.fuel};
  inside(head, tail, [&] {
    for (const Var& v : params) vars_.push_back(v);
    block(statements);
    if (!around_.results.empty()) returns();
  });
  around_ = std::move(outer);
}

void JitGenerator::closures() {
  const Var* f = find([](const Var& x) { return x.shape == Shape::Func; });
  if (f && !r.oneIn(3)) {
    if (weight_ > 60) return assign();
    Var v = *f;
    std::string x = fresh("v");
    emit(x + " := " + v.name + "(" + value(v.key, 2) + ")\n_ = " + x);
    vars_.push_back({x, Shape::Scalar, v.type});
    return;
  }
  Num param = anyNum(), result = anyNum();
  std::string name = fresh("f"), x = fresh("a");
  int old = weight_;
  weight_ = std::max(weight_, 61);  // no calls inside: each would multiply
  literalFunction(name + " := func(" + x + " " + nameOf(param) + ") " + nameOf(result) + " {", "}\n_ = " + name, {{x, Shape::Scalar, param}}, {result}, r.between(1, 3));
  weight_ = old;
  vars_.push_back({name, Shape::Func, result, param});
}

void JitGenerator::defers() {
  if (weight_ > 20) return assign();
  if (r.oneIn(3)) return emit("defer addTo(&h, " + nonConstant(Num::U64, 2) + ")");
  std::string e = fresh("e");
  bool recovers = r.oneIn(2);
  std::string first = recovers ? "if " + e + " := recover(); " + e + " != nil {\nh = h*31 ^ hashText(panicText(" + e + "))\n}" : "h = h*7 + 1";
  literalFunction("defer func() {\n" + first, "}()", {}, {}, r.between(0, 2));
}

/// A function literal that is called at once and recovers.
void JitGenerator::tries() {
  std::string e = fresh("e");
  literalFunction("func() {\ndefer func() {\nif " + e + " := recover(); " + e + " != nil {\nh = h*31 ^ hashText(panicText(" + e + "))\n}\n}()", "}()", {}, {},
                  r.between(1, 4));
}

}  // namespace burrow::fuzz
