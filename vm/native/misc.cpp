// Small natives of packages that need only a few: hooks that have nothing to do here, markers, per-goroutine flags.

#include <unistd.h>

#include "vm/native/native.h"
#include "vm/sched/sched_internal.h"
#include "vm/sched/fault.h"

namespace burrow::vm {
namespace {

NATIVE(nothing) { return Next::Run; }  // results are zero

/// abi.FuncPC…(f any): the code word of the func value in f.
NATIVE(funcPC) {
  a[2] = a[1] ? slot(as<Closure>(a[1])->fn) : 0;
  return Next::Run;
}

NATIVE(setCrashFd) {
  a[1] = ~Slot{0};
  return Next::Run;
}

NATIVE(panicOnFault) {
  bool on = a[0] & 1, was = setPanicOnFault(g, on);
  a[1] = was;
  return on == was ? Next::Run : yield(g);  // the interpreter looks when it begins
}

NATIVE(getProfLabel) { a[0] = slot(g.labels); return Next::Run; }
NATIVE(setProfLabel) { g.labels = ptr(a[0]); return Next::Run; }

// FIPS 140 indicators belong to a goroutine; nobody reads them but after an operation of the same goroutine.
struct Indicator {
  uint64_t goroutine;
  uint8_t value;
} indicator;
NATIVE(getIndicator) { a[0] = indicator.goroutine == g.id ? indicator.value : 0; return Next::Run; }
NATIVE(setIndicator) { indicator = {g.id, static_cast<uint8_t>(a[0])}; return Next::Run; }

NATIVE(clockNow) { a[0] = static_cast<Slot>(nanotime()); return Next::Run; }
NATIVE(clockUnits) { a[0] = 1'000'000'000; return Next::Run; }

NATIVE(setTraceback) {
  std::string level(text(a));
  setenv("GOTRACEBACK", level.c_str(), 1);
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"internal/abi.FuncPCABI0", funcPC},
    {"internal/abi.FuncPCABIInternal", funcPC},
    {"crypto/fips140.isBypassed", nothing},
    {"crypto/fips140.setBypass", nothing},
    {"crypto/fips140.unsetBypass", nothing},
    {"crypto/internal/boring/sig.BoringCrypto", nothing},
    {"crypto/internal/boring/sig.FIPSOnly", nothing},
    {"crypto/internal/boring/sig.StandardCrypto", nothing},
    {"crypto/internal/fips140.getIndicator", getIndicator},
    {"crypto/internal/fips140.setIndicator", setIndicator},
    {"crypto/internal/boring/bcache.registerCache", nothing},
    {"crypto/subtle.setDITEnabled", nothing},
    {"crypto/subtle.setDITDisabled", nothing},
    {"internal/synctest.disassociate", nothing},
    {"internal/coverage/cfile.getCovCounterList", nothing},
    {"internal/runtime/sys.GetCallerPC", nothing},
    {"internal/runtime/sys.GetCallerSP", nothing},
    {"internal/runtime/sys.GetClosurePtr", nothing},
    {"runtime/debug.SetTraceback", setTraceback},
    {"runtime/debug.WriteHeapDump", nothing},
    {"runtime/debug.runtime_setCrashFD", setCrashFd},
    {"runtime.setCrashFD", setCrashFd},
    {"runtime/debug.setPanicOnFault", panicOnFault},
    {"runtime/pprof.runtime_getProfLabel", getProfLabel},
    {"runtime/pprof.runtime_setProfLabel", setProfLabel},
    {"runtime/trace.runtime_readTrace", nothing},
    {"runtime.traceAdvance", nothing},
    {"runtime/trace.runtime_traceAdvance", nothing},
    {"runtime.traceClockNow", clockNow},
    {"runtime/trace.runtime_traceClockNow", clockNow},
    {"runtime/trace.runtime_traceClockUnitsPerSecond", clockUnits},
    {"runtime/trace.userLog", nothing},
    {"runtime/trace.userRegion", nothing},
    {"runtime/trace.userTaskCreate", nothing},
    {"runtime/trace.userTaskEnd", nothing},
};

}  // namespace

void registerMisc() { addNatives(kTable); }

}  // namespace burrow::vm
