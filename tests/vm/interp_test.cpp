// Calls, branches, stack growth, deferred calls and traps, on hand-built images.
#include "tests/vm/assembler.h"

#include <ctime>
#include <cstdio>

#include "vm/panic/panic.h"
#include "vm/sched/scheduler.h"

namespace burrow::testing {

extern std::string lastRaise;

using namespace vm;

/// func fib(n int) int
static void addFib(ImageBuilder& image, const std::string& pkg) {
  Code c(image, pkg + ".fib", 4, 1, 1);
  // if n < 2 return n; r2 = fib(n-1); r0 = fib(n-2); return r2 + result
  uint32_t br = c.op(Op::BrGeImm, c.arg(0), 2, 0);
  c.op(Op::Mov, c.result(0), c.arg(0));
  c.op(Op::Return);
  c.patch(br, c.here());
  c.op(Op::AddImmI64, 0, c.arg(0), static_cast<uint16_t>(-1));
  c.call(pkg + ".fib", 1, 1);
  c.op(Op::Mov, 2, 1);
  c.op(Op::AddImmI64, 0, c.arg(0), static_cast<uint16_t>(-2));
  c.call(pkg + ".fib", 1, 1);
  c.op(Op::AddI64, c.result(0), 2, 1);
  c.op(Op::Return);
  c.finish();
}

static void addFibMain(ImageBuilder& image, const std::string& pkg, const std::string& name, int n) {
  Code c(image, pkg + "." + name, 3);
  c.op32(Op::LoadImm, 0, n);
  c.call(pkg + ".fib", 1, 1);
  c.op(Op::LoadSym, 2);
  c.sym(pkg + ".out");
  c.op(Op::Store64, 2, 1, 0);
  c.op(Op::Return);
  c.finish();
}

TEST(Interp, Fib) {
  ImageBuilder image("fib", "fib");
  image.addBss("fib.out", 8, 8, {});
  addFib(image, "fib");
  addFibMain(image, "fib", "main", 20);
  ASSERT_TRUE(load(image));
  run("fib.main");
  EXPECT_EQ(global("fib.out"), 6765u);
}

/// func deep(n int) int { if n == 0 { return 0 }; return deep(n-1) + 1 }, with a pointer into each frame.
TEST(Interp, StackGrowsAndPointersFollow) {
  ImageBuilder image("deep", "deep");
  image.addBss("deep.out", 8, 8, {});
  Code c(image, "deep.deep", 6, 2, 1);  // deep(n int, p *int) int: *p is the caller's variable
  uint32_t br = c.op(Op::BrNeImm, c.arg(0), 0, 0);
  c.op(Op::Load64, c.result(0), c.arg(1), 0);
  c.op(Op::Return);
  c.patch(br, c.here());
  c.op(Op::AddImmI64, 0, c.arg(0), static_cast<uint16_t>(-1));
  c.op(Op::Load64, 4, c.arg(1), 0);
  c.op(Op::AddImmI64, 4, 4, 1);     // x := *p + 1
  c.op(Op::LocalAddr, 1, 4, 0);
  c.op(Op::LocalAddr, 5, 4, 0);     // q := &x
  uint32_t call = c.call("deep.deep", 2, 1);
  c.map(call, {5, c.arg(1)});
  c.op(Op::Load64, 4, 5, 0);        // *q
  c.op(Op::Load64, 3, c.arg(1), 0);
  c.op(Op::SubI64, 4, 4, 3);        // always 1
  c.op(Op::AddI64, c.result(0), 2, 4);
  c.op(Op::AddImmI64, c.result(0), c.result(0), static_cast<uint16_t>(-1));
  c.op(Op::Return);
  c.map(0, {c.arg(1)});
  c.finish();
  for (int depth : {100000, 300}) {
    Code m(image, "deep.main" + std::to_string(depth), 5);
    m.op32(Op::LoadImm, 4, 7);
    m.op32(Op::LoadImm, 0, depth);
    m.op(Op::LocalAddr, 1, 4, 0);
    m.call("deep.deep", 2, 1);
    m.op(Op::LoadSym, 3);
    m.sym("deep.out");
    m.op(Op::Store64, 3, 2, 0);
    m.op(Op::Return);
    m.finish();
  }
  ASSERT_TRUE(load(image));
  run("deep.main100000");
  EXPECT_EQ(global("deep.out"), 100007u);
  vmConfig.stressStack = true;  // moves at each call
  run("deep.main300");
  vmConfig.stressStack = false;
  EXPECT_EQ(global("deep.out"), 307u);
}

/// Closures on the stack, deferred: they run last first and see the frame's variable through a pointer.
TEST(Interp, DefersRunLastFirst) {
  ImageBuilder image("defers", "defers");
  image.addBss("defers.out", 8, 8, {});
  Code d(image, "defers.step", 4, 0, 0, kClosure);  // out = out*10 + captured
  d.op(Op::LoadCtx, 0);
  d.op(Op::Load64, 1, 0, 8);
  d.op(Op::LoadSym, 2);
  d.sym("defers.out");
  d.op(Op::Load64, 3, 2, 0);
  d.op(Op::MulImmI64, 3, 3, 10);
  d.op(Op::AddI64, 3, 3, 1);
  d.op(Op::Store64, 2, 3, 0);
  d.op(Op::Return);
  d.finish();
  std::string type(48, '\0');
  type[0] = 16;
  image.addData(SymbolKind::Type, "type:closure", kDupOk, type, 8, {});
  Code m(image, "defers.main", 40, 0, 0, kHasDefer);
  for (unsigned i = 0; i < 3; i++) {
    unsigned storage = 1 + i * 10;
    m.op32(Op::LoadImm, storage + 1, static_cast<int>(i + 1));
    m.op(Op::ClosureStack, 0, storage, 1);
    m.sym("defers.step").sym("type:closure").word(0);
    m.op(Op::DeferStack, 0, storage + 3);
    m.word(0);
  }
  m.deferReturnHere();
  m.op(Op::DeferReturn);
  m.op(Op::LoadSym, 0);
  m.sym("defers.out");
  m.op(Op::Load64, 1, 0, 0);
  m.op(Op::AddImmI64, 1, 1, 1000);
  m.op(Op::Store64, 0, 1, 0);
  m.op(Op::Return);
  m.finish();
  ASSERT_TRUE(load(image));
  run("defers.main");
  EXPECT_EQ(global("defers.out"), 1321u);
  vmConfig.stressStack = true;
  global("defers.out") = 0;
  run("defers.main");
  vmConfig.stressStack = false;
  EXPECT_EQ(global("defers.out"), 1321u);
}

TEST(Interp, Traps) {
  ImageBuilder image("traps", "traps");
  Code i(image, "traps.index", 5);
  i.op32(Op::LoadImm, 0, 0);
  i.op32(Op::LoadImm, 1, 3);
  i.op32(Op::LoadImm, 2, 3);
  i.op32(Op::LoadImm, 3, 5);
  i.op(Op::IndexLoad64, 4, 0, 3);
  i.op(Op::Return);
  i.finish();
  Code n(image, "traps.nil", 2);
  n.op32(Op::LoadImm, 0, 0);
  n.op(Op::Load64, 1, 0, 8);
  n.op(Op::Return);
  n.finish();
  Code s(image, "traps.slice", 6);
  s.op32(Op::LoadImm, 0, 0x10000);
  s.op32(Op::LoadImm, 1, 3);
  s.op32(Op::LoadImm, 2, 4);
  s.op32(Op::LoadImm, 3, 5);
  s.op(Op::SliceSlice, 3, 0);
  Insn regs{};
  regs.reg[0] = kNoReg, regs.reg[1] = 3, regs.reg[2] = kNoReg;
  s.word(regs.word).word(8);
  s.op(Op::Return);
  s.finish();
  Code d(image, "traps.div", 3);
  d.op32(Op::LoadImm, 0, 1);
  d.op32(Op::LoadImm, 1, 0);
  d.op(Op::RemI64, 2, 0, 1);
  d.op(Op::Return);
  d.finish();
  ASSERT_TRUE(load(image));
  run("traps.index");
  EXPECT_EQ(lastRaise, "runtime.panicIndex 5 3");
  run("traps.nil");
  EXPECT_EQ(lastRaise, "runtime.panicmemAddr 0");
  run("traps.slice");
  EXPECT_EQ(lastRaise, "runtime.panicBounds 5 1 4 2");
  run("traps.div");
  EXPECT_EQ(lastRaise, "runtime.panicdivide");
}

TEST(Interp, LoopsPollForPreemption) {
  ImageBuilder image("poll", "poll");
  Code c(image, "poll.main", 2);
  c.op32(Op::LoadImm, 0, 0);
  uint32_t top = c.here();
  c.op(Op::AddImmI64, 0, 0, 1);
  uint32_t br = c.op(Op::BrLtImm, 0, 30000, 0);
  c.patch(br, top);
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(image));
  Closure closure{lookupFunc("poll.main"), {}};
  auto& g = *new Goroutine;
  prepareGoroutine(g, &closure);
  g.state = GState::Running;
  requestPreempt(g);
  EXPECT_EQ(interpret(g), Next::Park);
  g.state = GState::Running;
  EXPECT_EQ(interpret(g), Next::Exit);
}

