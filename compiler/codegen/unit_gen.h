// What the functions of a package share while its image is made: references, strings, descriptors, static data, sites.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/string_map.h"
#include "compiler/ir/types.h"

namespace burrow::codegen {

using ir::info;
using ir::TypeInfo;
using Shape = ir::Shape;

inline constexpr uint32_t kNoRef = ~0u;

/// A little-endian byte string with relocations, as descriptors and static values are written.
struct Bytes {
  std::string data;
  std::vector<ImageBuilder::Reloc> relocs;

  void clear() {
    data.clear();
    relocs.clear();
  }
  void u8(uint8_t v) { data.push_back(static_cast<char>(v)); }
  void u16(uint16_t v) { raw(&v, 2); }
  void u32(uint32_t v) { raw(&v, 4); }
  void u64(uint64_t v) { raw(&v, 8); }
  void raw(const void* p, size_t n) { data.append(static_cast<const char*>(p), n); }
  void pad(size_t align) { data.resize((data.size() + align - 1) / align * align); }
  void addressOr0(uint32_t ref) {
    if (ref != kNoRef) address(ref);
    else u64(0);
  }
  void address(uint32_t ref, int32_t addend = 0) {
    relocs.push_back({static_cast<uint32_t>(data.size()), ref, addend, RelocKind::Abs64});
    u64(0);
  }
  void offset32(uint32_t ref) {
    relocs.push_back({static_cast<uint32_t>(data.size()), ref, 0, RelocKind::Off32});
    u32(0);
  }
};

/// As descriptors and itabs have it.
uint32_t typeHash(std::string_view linkName);

class UnitGen {
 public:
  UnitGen(ir::Unit& unit, const CodegenOptions& options, Diagnostics& diagnostics);

  ir::Unit& unit;
  const CodegenOptions& options;
  Diagnostics& diagnostics;
  ImageBuilder image;

  std::string run();

  /// A reference to a named symbol defined in `package` (empty: this one, or DupOk).
  uint32_t symbol(std::string_view name, std::string_view package = {});
  /// A function or variable of the run-time system.
  uint32_t runtime(std::string_view name);
  /// Read-only bytes of a string constant.
  uint32_t stringData(std::string_view text);
  /// Unnamed read-only data, shared if equal.
  uint32_t roData(const std::string& bytes, uint16_t align);
  /// The same with references to other data in it.
  uint32_t roValue(const Bytes& value, uint16_t align);
  /// Descriptor of a type; it will be defined here unless its package does.
  uint32_t type(Type* t);
  /// Descriptor of the memory of `slots` words of which some hold pointers (closure objects, argument blocks).
  uint32_t blockType(const std::vector<bool>& ptrs);
  /// Static closure of a function without captures: its address is the func value.
  uint32_t funcValue(std::string_view symbol, std::string_view package);
  /// What pointers to values without size point to.
  uint32_t zeroBase();
  /// Read-only string value whose bytes are `header`.
  uint32_t stringHeader(std::string_view text, const Bytes& header);
  Type* unsafePointerType();
  uint32_t itab(Type* concrete, Type* iface);
  uint32_t site(Pos pos, AllocKind kind, bool onHeap, Type* type, std::string_view typeName = {},
                std::string_view reason = {}, uint64_t size = 0);
  uint32_t fileString(Pos pos, uint32_t* line);
  /// The number, in the function being generated, of the inlined call unit.inlineTree[inl].
  uint32_t inlined(uint32_t inl);
  /// For the next function: `at` says all the time which inlined call code is generated for; sites are told.
  void startFunc(const uint32_t* at);
  std::vector<ImageBuilder::Inline> takeInlines() { return std::move(inlines_); }
  uint32_t staticData(ir::StaticData* d);
  uint32_t staticRef(ir::StaticData* d);

  uint32_t funcCount = 0;  ///< functions added so far: the index of the next one

 private:
  friend class Descriptor;
  void generateFuncs();
  void generateFunc(ir::Func* f);
  uint32_t addNative(const ir::Func& f);
  void describe(Type* t);
  uint32_t nameData(std::string_view name, std::string_view tag, bool exported, bool embedded, std::string_view pkgPath);
  uint32_t gcMask(const std::vector<bool>& bits);
  /// What compares or hashes values of the type: a closure of the runtime's function for all types.
  uint32_t typeClosure(std::string_view function, Type* t);
  bool definedElsewhere(Type* t, std::string& package);
  void defineItab(Type* concrete, Type* iface, const std::string& name);

  uint64_t hashOf(const std::string& path) const;

  const uint32_t* inlinedNow_ = nullptr;
  std::vector<ImageBuilder::Inline> inlines_;               ///< of the function being generated
  std::unordered_map<uint32_t, uint32_t> inlineNumbers_;

  uint32_t number_;                        ///< of the unit, in this process
  std::unordered_map<std::string, int32_t> imports_;
  std::string lastPackage_;                ///< of symbol(), and its import
  int32_t lastImport_ = -1;
  StringMap strings_, stringHeaders_, roData_, closures_, names_, blocks_, funcSymbols_;
  std::vector<uint32_t> fileStrings_;      ///< by file, if all of it has one name
  struct ItabKey {
    Type *concrete, *iface;
    bool operator==(const ItabKey&) const = default;
  };
  struct ItabHash {
    size_t operator()(const ItabKey& k) const { return reinterpret_cast<uintptr_t>(k.concrete) * 31 + reinterpret_cast<uintptr_t>(k.iface); }
  };
  std::unordered_map<ItabKey, uint32_t, ItabHash> itabs_;
  Bytes descriptor_;                       ///< being written
  std::string key_;
  std::vector<Type*> pendingTypes_;
  struct PendingItab { Type *concrete, *iface; std::string name; };
  std::vector<PendingItab> pendingItabs_;
  std::unordered_set<ir::Func*> generated_;
  std::unordered_set<ir::StaticData*> inProgress_;
  std::unordered_map<ir::StaticData*, std::string> forwardNames_;
};

}  // namespace burrow::codegen
