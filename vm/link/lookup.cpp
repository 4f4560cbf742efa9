// Questions about addresses: which function, which line, which slots hold pointers; names in descriptors.
#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/link/internal.h"

namespace burrow::vm {

using namespace link;

Func* findFunc(const void* pc) {
  auto* p = static_cast<const char*>(pc);
  if (p < moduleBase() || p >= moduleBase() + (uint64_t{1} << 31)) return nullptr;
  Module* m = moduleOf(p);
  if (!m) return nullptr;
  const ImageView& image = m->image;
  uint64_t n = image.funcsCount();
  auto* funcs = reinterpret_cast<const char*>(m->funcs);
  if (p >= funcs && p < funcs + n * sizeof(Func)) {
    Func* f = m->funcs + static_cast<uint64_t>(p - funcs) / sizeof(Func);
    return f->entry ? f : nullptr;
  }
  auto* code = reinterpret_cast<const char*>(image.code());
  if (p < code || p >= code + image.codeCount() * sizeof(Insn)) return nullptr;
  auto word = static_cast<uint32_t>(static_cast<uint64_t>(p - code) / sizeof(Insn));
  // Functions lie in the code section in their own order; natives take no words.
  const ImageFunc* first = image.funcs();
  const ImageFunc* at = std::upper_bound(first, first + n, word,
                                         [](uint32_t w, const ImageFunc& f) { return w < f.code; });
  while (at != first) {
    --at;
    if (at->codeWords && word < at->code + at->codeWords) return funcAt(*m, static_cast<uint32_t>(at - first));
    if (at->codeWords) break;
  }
  return nullptr;
}

CodePosition codePosition(const Insn* pc) {
  CodePosition at;
  at.func = findFunc(pc);
  if (!at.func) return at;
  at.name = at.func->name;
  if (!at.func->info) return at;
  const ImageFunc& info = *at.func->info;
  const ImageView& image = at.func->module->image;
  const Insn* code = at.func->code;
  bool inCode = code && pc >= code && pc < code + info.codeWords;
  LineEntry e = inCode ? LineTable::find(image, info, static_cast<uint32_t>(pc - code)) : LineTable::start(image, info);
  at.file = image.string(e.file);
  at.line = e.line;
  at.startLine = info.startLine;
  if (e.inl && e.inl <= info.inlineCount) {
    const ImageInline& inlined = image.inlines()[info.firstInline + e.inl - 1];
    at.name = image.string(inlined.name);
    at.startLine = inlined.startLine;
    at.caller = code + info.inlineMark(e.inl);
  }
  return at;
}

static const uint64_t* mapBits(const Func& f, const ImageStackMap* map) {
  return f.module->image.mapBits() + map->bits;
}

const uint64_t* stackMapAt(const Func& f, const Insn* pc) {
  if (!f.info) return nullptr;
  auto word = static_cast<uint32_t>(pc - f.code);
  const ImageStackMap* first = f.module->image.stackMaps() + f.info->firstMap;
  const ImageStackMap* end = first + f.info->mapCount;
  const ImageStackMap* at =
      std::upper_bound(first, end, word, [](uint32_t w, const ImageStackMap& m) { return w < m.pc; });
  return at != first && at[-1].pc == word ? mapBits(f, at - 1) : nullptr;
}

const uint64_t* stackMapBefore(const Func& f, const Insn* returnPc) {
  if (!f.info) return nullptr;
  auto word = static_cast<uint32_t>(returnPc - f.code);
  const ImageStackMap* first = f.module->image.stackMaps() + f.info->firstMap;
  const ImageStackMap* end = first + f.info->mapCount;
  const ImageStackMap* at =
      std::lower_bound(first, end, word, [](const ImageStackMap& m, uint32_t w) { return m.pc < w; });
  // A raised panic's return address follows an instruction that has no map of its own: then an older one is found,
  // which must not count.
  if (at == first) return nullptr;
  const Insn* site = f.code + at[-1].pc;
  unsigned words = insnWords(static_cast<Op>(site->op));
  return site + words == returnPc || site + 1 == returnPc ? mapBits(f, at - 1) : nullptr;
}

const uint64_t* entryMap(const Func& f) {
  if (!f.info || !f.info->mapCount) return nullptr;
  const ImageStackMap* first = f.module->image.stackMaps() + f.info->firstMap;
  return first->pc == 0 ? mapBits(f, first) : nullptr;
}

const AbiFuncType* funcSignature(const Func& f) {
  if (!f.info || f.info->signature == ~0u) return nullptr;
  return static_cast<const AbiFuncType*>(resolveRef(*f.module, f.info->signature));
}

namespace {
std::vector<const void*> reflectAddresses;  // offset -1 - index
std::unordered_map<const void*, int32_t> reflectOffsets;
}  // namespace

void* offsetAddress(int32_t offset) {
  if (offset == 0) return nullptr;
  if (offset > 0) return moduleBase() + offset;
  auto i = static_cast<size_t>(-1 - int64_t{offset});
  return i < reflectAddresses.size() ? const_cast<void*>(reflectAddresses[i]) : nullptr;
}

int32_t addressOffset(const void* p) {
  auto* c = static_cast<const char*>(p);
  if (c >= moduleBase() && c < moduleBase() + (int64_t{1} << 31)) return static_cast<int32_t>(c - moduleBase());
  static bool rooted = false;
  if (!rooted) {
    rooted = true;
    addRootProvider([](RootVisitor visit, void* ctx) {
      for (const void* a : reflectAddresses) visit(ctx, const_cast<void*>(a));
    });
  }
  auto [it, isNew] = reflectOffsets.try_emplace(p, static_cast<int32_t>(-1 - static_cast<int64_t>(reflectAddresses.size())));
  if (isNew) reflectAddresses.push_back(p);
  return it->second;
}

std::string_view nameText(const uint8_t* name) {
  if (!name) return {};
  uint64_t n = 0;
  const uint8_t* p = name + 1;
  for (unsigned shift = 0;; shift += 7) {
    n |= uint64_t{*p & 0x7fu} << shift;
    if (!(*p++ & 0x80)) break;
  }
  return {reinterpret_cast<const char*>(p), n};
}

std::string_view typeString(const AbiType* t) {
  std::string_view s = nameText(static_cast<const uint8_t*>(offsetAddress(t->str)));
  if (t->tflag & kExtraStar && !s.empty()) s.remove_prefix(1);
  return s;
}

const AbiUncommonType* uncommonType(const AbiType* t) {
  if (!(t->tflag & kUncommon)) return nullptr;
  size_t size;
  switch (t->kind) {
    case AbiKind::Struct: size = sizeof(AbiStructType); break;
    case AbiKind::Pointer: size = sizeof(AbiPtrType); break;
    case AbiKind::Func: size = sizeof(AbiFuncType); break;
    case AbiKind::Slice: size = sizeof(AbiSliceType); break;
    case AbiKind::Array: size = sizeof(AbiArrayType); break;
    case AbiKind::Chan: size = sizeof(AbiChanType); break;
    case AbiKind::Map: size = sizeof(AbiMapType); break;
    case AbiKind::Interface: size = sizeof(AbiInterfaceType); break;
    default: size = sizeof(AbiType); break;
  }
  return reinterpret_cast<const AbiUncommonType*>(reinterpret_cast<const char*>(t) + size);
}

std::vector<AbiType*> typeLinks() {
  std::vector<AbiType*> types;
  for (Module* m : allModules()) {
    const ImageView& image = m->image;
    for (uint64_t i = 0; i < image.symbolsCount(); i++) {
      const ImageSymbol& s = image.symbols()[i];
      if (s.kind != SymbolKind::Type || !s.name || s.flags & kLocal) continue;
      auto* raw = reinterpret_cast<const AbiType*>(image.data() + s.offset);
      if (raw->tflag & kNamed) continue;
      AbiKind k = raw->kind;
      if (k != AbiKind::Pointer && k != AbiKind::Chan && k != AbiKind::Map && k != AbiKind::Slice &&
          k != AbiKind::Array && k != AbiKind::Func && k != AbiKind::Struct)
        continue;
      if (void* p = lookupSymbol(image.string(s.name))) types.push_back(static_cast<AbiType*>(p));
    }
  }
  std::sort(types.begin(), types.end(), [](const AbiType* a, const AbiType* b) {
    std::string_view x = typeString(a), y = typeString(b);
    return x != y ? x < y : a < b;
  });
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

}  // namespace burrow::vm
