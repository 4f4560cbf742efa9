// Help for writing natives. A native gets the incoming area: its argument slots, then its result slots; each argument takes
// whole slots (string 2, slice 3, interface 2), scalars are kept extended.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "vm/bytecode/type_desc.h"
#include "vm/func.h"
#include "vm/link/linker.h"
#include "vm/sched/goroutine.h"
#include "vm/vm.h"

namespace burrow::vm {

/// The options of the running program, for natives that ask (os.Args, GOROOT, …).
extern RunOptions programOptions;

/// Registers every native; once, before anything is linked.
void registerAllNatives();

inline void* ptr(Slot s) { return reinterpret_cast<void*>(s); }
template <class T>
inline T* as(Slot s) { return reinterpret_cast<T*>(s); }
inline Slot slot(const void* p) { return reinterpret_cast<Slot>(p); }
inline double asDouble(Slot s) { return std::bit_cast<double>(s); }
inline Slot slotOfDouble(double d) { return std::bit_cast<Slot>(d); }
inline std::string_view text(const Slot* s) { return {as<const char>(s[0]), static_cast<size_t>(s[1])}; }

/// A string without an allocation: `text` must live for ever.
inline void putStatic(Slot* out, std::string_view text) {
  out[0] = slot(text.data());
  out[1] = text.size();
}
/// A []string on the heap, as result slot number `at` of g's native, re-derived after the safepoint.
void putStrings(Goroutine& g, unsigned at, const std::vector<std::string>& list);

#define NATIVE(name) static Next name([[maybe_unused]] Goroutine& g, [[maybe_unused]] Slot* a)

/// Adds a table of this file.
template <size_t N>
inline void addNatives(const NativeEntry (&table)[N]) { registerNatives(table, N); }

void registerRuntimeProc();
void registerRuntimePanic();
void registerRuntimePrint();
void registerRuntimeMem();
void registerRuntimeProfile();
void registerRuntimeSymbols();
void registerAtomic();
void registerBytealg();
void registerMath();
void registerSync();
void registerTime();
void registerPoll();
void registerSyscall();
void registerOs();
void registerFork();
void registerSignal();
void registerReflect();
void registerReflectCall();
void registerMaps();
void registerMisc();
void registerSha256();

}  // namespace burrow::vm
