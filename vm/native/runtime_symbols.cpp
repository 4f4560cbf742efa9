// Functions, positions, stack traces, and what the program knows about its build.

#include <cstdio>
#include <fstream>

#include "vm/heap/heap.h"
#include "vm/link/linker.h"
#include "vm/native/native.h"
#include "vm/panic/panic.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

struct Collect {
  int64_t skip, room, count;
  uint64_t* out;
};

/// "PC" values are one more than an address inside the calling instruction, as return addresses are.
bool collectFrame(void* ctx, const FrameView& frame) {
  auto& c = *static_cast<Collect*>(ctx);
  if (!frame.inlined && frame.func->flags & (kWrapper | kHidden)) return true;
  if (c.skip > 0) {
    --c.skip;
    return true;
  }
  if (c.count == c.room) return false;
  c.out[c.count++] = reinterpret_cast<uint64_t>(frame.pc) + 1;
  return true;
}

/// Below a goroutine's first function there is runtime.goexit, as gc has it.
void collectBottom(Collect& c) {
  static Func* goexit = lookupFunc("runtime.goexit");
  if (!goexit) return;
  if (c.skip > 0) {
    --c.skip;
  } else if (c.count < c.room) {
    c.out[c.count++] = reinterpret_cast<uint64_t>(goexit->code) + 1;
  }
}

/// callers(skip, pc []uintptr) int: this native's own frame does not count.
NATIVE(callers) {
  int64_t skip = static_cast<int64_t>(a[0]);
  Collect c{(skip < 0 ? 0 : skip) + 1, static_cast<int64_t>(a[2]), 0, as<uint64_t>(a[1])};
  walkFrames(g, collectFrame, &c);
  collectBottom(c);
  a[4] = static_cast<Slot>(c.count);
  return Next::Run;
}

struct Nth {
  int64_t left;
  Goroutine* found;
};

/// goroutineStack(i int, pcs []uintptr) (labels unsafe.Pointer, ok bool)
NATIVE(goroutineStack) {
  Nth nth{static_cast<int64_t>(a[0]), nullptr};
  forEachGoroutine(
      [](Goroutine& other, void* ctx) {
        auto& n = *static_cast<Nth*>(ctx);
        if (!other.system && n.left-- == 0) n.found = &other;
      },
      &nth);
  if (!nth.found) return Next::Run;
  Collect c{nth.found == &g ? 1 : 0, static_cast<int64_t>(a[2]), 0, as<uint64_t>(a[1])};
  walkFrames(*nth.found, collectFrame, &c);
  collectBottom(c);
  a[4] = slot(nth.found->labels);
  a[5] = 1;
  return Next::Run;
}

/// pcInfo(pc uintptr) (fn *Func, file string, line int, name string, startLine int, caller uintptr, hidden bool)
NATIVE(pcInfo) {
  CodePosition pos = codePosition(as<const Insn>(a[0] & ~uint64_t{7}));
  if (!pos.func) return Next::Run;
  a[1] = slot(pos.func);
  putStatic(a + 2, pos.file);
  a[4] = pos.line;
  putStatic(a + 5, pos.name);
  a[7] = pos.startLine;
  a[8] = pos.caller ? slot(pos.caller) + 1 : 0;
  a[9] = !pos.caller && pos.func->flags & (kWrapper | kHidden);
  return Next::Run;
}

NATIVE(funcName) { putStatic(a + 1, as<Func>(a[0])->name); return Next::Run; }

/// Stack(buf []byte, all bool) int
NATIVE(stackText) {
  std::string s = tracebackText(g, 1);
  if (a[3] & 1) s += otherTracebacks(&g);
  size_t n = std::min(s.size(), static_cast<size_t>(a[1]));
  std::memcpy(ptr(a[0]), s.data(), n);
  a[4] = n;
  return Next::Run;
}

const std::string& version() {
  static const std::string v = [] {
    std::string line;
    std::ifstream in(programOptions.goroot + "/VERSION");
    if (!programOptions.goroot.empty() && std::getline(in, line) && line.rfind("go", 0) == 0) return line;
    return std::string("go1.26");
  }();
  return v;
}
NATIVE(versionNative) { putStatic(a, version()); return Next::Run; }
NATIVE(goroot) {
  static const std::string root = [] {
    const char* env = getenv("GOROOT");
    return env && *env ? std::string(env) : programOptions.goroot;
  }();
  putStatic(a, root);
  return Next::Run;
}

NATIVE(typeStringNative) { putStatic(a + 1, typeString(as<AbiType>(a[0]))); return Next::Run; }

NATIVE(typePkgPath) {
  auto* t = as<AbiType>(a[0]);
  std::string_view path;
  if (const AbiUncommonType* u = uncommonType(t)) {
    if (u->pkgPath) path = nameText(static_cast<const uint8_t*>(offsetAddress(u->pkgPath)));
  } else if (t->kind == AbiKind::Struct) {
    if (auto* name = reinterpret_cast<const AbiStructType*>(t)->pkgPath) path = nameText(name);
  } else if (t->kind == AbiKind::Interface) {
    if (auto* name = reinterpret_cast<const AbiInterfaceType*>(t)->pkgPath) path = nameText(name);
  }
  putStatic(a + 1, path);
  return Next::Run;
}

/// runtime/debug.modinfo: the text between two marks of 16 bytes.
NATIVE(modinfo) {
  static const std::string blob =
      programOptions.buildInfo.empty()
          ? std::string()
          : std::string("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16) + programOptions.buildInfo +
                std::string("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);
  putStatic(a, blob);
  return Next::Run;
}

NATIVE(godebugDefault) { putStatic(a, programOptions.godebugDefault); return Next::Run; }
NATIVE(godebugEnv) {
  const char* env = getenv("GODEBUG");
  putStatic(a, env ? env : "");
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"runtime.callers", callers},
    {"runtime.goroutineStack", goroutineStack},
    {"runtime.pcInfo", pcInfo},
    {"runtime.funcName", funcName},
    {"runtime.Stack", stackText},
    {"runtime.version", versionNative},
    {"runtime.goroot", goroot},
    {"runtime.typeString", typeStringNative},
    {"runtime.typePkgPath", typePkgPath},
    {"runtime/debug.modinfo", modinfo},
    {"runtime.godebugDefault", godebugDefault},
    {"runtime.godebugEnv", godebugEnv},
};

}  // namespace

void registerRuntimeSymbols() { addNatives(kTable); }

}  // namespace burrow::vm
