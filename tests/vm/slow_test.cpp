// Opcodes that allocate, with a collection at every allocation: slices, strings, maps, channels, boxes.
#include <cstring>

#include "tests/vm/assembler.h"
#include "vm/heap/heap.h"
#include "vm/sched/scheduler.h"

namespace burrow::testing {

using namespace vm;

namespace {

/// type:int, []… elements: a descriptor without pointers.
std::string basicType(uint64_t size, AbiKind kind) {
  std::string t(48, '\0');
  std::memcpy(t.data(), &size, 8);
  t[20] = kRegularMemory;
  t[21] = t[22] = static_cast<char>(size);
  t[23] = static_cast<char>(kind);
  return t;
}

void storeGlobal(Code& c, const std::string& name, unsigned reg, unsigned tmp) {
  c.op(Op::LoadSym, tmp);
  c.sym(name);
  c.op(Op::Store64, tmp, reg, 0);
}

}  // namespace

/// s := []int(nil); for i := 0; i < 1000; i++ { s = append(s, i) }; sum of s, cap(s)
TEST(Slow, AppendKeepsValuesAcrossGrowth) {
  ImageBuilder image("app", "app");
  for (const char* v : {"app.sum", "app.cap"}) image.addBss(v, 8, 8, {});
  image.addData(SymbolKind::Type, "type:int", kDupOk, basicType(8, AbiKind::Int), 8, {});
  Code c(image, "app.main", 12);
  c.op(Op::ZeroN, 0);
  c.word(3);
  c.op32(Op::LoadImm, 4, 0);
  c.op32(Op::LoadImm, 5, 1);
  uint32_t top = c.here();
  uint32_t grow = c.op(Op::AppendGrow, 0, 0, 5);
  c.sym("type:int").word(0);
  c.map(grow, {0});
  c.op(Op::IndexStore64, 0, 4, 4);
  c.op(Op::AddImmI64, 4, 4, 1);
  uint32_t back = c.op(Op::BrLtImm, 4, 1000, 0);
  c.patch(back, top);
  c.map(back, {0});
  c.op32(Op::LoadImm, 4, 0);
  c.op32(Op::LoadImm, 6, 0);
  uint32_t sum = c.here();
  c.op(Op::IndexLoad64, 7, 0, 4);
  c.op(Op::AddI64, 6, 6, 7);
  c.op(Op::AddImmI64, 4, 4, 1);
  back = c.op(Op::BrLtI64, 4, 1, 0);
  c.patch(back, sum);
  c.map(back, {0});
  storeGlobal(c, "app.sum", 6, 8);
  storeGlobal(c, "app.cap", 2, 8);
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(image));
  run("app.main");
  EXPECT_EQ(global("app.sum"), 499500u);
  EXPECT_EQ(global("app.cap"), 1280u) << "gc's growth and size classes";
}

/// a := "ab"; s := a + "cd"; []byte(s)[2], len, s == "abcd", string([]rune(s)) < "abce"
TEST(Slow, Strings) {
  ImageBuilder image("str", "str");
  for (const char* v : {"str.len", "str.eq", "str.lt", "str.byte"}) image.addBss(v, 8, 8, {});
  auto text = [&](const char* s) { return image.refTo(image.addData(SymbolKind::RoData, "", 0, s, 1, {})); };
  uint32_t ab = text("ab"), cd = text("cd"), abcd = text("abcd"), abce = text("abce");
  Code c(image, "str.main", 24);
  c.op(Op::LoadStr, 0);
  c.symRef(ab).word(2);
  c.op(Op::LoadStr, 2);
  c.symRef(cd).word(2);
  uint32_t at = c.op(Op::StrConcat, 4, 0, 2);
  c.word(0);
  c.map(at, {0, 2});
  storeGlobal(c, "str.len", 5, 20);
  c.op(Op::LoadStr, 6);
  c.symRef(abcd).word(4);
  c.op(Op::EqStr, 8, 4, 6);
  storeGlobal(c, "str.eq", 8, 20);
  at = c.op(Op::StrToBytes, 9, 4);
  c.word(0);
  c.map(at, {4});
  c.op32(Op::LoadImm, 12, 2);
  c.op(Op::IndexLoadU8, 13, 9, 12);
  storeGlobal(c, "str.byte", 13, 20);
  at = c.op(Op::StrToRunes, 14, 4);
  c.word(0);
  c.map(at, {4});
  at = c.op(Op::RunesToStr, 17, 14);
  c.word(0);
  c.map(at, {14});
  c.op(Op::LoadStr, 6);
  c.symRef(abce).word(4);
  c.op(Op::LtStr, 8, 17, 6);
  storeGlobal(c, "str.lt", 8, 20);
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(image));
  run("str.main");
  EXPECT_EQ(global("str.len"), 4u);
  EXPECT_EQ(global("str.eq"), 1u);
  EXPECT_EQ(global("str.byte"), uint64_t{'c'});
  EXPECT_EQ(global("str.lt"), 1u);
}

/// p := new(int) in a loop, the last ones kept in a chain of {next, value}: survives collections.
TEST(Slow, HeapObjectsSurviveThroughMaps) {
  ImageBuilder image("chain", "chain");
  image.addBss("chain.sum", 8, 8, {});
  std::string t = basicType(16, AbiKind::Struct);
  t[8] = 8;  // ptrBytes
  t[20] = 0;
  t[21] = t[22] = 8;
  uint32_t mask = image.refTo(image.addData(SymbolKind::RoData, "", 0, std::string(1, 1), 1, {}));
  image.addData(SymbolKind::Type, "type:chain.Node", kDupOk, t, 8, {{32, mask}});
  Code c(image, "chain.main", 8);
  c.op32(Op::LoadImm, 0, 0);
  c.op32(Op::LoadImm, 1, 0);
  uint32_t top = c.here();
  uint32_t at = c.op(Op::NewHeap, 2);
  c.sym("type:chain.Node").word(0);
  c.map(at, {0});
  c.op(Op::StorePtr, 2, 0, 0);
  c.op(Op::Store64, 2, 1, 8);
  c.op(Op::Mov, 0, 2);
  c.op(Op::AddImmI64, 1, 1, 1);
  at = c.op(Op::BrLtImm, 1, 3000, 0);
  c.patch(at, top);
  c.map(at, {0});
  c.op32(Op::LoadImm, 3, 0);
  uint32_t sum = c.here();
  c.op(Op::Load64, 4, 0, 8);
  c.op(Op::AddI64, 3, 3, 4);
  c.op(Op::Load64, 0, 0, 0);
  at = c.op(Op::BrNeImm, 0, 0, 0);
  c.patch(at, sum);
  c.map(at, {0});
  storeGlobal(c, "chain.sum", 3, 5);
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(image));
  run("chain.main");
  EXPECT_EQ(global("chain.sum"), 4498500u);
}

}  // namespace burrow::testing
