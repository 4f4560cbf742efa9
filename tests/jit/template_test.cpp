// Machine code of single instructions against the interpreter, what the registry knows, and the ways in.
#include "jit/template.h"

#include <bit>
#include <cstring>
#include <limits>

#include "jit/compile.h"
#include "tests/vm/assembler.h"
#include "vm/native/native.h"

namespace burrow::testing {

extern std::string lastRaise;

using vm::Func;

namespace {

/// Instructions that compute slots from slots and nothing else.
bool isPlain(Op op) {
  const OpInfo& info = opInfo(op);
  bool range = (op >= Op::AddI8 && op <= Op::EqImm) || (op >= Op::Clz64 && op <= Op::SubBorrow);
  return range && !(info.effects & Branch) && (info.role[0] == Role::W || info.role[0] == Role::W2);
}
bool isBranch(Op op) {
  const OpInfo& info = opInfo(op);
  return info.effects & Branch && info.role[0] == Role::R && op != Op::JumpTable && info.words.empty();
}
bool isImmediate(Role r) { return r == Role::I16 || r == Role::U16; }

constexpr unsigned kX = 1, kY = 3, kZ = 5, kResult = 7;

/// Operands are in test.x, y, z (two words each); two words of result go to test.out.
class OpFunction {
 public:
  OpFunction(ImageBuilder& image, const std::string& name) : c_(image, name, 9) {
    const char* const operands[] = {"test.x", "test.y", "test.z"};
    for (unsigned i = 0; i < 3; i++) {
      c_.op(Op::LoadSym, 0);
      c_.sym(operands[i]);
      c_.op(Op::Load2, kX + 2 * i, 0, 0);
    }
    c_.op32(Op::LoadImm, kResult, 1);
    c_.op32(Op::LoadImm, kResult + 1, 0);
  }
  void compute(Op op, uint16_t immediate) {
    const OpInfo& info = opInfo(op);
    unsigned b = isImmediate(info.role[1]) ? immediate : kX, c = isImmediate(info.role[2]) ? immediate : info.role[2] == Role::_ ? 0 : kY;
    c_.op(op, kResult, info.role[1] == Role::_ ? 0 : b, c);
    if (info.words == "r") c_.word(kZ);
  }
  void branch(Op op, uint16_t immediate) {
    const OpInfo& info = opInfo(op);
    uint32_t at = info.role[1] == Role::Off32 ? c_.op32(op, kX, 0) : c_.op(op, kX, isImmediate(info.role[1]) ? immediate : kY, 0);
    c_.op32(Op::LoadImm, kResult, 2);
    c_.patch(at, c_.here());
  }
  void finish() {
    c_.op(Op::LoadSym, 0);
    c_.sym("test.out");
    c_.op(Op::Store64, 0, kResult, 0);
    c_.op(Op::Store64, 0, kResult + 1, 8);
    c_.op(Op::Return);
    c_.finish();
  }

