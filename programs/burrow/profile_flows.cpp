#include "programs/burrow/profile_flows.h"

#include <algorithm>

#include "compiler/ir/remark.h"
#include "compiler/packages/files.h"
#include "profiler/strings.h"

namespace burrow {

namespace {

/// A position as sites of images have it (UnitGen::fileString).
Position placeOf(const FileSet& files, Pos pos, bool std) {
  if (!pos.isKnown()) return {};
  const SourceFile& f = files.file(pos.file());
  std::string_view plain = std || f.diskPath.empty() ? f.path : f.diskPath;
  if (f.directives.empty() && !plain.empty()) return {plain, pos.line(), pos.col()};
  Position p = files.position(pos);
  if (p.file == f.path) p.file = plain;
  p.col = pos.col();
  return p;
}

std::string placeText(const Position& at, std::string_view besides) {
  std::string file(at.file == besides ? std::string_view(at.file).substr(at.file.rfind('/') + 1) : at.file);
  return file + ":" + std::to_string(at.line) + (at.col ? ":" + std::to_string(at.col) : "");
}

}  // namespace

void ProfileFlows::read(const FileSet& files, const PackageSource& source, const ir::Unit& unit) {
  Flow* flow = nullptr;
  Position place;
  for (const ir::Remark& r : unit.remarks->list) {
    if (r.kind == ir::RemarkKind::Explanation) {
      flow = nullptr;
      size_t end = r.text.find(" escapes to heap in ");
      if (end == std::string::npos) continue;   // a parameter that leaks is no allocation
      place = placeOf(files, r.origin, source.std);
      std::vector<Flow>& here = flows_[{std::string(place.file), place.line, place.col, placeOf(files, r.pos, source.std).line}];
      flow = &here.emplace_back(Flow{r.text.substr(0, end), ""});
    } else if (r.kind == ir::RemarkKind::Flow && flow) {
      std::string line = r.text.substr(std::min<size_t>(2, r.text.find_first_not_of(' ')));
      if (r.at.isKnown()) line += " at " + placeText(placeOf(files, r.at, source.std), place.file);
      flow->text += (flow->text.empty() ? "" : "\n") + line;
    }
  }
}

/// Constructs may share a position: a slice of variadic arguments and what is in it.
const std::string* ProfileFlows::choose(const std::vector<Flow>& flows, const std::string& kind) {
  auto isOf = [&](const Flow& f) {
    if (f.what == "... argument") return kind == "variadic";
    if (f.what == "func literal") return kind == "closure" || kind == "go" || kind == "defer";
    return kind != "variadic" && kind != "closure";
  };
  auto it = std::find_if(flows.begin(), flows.end(), isOf);
  return it != flows.end() ? &it->text : flows.size() == 1 ? &flows[0].text : nullptr;
}

void ProfileFlows::fill(profiler::Profile& p) const {
  profiler::StringTable strings(p);
  for (profiler::Site& s : p.sites) {
    if (!s.onHeap || s.frames.empty()) continue;
    const profiler::Frame& f = p.frames[s.frames[0]];
    auto it = flows_.find({text(p, f.file), f.line, f.column, p.frames[s.frames.back()].line});
    const std::string* flow = it == flows_.end() ? nullptr : choose(it->second, text(p, s.kind));
    if (flow) s.flow = strings.intern(*flow);
  }
}

}  // namespace burrow
