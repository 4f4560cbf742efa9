#include "programs/burrow/test_main.h"

#include <cctype>
#include <cstdio>

#include "compiler/syntax/parser.h"
#include "compiler/syntax/unicode.h"

namespace burrow {

namespace {

using syntax::as;

/// "TestX" and "Test" are tests; "Testing" is not: what follows the prefix may not be a lower-case
/// letter.
bool hasTestName(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  if (name.size() == prefix.size()) return true;
  uint32_t r = syntax::decodeRune(name.substr(prefix.size())).rune;
  if (r < 0x80) return !(r >= 'a' && r <= 'z');
  bool hasCase =
      r < 0x588;  // Latin, Greek, Cyrillic and Armenian come first; later letters are rarely cased
  return !(hasCase && syntax::isLetter(r) && !syntax::isUpper(r));
}

/// Whether f is func(name *testing.T) with T = `type`, by its spelling (how testing was imported is
/// not known here).
bool takesOnly(const syntax::FuncDecl& f, std::string_view type) {
  if (!f.signature->results.empty() || f.signature->params.size() != 1) return false;
  auto* pointer = as<syntax::Operation>(f.signature->params[0]->type);
  if (!pointer || pointer->op != syntax::Operator::Mul || pointer->y) return false;
  if (auto* name = as<syntax::Name>(pointer->x)) return name->name == type;
  auto* selector = as<syntax::SelectorExpr>(pointer->x);
  return selector && selector->sel->name == type;
}

std::string goQuote(std::string_view s) {
  std::string out = "\"";
  for (unsigned char c : s) {
    char buffer[8];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20 || c >= 0x7f) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", c);
      out += buffer;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "\"";
}

class Finder {
 public:
  Finder(TestFuncs& out, FileSet& files) : out_(out), files_(files) {}

  void file(uint32_t index, bool external) {
    Arena arena;
    Diagnostics ignored(files_);
    size_t directives = files_.file(index).directives.size();
    syntax::File* tree = syntax::parseFile(files_, index, arena, ignored, {});
    for (syntax::Decl* d : tree->decls)
      if (auto* f = as<syntax::FuncDecl>(d); f && !f->recv && f->name && f->signature)
        function(*f, external);
    files_.file(index).directives.resize(directives);  // the compiler reads the file again
  }

 private:
  void function(const syntax::FuncDecl& f, bool external) {
    std::string name(f.name->name);
    bool& imports = external ? out_.importsExternal : out_.importsTest;
    if (name == "TestMain" && !takesOnly(f, "T")) {
      if (!check(f, "M")) return;
      if (!out_.mainName.empty()) out_.error = "multiple definitions of TestMain";
      out_.mainName = name;
      out_.mainExternal = external;
      imports = true;
      return;
    }
    struct Kind {
      const char *prefix, *type;
      std::vector<TestFunc>* list;
    };
    for (const Kind& k : {Kind{"Test", "T", &out_.tests},
                          {"Benchmark", "B", &out_.benchmarks},
                          {"Fuzz", "F", &out_.fuzzTargets}}) {
      if (!hasTestName(name, k.prefix) || !check(f, k.type)) continue;
      k.list->push_back({name, external, "", false});
      imports = true;
    }
    if (!hasTestName(name, "Example") || !f.signature->params.empty() ||
        !f.signature->results.empty() || !f.body)
      return;
    imports = true;
    TestFunc example{name, external, "", false};
    if (exampleOutput(f.text, example.output, example.unordered))
      out_.examples.push_back(std::move(example));
  }

  bool check(const syntax::FuncDecl& f, const std::string& type) {
    std::string why;
    std::string name(f.name->name);
    if (!takesOnly(f, type))
      why = "must be: func " + name + "(" + static_cast<char>(std::tolower(type[0])) +
            " *testing." + type + ")";
    if (!f.tparams.empty()) why = "test functions cannot have type parameters";
    if (why.empty()) return true;
    if (out_.error.empty()) {
      Position at = files_.position(f.start.isKnown() ? f.start : f.pos);
      out_.error = std::string(at.file) + ":" + std::to_string(at.line) + ":" +
                   std::to_string(at.col) + ": wrong signature for " + name + ", " + why;
    }
    return false;
  }

