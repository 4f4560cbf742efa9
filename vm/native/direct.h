// Natives as compiled code calls them: plain C++ functions with their arguments in registers, and no frame. So such a function
// passes no safepoint, raises nothing and does not look at the stack; where a native may have to, it says so instead ("the long way").
#pragma once

#include <cstddef>
#include <cstdint>

#include "vm/func.h"

namespace burrow::vm {

struct DirectNative {
  enum class Result : uint8_t {
    None,         ///< there are no results
    Value,        ///< the one result
    Zero,         ///< all results are zero, and nothing has to be called (`fn` is null)
    ValueOrCall,  ///< the one result; 0: not known without the long way, nothing has happened
    ZeroOrCall,   ///< not 0: all results are zero; 0: the long way, nothing has happened
  };
  static constexpr unsigned kMostArgs = 4;  ///< of `args`; with the goroutine or context 5

  NativeFn native;
  const void* fn;             ///< of up to five words: the goroutine or the context, if it asks for one, then the arguments
  Result result = Result::Value;
  bool writes = false;        ///< to memory that Go code sees, or anything else that makes two calls differ from one
  enum class First : uint8_t { None, Goroutine, Context } first = First::None;
  uint8_t count = 0;
  uint8_t args[kMostArgs] = {};  ///< argument slots in the order in which fn takes them
  bool allocates = false;     ///< for siteOfCall (object/without_safepoint.h)
};

/// How to call the native directly, or null. Any thread, once natives are registered.
const DirectNative* directNative(NativeFn native);
void registerDirect(const DirectNative* table, size_t n);
template <size_t N>
inline void addDirect(const DirectNative (&table)[N]) { registerDirect(table, N); }

template <class F>
inline const void* plainFunction(F* f) { return reinterpret_cast<const void*>(f); }

}  // namespace burrow::vm
