#include "profiler/advice/advice.h"

namespace burrow::profiler {

const char* adviceName(AdviceKind kind) {
  static constexpr const char* kNames[] = {"preallocate-slice", "preallocate-map", "reuse-buffer", "pass-by-value", "avoid-boxing", "use-builder", "keep-closure"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace burrow::profiler
