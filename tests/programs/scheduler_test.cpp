// What programs with many goroutines see of the scheduler.
#include <gtest/gtest.h>

#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {
namespace {

class Scheduler : public TempDirTest {};

// The one that starts goroutines without end has to let them run before their stacks fill memory.
TEST_F(Scheduler, BacklogIsBounded) {
  std::string file = write("p.go", R"(package main

import (
	"runtime"
	"sync"
)

func main() {
	const n = 300000
	var done sync.WaitGroup
	most, ran := 0, 0
	for range n {
		done.Add(1)
		go func() {
			ran++
			most = max(most, runtime.NumGoroutine())
			done.Done()
		}()
	}
	done.Wait()
	println(ran, most < 10000)
}
)");
  for (const char* jit : {"--jit=off", "--jit=on", "--jit=always"}) {
    Command c;
    c.argv = {burrowPath(), "run", jit, file};
    CommandResult r = runCommand(c);
    EXPECT_EQ(r.status, 0) << jit;
    EXPECT_EQ(r.err, "300000 true\n") << jit;
  }
}

// The goroutine started last runs first, then the others in turn.
TEST_F(Scheduler, LastFirstThenInTurn) {
  std::string file = write("p.go", R"(package main

import "sync"

func main() {
	var done sync.WaitGroup
	var order []int
	for i := range 4000 {
		done.Add(1)
		go func() {
			order = append(order, i)
			done.Done()
		}()
	}
	done.Wait()
	sorted := true
	for i, v := range order[1:] {
		sorted = sorted && v == i
	}
	println(len(order), order[0], sorted)
}
)");
  Command c;
  c.argv = {burrowPath(), "run", file};
  c.env = {{"GOMAXPROCS", "1"}};
  CommandResult r = runCommand(c);
  EXPECT_EQ(r.err, "4000 3999 true\n");
}

}  // namespace
}  // namespace burrow::test