  TestFuncs& out_;
  FileSet& files_;
};

/// The comments of Go text from its first brace on, the last group only: no blank line and no token
/// within, and a comment that follows a token on its line ends with that line.
std::vector<std::string_view> lastCommentGroup(std::string_view text) {
  std::vector<std::string_view> group;
  size_t i = text.find('{');
  if (i == std::string_view::npos) return group;
  bool open = false;  // the group may still grow
  bool tokenOnLine = true, trailing = false;
  int newlines = 0;
  auto skipQuoted = [&](char quote) {
    for (++i; i < text.size() && text[i] != quote; ++i)
      if (text[i] == '\\' && quote != '`') ++i;
    ++i;
  };
  while (i < text.size()) {
    char c = text[i];
    bool line = text.substr(i, 2) == "//", block = text.substr(i, 2) == "/*";
    if (line || block) {
      size_t end = line ? text.find('\n', i) : text.find("*/", i + 2);
      end = end == std::string_view::npos ? text.size() : line ? end : end + 2;
      if (!open || newlines > (trailing ? 0 : 1)) {
        group.clear();
        trailing = tokenOnLine;
      }
      group.push_back(text.substr(i, end - i));
      open = true;
      newlines = 0;
      i = end;
    } else if (c == '"' || c == '\'' || c == '`') {
      open = false;
      tokenOnLine = true;
      skipQuoted(c);
    } else {
      if (c == '\n')
        ++newlines, tokenOnLine = false;
      else if (!std::isspace(static_cast<unsigned char>(c)))
        open = false, tokenOnLine = true;
      ++i;
    }
  }
  return group;
}

/// The text of a comment group without its markers: no directives, no blank lines at the ends or in
/// a row.
std::string commentText(const std::vector<std::string_view>& group) {
  std::vector<std::string> lines;
  auto addLine = [&](std::string_view s) {
    while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
    if (s.empty() && (lines.empty() || lines.back().empty())) return;
    lines.emplace_back(s);
  };
  for (std::string_view c : group) {
    if (c.starts_with("//")) {
      c.remove_prefix(2);
      size_t colon = c.find(':');
      bool directive = !c.empty() && colon != std::string_view::npos && colon > 0 &&
                       colon + 1 < c.size() &&
                       std::isalnum(static_cast<unsigned char>(c[colon + 1])) &&
                       !std::isupper(static_cast<unsigned char>(c[colon + 1]));
      for (size_t i = 0; directive && i < colon; ++i)
        directive = std::isdigit(static_cast<unsigned char>(c[i])) ||
                    std::islower(static_cast<unsigned char>(c[i]));
      if (directive || c.starts_with("line ") || c.starts_with("extern ") ||
          c.starts_with("export "))
        continue;
      if (c.starts_with(' ')) c.remove_prefix(1);
    } else {
      c = c.substr(2, c.size() - 4);
    }
    for (size_t end; (end = c.find('\n')) != std::string_view::npos; c.remove_prefix(end + 1))
      addLine(c.substr(0, end));
    addLine(c);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string out;
  for (const std::string& l : lines) out += l + "\n";
  return out;
}

bool startsWithNoCase(std::string_view s, std::string_view prefix) {
  if (s.size() < prefix.size()) return false;
  for (size_t i = 0; i < prefix.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(s[i])) != prefix[i]) return false;
  return true;
}

}  // namespace

bool exampleOutput(std::string_view text, std::string& output, bool& unordered) {
  std::string comment = commentText(lastCommentGroup(text));
  std::string_view rest = comment;
  while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest[0]))) rest.remove_prefix(1);
  unordered = startsWithNoCase(rest, "unordered ");
  if (unordered) rest.remove_prefix(10);
  if (!startsWithNoCase(rest, "output:")) return false;
  rest.remove_prefix(7);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.starts_with('\n')) rest.remove_prefix(1);
  output = rest;
  return true;
}

TestFuncs findTestFuncs(const PackageSource& package, FileSet& files) {
  TestFuncs out;
  Finder finder(out, files);
  for (uint32_t f : package.testFiles) finder.file(f, false);
  for (uint32_t f : package.xtestFiles) finder.file(f, true);
  return out;
}

std::string testMainText(const TestFuncs& funcs, const std::string& importPath,
                         const std::string& modulePath) {
  bool usesTest = false, usesExternal = false;
  auto qualified = [&](const std::string& name, bool external) {
    (external ? usesExternal : usesTest) = true;
    return (external ? "external." : "inside.") + name;
  };
  std::string body;
  struct Table {
    const char *name, *type;
    const std::vector<TestFunc>& list;
  };
  for (const Table& t : {Table{"tests", "InternalTest", funcs.tests},
                         {"benchmarks", "InternalBenchmark", funcs.benchmarks},
                         {"fuzzTargets", "InternalFuzzTarget", funcs.fuzzTargets},
                         {"examples", "InternalExample", funcs.examples}}) {
    body += "\nvar " + std::string(t.name) + " = []testing." + t.type + "{\n";
    for (const TestFunc& f : t.list) {
      body += "\t{" + goQuote(f.name) + ", " + qualified(f.name, f.external);
      if (&t.list == &funcs.examples)
        body += ", " + goQuote(f.output) + (f.unordered ? ", true" : ", false");
      body += "},\n";
    }
    body += "}\n";
  }
  body += "\nfunc init() {\n\ttestdeps.ModulePath = " + goQuote(modulePath) +
          "\n\ttestdeps.ImportPath = " + goQuote(importPath) + "\n}\n";
  body +=
      "\nfunc main() {\n\tm := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, "
      "fuzzTargets, examples)\n";
  bool ownMain = !funcs.mainName.empty();
  if (ownMain)  // a TestMain that returns ends the program with the status that m.Run left
    body += "\t" + qualified(funcs.mainName, funcs.mainExternal) +
            "(m)\n\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))\n";
  else
    body += "\tos.Exit(m.Run())\n";
  body += "}\n";
  std::string head = "package main\n\nimport (\n\t\"os\"\n";
  if (ownMain) head += "\t\"reflect\"\n";
  head += "\t\"testing\"\n\t\"testing/internal/testdeps\"\n\n";
  if (funcs.importsTest)
    head += std::string("\t") + (usesTest ? "inside" : "_") + " \"" + kTestImport + "\"\n";
  if (funcs.importsExternal)
    head += std::string("\t") + (usesExternal ? "external" : "_") + " \"" + kExternalTestImport +
            "\"\n";
  return head + ")\n" + body;
}

}  // namespace burrow
