// Code generation from hand-made ir: the instructions chosen, and that every image verifies.
#include <gtest/gtest.h>

#include "tests/compiler/codegen/ir_maker.h"

namespace burrow::testing {

std::string listing(const std::string& bytes, std::string_view func) {
  ImageView image(bytes.data());
  std::string out;
  for (uint64_t i = 0; i < image.funcsCount(); ++i) {
    const ImageFunc& f = image.funcs()[i];
    if (image.string(image.symbols()[f.symbol].name) != func) continue;
    for (uint32_t pc = 0; pc < f.bodyWords();) {
      Insn in = image.code()[f.code + pc];
      out += std::string(opInfo(static_cast<Op>(in.op)).name) + " " + std::to_string(in.a) + " " +
             std::to_string(in.b) + " " + std::to_string(static_cast<int16_t>(in.c)) + "\n";
      pc += insnWords(static_cast<Op>(in.op));
    }
  }
  return out;
}

namespace {

std::string check(IrMaker& m) {
  std::string image = m.generateImage();
  EXPECT_EQ(verifyImage(ImageView(image.data())), "");
  return image;
}

TEST(Codegen, Fib) {
  IrMaker m;
  ir::Name* n = m.var("n", m.intType(), ir::Class::Param);
  m.func("p.fib", {n}, {m.intType()},
         {m.iff(m.bin(IrOp::Lt, m.use(n), m.num(2)), {m.ret({m.use(n)})}),
          m.ret({m.bin(IrOp::Add, m.call("p.fib", m.intType(), {m.bin(IrOp::Sub, m.use(n), m.num(1))}),
                       m.call("p.fib", m.intType(), {m.bin(IrOp::Sub, m.use(n), m.num(2))}))})});
  std::string image = check(m);
  EXPECT_EQ(listing(image, "p.fib"),
            "BrGeImm 9 2 3\nMov 10 9 0\nReturn 0 0 0\n"
            "AddImmI64 0 9 -1\nCall 1 1 0\nMov 4 1 0\n"
            "AddImmI64 0 9 -2\nCall 1 1 0\nAddI64 10 4 1\nReturn 0 0 0\n");
}

TEST(Codegen, RemembersInlinedCalls) {
  IrMaker m;
  m.unit.inlineTree.push_back({0, Pos(m.file, 70, 1), "p.outer", "p", Pos(m.file, 7, 1)});
  m.unit.inlineTree.push_back({0, Pos(m.file, 71, 1), "p.unused", "p", Pos(m.file, 8, 1)});
  m.unit.inlineTree.push_back({1, Pos(m.file, 72, 1), "q.inner", "q", Pos(m.file, 9, 1)});
  auto callStmt = [&](const char* name, uint32_t inl) {
    Node* n = m.node(IrOp::ExprStmt, nullptr, m.call(name, nullptr, {}));
    n->inl = inl;
    return n;
  };
  m.func("p.f", {}, {}, {callStmt("p.a", 3), callStmt("p.b", 0), m.ret({})});
  std::string bytes = check(m);
  ImageView image(bytes.data());
  const ImageFunc& f = image.funcs()[0];
  ASSERT_EQ(f.inlineCount, 2u) << "what left no code is not listed";
  const ImageInline* inlines = image.inlines() + f.firstInline;
  EXPECT_EQ(image.string(inlines[0].name), "p.outer");
  EXPECT_EQ(image.string(inlines[1].name), "q.inner");
  EXPECT_EQ(inlines[1].parent, 1u);
  EXPECT_EQ(inlines[1].startLine, 9u);
  EXPECT_EQ(LineTable::find(image, f, 0).inl, 2u);
  EXPECT_EQ(LineTable::find(image, f, 2).inl, 0u);
  LineEntry call = LineTable::find(image, f, f.inlineMark(2));
  EXPECT_EQ(call.line, 72u);
  EXPECT_EQ(call.inl, 1u);
}

TEST(Codegen, LoopOverSlice) {
  IrMaker m;
  Type* ints = ir::sliceOf(m.intType());
  ir::Name* s = m.var("s", ints, ir::Class::Param);
  ir::Name *sum = m.var("sum", m.intType()), *v = m.var("v", m.intType());
  sum->reassigned = true;
  Node* range = m.node(IrOp::Range, nullptr, m.use(s));
  range->def = true;
  range->list = m.arena.list(std::vector<Node*>{nullptr, m.use(v)});
  Node* add = m.node(IrOp::AssignOp, nullptr, m.use(sum), m.use(v));
  add->assignOp = IrOp::Add;
  range->body = m.arena.list(std::vector<Node*>{add});
  Node* decl = m.node(IrOp::Declare);
  decl->name = sum;
  m.func("p.sum", {s}, {m.intType()}, {decl, range, m.ret({m.use(sum)})});
  std::string image = check(m);
  std::string text = listing(image, "p.sum");
  EXPECT_EQ(text.find("Jump"), text.rfind("Jump")) << text;
  EXPECT_NE(text.find("IndexLoad64"), std::string::npos) << text;
}

TEST(Codegen, SwapDoesNotLoseValues) {
  IrMaker m;
  ir::Name *a = m.var("a", m.intType(), ir::Class::Param), *b = m.var("b", m.intType(), ir::Class::Param);
  Node* swap = m.node(IrOp::Assign2);
  swap->list = m.arena.list(std::vector<Node*>{m.use(a), m.use(b)});
  swap->list2 = m.arena.list(std::vector<Node*>{m.use(b), m.bin(IrOp::Add, m.use(a), m.use(b))});
  m.func("p.next", {a, b}, {m.intType(), m.intType()}, {swap, m.ret({m.use(a), m.use(b)})});
  std::string image = check(m);
  EXPECT_EQ(listing(image, "p.next"), "Mov 0 5 0\nAddI64 5 4 5\nMov 4 0 0\nMov 6 4 0\nMov 7 5 0\nReturn 0 0 0\n");
}

}  // namespace
}  // namespace burrow::testing
