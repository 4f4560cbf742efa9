// Hashing values by walking their type, and the vm's random numbers.
#include "vm/object/hash.h"

#include <sys/random.h>
#include <time.h>

#include "vm/object/object.h"

namespace burrow::vm {

uint64_t hashBytes(const void* p, uint64_t size, uint64_t seed) {
  return hashBytesInline(p, size, seed);
}

uint64_t fastRand() {
  static uint64_t state = [] {
    uint64_t seed;
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) {
      timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      seed = static_cast<uint64_t>(now.tv_nsec) * kHashA + static_cast<uint64_t>(now.tv_sec);
    }
    return seed;
  }();
  state += kHashA;
  return foldMul(state, state ^ kHashB);
}

/// Equal floats hash alike: +0 and -0; a NaN equals nothing, itself included, and hashes at random.
static uint64_t hashFloat(double f, uint64_t seed) {
  if (f == 0) return hash64(0, seed);
  if (f != f) return hash64(fastRand(), seed);
  uint64_t bits;
  std::memcpy(&bits, &f, 8);
  return hash64(bits, seed);
}

template <class T>
static T loadAt(const void* p, uint64_t offset = 0) {
  T v;
  std::memcpy(&v, static_cast<const char*>(p) + offset, sizeof(T));
  return v;
}

static uint64_t hashIface(GoIface i, bool empty, uint64_t seed, const AbiType** bad) {
  if (!i.tab) return hash64(0, seed);
  const AbiType* t =
      empty ? static_cast<const AbiType*>(i.tab) : static_cast<const Itab*>(i.tab)->type;
  if (!t->equal) {
    *bad = t;
    return 0;
  }
  seed ^= t->hash;
  return t->isDirect() ? hashValue(&i.data, t, seed, bad) : hashValue(i.data, t, seed, bad);
}

bool isBlankField(const AbiStructField& f) {
  return f.name && f.name[1] == 1 && f.name[2] == '_';
}

uint64_t hashValue(const void* p, const AbiType* t, uint64_t seed, const AbiType** bad) {
  if (t->tflag & kRegularMemory) {
    if (t->size == 8) return hash64(loadAt<uint64_t>(p), seed);
    if (t->size == 4) return hash64(loadAt<uint32_t>(p), seed);
    return hashBytesInline(p, t->size, seed);
  }
  switch (t->kind) {
    case AbiKind::Float32:
      return hashFloat(loadAt<float>(p), seed);
    case AbiKind::Float64:
      return hashFloat(loadAt<double>(p), seed);
    case AbiKind::Complex64:
      return hashFloat(loadAt<float>(p, 4), hashFloat(loadAt<float>(p), seed));
    case AbiKind::Complex128:
      return hashFloat(loadAt<double>(p, 8), hashFloat(loadAt<double>(p), seed));
    case AbiKind::String: {
      auto s = loadAt<GoString>(p);
      return hashBytesInline(s.ptr, static_cast<uint64_t>(s.len), seed);
    }
    case AbiKind::Interface:
      return hashIface(loadAt<GoIface>(p),
                       static_cast<const AbiInterfaceType*>(t)->methods.len == 0, seed, bad);
    case AbiKind::Array: {
      auto* a = static_cast<const AbiArrayType*>(t);
      for (uint64_t i = 0; i < a->len && !*bad; ++i) {
        seed = hashValue(static_cast<const char*>(p) + i * a->elem->size, a->elem, seed, bad);
      }
      return seed;
    }
    case AbiKind::Struct: {
      auto* s = static_cast<const AbiStructType*>(t);
      for (int64_t i = 0; i < s->fields.len && !*bad; ++i) {
        const AbiStructField& f = s->fields.data[i];
        if (!isBlankField(f))
          seed = hashValue(static_cast<const char*>(p) + f.offset, f.type, seed, bad);
      }
      return seed;
    }
    case AbiKind::Func:
    case AbiKind::Map:
    case AbiKind::Slice:
    case AbiKind::Invalid:
      *bad = t;
      return 0;
    default:
      return t->size == 8 ? hash64(loadAt<uint64_t>(p), seed) : hashBytesInline(p, t->size, seed);
  }
}

}  // namespace burrow::vm
