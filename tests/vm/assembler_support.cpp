#include "tests/vm/assembler.h"

#include <cstdlib>
#include <cstring>

#include "vm/bytecode/check.h"
#include "vm/bytecode/verify.h"
#include "vm/heap/heap.h"
#include "vm/native/native.h"
#include "vm/vm.h"

namespace burrow::testing {

using namespace vm;

/// What package runtime pushes for run-time errors: natives here that end the goroutine, noting which it was.
std::string lastRaise;

static Next noteRaise(Goroutine& g, Slot* args) {
  Func* f = frameFunc(g.fp);
  lastRaise = std::string(f->name);
  for (unsigned i = 0; i < f->argSlots; i++) lastRaise += " " + std::to_string(static_cast<int64_t>(args[i]));
  return Next::Exit;
}

/// The goroutine of run(), which the scheduler does not know.
static Goroutine* running = nullptr;

static void setup() {
  static bool done = false;
  if (done) return;
  done = true;
  registerAllNatives();
  HeapConfig heap;
  heap.collectAlways = std::getenv("BURROW_TEST_STRESS") != nullptr;
  heapInit(heap);
  addRootProvider([](RootVisitor visit, void* ctx) {
    struct Visit {
      RootVisitor visit;
      void* ctx;
    } v{visit, ctx};
    if (running) {
      forEachStackPointer(
          *running,
          [](void* c, Slot* slot) {
            auto* v = static_cast<Visit*>(c);
            v->visit(v->ctx, reinterpret_cast<void*>(*slot));
          },
          &v);
    }
  });
  vmConfig.verify = true;
  static const NativeEntry table[] = {
      {"runtime.panicIndex", noteRaise},   {"runtime.panicBounds", noteRaise}, {"runtime.panicdivide", noteRaise},
      {"runtime.panicshift", noteRaise},   {"runtime.panicmemAddr", noteRaise},
  };
  registerNatives(table, std::size(table));
  ImageBuilder image("runtime", "runtime");
  addNative(image, "runtime.panicIndex", 2, 0);
  addNative(image, "runtime.panicBounds", 4, 0);
  addNative(image, "runtime.panicdivide", 0, 0);
  addNative(image, "runtime.panicshift", 0, 0);
  addNative(image, "runtime.panicmemAddr", 1, 0);
  std::string error = loadImageBytes(image.finish(0, 0), nullptr);
  BURROW_CHECK(error.empty());
}

Module* load(ImageBuilder& image) {
  setup();
  std::string bytes = image.finish(1, 2);
  EXPECT_EQ(checkImage(bytes, 1), "");
  EXPECT_EQ(verifyImage(ImageView(bytes.data())), "");
  Module* m = nullptr;
  EXPECT_EQ(loadImageBytes(bytes, &m), "");
  return m;
}

int run(std::string_view name) {
  Func* f = lookupFunc(name);
  BURROW_CHECK(f != nullptr);
  Closure closure{f, {}};
  Goroutine& g = *new Goroutine;  // kept: goroutine records are never deleted
  prepareGoroutine(g, &closure);
  g.state = GState::Running;
  running = &g;
  int yields = 0;
  while (interpret(g) != Next::Exit) {
    yields++;
    g.state = GState::Running;
  }
  running = nullptr;
  freeStack(g);
  return yields;
}

uint64_t& global(std::string_view name) {
  void* p = lookupSymbol(name);
  BURROW_CHECK(p != nullptr);
  return *static_cast<uint64_t*>(p);
}

}  // namespace burrow::testing
