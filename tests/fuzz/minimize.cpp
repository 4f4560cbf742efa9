// Makes a program that shows a difference smaller: pieces go, first many at a time, then one by one; blocks give way to what
// is in them. A candidate that no longer compiles, or no longer differs, is put aside.
#include <functional>

#include "tests/fuzz/runner.h"

namespace burrow::fuzz {

namespace {

using Pieces = std::vector<Piece>;

class Minimizer {
 public:
  Minimizer(Runner& runner, Program program, const Mode& mode) : runner_(runner), program_(std::move(program)), mode_(mode) {}

  Program run() {
    for (bool smaller = true; smaller && tries_ < kMaxTries;) {
      smaller = reduce([this]() -> Pieces& { return program_.pieces; });
    }
    return std::move(program_);
  }

 private:
  static constexpr int kMaxTries = 1500;

  bool still() {
    if (++tries_ > kMaxTries) return false;
    std::string what;
    return runner_.differs(program_, mode_, &what);
  }

  /// `list` finds the pieces anew: replacing the program moves them.
  bool reduce(const std::function<Pieces&()>& list) {
    bool any = false;
    for (size_t chunk = std::max<size_t>(list().size() / 2, 1);; chunk /= 2) {
      for (size_t at = list().size(); at > 0;) {
        size_t first = at > chunk ? at - chunk : 0;
        Pieces before = list();
        list().erase(list().begin() + static_cast<long>(first), list().begin() + static_cast<long>(at));
        if (still()) any = true;
        else list() = std::move(before);
        at = first;
      }
      if (chunk <= 1) break;
    }
    for (size_t i = 0; i < list().size(); ++i) {
      if (list()[i].tail.empty()) continue;
      if (reduce([&list, i]() -> Pieces& { return list()[i].body; })) any = true;
      Pieces before = list();
      Piece block = list()[i];
      list().erase(list().begin() + static_cast<long>(i));
      list().insert(list().begin() + static_cast<long>(i), block.body.begin(), block.body.end());
      if (still()) any = true;
      else list() = std::move(before);
    }
    return any;
  }

  Runner& runner_;
  Program program_;
  const Mode& mode_;
  int tries_ = 0;
};

}  // namespace

Program minimize(Runner& runner, const Program& program, const Mode& mode) { return Minimizer(runner, program, mode).run(); }

}  // namespace burrow::fuzz
