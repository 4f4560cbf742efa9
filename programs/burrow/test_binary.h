// The program that go test would make of a package: it with its _test.go files, and a main package that runs them.
#pragma once

#include <string>
#include <vector>

#include "programs/burrow/session.h"

namespace burrow {

/// How far making it came.
enum Stage : char { kRunning = 'R', kSetupFailed = 'S' };

/// Compiles the package with its tests and the main package that runs them; null after an error (printed). `stage` says what failed.
CompiledPackage* compileTest(Session& session, const CompileFlags& flags, PackageSource* source, Stage& stage);
/// The same for what a launcher names: files, a directory or an import path.
CompiledPackage* compileTestBinary(Session& session, const CompileFlags& flags, const std::vector<std::string>& program);

/// Tells a loaded program that it is a test.
void markTestBinary();

}  // namespace burrow