 private:
  Code c_;
};

const uint64_t kValues[] = {0, 1, 2, 7, 31, 32, 63, 64, 127, 128, 255, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
                            0x8000000000000000, ~uint64_t{0}, ~uint64_t{0} - 127, 0x123456789abcdef,
                            // floating point of both widths
                            std::bit_cast<uint64_t>(1.5), std::bit_cast<uint64_t>(-2.75), std::bit_cast<uint64_t>(1e19), std::bit_cast<uint64_t>(1e300),
                            std::bit_cast<uint64_t>(std::numeric_limits<double>::infinity()), std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN()),
                            0x3fc00000, 0xc0300000, 0x5f000000, 0x7f800000, 0x7fc00000, 0x8000000000000001};

/// Slots hold narrow values extended, and carries are 0 or 1: the optimizing tier relies on it.
bool isMeant(Op op, const uint64_t (&operands)[3]) {
  auto extended = [&](auto narrow) {
    for (unsigned i = 0; i < 2; i++)
      if (static_cast<int64_t>(operands[i]) != static_cast<decltype(narrow)>(operands[i])) return false;
    return true;
  };
  switch (op) {
    case Op::DivI8: return extended(int8_t{});
    case Op::DivI16: return extended(int16_t{});
    case Op::DivI32: return extended(int32_t{});
    case Op::AddCarry: case Op::SubBorrow: return operands[2] <= 1;
    default: return true;
  }
}

struct Outcome {
  uint64_t out[2];
  std::string raise;
};

Outcome runFunction(const std::string& name, const uint64_t (&operands)[3]) {
  const char* const names[] = {"test.x", "test.y", "test.z"};
  for (unsigned i = 0; i < 3; i++) {
    uint64_t* to = &global(names[i]);
    to[0] = operands[i];
    to[1] = operands[(i + 1) % 3];
  }
  uint64_t* out = &global("test.out");
  out[0] = out[1] = 0;
  lastRaise.clear();
  run(name);
  return {{out[0], out[1]}, lastRaise};
}

/// Of two NaNs, either may be the result: which one, neither Go nor the C++ compiler says.
bool isNaN(uint64_t v) {
  bool narrow = v <= UINT32_MAX && std::bit_cast<float>(static_cast<uint32_t>(v)) != std::bit_cast<float>(static_cast<uint32_t>(v));
  return narrow || std::bit_cast<double>(v) != std::bit_cast<double>(v);
}
bool same(const Outcome& x, const Outcome& y) {
  if (x.raise != y.raise) return false;
  for (unsigned i = 0; i < 2; i++) {
    if (x.out[i] != y.out[i] && !(isNaN(x.out[i]) && isNaN(y.out[i]))) return false;
  }
  return true;
}

void interpretFrom(Func& f) {
  f.compiled = nullptr;
  f.entry = f.code;
}

}  // namespace
}  // namespace burrow::testing

namespace burrow::jit {
struct TemplateTest {
  static bool knows(Op op) {
    // With operands of no meaning: only whether a family takes it.
    static Insn code[8];
    std::memset(static_cast<void*>(code), 0, sizeof code);
    code[0] = makeInsn(op);
    Func f{};
    f.code = code;
    f.codeWords = 8;
    Template t(f);
    t.labels_.resize(8);
    t.labels_[0] = t.a_.newLabel();
    t.pc_ = code;
    return t.emit();
  }
  using Func = vm::Func;
};
}  // namespace burrow::jit

