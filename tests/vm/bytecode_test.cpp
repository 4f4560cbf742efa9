// Images, line tables, verifier and disassembler.
#include "vm/bytecode/image.h"

#include "tests/vm/assembler.h"
#include "vm/bytecode/disasm.h"
#include "vm/bytecode/verify.h"

namespace burrow::testing {

TEST(Image, KeepsWhatItWasGiven) {
  ImageBuilder image("a/b", "b");
  uint32_t s = image.addData(SymbolKind::Data, "a/b.V", 0, std::string(16, 'x'), 8, {{8, image.ref("a/b.F")}}, {false, true});
  EXPECT_EQ(image.addData(SymbolKind::RoData, "go:string.x", kDupOk, "x", 1, {}),
            image.addData(SymbolKind::RoData, "go:string.x", kDupOk, "x", 1, {}));
  Code c(image, "a/b.F", 2);
  c.op(Op::Return);
  image.setInit(c.finish());
  std::string bytes = image.finish(7, 9);
  EXPECT_EQ(checkImage(bytes, 7), "");
  EXPECT_NE(checkImage(bytes, 8), "");
  ImageView v(bytes.data());
  EXPECT_EQ(v.string(v.header().path), "a/b");
  EXPECT_EQ(v.header().contentHash, 9u);
  EXPECT_EQ(v.string(v.symbols()[s].name), "a/b.V");
  EXPECT_EQ(v.refs()[0].symbol, v.header().initSymbol) << "references to own symbols are found at the end";
  EXPECT_EQ(v.dataPtrs()[0], 2u);
  bytes[bytes.size() / 2] ^= 1;
  EXPECT_EQ(checkImage(bytes, 7), "damaged");
  EXPECT_EQ(checkImage(std::string_view(bytes).substr(0, bytes.size() - 8), 7), "truncated");
}

TEST(LineTable, FindsTheEntryThatCovers) {
  ImageBuilder image("l", "l");
  Code c(image, "l.F", 2);
  c.line("/x/a.go", 10);
  c.op32(Op::LoadImm, 0, 1);
  c.line("/x/a.go", 9);
  c.op32(Op::LoadImm, 0, 2);
  c.op32(Op::LoadImm, 0, 3);
  c.line("/x/b.go", 100000);
  c.op(Op::Return);
  c.finish();
  std::string bytes = image.finish(0, 0);
  ImageView v(bytes.data());
  auto at = [&](uint32_t pc) {
    LineEntry e = LineTable::find(v, v.funcs()[0], pc);
    return std::string(v.string(e.file)) + ":" + std::to_string(e.line);
  };
  EXPECT_EQ(at(0), "/x/a.go:10");
  EXPECT_EQ(at(2), "/x/a.go:9");
  EXPECT_EQ(at(3), "/x/b.go:100000");
}

TEST(LineTable, KeepsInlinedCalls) {
  ImageBuilder image("n", "n");
  Code c(image, "n.F", 2);
  uint32_t outer = c.inlined("n.outer", "/x/a.go", 10);
  uint32_t inner = c.inlined("lib.inner", "/x/a.go", 21, outer);
  c.line("/x/lib.go", 5, inner);
  c.op32(Op::LoadImm, 0, 1);
  c.line("/x/a.go", 22, outer);
  c.op32(Op::LoadImm, 0, 2);
  c.line("/x/a.go", 11);
  c.op(Op::Return);
  c.finish();
  std::string bytes = image.finish(0, 0);
  ImageView v(bytes.data());
  const ImageFunc& f = v.funcs()[0];
  EXPECT_EQ(verifyImage(v), "");
  EXPECT_EQ(f.bodyWords(), 3u);
  auto at = [&](uint32_t pc) {
    LineEntry e = LineTable::find(v, f, pc);
    return std::string(v.string(e.file)) + ":" + std::to_string(e.line) + " in " + std::to_string(e.inl);
  };
  EXPECT_EQ(at(0), "/x/lib.go:5 in 2");
  EXPECT_EQ(at(f.inlineMark(inner)), "/x/a.go:21 in 1");
  EXPECT_EQ(at(f.inlineMark(outer)), "/x/a.go:10 in 0");
  EXPECT_EQ(at(1), "/x/a.go:22 in 1");
  EXPECT_EQ(at(2), "/x/a.go:11 in 0");
  EXPECT_EQ(v.string(LineTable::start(v, f).file), "/x/a.go") << "not the file of what was inlined first";
  std::string text = disassemble(v, 0);
  EXPECT_NE(text.find("lib.go:5 (lib.inner at a.go:21, n.outer at a.go:10)\n"), text.npos) << text;
  EXPECT_NE(text.find("a.go:11\n"), text.npos) << text;
}

static std::string faultOf(void (*fill)(Code&)) {
  ImageBuilder image("v", "v");
  Code c(image, "v.F", 3);
  fill(c);
  c.finish();
  std::string bytes = image.finish(0, 0);
  return verifyImage(ImageView(bytes.data()));
}

TEST(Verify, RejectsBrokenCode) {
  EXPECT_EQ(faultOf([](Code& c) { c.op(Op::Return); }), "");
  EXPECT_EQ(faultOf([](Code& c) { c.op32(Op::LoadImm, 0, 1); }), "v.F: at 0 (LoadImm): falls off the end");
  EXPECT_NE(faultOf([](Code& c) { c.op(Op::Mov, 40, 0); c.op(Op::Return); }), "");
  EXPECT_NE(faultOf([](Code& c) { c.op(Op::Mov, 3, 0); c.op(Op::Return); }), "") << "the Func's slot";
  EXPECT_NE(faultOf([](Code& c) { c.op32(Op::Jump, 0, 7); c.op(Op::Return); }), "");
  EXPECT_NE(faultOf([](Code& c) { c.op(Op::LoadConst, 0); }), "") << "truncated";
  EXPECT_NE(faultOf([](Code& c) { c.op32(Op::LoadImm, 0, 1); c.op32(Op::Jump, 0, -1); }), "") << "no stack map";
  EXPECT_NE(faultOf([](Code& c) { c.op(Op::Return); c.word(0xffff); }), "");
}

TEST(Verify, StorageLiesAmongTheLocals) {
  EXPECT_EQ(faultOf([](Code& c) { c.op(Op::NewStack, 0, 1, 2); c.word(0).word(0); c.op(Op::Return); }), "");
  EXPECT_EQ(faultOf([](Code& c) { c.op(Op::NewStack, 0, 2, 2); c.word(0).word(0); c.op(Op::Return); }),
            "v.F: at 0 (NewStack): storage of 2 slots at register 2 is not in the frame");
  EXPECT_NE(faultOf([](Code& c) { c.op(Op::RuneToStrBuf, 0, 2, 0); c.word(0); c.op(Op::Return); }), "") << "a buffer has four slots";
  EXPECT_NE(faultOf([](Code& c) { c.op(Op::ClosureStack, 0, 1, 2); c.word(0).word(0).word(0); c.op(Op::Return); }), "");
  EXPECT_NE(faultOf([](Code& c) { c.op(Op::BoxStack, 0, 1, 2); c.word(0).word(uint64_t{3} << 32); c.op(Op::Return); }), "");
}

TEST(Verify, FunctionsWithStorageHaveAMemoryMap) {
  for (bool memory : {false, true}) {
    ImageBuilder image("v", "v");
    ImageBuilder::Function f;
    f.name = "v.F";
    f.frameSlots = 4;
    f.flags = kHasStorage;
    f.code = {makeInsn(Op::Return)};
    if (memory) f.maps.add(kMemoryMapPc, 2);
    image.addFunc(f);
    std::string bytes = image.finish(0, 0);
    EXPECT_EQ(verifyImage(ImageView(bytes.data())).empty(), memory);
  }
}

TEST(Disasm, ShowsWhichLoopIsCounted) {
  ImageBuilder image("d", "d");
  Code c(image, "d.F", 4, 0, 0);
  ImageSite site{};
  site.line = 12;
  site.kind = static_cast<uint8_t>(AllocKind::Loop);
  c.op(Op::CountLoop);
  c.word(image.addSite(site));
  c.op(Op::Return);
  c.finish();
  std::string bytes = image.finish(0, 0);
  EXPECT_EQ(verifyImage(ImageView(bytes.data())), "");
  std::string text = disassemble(ImageView(bytes.data()), 0);
  EXPECT_NE(text.find("+     0  CountLoop"), text.npos) << text;
  EXPECT_NE(text.find("; loop of line 12"), text.npos) << text;
}

TEST(Disasm, ShowsNamesAndAllocations) {
  ImageBuilder image("d", "d");
  Code c(image, "d.F", 4, 1, 1);
  c.line("/no/such/file.go", 3);
  ImageSite site{};
  site.typeName = image.string("d.T");
  site.reason = image.string("&T{} escapes to heap");
  site.kind = static_cast<uint8_t>(AllocKind::New);
  site.onHeap = 1;
  uint32_t id = image.addSite(site);
  uint32_t at = c.op(Op::NewHeap, 3);
  c.sym("type:d.T").word(id);
  c.map(at, {c.arg(0)});
  c.op(Op::Mov, c.result(0), 3);
  c.call("d.G", 0, 0);
  c.op(Op::Return);
  c.finish();
  std::string bytes = image.finish(0, 0);
  std::string text = disassemble(ImageView(bytes.data()), 0);
  EXPECT_NE(text.find("file.go:3\n"), text.npos) << text;
  EXPECT_NE(text.find("*     0  NewHeap         r3  type:d.T"), text.npos) << text;
  EXPECT_NE(text.find("; heap new d.T: &T{} escapes to heap live arg0"), text.npos) << text;
  EXPECT_NE(text.find("Mov             ret0, r3"), text.npos) << text;
  EXPECT_NE(text.find("Call            0, 0  d.G"), text.npos) << text;
}

}  // namespace burrow::testing
