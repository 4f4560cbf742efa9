// print and println: standard error, one write a statement.

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <string>

#include "vm/native/native.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

std::string out;
int depth = 0;

void flush() {
  size_t done = 0;
  while (done < out.size()) {
    ssize_t n = write(2, out.data() + done, out.size() - done);
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  out.clear();
}

void put(std::string_view s) {
  out += s;
  if (depth == 0 || out.size() > 1 << 16) flush();
}

template <class T>
void putNumber(T v) {
  char buf[32];
  auto r = std::to_chars(buf, buf + sizeof buf, v);
  put({buf, static_cast<size_t>(r.ptr - buf)});
}

void putHex(uint64_t v) {
  char buf[32] = "0x";
  auto r = std::to_chars(buf + 2, buf + sizeof buf, v, 16);
  put({buf, static_cast<size_t>(r.ptr - buf)});
}

/// Shortest digits, exponent form below 1e-4 and from 1e6 on (as strconv 'g').
template <class T>
std::string floatText(T v, bool plus) {
  if (std::isnan(v)) return plus ? "+NaN" : "NaN";
  if (std::isinf(v)) return v < 0 ? "-Inf" : "+Inf";
  char buf[64];
  auto r = std::to_chars(buf, buf + sizeof buf, v, std::chars_format::scientific);
  std::string sci(buf, r.ptr);
  int exp = std::stoi(sci.substr(sci.find('e') + 1));
  std::string s;
  if (exp < -4 || exp >= 6) {
    s = sci;
  } else {
    r = std::to_chars(buf, buf + sizeof buf, v, std::chars_format::fixed);
    s.assign(buf, r.ptr);
  }
  if (plus && s[0] != '-') s.insert(0, "+");
  return s;
}

template <class T>
void putComplex(T re, T im) {
  put("(" + floatText(re, false) + floatText(im, true) + "i)");
}

NATIVE(printlock) { ++depth; ++g.preemptOff; return Next::Run; }
NATIVE(printunlock) {
  --g.preemptOff;
  if (--depth == 0) flush();
  return Next::Run;
}
NATIVE(printnl) { put("\n"); return Next::Run; }
NATIVE(printsp) { put(" "); return Next::Run; }
NATIVE(printbool) { put(a[0] & 1 ? "true" : "false"); return Next::Run; }
NATIVE(printint) { putNumber(static_cast<int64_t>(a[0])); return Next::Run; }
NATIVE(printuint) { putNumber(static_cast<uint64_t>(a[0])); return Next::Run; }
NATIVE(printhex) { putHex(a[0]); return Next::Run; }
NATIVE(printfloat64) { put(floatText(asDouble(a[0]), false)); return Next::Run; }
NATIVE(printfloat32) { put(floatText(std::bit_cast<float>(static_cast<uint32_t>(a[0])), false)); return Next::Run; }
NATIVE(printcomplex128) { putComplex(asDouble(a[0]), asDouble(a[1])); return Next::Run; }
NATIVE(printcomplex64) {
  putComplex(std::bit_cast<float>(static_cast<uint32_t>(a[0])), std::bit_cast<float>(static_cast<uint32_t>(a[0] >> 32)));
  return Next::Run;
}
NATIVE(printstring) { put(text(a)); return Next::Run; }
NATIVE(printslice) {
  put("[");
  putNumber(static_cast<int64_t>(a[1]));
  put("/");
  putNumber(static_cast<int64_t>(a[2]));
  put("]");
  putHex(a[0]);
  return Next::Run;
}
NATIVE(printeface) {
  put("(");
  putHex(a[0]);
  put(",");
  putHex(a[1]);
  put(")");
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"runtime.printlock", printlock},
    {"runtime.printunlock", printunlock},
    {"runtime.printnl", printnl},
    {"runtime.printsp", printsp},
    {"runtime.printbool", printbool},
    {"runtime.printint", printint},
    {"runtime.printuint", printuint},
    {"runtime.printhex", printhex},
    {"runtime.printfloat", printfloat64},
    {"runtime.printfloat64", printfloat64},
    {"runtime.printfloat32", printfloat32},
    {"runtime.printcomplex", printcomplex128},
    {"runtime.printcomplex128", printcomplex128},
    {"runtime.printcomplex64", printcomplex64},
    {"runtime.printstring", printstring},
    {"runtime.printpointer", printhex},
    {"runtime.printuintptr", printhex},
    {"runtime.printslice", printslice},
    {"runtime.printeface", printeface},
    {"runtime.printiface", printeface},
};

}  // namespace

void registerRuntimePrint() { addNatives(kTable); }

}  // namespace burrow::vm
