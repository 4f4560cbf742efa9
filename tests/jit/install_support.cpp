// All tests of this binary, the vm's among them, run with every function compiled at its first call.
#include <gtest/gtest.h>

#include "jit/jit.h"

namespace burrow::testing {

namespace {

class Install : public ::testing::Environment {
 public:
  void SetUp() override { ASSERT_TRUE(jit::install({jit::Mode::Always})); }
};
const auto* environment = ::testing::AddGlobalTestEnvironment(new Install);

}  // namespace

}  // namespace burrow::testing
