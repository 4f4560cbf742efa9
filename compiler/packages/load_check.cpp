// What is wrong with packages before anything is compiled: missing packages, import cycles, internal packages. All of it
// is found in one walk over the imports, in go's order and words.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "compiler/packages/files.h"
#include "compiler/packages/loader.h"

namespace burrow {

namespace {

struct StackEntry {
  PackageSource* package;
  std::string file;  ///< base name of the importing file; empty for the first
};

/// "package a\n\timports b from a.go\n\timports c from b.go"
std::string describe(const std::vector<StackEntry>& stack) {
  std::string out = "package ";
  for (size_t i = 0; i < stack.size(); ++i) {
    if (i) out += "\n\timports ";
    out += stack[i].package->path;
    if (!stack[i].file.empty()) out += " from " + stack[i].file;
  }
  return out;
}

}  // namespace

std::vector<std::string> Loader::check(const std::vector<PackageSource*>& roots) {
  enum class State : uint8_t { New, Open, Done };
  std::map<PackageSource*, State> states;
  std::map<PackageSource*, std::string> cycles;
  std::vector<StackEntry> stack;
  std::vector<std::string> errors;
  std::set<std::string> seen;
  auto report = [&](std::string text) {
    if (seen.insert(text).second) errors.push_back(std::move(text));
  };
  auto place = [&](Pos pos) {
    Position at = files_.position(pos);
    std::string_view file = at.file;
    if (file.starts_with("./")) file.remove_prefix(2);
    return std::string(file) + ":" + std::to_string(at.line) + ":" + std::to_string(at.col);
  };
  // A package's own error comes after those of its imports. The stack is explicit in `stack` only for messages; the
  // depth of recursion is that of the import graph.
  std::function<void(PackageSource*, const ImportSpec*)> visit = [&](PackageSource* p, const ImportSpec* from) {
    State& state = states[p];
    if (state == State::Done || (p->std && p->error.empty())) return;
    stack.push_back({p, from ? baseName(files_.position(from->pos).file) : ""});
    if (state == State::Open) {
      cycles.try_emplace(p, describe(stack) + ": import cycle not allowed");
      stack.pop_back();
      return;
    }
    state = State::Open;
    std::vector<const ImportSpec*> imports;
    for (auto* list : {&p->imports, &p->testImports, &p->xtestImports})
      for (const ImportSpec& i : *list)
        if (list == &p->imports || !from) imports.push_back(&i);
    std::stable_sort(imports.begin(), imports.end(), [](auto* a, auto* b) { return a->path < b->path; });
    std::string own;
    for (const ImportSpec* i : imports) {
      if (i->resolved.empty() || i->resolved == "unsafe" || i->resolved == "C") continue;
      if (i->stackInError) {
        if (own.empty()) own = describe(stack) + "\n\t" + place(i->pos) + ": " + i->error;
      } else if (!i->error.empty()) {
        report(place(i->pos) + ": " + i->error);
      } else {
        bool external = std::any_of(p->xtestImports.begin(), p->xtestImports.end(), [&](const ImportSpec& x) { return &x == i; });
        PackageSource* q = loadPath(i->resolved);
        if (external && q == p) continue;
        visit(q, i);
        if (q->isCommand() && q->error.empty() && !external)
          report(place(i->pos) + ": import \"" + i->path + "\" is a program, not an importable package");
      }
    }
    if (!p->error.empty()) {
      bool excluded = p->error.starts_with("build constraints exclude");
      report(from ? place(from->pos) + ": " + p->error : (excluded ? "package " + p->path + ": " : "") + p->error);
    } else if (auto it = cycles.find(p); it != cycles.end()) {
      report(it->second);
    } else if (!own.empty()) {
      report(own);
    }
    states[p] = State::Done;
    stack.pop_back();
  };
  for (PackageSource* p : roots) visit(p, nullptr);
  return errors;
}

}  // namespace burrow
