#include "profiler/collect/sites.h"

#include "vm/profile/sites.h"

namespace burrow::profiler {

namespace {

constexpr std::string_view kKinds[] = {"new", "variable", "slice", "append", "closure", "box", "map", "mapgrow", "chan", "string", "variadic", "go", "defer"};
static_assert(std::size(kKinds) == static_cast<size_t>(AllocKind::Loop));  // which is no allocation

Count countOf(const vm::ObjectCount& c) { return {c.objects, c.bytes}; }
void add(Count& to, const Count& c) {
  to.objects += c.objects;
  to.bytes += c.bytes;
}

/// What was counted on the heap.
void fillHeap(Site& s, const vm::SiteCounts& c) {
  s.onHeap = true;
  s.allocated = countOf(c.allocated);
  s.survived = countOf(c.survived);
  s.atExit = countOf(c.alive);
  s.atPeak = countOf(c.atPeak);
  s.growths = c.growths;
  s.copiedBytes = c.copiedBytes;
  s.maxLength = c.maxLength;
  s.minLength = c.minLengthPlus1 ? c.minLengthPlus1 - 1 : 0;
}

class SiteList {
 public:
  SiteList(Profile& profile, FrameTable& frames) : profile_(profile), frames_(frames) {}

  void addModule(const vm::Module& m) {
    for (uint64_t i = 0; i < m.image.sitesCount(); i++) {
      auto number = static_cast<uint32_t>(m.siteBase + i);
      const vm::SiteCounts& c = vm::siteCounts[number];
      if (!c.allocated.objects && !c.onStack) continue;
      const ImageSite& site = m.image.sites()[i];
      if (static_cast<AllocKind>(site.kind) == AllocKind::Loop) {
        profile_.loops.push_back({frameOf(m, site), c.onStack});
        continue;
      }
      Site s = describe(m, site);
      if (c.onStack) addStack(s, c, site.size ? site.size : c.storageBytes);
      if (!c.allocated.objects) continue;
      if (!site.onHeap) s.reason = frames_.string(tooLarge(site));
      addHeap(s, c, number);
    }
  }

  void addRuntime() {
    for (uint32_t i = 0, n = vm::runtimeSiteCount(); i < n; i++) {
      uint32_t number = vm::imageSiteEnd() + i;
      if (vm::siteCounts[number].allocated.objects) addHeap(describe(vm::runtimeSiteAt(i)), vm::siteCounts[number], number);
    }
    if (vm::siteCounts[0].allocated.objects) addHeap(describe(vm::RuntimeSite{}), vm::siteCounts[0], 0);
  }

  std::unordered_map<uint32_t, uint32_t> places;

 private:
  static bool isInlined(const vm::Module& m, const ImageSite& site) { return site.inl && site.inl <= m.image.funcs()[site.func].inlineCount; }

  /// The place itself, without the calls that were inlined around it.
  uint32_t frameOf(const vm::Module& m, const ImageSite& site) {
    const ImageFunc& f = m.image.funcs()[site.func];
    std::string_view name = m.image.string(m.image.symbols()[f.symbol].name);
    uint32_t startLine = f.startLine;
    if (isInlined(m, site)) {
      const ImageInline& call = m.image.inlines()[f.firstInline + site.inl - 1];
      name = m.image.string(call.name);
      startLine = call.startLine;
    }
    return frames_.frame(name, m.image.string(site.file), site.line, site.col, startLine);
  }

  Site describe(const vm::Module& m, const ImageSite& site) {
    Site s{};
    const ImageFunc& f = m.image.funcs()[site.func];
    s.frames.push_back(frameOf(m, site));
    if (isInlined(m, site)) frames_.append(s.frames, m.image.code() + f.code + f.inlineMark(site.inl));
    s.kind = frames_.string(kKinds[site.kind]);
    s.type = frames_.string(m.image.string(site.typeName));
    s.reason = frames_.string(m.image.string(site.reason));
    s.fixedSize = site.size;
    return s;
  }

  Site describe(const vm::RuntimeSite& site) {
    Site s{};
    if (site.native) s.frames.push_back(frames_.frame(vm::codePosition(reinterpret_cast<const Insn*>(site.native))));
    if (site.pc) frames_.append(s.frames, site.pc);
    s.kind = frames_.string("runtime");
    s.reason = frames_.string(site.native ? "allocated by a native function" : "allocated by the run time");
    return s;
  }

  static std::string_view tooLarge(const ImageSite& site) {
    bool map = site.kind == static_cast<uint8_t>(AllocKind::Map) || site.kind == static_cast<uint8_t>(AllocKind::MapGrow);
    return map ? "more entries than there is room for in the frame" : "larger than the buffer in the frame";
  }

  void addStack(Site s, const vm::SiteCounts& c, uint64_t size) {
    s.onHeap = false;
    s.allocated = {c.onStack, c.onStack * size};
    s.fixedSize = static_cast<uint32_t>(size);
    if (!c.allocated.objects) {
      s.maxLength = c.maxLength;
      s.minLength = c.minLengthPlus1 ? c.minLengthPlus1 - 1 : 0;
    }
    add(profile_.stack, s.allocated);
    profile_.sites.push_back(std::move(s));
  }

  void addHeap(Site s, const vm::SiteCounts& c, uint32_t number) {
    fillHeap(s, c);
    add(profile_.heap, s.allocated);
    add(profile_.peak, s.atPeak);
    places[number] = static_cast<uint32_t>(profile_.sites.size());
    profile_.sites.push_back(std::move(s));
  }

  Profile& profile_;
  FrameTable& frames_;
};

}  // namespace

std::unordered_map<uint32_t, uint32_t> addSites(Profile& profile, FrameTable& frames) {
  SiteList list(profile, frames);
  for (const vm::Module* m : vm::allModules()) list.addModule(*m);
  list.addRuntime();
  return std::move(list.places);
}

}  // namespace burrow::profiler
