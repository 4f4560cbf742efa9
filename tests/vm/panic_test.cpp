// Panics, recovery and tracebacks, with a gopanic built by hand.
#include "tests/vm/assembler.h"

#include "vm/panic/panic.h"
#include "vm/sched/scheduler.h"

namespace burrow::testing {

using namespace vm;

static std::string trace;
static Next noteTrace(Goroutine& g, Slot*) {
  trace = tracebackText(g, 1);
  return Next::Run;
}

/// runtime.gopanic(value any) of the overlay, in bytecode: registers 4… hold the PanicRecord, 10 its address.
static void addGopanic(ImageBuilder& image) {
  addNative(image, "runtime.panicStart", 1, 0);
  addNative(image, "runtime.panicNext", 1, 1);
  addNative(image, "runtime.panicReturned", 1, 0);
  addNative(image, "runtime.gorecover", 0, 2);
  Code c(image, "runtime.gopanic", 12, 2, 0);
  c.op(Op::ZeroN, 4);
  c.word(5);
  c.op(Op::Mov2, 4, c.arg(0));
  c.op(Op::LocalAddr, 10, 4);
  c.op(Op::Mov, 0, 10);
  c.map(c.call("runtime.panicStart", 1, 0), {10});
  uint32_t top = c.here();
  c.op(Op::Mov, 0, 10);
  c.map(c.call("runtime.panicNext", 1, 1), {10});
  uint32_t end = c.op(Op::BrEqImm, 1, 0, 0);
  c.map(c.op(Op::CallClosure, 0, 0, 1), {10});
  c.op(Op::Mov, 0, 10);
  c.map(c.call("runtime.panicReturned", 1, 0), {10});
  uint32_t jump = c.op32(Op::Jump, 0, 0);
  c.patch(jump, top);
  c.map(jump, {10});
  c.patch(end, c.here());
  c.call("test.trace", 0, 0);
  c.op(Op::Unreachable);
  c.finish();
}

/// What both tests need, defined once a process: each may run alone.
void addSupport(ImageBuilder& image) {
  static const NativeEntry natives[] = {{"test.trace", noteTrace}};
  if (lookupFunc("test.trace")) return;
  registerNatives(natives, 1);
  addNative(image, "test.trace", 0, 0);
  addGopanic(image);
}

TEST(Traceback, ShowsInlinedCalls) {
  ImageBuilder image("inl", "inl");
  addSupport(image);
  Code f(image, "inl.f", 4, 1);
  uint32_t all = f.inlined("inl.all", "/src/i.go", 31);
  uint32_t each = f.inlined("inl.each", "/src/i.go", 20, all);
  uint32_t hidden = f.inlined("runtime.hidden", "/src/i.go", 11, each);
  f.line("/go/r.go", 5, hidden);
  f.call("test.trace", 0, 0);
  f.line("/src/i.go", 32);
  f.op(Op::Return);
  f.finish();
  Code g(image, "inl.g", 4);
  g.line("/src/i.go", 40);
  g.call("inl.f", 1, 0);
  g.op(Op::Return);
  g.finish();
  load(image);
  run("inl.g");
  EXPECT_NE(trace.find("[running]:\n"
                       "inl.each(...)\n\t/src/i.go:11\n"
                       "inl.all(...)\n\t/src/i.go:20\n"
                       "inl.f(...)\n\t/src/i.go:31 +0x10\n"
                       "inl.g()\n\t/src/i.go:40 +0x10\n"),
            trace.npos)
      << trace;
}

TEST(Panic, RecoveredFunctionReturnsItsResults) {
  ImageBuilder image("p", "p");
  addSupport(image);
  image.addBss("p.out", 8, 8, {});
  std::string type(48, '\0');
  type[0] = 8;
  image.addData(SymbolKind::Type, "type:p.closure", kDupOk, type, 8, {});
  // defer func() { trace(); recover() }()
  Code d(image, "p.f.func1", 4, 0, 0, kClosure);
  d.line("/src/p.go", 7);
  d.call("test.trace", 0, 0);
  d.call("runtime.gorecover", 0, 2);
  d.op(Op::Return);
  d.finish();
  // func g() { panic(nil) }
  Code g(image, "p.g", 3);
  g.line("/src/p.go", 20);
  g.op(Op::ZeroN, 0);
  g.word(2);
  g.line("/src/p.go", 21);
  g.call("runtime.gopanic", 2, 0);
  g.op(Op::Unreachable);
  g.finish();
  // func f() (n int) { defer …; n = 42; g(); return 1 }
  Code f(image, "p.f", 20, 0, 1, kHasDefer);
  f.line("/src/p.go", 5);
  f.op32(Op::LoadImm, f.result(0), 0);
  f.op(Op::ClosureStack, 0, 4, 0);
  f.sym("p.f.func1").sym("type:p.closure").word(0);
  f.op(Op::DeferStack, 0, 10);
  f.word(0);
  f.op32(Op::LoadImm, f.result(0), 42);
  f.line("/src/p.go", 12);
  f.call("p.g", 0, 0);
  f.op32(Op::LoadImm, f.result(0), 1);
  f.deferReturnHere();
  f.op(Op::DeferReturn);
  f.op(Op::Return);
  f.finish();
  Code m(image, "p.main", 3);
  m.line("/src/p.go", 30);
  m.call("p.f", 0, 1);
  m.op(Op::LoadSym, 1);
  m.sym("p.out");
  m.op(Op::Store64, 1, 0, 0);
  m.op(Op::Return);
  m.finish();
  ASSERT_TRUE(load(image));
  for (bool stress : {false, true}) {
    vmConfig.stressStack = stress;
    global("p.out") = 0;
    run("p.main");
    vmConfig.stressStack = false;
    EXPECT_EQ(global("p.out"), 42u);
  }
  // Offsets after + are those of the instruction behind the call.
  EXPECT_EQ(trace,
            "goroutine 0 [running]:\n"
            "p.f.func1()\n\t/src/p.go:7 +0x10\n"
            "panic(...)\n\t<builtin>:1 +0x60\n"
            "p.g()\n\t/src/p.go:21 +0x20\n"
            "p.f()\n\t/src/p.go:12 +0x50\n"
            "p.main()\n\t/src/p.go:30 +0x10\n");
}

TEST(Panic, UnrecoveredOneRunsDefersAndStaysAtThePanic) {
  ImageBuilder image("q", "q");
  addSupport(image);
  Code c(image, "q.level", 3, 1, 0);
  c.line("/src/q.go", 5);
  uint32_t br = c.op(Op::BrNeImm, c.arg(0), 0, 0);
  c.call("test.trace", 0, 0);
  c.op(Op::Return);
  c.patch(br, c.here());
  c.op(Op::AddImmI64, 0, c.arg(0), static_cast<uint16_t>(-1));
  c.call("q.level", 1, 0);
  c.op(Op::Return);
  c.finish();
  Code m(image, "q.main", 3);
  m.op32(Op::LoadImm, 0, 149);
  m.call("q.level", 1, 0);
  m.op(Op::Return);
  m.finish();
  ASSERT_TRUE(load(image));
  run("q.main");
  // 150 levels and main; the middle is left out.
  EXPECT_NE(trace.find("...51 frames elided...\n"), trace.npos) << trace;
  EXPECT_EQ(std::count(trace.begin(), trace.end(), '\n'), 1 + 100 * 2 + 1);
}

}  // namespace burrow::testing
