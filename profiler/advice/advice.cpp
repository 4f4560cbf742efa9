#include "profiler/advice/advice.h"

namespace burrow::profiler {

const char* adviceName(AdviceKind kind) {
  static constexpr const char* kNames[] = {"preallocate-slice", "preallocate-map", "reuse-buffer", "pass-by-value", "avoid-boxing", "use-builder", "keep-closure"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<Advice> findAdvice(const Profile&, const AdviceOptions&) { return {}; }

}  // namespace burrow::profiler
