// Random programs must print the same with escape analysis off and on, while the stack moves at every call, while memory is
// collected at every allocation, and, with --go, when gc compiles them.
//
//   escape_fuzz -n 10000 --seed 1 --jobs 2 --go /usr/lib/go-1.26
#include "tests/fuzz/escape_gen.h"
#include "tests/fuzz/fuzzer.h"

int main(int argc, char** argv) {
  using namespace burrow::fuzz;
  Subject subject{"escape_fuzz", "Compare random programs with escape analysis off and on.", generateProgram, goFile, {}};
  subject.modes = {{"escape off", {"--jit=off", "--escape=off"}},
                   {"escape on", {"--jit=off"}},
                   {"escape on, stack stress", {"--jit=off", "--stack-stress"}},
                   {"escape on, gc stress", {"--jit=off", "--gc-stress"}},
                   {"escape on, both", {"--jit=off", "--stack-stress", "--gc-stress"}},
                   {"escape on, compiled", {"--jit=always"}},
                   {"escape on, compiled, both", {"--jit=always", "--stack-stress", "--gc-stress"}, false, true},
                   {"escape off, stack stress", {"--jit=off", "--escape=off", "--stack-stress"}, false, true},
                   {"escape off, gc stress", {"--jit=off", "--escape=off", "--gc-stress"}, false, true}};
  return fuzzMain(argc, argv, subject);
}
