// What the functions of a package share while its image is made: references, strings, descriptors, static data, sites.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/ir/types.h"

namespace burrow::codegen {

using ir::info;
using ir::TypeInfo;
using Shape = ir::Shape;

/// A little-endian byte string with relocations, as descriptors and static values are written.
struct Bytes {
  std::string data;
  std::vector<ImageBuilder::Reloc> relocs;

  void u8(uint8_t v) { data.push_back(static_cast<char>(v)); }
  void u16(uint16_t v) { raw(&v, 2); }
  void u32(uint32_t v) { raw(&v, 4); }
  void u64(uint64_t v) { raw(&v, 8); }
  void raw(const void* p, size_t n) { data.append(static_cast<const char*>(p), n); }
  void pad(size_t align) { data.resize((data.size() + align - 1) / align * align); }
  void address(uint32_t ref, int32_t addend = 0) {
    relocs.push_back({static_cast<uint32_t>(data.size()), ref, addend, RelocKind::Abs64});
    u64(0);
  }
  void offset32(uint32_t ref) {
    relocs.push_back({static_cast<uint32_t>(data.size()), ref, 0, RelocKind::Off32});
    u32(0);
  }
};

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
                std::string_view reason = {});
  uint32_t fileString(Pos pos, uint32_t* line);
  uint32_t staticData(ir::StaticData* d);
  uint32_t staticRef(ir::StaticData* d);

  uint32_t funcCount = 0;  ///< functions added so far: the index of the next one

 private:
  void generateFuncs();
  void generateFunc(ir::Func* f);
  uint32_t addNative(const ir::Func& f);
  void describe(Type* t);
  uint32_t nameData(std::string_view name, std::string_view tag, bool exported, bool embedded, std::string_view pkgPath);
  uint32_t gcMask(const std::vector<bool>& bits);
  uint32_t equalClosure(Type* t);
  uint32_t hashClosure(Type* t);
  bool definedElsewhere(Type* t, std::string& package);
  static Type* methodSignature(burrow::Func* m);
  void defineItab(Type* concrete, Type* iface, const std::string& name);

  uint64_t hashOf(const std::string& path) const;

  std::unordered_map<std::string, int32_t> imports_;
  std::unordered_map<std::string, uint64_t> hashes_;
  std::unordered_map<std::string, uint32_t> strings_, stringHeaders_, roData_, closures_, names_;
  std::unordered_map<std::string, uint32_t> types_, files_;
  std::vector<Type*> pendingTypes_;
  struct PendingItab { Type *concrete, *iface; std::string name; };
  std::vector<PendingItab> pendingItabs_;
  std::unordered_set<ir::Func*> generated_;
  std::unordered_map<std::string, uint32_t> funcSymbols_;
  std::unordered_set<ir::StaticData*> inProgress_;
  std::unordered_map<ir::StaticData*, std::string> forwardNames_;
};

}  // namespace burrow::codegen
