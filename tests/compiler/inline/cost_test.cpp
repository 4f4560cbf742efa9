// What functions cost to inline, and why some cannot be: gc's numbers and words, from go tool compile -m=2.
#include <gtest/gtest.h>

#include <sstream>

#include "compiler/inline/decide.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/remark.h"
#include "tests/compiler/types/check_util.h"

namespace burrow {
namespace {

const char* const kPrelude = R"(package p
import "unsafe"
var _ unsafe.Pointer
type T struct { a, b int; in inner; up *T; f func(int) int; m map[string][]int; i I }
type inner struct{ c, d int }
type I interface { M(x int) string }
type Num int
type F32 float32
var g int
var ga [8]int
func (i *inner) inc() int { i.c++; return i.c }
func (T) Val(x ...int) int { return len(x) }
func (t *T) get() I { return t.i }
func two() (int, error) { return 1, nil }
func variadic(s string, rest ...any) {}
func id[X any](x X) X { return x }
func seq(yield func(int) bool) { yield(2) }
)";

struct Decided {
  explicit Decided(const std::string& source, int level = 2) {
    checked = test::check("t.go", kPrelude + source + "\n");
    EXPECT_EQ(checked->messages(), "") << source;
    if (checked->diagnostics.hasErrors()) return;
    unit = ir::buildUnit(checked->result, checked->files, checked->arena, options, checked->diagnostics);
    ir::indexFuncs(*unit);
    remarks.level = level;
    unit->remarks = &remarks;
    inlining::Decider(*unit).all();
    unit->remarks = nullptr;
  }
  /// "F 12" or "F: reason" for each function behind the prelude, in order.
  std::string text() const {
    std::string out;
    for (const ir::Remark& r : remarks.list) {
      if (r.pos.line() < kFirstLine) continue;
      std::string t = r.text;
      size_t as = t.find(" as: ");
      if (as != std::string::npos) t.resize(as);
      for (std::string_view drop : {"can inline ", "cannot inline ", "with cost ", "function too complex: cost "})
        if (size_t at = t.find(drop); at != std::string::npos) t.erase(at, drop.size());
      if (size_t at = t.find(" exceeds budget"); at != std::string::npos) t.resize(at);
      out += (out.empty() ? "" : ", ") + t;
    }
    return out;
  }

  static inline const uint32_t kFirstLine = static_cast<uint32_t>(std::count(kPrelude, kPrelude + std::string_view(kPrelude).size(), '\n')) + 1;
  std::unique_ptr<test::Checked> checked;
  ir::BuildOptions options;
  ir::Remarks remarks;
  ir::Unit* unit = nullptr;
};

std::string decided(const std::string& source) { return Decided(source).text(); }
/// The cost of `func f<text>`, or why it cannot be inlined.
std::string cost(const std::string& text) {
  std::string all = decided("func f" + text);
  size_t at = all.rfind("f");
  return all.substr(std::min(all.size(), all.find_first_of(" :", at) + 1));
}

