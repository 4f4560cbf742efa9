// Compiled packages: what is written is what is read, lazily, and packages that are checked against
// the read one are compiled to the same bytes as against the original.
#include "compiler/types/export.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "compiler/types/format.h"
#include "compiler/types/predicates.h"
#include "tests/compiler/types/check_util.h"

namespace burrow {
namespace {

using Packages = std::map<std::string, Package*, std::less<>>;

/// The packages that are compiled together.
struct World {
  FileSet& files = *new FileSet;
  Arena& arena = *new Arena;
  Arena& trees = *new Arena;  ///< those of the sources
  Packages packages;
};

struct Unit {
  FileSet& files;
  CheckResult result;
  std::string messages;

  Unit(const std::string& path, const std::string& text, World& world) : files(world.files) {
    Arena& arena = world.arena;
    Packages& packages = world.packages;
    Diagnostics diagnostics(files);
    uint32_t index = files.add(path + ".go", "/src/" + path + ".go", text);
    syntax::File* file = syntax::parseFile(files, index, world.trees, diagnostics);
    CheckConfig config;
    config.goVersion = "go1.26";
    config.import = [&](std::string_view p, Pos, std::string& error) -> Package* {
      auto it = packages.find(p);
      if (it == packages.end()) error = "no such package";
      return it == packages.end() ? nullptr : it->second;
    };
    result = checkPackage(path, {file}, arena, config, diagnostics);
    messages = formatDiagnostics(diagnostics, {});
  }
};

std::string describe(Package* p) {
  std::string out;
  for (std::string_view name : p->scope->names()) {
    Object* o = p->scope->lookup(name);
    out += objectText(o, {}) + " @" + std::to_string(o->pos.line()) + ":" +
           std::to_string(o->pos.col()) + " #" + std::to_string(o->order);
    if (auto* c = as<Const>(o)) out += " = " + constant::exactString(c->value);
    out += '\n';
    auto* n = as<Named>(o->type);
    if (!as<TypeName>(o) || !n || n->obj != o) continue;
    for (int i = 0; i < numMethods(n); ++i) out += "  " + objectText(method(n, i), {}) + '\n';
  }
  return out;
}

const char* const kA = R"(package a

import "unsafe"

const (
	Big    = 1 << 100
	Third  = 1.0 / 3
	I      = 2i + 1
	Text   = "a\x00\xff"
	Yes    = true
	Typed  Color = 3
)

type Color uint8

func (c Color) String() string { return "c" }
func (c *Color) Set(n int, more ...string) (err error) { return nil }

type Node[K comparable, V any] struct {
	key  K
	val  V `json:"v"`
	left, right *Node[K, V]
	Color
}

func (n *Node[K, V]) Walk(yield func(K, V) bool) { n.left.Walk(yield); helper(n.val) }

type Number interface {
	~int | ~float64
	comparable
}
type Reader interface {
	Read(p []byte) (n int, err error)
}
type ReadCloser interface {
	Reader
	Close() error
	self() ReadCloser
}
type List[T any] = []Node[string, T]
type Ints = List[int]
type Tree[T interface{ Less(T) bool }] map[string]chan<- *[4]Tree[T]

var (
	X       Node[string, []Color]
	Ptr     unsafe.Pointer
	anon    struct{ a, b int; Reader }
	Fn      = func(r rune, b byte) (x any) { return }
	Ch      <-chan (<-chan error)
)

func Sum[T Number](list ...T) (sum T) {
	for _, x := range list {
		sum += x
	}
	return
}
func helper[T any](T) {}
func plain() (a int, _ string) { return }
)";

const char* const kB = R"(package b

import q "a"

type MyNode struct {
	q.Node[int, q.Color]
	q.ReadCloser
}
type Alias = q.List[MyNode]

var (
	S = q.Sum(1, 2, 3)
	N = q.X
	C = q.Typed + 1
	F = q.Sum[float64]
)

func (m *MyNode) Each() {
	m.Walk(func(k int, c q.Color) bool { return c.String() == q.Text })
	for k, v := range m.Walk {
		_, _ = k, v
	}
}
)";

TEST(Export, RoundTrip) {
  World original, home;
  Unit a("a", kA, original);
  ASSERT_EQ(a.messages, "");
  std::string bytes = exportPackage(a.result, a.files);

  auto noDependency = [](std::string_view) -> Package* { return nullptr; };
  Package* p = importPackage(bytes, "a", noDependency, home.arena, home.files);
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p->name, "a");
  EXPECT_EQ(describe(p), describe(a.result.package));

  original.packages["a"] = a.result.package;
  home.packages["a"] = p;
  Unit b1("b", kB, original), b2("b", kB, home);
  ASSERT_EQ(b1.messages, "");
  ASSERT_EQ(b2.messages, "");
  std::string bBytes = exportPackage(b1.result, b1.files);
  EXPECT_EQ(bBytes, exportPackage(b2.result, b2.files));

  Package* b = importPackage(
      bBytes, "b", [&](std::string_view path) { return path == "a" ? p : nullptr; }, home.arena,
      home.files);
  EXPECT_EQ(describe(b), describe(b1.result.package));
  ASSERT_EQ(b->imports.size(), 1u);
  EXPECT_EQ(b->imports[0], p);
  // One instance, wherever it is mentioned.
  EXPECT_TRUE(identical(b->scope->lookup("N")->type, p->scope->lookup("X")->type));
}

