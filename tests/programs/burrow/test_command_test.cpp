// The parts of burrow test that need no process: example comments, the generated main package, JSON
// events.
#include <gtest/gtest.h>

#include <vector>

#include "programs/burrow/test_events.h"
#include "programs/burrow/test_main.h"

namespace burrow {
namespace {

struct Example {
  const char* text;
  bool found, unordered;
  const char* output;
};

TEST(ExampleOutput, ReadsTheLastCommentGroup) {
  const Example examples[] = {
      {"func ExampleA() {\n\tf()\n\t// Output: one\n}", true, false, "one\n"},
      {"func ExampleA() {\n\tf()\n\t// Output:\n\t// one\n\t// two\n}", true, false, "one\ntwo\n"},
      {"func ExampleA() {\n\tf()\n\t// Unordered output:\n\t// b\n\t// a\n}", true, true, "b\na\n"},
      {"func ExampleA() {\n\t// OUTPUT: x\n}", true, false, "x\n"},
      {"func ExampleA() {\n\t// Output:\n}", true, false, ""},
      {"func ExampleA() {\n\tf()\n}", false, false, ""},
      {"func ExampleA() {\n\t// Output: one\n\n\t// something else\n}", false, false, ""},
      {"func ExampleA() {\n\t// Output: one\n\tf()\n\t// something else\n}", false, false, ""},
      {"func ExampleA() {\n\tf(\"// Output: no\", '\"', `/* Output: no`)\n}", false, false, ""},
      {"func ExampleA() {\n\t/* Output:\n\tblock\n*/\n}", true, false, "\tblock\n"},
      {"func ExampleA() {\n\t// Output:\n\t// a\n\t//\n\t//\n\t// b\n}", true, false, "a\n\nb\n"},
      {"func ExampleA() {\n\tf() // of a line\n\t// Output:\n\t// a\n}", true, false, "a\n"},
      {"func ExampleA() {\n\tf() // Output: a\n}", true, false, "a\n"},
      {"func ExampleA() {\n\tfor {\n\t\t// Output: inner\n\t}\n}", true, false, "inner\n"},
  };
  for (const Example& e : examples) {
    std::string output;
    bool unordered = false;
    EXPECT_EQ(exampleOutput(e.text, output, unordered), e.found) << e.text;
    if (!e.found) continue;
    EXPECT_EQ(output, e.output) << e.text;
    EXPECT_EQ(unordered, e.unordered) << e.text;
  }
}

TEST(TestMain, FindsFunctionsByNameAndType) {
  FileSet files;
  PackageSource package;
  package.testFiles.push_back(files.add("a_test.go", "a_test.go", R"(package a
import "testing"
func TestOne(t *testing.T) {}
func Testing(t *testing.T) {}
func Test(t *T) {}
func BenchmarkX(b *testing.B) {}
func FuzzX(f *testing.F) {}
func ExampleX() {
	// Output: x
}
func Example_none() {}
func (r R) TestMethod(t *testing.T) {}
func helper() {}
)"));
  package.xtestFiles.push_back(
      files.add("b_test.go", "b_test.go", "package a_test\nfunc TestMain(m *testing.M) {}\n"));
  TestFuncs found = findTestFuncs(package, files);
  EXPECT_EQ(found.error, "");
  ASSERT_EQ(found.tests.size(), 2u);
  EXPECT_EQ(found.tests[1].name, "Test");
  EXPECT_EQ(found.benchmarks.size(), 1u);
  EXPECT_EQ(found.fuzzTargets.size(), 1u);
  ASSERT_EQ(found.examples.size(), 1u);
  EXPECT_EQ(found.examples[0].output, "x\n");
  EXPECT_EQ(found.mainName, "TestMain");
  EXPECT_TRUE(found.mainExternal && found.importsTest && found.importsExternal);
  std::string text = testMainText(found, "example.com/a", "example.com");
  for (const char* part :
       {"{\"TestOne\", inside.TestOne},", "{\"ExampleX\", inside.ExampleX, \"x\\x0a\", false},",
        "external.TestMain(m)", "external \"burrow.test/external\"",
        "testdeps.ImportPath = \"example.com/a\""})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(TestMain, ReportsWrongSignatures) {
  for (const auto& [text, error] :
       {std::pair{"func TestX() {}",
                  "a_test.go:2:1: wrong signature for TestX, must be: func TestX(t *testing.T)"},
        {"func BenchmarkX[T any](b *testing.B) {}",
         "a_test.go:2:1: wrong signature for BenchmarkX, test functions cannot have type "
         "parameters"}}) {
    FileSet files;
    PackageSource package;
    package.testFiles.push_back(
        files.add("a_test.go", "a_test.go", std::string("package a\n") + text + "\n"));
    EXPECT_EQ(findTestFuncs(package, files).error, error);
  }
}

/// Events without their times, one a line: action test output.
std::vector<std::string> eventsOf(const std::vector<std::string>& chunks, bool passed) {
  std::vector<std::string> out;
  auto field = [](std::string_view line, std::string_view name) {
    std::string key = "\"" + std::string(name) + "\":\"";
    size_t at = line.find(key);
    if (at == std::string_view::npos) return std::string();
    at += key.size();
    size_t end = at;
    while (line[end] != '"') end += line[end] == '\\' ? 2 : 1;
    return std::string(line.substr(at, end - at));
  };
  TestEvents events("p", [&](std::string_view line) {
    out.push_back(field(line, "Action") + " " + field(line, "Test") + " " + field(line, "Output"));
  });
  for (const std::string& c : chunks) events.feed(c);
  events.finish(passed);
  return out;
}

TEST(TestEvents, AttributesOutput) {
  const std::vector<std::string> want = {
      "start  ",
      "run TestA ",
      "output TestA === RUN   TestA\\n",
      "output TestA hello\\n",
      "run TestA/sub ",
      "output TestA/sub === RUN   TestA/sub\\n",
      "output TestA --- FAIL: TestA (0.10s)\\n",
      "output TestA/sub     --- FAIL: TestA/sub (0.00s)\\n",
      "output TestA/sub         x_test.go:5: \\u003cbad\\u003e\\n",
      "fail TestA/sub ",
      "fail TestA ",
      "output  FAIL\\n",
      "fail  "};
  const std::string text =
      "\x16=== RUN   TestA\nhello\n\x16=== RUN   TestA/sub\n\x16--- FAIL: TestA (0.10s)\n\x16    "
      "--- FAIL: TestA/sub (0.00s)\n        x_test.go:5: <bad>\n\x16"
      "FAIL\n";
  EXPECT_EQ(eventsOf({text}, false), want);
  std::vector<std::string> bytes;
  for (char c : text) bytes.emplace_back(1, c);
  EXPECT_EQ(eventsOf(bytes, false), want);
}

TEST(TestEvents, UnmarkedFramesAreOutputOnceMarksWereSeen) {
  std::vector<std::string> events =
      eventsOf({"\x16=== RUN   TestA\n--- PASS: TestB (0.00s)\npartial",
                "\x16--- PASS: TestA (0.00s)\nPASS\n"},
               true);
  EXPECT_EQ(events[3], "output TestA --- PASS: TestB (0.00s)\\n");
  EXPECT_EQ(events[4], "output TestA partial");
  EXPECT_EQ(events.back(), "pass  ");
}

}  // namespace
}  // namespace burrow
