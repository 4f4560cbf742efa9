// Each test compiles programs of its own, whose types may have the names of an earlier test's.
#include <gtest/gtest.h>

#include "compiler/ir/types.h"

namespace burrow::test {
namespace {

class FreshTypes : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo&) override { ir::forgetTypes(); }
};

[[maybe_unused]] const bool kInstalled = [] {
  ::testing::UnitTest::GetInstance()->listeners().Append(new FreshTypes);
  return true;
}();

}  // namespace
}  // namespace burrow::test
