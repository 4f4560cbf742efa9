// All natives, and what several of their files use.

#include "vm/heap/heap.h"
#include "vm/native/native.h"

namespace burrow::vm {

RunOptions programOptions;

void registerAllNatives() {
  static bool done = false;
  if (done) return;
  done = true;
  registerRuntimeProc();
  registerRuntimePanic();
  registerRuntimePrint();
  registerRuntimeMem();
  registerRuntimeProfile();
  registerRuntimeSymbols();
  registerAtomic();
  registerBytealg();
  registerMath();
  registerSync();
  registerTime();
  registerPoll();
  registerSyscall();
  registerOs();
  registerFork();
  registerSignal();
  registerReflect();
  registerReflectCall();
  registerMaps();
  registerMisc();
  registerSha256();
}

void putStrings(Goroutine& g, unsigned at, const std::vector<std::string>& list) {
  static const uint8_t mask[8] = {1};
  static const AbiType stringType = [] {
    AbiType t{};
    t.size = 16;
    t.ptrBytes = 8;
    t.align = t.fieldAlign = 8;
    t.kind = AbiKind::String;
    t.gcData = mask;
    return t;
  }();
  if (list.empty()) return;
  Rooted<GoString> strings(static_cast<GoString*>(allocateArray(g, &stringType, list.size())));
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].empty()) continue;
    auto* bytes = static_cast<char*>(allocateBytes(g, list[i].size(), false));
    std::memcpy(bytes, list[i].data(), list[i].size());
    storePtr(&strings.get()[i].ptr, bytes);
    strings.get()[i].len = static_cast<int64_t>(list[i].size());
  }
  Slot* a = incomingArgs(g);
  a[at] = slot(strings.get());
  a[at + 1] = a[at + 2] = list.size();
}

}  // namespace burrow::vm
