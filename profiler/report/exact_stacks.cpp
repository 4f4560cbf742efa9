#include "profiler/report/exact_stacks.h"

#include <cmath>

namespace burrow::profiler {

namespace {

/// Deals a whole number out in parts that add up to it, each in proportion to its weight.
class Dealer {
 public:
  Dealer(uint64_t whole, double weights) : whole_(whole), weights_(weights) {}
  uint64_t deal(double weight) {
    seen_ += weight;
    auto until = weights_ > 0 ? static_cast<uint64_t>(std::llround(static_cast<double>(whole_) * std::min(1.0, seen_ / weights_))) : 0;
    uint64_t part = until - dealt_;
    dealt_ = until;
    return part;
  }

 private:
  uint64_t whole_, dealt_ = 0;
  double weights_, seen_ = 0;
};

void dealSite(const Site& s, uint32_t index, const std::vector<const StackSample*>& samples, std::vector<ExactStack>& out) {
  double weights = 0;
  for (const StackSample* x : samples) weights += static_cast<double>(x->allocated.bytes);
  if (weights <= 0) {
    out.push_back({s.frames, index, s.allocated, s.atExit, s.atPeak});
    return;
  }
  Dealer objects(s.allocated.objects, weights), bytes(s.allocated.bytes, weights), exitObjects(s.atExit.objects, weights),
      exitBytes(s.atExit.bytes, weights), peakObjects(s.atPeak.objects, weights), peakBytes(s.atPeak.bytes, weights);
  for (const StackSample* x : samples) {
    auto w = static_cast<double>(x->allocated.bytes);
    ExactStack e{x->frames, index, {objects.deal(w), bytes.deal(w)}, {exitObjects.deal(w), exitBytes.deal(w)}, {peakObjects.deal(w), peakBytes.deal(w)}};
    if (e.allocated.objects || e.allocated.bytes || e.atExit.bytes) out.push_back(std::move(e));
  }
}

}  // namespace

std::vector<ExactStack> exactStacks(const Profile& p) {
  std::vector<std::vector<const StackSample*>> samples(p.sites.size());
  for (const StackSample& s : p.allocStacks)
    if (s.site < p.sites.size()) samples[s.site].push_back(&s);
  std::vector<ExactStack> out;
  for (uint32_t i = 0; i < p.sites.size(); ++i)
    if (p.sites[i].allocated.objects) dealSite(p.sites[i], i, samples[i], out);
  return out;
}

}  // namespace burrow::profiler
