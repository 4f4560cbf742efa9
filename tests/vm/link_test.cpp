// Symbols across images: first DupOk definition wins, references are resolved when needed, itabs are made.
#include <cstring>

#include "tests/vm/assembler.h"

#include "vm/interp/interp.h"

namespace burrow::testing {

using namespace vm;

static std::string abiName(std::string_view text, bool exported) {
  std::string s(1, static_cast<char>(exported));
  s += static_cast<char>(text.size());
  return s += text;
}

TEST(Link, FirstDupOkDefinitionWins) {
  ImageBuilder a("dup/a", "a");
  a.addData(SymbolKind::RoData, "shared", kDupOk, std::string("A\0\0\0\0\0\0\0", 8), 8, {});
  a.addData(SymbolKind::Data, "dup/a.P", 0, std::string(8, 0), 8, {{0, a.ref("shared")}});
  ASSERT_TRUE(load(a));
  ImageBuilder b("dup/b", "b");
  int32_t from = b.import("dup/a", true, 0);
  b.addData(SymbolKind::RoData, "shared", kDupOk, std::string("B\0\0\0\0\0\0\0", 8), 8, {});
  b.addData(SymbolKind::Data, "dup/b.P", 0, std::string(24, 0), 8,
            {{0, b.ref("shared")}, {8, b.ref("dup/a.P", from)}, {16, b.ref("shared"), 1, RelocKind::Off32}});
  ASSERT_TRUE(load(b));
  auto* p = static_cast<void**>(lookupSymbol("dup/b.P"));
  ASSERT_TRUE(p);
  EXPECT_EQ(p[0], static_cast<void**>(p[1])[0]) << "one address for the shared symbol";
  EXPECT_EQ(p[1], lookupSymbol("dup/a.P"));
  int32_t off;
  std::memcpy(&off, p + 2, 4);
  EXPECT_EQ(offsetAddress(off), static_cast<char*>(p[0]) + 1);
  EXPECT_EQ(lookupSymbol("nowhere"), nullptr);
}

TEST(Link, MissingFunctionsFailOnlyWhenCalled) {
  ImageBuilder image("miss", "miss");
  Code c(image, "miss.main", 3);
  uint32_t br = c.op32(Op::LoadImm, 0, 0);
  br = c.op32(Op::BrFalse, 0, 0);
  c.call("miss.nowhere", 0, 0);
  c.patch(br, c.here());
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(image));
  run("miss.main");
}

TEST(Link, BodyElsewhereStandsForNative) {
  ImageBuilder a("body/a", "a");
  addNative(a, "body/a.sleep", 0, 0);
  Code m(a, "body/a.main", 2);
  m.call("body/a.sleep", 0, 0);
  m.op(Op::Return);
  m.finish();
  ASSERT_TRUE(load(a));
  ImageBuilder b("body/b", "b");
  b.addBss("body/b.out", 8, 8, {});
  Code c(b, "body/a.sleep", 3);
  c.op32(Op::LoadImm, 0, 5);
  c.op(Op::LoadSym, 1);
  c.sym("body/b.out");
  c.op(Op::Store64, 1, 0, 0);
  c.op(Op::Return);
  c.finish();
  ASSERT_TRUE(load(b));
  run("body/a.main");
  EXPECT_EQ(global("body/b.out"), 5u);
}

TEST(Link, FindsFunctionsByAddress) {
  ImageBuilder image("find", "find");
  for (const char* name : {"find.A", "find.B"}) {
    Code c(image, name, 2);
    c.line("/f.go", name[5]);
    c.op32(Op::LoadImm, 0, 0);
    c.op(Op::Return);
    c.finish();
  }
  ASSERT_TRUE(load(image));
  Func *a = lookupFunc("find.A"), *b = lookupFunc("find.B");
  EXPECT_EQ(findFunc(a), a);
  EXPECT_EQ(findFunc(a->code + 1), a);
  EXPECT_EQ(findFunc(b->code), b);
  EXPECT_EQ(findFunc(b->code + 1), b);
  EXPECT_EQ(codePosition(b->code + 1).line, uint32_t{'B'});
  EXPECT_EQ(findFunc(&image), nullptr);
}

