#include "profiler/advice/advice.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "profiler/advice/rules.h"

namespace burrow::profiler {

namespace {

constexpr Rule kRules[] = {advisePreallocatedSlice, advisePreallocatedMap, adviseReusedBuffer, adviseHoistedClosure,
                           adviseValue, adviseConversion, adviseTyped, adviseBuilder};

/// Sources, each read once.
class Sources {
 public:
  const Source* get(const std::string& path) {
    auto [at, isNew] = files_.emplace(path, nullptr);
    if (isNew) at->second = Source::load(path);
    return at->second.get();
  }
  /// The files beside `path` that belong to its package and not to tests.
  std::vector<const Source*> package(const std::string& path) {
    const Source* own = get(path);
    std::vector<const Source*> out{own};
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(path).parent_path(), error)) {
      std::string name = entry.path().string();
      // Files of package main in one folder may be programs of their own: only files of the run belong to it.
      if (name == path || !name.ends_with(".go") || name.ends_with("_test.go") || (own->file()->pkgName->name == "main" && !known_.count(name))) continue;
      const Source* s = get(name);
      if (s && s->file()->pkgName->name == own->file()->pkgName->name) out.push_back(s);
    }
    return out;
  }
  void know(const std::string& path) { known_[path] = true; }

 private:
  std::map<std::string, std::unique_ptr<Source>> files_;
  std::map<std::string, bool> known_;
};

bool isStandard(const Row& r) {
  return r.package != "main" && r.file.find("/src/" + r.package + "/") != std::string::npos && r.package.substr(0, r.package.find('/')).find('.') == std::string::npos;
}

bool isWorthIt(const Advice& a, const Profile& p, const AdviceOptions& o) {
  if (a.saves.objects < o.minObjects && a.saves.bytes < o.minBytes) return false;
  auto share = [](uint64_t part, uint64_t whole) { return whole ? static_cast<double>(part) / static_cast<double>(whole) : 0; };
  return share(a.saves.objects, p.heap.objects) >= o.minShare || share(a.saves.bytes, p.heap.bytes) >= o.minShare;
}

}  // namespace

const char* adviceName(AdviceKind kind) {
  static constexpr const char* kNames[] = {"preallocate-slice", "preallocate-map", "reuse-buffer", "pass-by-value", "avoid-boxing", "use-builder", "keep-closure"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<Advice> findAdvice(const Profile& p, const AdviceOptions& options) {
  Sources sources;
  std::vector<Row> rows = makeRows(p);
  for (const Frame& f : p.frames) sources.know(p.strings[f.file]);
  LoopEntries loops = loopEntries(p);
  std::vector<Advice> out;
  std::map<std::string, std::vector<const Source*>> packages;
  for (const Row& r : rows) {
    if (!r.onHeap || r.line == 0 || r.column == 0 || (!options.std && isStandard(r))) continue;
    const Source* s = sources.get(r.file);
    if (!s || r.line > s->lineAt(s->text().size())) continue;
    auto [at, isNew] = packages.emplace(r.file, std::vector<const Source*>());
    if (isNew) at->second = sources.package(r.file);
    Facts facts{&rows, at->second, &loops};
    for (Rule rule : kRules)
      if (std::optional<Advice> a = rule(r, *s, facts); a && isWorthIt(*a, p, options)) {
        bool isKnown = std::any_of(out.begin(), out.end(), [&](const Advice& b) { return b.file == a->file && b.edits.size() == a->edits.size() && std::equal(b.edits.begin(), b.edits.end(), a->edits.begin(), [](const Edit& x, const Edit& y) { return x.line == y.line && x.after == y.after; }); });
        if (!isKnown) out.push_back(std::move(*a));
        break;
      }
  }
  std::stable_sort(out.begin(), out.end(), [&](const Advice& a, const Advice& b) {
    auto weight = [&](const Advice& x) {
      return static_cast<double>(x.saves.bytes) / static_cast<double>(std::max<uint64_t>(1, p.heap.bytes)) + static_cast<double>(x.saves.objects) / static_cast<double>(std::max<uint64_t>(1, p.heap.objects));
    };
    return weight(a) > weight(b);
  });
  return out;
}

}  // namespace burrow::profiler
