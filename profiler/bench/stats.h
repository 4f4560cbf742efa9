// Statistics of repeated measurements: few, skewed, with outliers. Medians and ranks, nothing that needs a normal distribution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace burrow::profiler {

struct Interval {
  double low = 0, high = 0;
};

double quantile(std::vector<double> values, double q);   ///< linear between neighbours; 0 for none
inline double median(const std::vector<double>& values) { return quantile(values, 0.5); }
/// Half the distance of the quartiles over the median: the spread as a share.
double relativeSpread(const std::vector<double>& values);

/// Confidence interval of the median, by bootstrap. The same values give the same interval.
Interval medianInterval(const std::vector<double>& values, double confidence = 0.95);
/// Of median(a)/median(b). If both were measured in the same rounds (same length), rounds are drawn: what disturbed a round disturbed both.
Interval ratioInterval(const std::vector<double>& a, const std::vector<double>& b, double confidence = 0.95);

/// Two-sided p of Mann and Whitney's test: how likely ranks differ so much if both come from one distribution. Exact for small samples
/// without ties, else the normal approximation with corrections for ties and continuity. 1 if it cannot be said.
double mannWhitney(const std::vector<double>& a, const std::vector<double>& b);

/// Values further from the quartiles than three times their distance.
size_t countOutliers(const std::vector<double>& values);
double geometricMean(const std::vector<double>& values);

}  // namespace burrow::profiler