/// Not a check: prints what a bytecode costs. Run with --gtest_also_run_disabled_tests.
TEST(InterpSpeed, DISABLED_FibAndLoops) {
  ImageBuilder image("speed", "speed");
  image.addBss("speed.out", 8, 8, {});
  addFib(image, "speed");
  addFibMain(image, "speed", "main", 32);
  // for i := 0; i < 30000; i++ { for j := 0; j < 3000; j++ { s += i ^ j } }
  Code c(image, "speed.loops", 5);
  c.op32(Op::LoadImm, 0, 0);
  c.op32(Op::LoadImm, 2, 0);
  uint32_t outer = c.here();
  c.op32(Op::LoadImm, 1, 0);
  uint32_t inner = c.here();
  c.op(Op::Xor, 3, 0, 1);
  c.op(Op::AddI64, 2, 2, 3);
  c.op(Op::AddImmI64, 1, 1, 1);
  c.patch(c.op(Op::BrLtImm, 1, 3000, 0), inner);
  c.op(Op::AddImmI64, 0, 0, 1);
  c.patch(c.op(Op::BrLtImm, 0, 30000, 0), outer);
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(image));
  auto time = [](const char* name, double ops) {
    std::clock_t t0 = std::clock();
    run(name);
    double s = static_cast<double>(std::clock() - t0) / CLOCKS_PER_SEC;
    std::printf("%s: %.3f s, %.2f ns a bytecode\n", name, s, s * 1e9 / ops);
  };
  // fib(32): 7,049,155 calls; 2 + 1 in half of them, 9 in the others.
  for (int i = 0; i < 3; i++) {
    time("speed.main", 3524578 * 3.0 + 3524577 * 9.0);
    time("speed.loops", 30000.0 * 3000 * 4);
  }
}

}  // namespace burrow::testing