namespace burrow::testing {

TEST(Template, EveryOpcodeHasOne) {
  for (size_t i = 0; i < kOpCount; i++) {
    auto op = static_cast<Op>(i);
    if (op >= Op::EnterUnlinked && op <= Op::ReturnToMachine) continue;  // never in compiled code
    EXPECT_TRUE(jit::TemplateTest::knows(op)) << opInfo(op).name;
  }
}

TEST(Template, ComputesAsTheInterpreter) {
  const uint16_t immediates[] = {0, 1, 37, 0x7fff, 0x8000, 0xffff};
  ImageBuilder image("test", "test");
  for (const char* v : {"test.x", "test.y", "test.z", "test.out"}) image.addBss(v, 16, 8, {});
  std::vector<std::pair<std::string, Op>> functions;
  for (size_t i = 0; i < kOpCount; i++) {
    auto op = static_cast<Op>(i);
    if (!isPlain(op) && !isBranch(op)) continue;
    bool immediate = isImmediate(opInfo(op).role[1]) || isImmediate(opInfo(op).role[2]);
    for (unsigned k = 0; k < (immediate ? std::size(immediates) : 1); k++) {
      functions.push_back({"test." + std::string(opInfo(op).name) + std::to_string(k), op});
      OpFunction f(image, functions.back().first);
      isPlain(op) ? f.compute(op, immediates[k]) : f.branch(op, immediates[k]);
      f.finish();
    }
  }
  ASSERT_TRUE(load(image));
  for (const auto& [name, op] : functions) {
    Func& f = *vm::lookupFunc(name);
    run(name);  // links it
    std::vector<Outcome> expected;
    auto all = [&](auto each) {
      for (uint64_t x : kValues)
        for (uint64_t y : kValues) each({x, y, x ^ y >> 1});
    };
    interpretFrom(f);
    all([&](const uint64_t(&operands)[3]) { expected.push_back(runFunction(name, operands)); });
    for (bool optimizing : {true, false}) {
      std::string why;
      jit::optimizing = optimizing;
      ASSERT_TRUE(jit::compile(f, &why)) << name << ": " << why;
      jit::optimizing = true;
      size_t at = 0;
      all([&](const uint64_t(&operands)[3]) {
        if (optimizing && !isMeant(op, operands)) return void(at++);
        Outcome o = runFunction(name, operands);
        EXPECT_TRUE(same(o, expected[at])) << std::hex << name << "(" << operands[0] << ", " << operands[1] << ", " << operands[2] << ") = " << o.out[0] << ", "
                                       << o.out[1] << " " << o.raise << "; interpreted " << expected[at].out[0] << ", " << expected[at].out[1] << " "
                                       << expected[at].raise;
        at++;
      });
    }
    if (HasFailure()) return;
  }
}

TEST(Template, RegistryKnowsCallsAndInstructions) {
  ImageBuilder image("reg", "reg");
  Code c(image, "reg.f", 4, 1, 1);
  c.op(Op::Mov, c.result(0), c.arg(0));
  uint32_t br = c.op(Op::BrLtImm, c.arg(0), 1, 0);
  c.op(Op::AddImmI64, 0, c.arg(0), static_cast<uint16_t>(-1));
  c.call("reg.f", 1, 1);
  c.op(Op::AddI64, c.result(0), c.arg(0), 1);
  c.patch(br, c.here());
  c.op(Op::Return);
  c.finish();
  Code m(image, "reg.main", 3);
  m.op32(Op::LoadImm, 0, 100);
  m.call("reg.f", 1, 1);
  m.op(Op::LoadSym, 2);
  m.sym("reg.out");
  m.op(Op::Store64, 2, 1, 0);
  m.op(Op::Return);
  m.finish();
  image.addBss("reg.out", 8, 8, {});
  ASSERT_TRUE(load(image));
  run("reg.main");
  EXPECT_EQ(global("reg.out"), 5050u);
  Func& f = *vm::lookupFunc("reg.f");
  ASSERT_TRUE(f.compiled);
  EXPECT_EQ(f.machineArgs, f.compiled->begin);
  EXPECT_EQ(f.machine, f.compiled->called);
  // Inlined in itself, the call is there several times.
  ASSERT_FALSE(f.compiled->returns.empty());
  for (const auto& r : f.compiled->returns) {
    const char* address = f.compiled->begin + r.offset;
    EXPECT_TRUE(vm::isMachineAddress(address));
    EXPECT_EQ(vm::instructionBehind(address), f.code + r.word);
    EXPECT_EQ(static_cast<Op>(f.code[r.word].op), Op::AddI64);
    uint16_t marker;
    std::memcpy(&marker, address, sizeof marker);
    EXPECT_EQ(marker, vm::kReturnToMachine);
  }
  EXPECT_EQ(vm::machineEntry(f, f.code), f.compiled->body);
  EXPECT_EQ(vm::machineEntry(f, f.code + 4), nullptr);  // inside the call
  EXPECT_EQ(vm::machineEntry(f, vm::kMachineEntry), nullptr);
}

static vm::Next askForTick(vm::Goroutine& g, Slot*) {
  vm::requestTick(g);
  return vm::Next::Run;
}

TEST(Template, RunningLoopIsEnteredAfterATick) {
  static const vm::NativeEntry natives[] = {{"osr.tick", askForTick}};
  vm::registerNatives(natives, 1);
  ImageBuilder image("osr", "osr");
  addNative(image, "osr.tick", 0, 0);
  image.addBss("osr.out", 8, 8, {});
  Code c(image, "osr.loop", 4);
  c.op32(Op::LoadImm, 1, 0);
  c.op32(Op::LoadImm, 2, 0);
  uint32_t top = c.here();
  c.op(Op::AddI64, 2, 2, 1);
  c.op(Op::AddImmI64, 1, 1, 1);
  uint32_t br = c.op(Op::BrNeImm, 1, 10, 0);
  c.call("osr.tick", 0, 0);
  c.patch(br, c.here());
  uint32_t back = c.op(Op::BrLtImm, 1, 1000, 0);
  c.patch(back, top);
  c.op(Op::LoadSym, 3);
  c.sym("osr.out");
  c.op(Op::Store64, 3, 2, 0);
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(image));
  vm::machineHooks.threshold = 1000;
  run("osr.loop");
  vm::machineHooks.threshold = 0;
  EXPECT_EQ(global("osr.out"), 499500u);
  EXPECT_TRUE(vm::lookupFunc("osr.loop")->compiled);
}

}  // namespace burrow::testing
