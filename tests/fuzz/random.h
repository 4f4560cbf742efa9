// Random numbers for generators: the same for the same seed everywhere.
#pragma once

#include <cstdint>

namespace burrow::fuzz {

/// splitmix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  int below(int n) { return static_cast<int>(next() % static_cast<uint64_t>(n)); }
  int between(int a, int b) { return a + below(b - a + 1); }
  bool oneIn(int n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

}  // namespace burrow::fuzz
