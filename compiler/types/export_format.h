// The layout of compiled packages' type data. Internal to types/.
//
//   Header
//   strings       u32 start[count + 1], then their bytes
//   packages      u32 string[count]: paths; the first is the package itself
//   imports       u32 package[count]
//   files         u32 start[count] into data
//   objects       u32 start[count] into data, u32 name[count]; sorted by name
//   index         u32 slot[power of two]: 1 + object, by hash of the name; 0: empty
//   types         u32 start[count] into data
//   bodies        u32 start[count] into data
//   data          records, made of bytes and of varints (LEB128)
//   text          of functions
//
// Records refer to strings, objects and types by number. Types below kFirstType are predeclared.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace burrow::exported {

inline constexpr uint32_t kVersion = 3;
inline constexpr char kMagic[8] = {'b', 'u', 'r', 'r', 'o', 'w', 't', '\n'};

struct Section {
  uint32_t start = 0, count = 0;
};

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t size;             ///< of the whole
  uint32_t name, goVersion;  ///< strings
  Section strings, packages, imports, files, objects, index, types, bodies, data, text;
};

/// Numbers of predeclared types: a BasicKind, then these.
enum : uint32_t { kByteType = 27, kRuneType, kNoType, kFirstType = 32 };

/// First byte of a type record. The structural ones are those of TypeKind.
enum class TypeTag : uint8_t {
  Array,
  Slice,
  Struct,
  Pointer,
  Tuple,
  Signature,
  Union,
  Interface,
  Map,
  Chan,
  TypeParam,
  Own,       ///< the type of an object of this package: Named, Alias
  Foreign,   ///< the type of an object of another package (package, name)
  Universe,  ///< the type of a predeclared object (name)
  Instance,  ///< of a generic type (type, arguments)
};

enum class ObjectTag : uint8_t { Const, Defined, Alias, TypeName, Var, Func };

inline uint32_t hashName(std::string_view s) {
  uint32_t h = 2166136261u;
  for (char c : s) h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
  return h ^ h >> 15;
}

}  // namespace burrow::exported
