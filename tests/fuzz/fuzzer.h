// A differential fuzzer: random programs must print the same in several modes. What the programs are about, each executable says.
#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/program.h"

namespace burrow::fuzz {

struct Mode {
  std::string name;
  std::vector<std::string> flags;  ///< of burrow run; for gc, empty
  bool gc = false;
  bool thorough = false;           ///< left out by --quick
  bool counted = false;            ///< by burrow tool counts, whose totals must be those of the heap
};

struct Subject {
  const char *name, *about;
  /// The same program for the same seed, always.
  Program (*generate)(uint64_t seed, const std::string& name);
  /// A main package that prints a line for each program, its name first. Without programs it ends with an empty main.
  std::string (*file)(const std::vector<Program>& programs);
  /// The reference, then what must equal it.
  std::vector<Mode> modes;
  bool compileOnce = false;        ///< modes differ in how the program runs, not in how it is compiled
  int count = 200, batch = 50;     ///< by default
};

/// Exit status 1 after a difference; for each, the seed, what differed, and a minimised program are printed.
int fuzzMain(int argc, char** argv, const Subject& subject);

}  // namespace burrow::fuzz