TEST(Export, LoadsWhatIsAskedFor) {
  World original, home;
  Unit a("a", kA, original);
  std::string bytes = exportPackage(a.result, a.files);
  uint32_t files = home.files.size();
  Package* p = importPackage(
      bytes, "a", [](std::string_view) -> Package* { return nullptr; }, home.arena, home.files);
  EXPECT_EQ(p->scope->elems.size(), 0u);
  EXPECT_EQ(home.files.size(), files);
  EXPECT_EQ(p->scope->lookup("Nothing"), nullptr);
  Object* big = p->scope->lookup("Big");
  ASSERT_NE(big, nullptr);
  EXPECT_EQ(p->scope->elems.size(), 1u);
  EXPECT_EQ(home.files.position(big->pos).file, "a.go");
  EXPECT_EQ(p->scope->lookup("Big"), big);
  // The methods of a type come with the type, its fields' types when they are looked at.
  auto* node = as<Named>(p->scope->lookup("Node")->type);
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->fromRHS, nullptr);
  EXPECT_EQ(numMethods(node), 1);
  EXPECT_NE(underAs<Struct>(node), nullptr);
}

TEST(Export, BodiesOfGenericFunctions) {
  World original;
  Unit a("a", kA, original);
  std::string some = exportPackage(a.result, a.files);
  std::string all = exportPackage(a.result, a.files, StoredBodies::All);
  for (bool every : {false, true}) {
    World home;
    Package* p = importPackage(
        every ? all : some, "a", [](std::string_view) -> Package* { return nullptr; }, home.arena,
        home.files);
    auto* sum = as<Func>(p->scope->lookup("Sum"));
    syntax::FuncDecl* decl = bodyOf(sum);
    ASSERT_NE(decl, nullptr);
    EXPECT_EQ(decl->name->object, sum);
    EXPECT_EQ(home.files.position(decl->name->pos).line, 52u);
    EXPECT_NE(bodyOf(method(as<Named>(p->scope->lookup("Node")->type), 0)), nullptr);
    EXPECT_EQ(bodyOf(as<Func>(p->scope->lookup("plain"))) != nullptr, every);
  }
}

TEST(Export, TreesOfACompiledPackageMayGo) {
  World world;
  Unit a("a", kA, world);
  ASSERT_EQ(a.messages, "");
  uint32_t line = as<Func>(a.result.package->scope->lookup("Sum"))->syntax->name->pos.line();
  forgetTrees(a.result);
  world.trees.reset();
  for (int i = 0; i < 1000; ++i) std::memset(world.trees.allocate(1000, 8), 0xdb, 1000);
  world.packages["a"] = a.result.package;
  auto* sum = as<Func>(a.result.package->scope->lookup("Sum"));
  syntax::FuncDecl* decl = bodyOf(sum);
  ASSERT_NE(decl, nullptr);
  EXPECT_EQ(decl->name->object, sum);
  EXPECT_EQ(decl->name->pos.line(), line);
  EXPECT_NE(decl->body, nullptr);
  EXPECT_EQ(bodyOf(sum), decl);
  EXPECT_NE(bodyOf(method(as<Named>(a.result.package->scope->lookup("Node")->type), 0)), nullptr);
  EXPECT_EQ(bodyOf(as<Func>(a.result.package->scope->lookup("plain"))), nullptr);
  // What is checked afterwards finds everything in the package.
  Unit b("b", "package b\n\nimport \"a\"\n\nvar N = a.Sum(1, 2)\n", world);
  EXPECT_EQ(b.messages, "");
}

TEST(Export, RejectsOtherBytes) {
  World original, home;
  auto none = [](std::string_view) -> Package* { return nullptr; };
  EXPECT_EQ(importPackage("", "a", none, home.arena, home.files), nullptr);
  EXPECT_EQ(importPackage(std::string(400, 'x'), "a", none, home.arena, home.files), nullptr);
  Unit a("a", kA, original);
  std::string bytes = exportPackage(a.result, a.files);
  EXPECT_EQ(importPackage(std::string_view(bytes).substr(0, bytes.size() / 2), "a", none,
                          home.arena, home.files),
            nullptr);
}

}  // namespace
}  // namespace burrow
