// Whole programs on the scheduler, each in a process of its own: channels between goroutines, deadlock, stack overflow.
#include <cstring>

#include "tests/vm/assembler.h"
#include "vm/interp/interp.h"
#include "vm/native/native.h"
#include "vm/sched/scheduler.h"

namespace burrow::testing {

using namespace vm;

namespace {

Next exitWith(Goroutine&, Slot* args) { exitProcess(static_cast<int>(args[0])); }

int runMain(const char* name) {
  static const NativeEntry natives[] = {{"test.exit", exitWith}};
  registerNatives(natives, 1);
  static Closure closure;
  closure.fn = lookupFunc(name);
  startGoroutine(nullptr, &closure);
  return runScheduler();
}

void addTypes(ImageBuilder& image) {
  std::string t(48, '\0');
  t[0] = 8;
  t[20] = kRegularMemory;
  t[21] = t[22] = 8;
  t[23] = static_cast<char>(AbiKind::Int);
  image.addData(SymbolKind::Type, "type:int", kDupOk, t, 8, {});
  std::string chan = t + std::string(16, '\0');
  chan[23] = static_cast<char>(AbiKind::Chan);
  chan[56] = 3;
  image.addData(SymbolKind::Type, "type:chan int", kDupOk, chan, 8, {{48, image.ref("type:int")}});
  std::string closure = t;
  closure[0] = 16;
  closure[8] = 16;
  closure[20] = 0;
  closure[23] = static_cast<char>(AbiKind::Struct);
  uint32_t mask = image.refTo(image.addData(SymbolKind::RoData, "", 0, std::string(1, 3), 1, {}));
  image.addData(SymbolKind::Type, "type:closure1", kDupOk, closure, 8, {{32, mask}});
}

}  // namespace

/// c := make(chan int, n); go func() { for i := range 100 { c <- i }; close(c) }(); sum what comes out; exit(sum % 251)
static void addChannelProgram(ImageBuilder& image, const std::string& pkg, int capacity) {
  addTypes(image);
  addNative(image, "test.exit", 1, 0);
  Code s(image, pkg + ".send", 5, 0, 0, kClosure);
  s.op(Op::LoadCtx, 0);
  s.op(Op::Load64, 0, 0, 8);
  s.op32(Op::LoadImm, 1, 0);
  uint32_t top = s.here();
  s.map(s.op(Op::ChanSend, 0, 1, 1), {0});
  s.op(Op::AddImmI64, 1, 1, 1);
  uint32_t back = s.op(Op::BrLtImm, 1, 100, 0);
  s.patch(back, top);
  s.map(back, {0});
  s.op(Op::ChanClose, 0);
  s.op(Op::Return);
  s.finish();
  Code m(image, pkg + ".main", 10);
  m.op32(Op::LoadImm, 1, capacity);
  m.op(Op::MakeChan, 2, 1);
  m.sym("type:chan int").word(0);
  uint32_t at = m.op(Op::ClosureHeap, 3, 2, 1);
  m.sym(pkg + ".send").sym("type:closure1").word(0);
  m.map(at, {2});
  at = m.op(Op::Go, 3);
  m.word(0);
  m.map(at, {2, 3});
  m.op32(Op::LoadImm, 4, 0);
  top = m.here();
  at = m.op(Op::ChanRecv, 5, 2, 6);
  m.word(1);
  m.map(at, {2});
  m.op(Op::AddI64, 4, 4, 5);
  back = m.op(Op::BrNeImm, 6, 0, 0);
  m.patch(back, top);
  m.map(back, {2});
  m.op32(Op::LoadImm, 7, 251);
  m.op(Op::RemI64, 0, 4, 7);
  m.call("test.exit", 1, 0);
  m.op(Op::Return);
  m.finish();
}

class Program : public ::testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(Program, ChannelsCarryValues) {
  for (int capacity : {0, 7}) {
    std::string pkg = "chan" + std::to_string(capacity);
    ImageBuilder image(pkg, pkg);
    addChannelProgram(image, pkg, capacity);
    ASSERT_TRUE(load(image));
    EXPECT_EXIT(runMain((pkg + ".main").c_str()), ::testing::ExitedWithCode(4950 % 251), "");
    EXPECT_EXIT(
        {
          vmConfig.stressStack = true;
          runMain((pkg + ".main").c_str());
        },
        ::testing::ExitedWithCode(4950 % 251), "");
  }
}

TEST_F(Program, DeadlockIsReported) {
  ImageBuilder image("dead", "dead");
  Code m(image, "dead.main", 4);
  m.line("/src/dead.go", 4);
  m.op32(Op::LoadImm, 1, 0);
  m.op(Op::ChanRecv, kNoReg, 1, kNoReg);
  m.word(0);
  m.op(Op::Return);
  m.finish();
  ASSERT_TRUE(load(image));
  EXPECT_EXIT(runMain("dead.main"), ::testing::ExitedWithCode(2),
              "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 \\[chan receive \\(nil chan\\)\\]:\n"
              "dead.main\\(\\)\n\t/src/dead.go:4 \\+0x10\n");
}

TEST_F(Program, StackOverflowIsReported) {
  ImageBuilder image("deepest", "deepest");
  Code m(image, "deepest.main", 4);
  m.line("/src/deepest.go", 3);
  m.call("deepest.main", 0, 0);
  m.op(Op::Return);
  m.finish();
  ASSERT_TRUE(load(image));
  EXPECT_EXIT(
      {
        vmConfig.maxStack = 1 << 20;
        runMain("deepest.main");
      },
      ::testing::ExitedWithCode(2),
      "runtime: goroutine stack exceeds 1048576-byte limit\nruntime: sp=.*\nfatal error: stack overflow\n\n"
      "goroutine 1 \\[running\\]:\ndeepest.main\\(\\)\n\t/src/deepest.go:3 ");
}

}  // namespace burrow::testing
