// What is to be run in a package's _test.go files, and the main package that runs it.
#pragma once

#include <string>
#include <vector>

#include "compiler/packages/loader.h"
#include "compiler/source/file_set.h"

namespace burrow {

/// A function that the testing package calls.
struct TestFunc {
  std::string name;
  bool external = false;  ///< declared in the external test package
  std::string output;     ///< of an example: what it must print
  bool unordered = false;
};

struct TestFuncs {
  std::vector<TestFunc> tests, benchmarks, fuzzTargets, examples;
  std::string mainName;  ///< "TestMain", or empty
  bool mainExternal = false;
  bool importsTest = false,
       importsExternal = false;  ///< the package has test functions or examples, run or not
  std::string error;             ///< go's words about a test function of a wrong type
};

/// Finds the test functions of the package's own and external test files. Files with syntax errors
/// are left to the compiler to report.
TestFuncs findTestFuncs(const PackageSource& package, FileSet& files);

/// The paths under which the generated main package imports the tested ones (Loader::loadText maps
/// them).
inline constexpr const char* kTestImport = "burrow.test/package";
inline constexpr const char* kExternalTestImport = "burrow.test/external";

/// The text of the main package.
std::string testMainText(const TestFuncs& funcs, const std::string& importPath,
                         const std::string& modulePath);

/// The comment that says what an example prints, if `text` (the declaration of the function) has
/// one: the last comment group of the body, if it starts with "Output:" or "Unordered output:".
bool exampleOutput(std::string_view text, std::string& output, bool& unordered);

}  // namespace burrow
