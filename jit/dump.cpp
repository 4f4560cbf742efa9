#include "jit/dump.h"

#include <cstdio>
#include <vector>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

struct Wish {
  std::string func, pass;
};
std::vector<Wish> wishes;

bool matches(const Wish& w, std::string_view name) { return w.func == "*" || name == w.func || name.ends_with("." + w.func); }

bool wants(const vm::Func& f, std::string_view pass) {
  for (const Wish& w : wishes)
    if (matches(w, f.name) && (w.pass.empty() || w.pass == pass)) return true;
  return false;
}

}  // namespace

void requestDump(const std::string& what) {
  size_t colon = what.rfind(':');
  if (colon == std::string::npos) wishes.push_back({what, ""});
  else wishes.push_back({what.substr(0, colon), what.substr(colon + 1)});
}

bool dumpRequested(const vm::Func& f) {
  for (const Wish& w : wishes)
    if (matches(w, f.name)) return true;
  return false;
}

void dumpPass(const Graph& g, const char* pass) {
  if (wishes.empty() || !wants(*g.func, pass)) return;
  std::string at = g.osrPc == ~0u ? "" : " entered at " + std::to_string(g.osrPc);
  std::fprintf(stderr, "---- %s after %s%s\n%s", std::string(g.func->name).c_str(), pass, at.c_str(), dump(g).c_str());
}

void dumpCode(const vm::Func& f, const char* tier, std::string_view listing) {
  if (!wants(f, "code")) return;
  std::fprintf(stderr, "---- %s code, %s\n%.*s", std::string(f.name).c_str(), tier, static_cast<int>(listing.size()), listing.data());
}

}  // namespace burrow::jit
