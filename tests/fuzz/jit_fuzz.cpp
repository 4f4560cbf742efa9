// Random functions must do the same interpreted and compiled: by the templates, by the optimizing tier, with few registers, when code
// becomes hot while it runs, while allocations are counted, stacks move and memory is collected, and, with --go, compiled by gc.
//
//   jit_fuzz -n 1000000 --seed 1 --jobs 2 --quick --go /usr/lib/go-1.26
#include "tests/fuzz/fuzzer.h"
#include "tests/fuzz/jit_gen.h"

int main(int argc, char** argv) {
  using namespace burrow::fuzz;
  Subject subject{"jit_fuzz", "Compare random functions interpreted and compiled.", generateJitProgram, jitGoFile, {}, true, 400, 200};
  subject.modes = {{"off", {"--jit=off"}},
                   {"templates", {"--jit=always", "--jit-tier=template"}},
                   {"optimized", {"--jit=always"}},
                   {"optimized, few registers", {"--jit=always", "--jit-registers=4"}},
                   {"hot", {"--jit=on", "--jit-threshold=3", "--jit-improve-after=3"}},
                   {"inlined", {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2"}},
                   {"inlined, few registers", {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2", "--jit-registers=4"}},
                   {"inlined, counted", {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2"}, false, false, true},
                   {"inlined, stack stress", {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2", "--stack-stress"}, false, true},
                   {"inlined, gc stress", {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2", "--gc-stress"}, false, true},
                   {"optimized, stack stress", {"--jit=always", "--stack-stress"}, false, true},
                   {"optimized, gc stress", {"--jit=always", "--gc-stress"}, false, true},
                   {"templates, stack stress", {"--jit=always", "--jit-tier=template", "--stack-stress"}, false, true}};
  return fuzzMain(argc, argv, subject);
}
