#include "profiler/bench/stats.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace burrow::profiler {

namespace {

constexpr int kResamples = 4000;
constexpr size_t kExactLimit = 25;

double sortedQuantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return 0;
  double at = q * static_cast<double>(sorted.size() - 1);
  auto i = static_cast<size_t>(at);
  if (i + 1 >= sorted.size()) return sorted.back();
  return sorted[i] + (sorted[i + 1] - sorted[i]) * (at - static_cast<double>(i));
}

Interval percentiles(std::vector<double> estimates, double confidence) {
  std::sort(estimates.begin(), estimates.end());
  return {sortedQuantile(estimates, (1 - confidence) / 2), sortedQuantile(estimates, (1 + confidence) / 2)};
}

class Resampler {
 public:
  size_t index(size_t n) { return static_cast<size_t>(random_() % n); }
  double medianOf(const std::vector<double>& values) {
    scratch_.clear();
    for (size_t i = 0; i < values.size(); ++i) scratch_.push_back(values[index(values.size())]);
    return median(scratch_);
  }

 private:
  std::mt19937_64 random_{20260101};
  std::vector<double> scratch_;
};

/// In how many of all orders of n and m values the first kind comes before the second u times, for each u.
std::vector<double> orderCounts(size_t n, size_t m) {
  // counts[i][u] for i of the first kind among the values so far: the classic recurrence over the last value.
  std::vector<std::vector<std::vector<double>>> f(n + 1, std::vector<std::vector<double>>(m + 1));
  for (size_t i = 0; i <= n; ++i)
    for (size_t j = 0; j <= m; ++j) {
      f[i][j].assign(i * j + 1, 0);
      if (i == 0 || j == 0) {
        f[i][j][0] = 1;
        continue;
      }
      for (size_t u = 0; u < f[i - 1][j].size(); ++u) f[i][j][u + j] += f[i - 1][j][u];
      for (size_t u = 0; u < f[i][j - 1].size(); ++u) f[i][j][u] += f[i][j - 1][u];
    }
  return f[n][m];
}

double exactP(double u, size_t n, size_t m) {
  std::vector<double> counts = orderCounts(n, m);
  double all = std::accumulate(counts.begin(), counts.end(), 0.0), below = 0;
  auto least = static_cast<size_t>(std::min(u, static_cast<double>(n * m) - u));
  for (size_t i = 0; i <= least && i < counts.size(); ++i) below += counts[i];
  return std::min(1.0, 2 * below / all);
}

}  // namespace

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return sortedQuantile(values, q);
}

double relativeSpread(const std::vector<double>& values) {
  double m = median(values);
  return m != 0 ? (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / m : 0;
}

Interval medianInterval(const std::vector<double>& values, double confidence) {
  if (values.empty()) return {};
  Resampler r;
  std::vector<double> estimates;
  for (int i = 0; i < kResamples; ++i) estimates.push_back(r.medianOf(values));
  return percentiles(std::move(estimates), confidence);
}

Interval ratioInterval(const std::vector<double>& a, const std::vector<double>& b, double confidence) {
  if (a.empty() || b.empty()) return {};
  Resampler r;
  std::vector<double> estimates, x, y;
  for (int i = 0; i < kResamples; ++i) {
    double over, under;
    if (a.size() == b.size()) {
      x.clear();
      y.clear();
      for (size_t k = 0; k < a.size(); ++k) {
        size_t round = r.index(a.size());
        x.push_back(a[round]);
        y.push_back(b[round]);
      }
      over = median(x);
      under = median(y);
    } else {
      over = r.medianOf(a);
      under = r.medianOf(b);
    }
    if (under != 0) estimates.push_back(over / under);
  }
  return percentiles(std::move(estimates), confidence);
}

double mannWhitney(const std::vector<double>& a, const std::vector<double>& b) {
  size_t n = a.size(), m = b.size();
  if (n == 0 || m == 0) return 1;
  std::vector<std::pair<double, bool>> all;
  for (double v : a) all.emplace_back(v, true);
  for (double v : b) all.emplace_back(v, false);
  std::sort(all.begin(), all.end());
  double ranks = 0, ties = 0;   // ranks of a; sum of t³-t over groups of equal values
  for (size_t i = 0; i < all.size();) {
    size_t end = i;
    while (end < all.size() && all[end].first == all[i].first) ++end;
    double rank = (static_cast<double>(i + 1) + static_cast<double>(end)) / 2, t = static_cast<double>(end - i);
    for (size_t k = i; k < end; ++k)
      if (all[k].second) ranks += rank;
    ties += t * t * t - t;
    i = end;
  }
  double dn = static_cast<double>(n), dm = static_cast<double>(m), u = ranks - dn * (dn + 1) / 2;
  if (ties == 0 && n <= kExactLimit && m <= kExactLimit) return exactP(u, n, m);
  double total = dn + dm, variance = dn * dm / 12 * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  double z = (std::abs(u - dn * dm / 2) - 0.5) / std::sqrt(variance);
  return std::min(1.0, std::erfc(std::max(0.0, z) / std::sqrt(2.0)));
}

size_t countOutliers(const std::vector<double>& values) {
  if (values.size() < 4) return 0;
  double low = quantile(values, 0.25), high = quantile(values, 0.75), reach = 3 * (high - low);
  return static_cast<size_t>(std::count_if(values.begin(), values.end(), [&](double v) { return v < low - reach || v > high + reach; }));
}

double geometricMean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (double v : values) sum += std::log(v);
  return std::exp(sum / static_cast<double>(values.size()));
}

}  // namespace burrow::profiler