/// type T struct{} with methods Close and Read; interfaces that want one, both, or another.
TEST(Link, ItabsAreMadeOnce) {
  ImageBuilder image("itab", "itab");
  for (const char* m : {"itab.T.Close", "itab.T.Read"}) {
    Code c(image, m, 1, 1, 0);
    c.op(Op::Return);
    c.finish();
  }
  auto name = [&](std::string_view n) {
    return image.refTo(image.addData(SymbolKind::RoData, "", 0, abiName(n, true), 1, {}));
  };
  std::string funcType(56, 0);
  funcType[23] = static_cast<char>(AbiKind::Func);
  image.addData(SymbolKind::Type, "type:func()", kDupOk, funcType, 8, {});
  uint32_t fn = image.ref("type:func()");
  std::string t(48 + 16 + 32, 0);
  t[20] = kUncommon;
  t[23] = static_cast<char>(AbiKind::Int);
  t[48 + 4] = 2;   // mcount
  t[48 + 6] = 2;   // xcount
  t[48 + 8] = 16;  // moff
  std::vector<ImageBuilder::Reloc> relocs;
  const char* methods[] = {"Close", "Read"};
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t at = 64 + i * 16;
    relocs.push_back({at, name(methods[i]), 0, RelocKind::Off32});
    relocs.push_back({at + 4, fn, 0, RelocKind::Off32});
    relocs.push_back({at + 8, image.ref(std::string("itab.T.") + methods[i]), 0, RelocKind::Off32});
    relocs.push_back({at + 12, image.ref(std::string("itab.T.") + methods[i]), 0, RelocKind::Off32});
  }
  image.addData(SymbolKind::Type, "type:itab.T", kDupOk, t, 8, relocs);
  auto addInterface = [&](std::string symbol, std::vector<const char*> wanted) {
    std::string bytes(80 + wanted.size() * 8, 0);
    bytes[23] = static_cast<char>(AbiKind::Interface);
    bytes[64] = bytes[72] = static_cast<char>(wanted.size());
    std::vector<ImageBuilder::Reloc> r{{56, image.ref(symbol), 80}};
    for (uint32_t i = 0; i < wanted.size(); i++) {
      r.push_back({80 + i * 8, name(wanted[i]), 0, RelocKind::Off32});
      r.push_back({84 + i * 8, fn, 0, RelocKind::Off32});
    }
    image.addData(SymbolKind::Type, symbol, kDupOk, bytes, 8, r);
  };
  addInterface("type:itab.Both", {"Close", "Read"});
  addInterface("type:itab.Reader", {"Read"});
  addInterface("type:itab.Writer", {"Read", "Write"});
  std::string tab(32, 0);
  image.addData(SymbolKind::Itab, "go:itab.itab.T,itab.Reader", kDupOk, tab, 8,
                {{0, image.ref("type:itab.Reader")}, {8, image.ref("type:itab.T")}, {24, image.ref("itab.T.Read")}});
  ASSERT_TRUE(load(image));
  auto* type = static_cast<AbiType*>(lookupSymbol("type:itab.T"));
  auto inter = [](const char* n) { return static_cast<AbiInterfaceType*>(lookupSymbol(n)); };
  Itab* both = getItab(inter("type:itab.Both"), type);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->fun[0], lookupFunc("itab.T.Close"));
  EXPECT_EQ(both->fun[1], lookupFunc("itab.T.Read"));
  EXPECT_EQ(getItab(inter("type:itab.Both"), type), both);
  Itab* reader = getItab(inter("type:itab.Reader"), type);
  EXPECT_EQ(reader, lookupSymbol("go:itab.itab.T,itab.Reader")) << "the image's itab gives way to the one made before";
  const uint8_t* missing = nullptr;
  EXPECT_EQ(getItab(inter("type:itab.Writer"), type, &missing), nullptr);
  EXPECT_EQ(nameText(missing), "Write");
}

}  // namespace burrow::testing
