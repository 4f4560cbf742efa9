// A compiled package: one flat, position-independent value that is written to disk and mapped back.
//
// An image is a header, sections of plain arrays, and nothing else. The linker (vm/link) maps it privately into
// the module region (one reservation of 2 GiB, so that 32-bit offsets reach from anywhere to anywhere) and
// resolves references lazily: a function's when it is first called, a data symbol's or type's when something
// linked refers to it. Symbols are named as gc names them:
//   functions        pkg.F   pkg.T.M   pkg.(*T).M   pkg.F.func1   pkg.F[int]   pkg.init   pkg.T.M-fm (method value)
//   data             pkg.V; local static data has an empty name
//   types            type:*pkg.T   type:map[string]int …  (full package paths, so equal names mean identical types)
//   itabs            go:itab.*os.File,io.Writer
// Symbols flagged DupOk (types, itabs, instances, wrappers) may be in several images; the first one linked wins.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/bytecode/opcode.h"

namespace burrow {

inline constexpr uint32_t kImageMagic = 0x57525542;  // "BURW"
inline constexpr uint32_t kImageVersion = 5;

enum class SymbolKind : uint8_t { Func, RoData, Data, Bss, Type, Itab };
enum SymbolFlag : uint8_t { kDupOk = 1, kLocal = 2 };

/// Where a symbol's bytes are: Func → index into funcs; RoData, Data, Type, Itab → offset into that section
/// (Type and Itab lie in Data: the linker writes to them); Bss → offset into the zeroed area.
struct ImageSymbol {
  uint32_t name;        ///< offset into strings; 0: no name
  SymbolKind kind;
  uint8_t flags;
  uint16_t align;
  uint32_t offset, size;
  uint32_t firstReloc, relocCount;
};

/// A symbol that this image refers to, its own included.
struct ImageRef {
  uint32_t name;        ///< offset into strings (0 for local symbols)
  int32_t symbol;       ///< index into symbols, or -1: elsewhere
  int32_t package;      ///< index into imports of the defining package; -1: any (DupOk), or own
};

enum class RelocKind : uint8_t {
  Abs64,   ///< 8 bytes: address + addend. Of a Func: its Func* (the code word)
  Off32,   ///< 4 bytes: address - module region base (NameOff, TypeOff, TextOff)
};
/// A place in a symbol (data: byte offset; function: byte offset in its code) that refers to another.
struct ImageReloc {
  uint32_t offset;
  uint32_t ref;
  int32_t addend;
  RelocKind kind;
  uint8_t pad[3];
};

enum FuncFlag : uint16_t {
  kHasDefer = 1,      ///< deferReturn is valid: where a recovered panic resumes
  kWrapper = 2,       ///< method wrapper, method value, go/defer thunk: transparent to recover(), hidden in tracebacks
  kNative = 4,        ///< no code: bound to a C++ function by symbol name
  kClosure = 8,       ///< wants a context
  kNosplit = 16,
  kHidden = 32,       ///< not shown in tracebacks (compiler-made)
  kHasStorage = 64,   ///< pointers may lead into its frames: see ImageStackMap
  kRawViews = 128,    ///< unsafe code in it makes pointers or slices by which numbers may be stored over lengths and pointers
};
struct ImageFunc {
  uint32_t symbol;
  uint32_t code, codeWords;       ///< offset into code (in words)
  uint16_t frameSlots, argSlots, resultSlots, flags;
  uint32_t deferReturn;           ///< word offset in the code
  uint32_t firstMap, mapCount;    ///< into stackMaps
  uint32_t firstLine, lineBytes;  ///< into lines: see LineTable
  uint32_t signature;             ///< ref index of the func type's descriptor (with the receiver as first parameter), or ~0u
  uint32_t startLine;             ///< line of the `func` keyword
  uint32_t firstInline, inlineCount;  ///< into inlines: the calls whose bodies stand in this function
  /// Words of instructions and jump tables; a word for each inlined call follows (see ImageInline).
  uint32_t bodyWords() const { return codeWords - inlineCount; }
  /// Word offset that stands for inlined call `inl`: its position is that of the call.
  uint32_t inlineMark(uint32_t inl) const { return bodyWords() + inl - 1; }
};
/// A call that was replaced by the body of its callee. They are numbered from 1 in their function, 0 being the function itself;
/// callers come before what they call. Each has a word of its own behind the function's code, which nothing executes: its address
/// is the return address that the call would have had, and has the position of the call in the line table. So every frame of a
/// stack trace, real or not, is one address.
struct ImageInline {
  uint32_t parent;                ///< number of the inlined call around this one, or 0
  uint32_t name;                  ///< offset into strings: the callee
  uint32_t startLine;             ///< line of its `func` keyword
};
/// The live pointers at one safepoint: `bits` indexes words of mapBits; ceil(span/64) words each. In a function with kHasStorage the
/// maps are pairs: first every slot that holds a pointer or nil and may be used again, as who moves the stack must know; then those that
/// are live by themselves. What is in the first only belongs to storage that pointers lead to, and is live if one does that is.
/// There the last map, at kMemoryMapPc, names the slots that instructions may reach through pointers, and where a piece of storage begins.
struct ImageStackMap {
  uint32_t pc;                    ///< word offset of the instruction
  uint32_t bits;
};
inline constexpr uint32_t kMemoryMapPc = ~0u;

/// An allocation site (design §5).
struct ImageSite {
  uint32_t func;      ///< index into funcs
  uint32_t file, line, col;  ///< file: offset into strings
  uint32_t typeName;  ///< offset into strings
  uint32_t reason;    ///< offset into strings: why this verdict; 0: none
  uint32_t size;      ///< bytes; 0: known at run time only
  uint32_t inl;       ///< the inlined call that it came with (number in its function); 0: none. The position is the callee's
  uint8_t kind;       ///< AllocKind
  uint8_t onHeap;
  uint16_t pad;
};
/// Loop: no allocation, but a loop around some; CountLoop counts how often it is entered.
enum class AllocKind : uint8_t { New, Variable, Slice, Append, Closure, Box, Map, MapGrow, Chan, String, Variadic, Go, Defer, Loop };

struct ImageImport {
  uint32_t path;      ///< offset into strings
  uint32_t direct;    ///< 1: imported by source (runs before this package's init)
  uint64_t hash;      ///< contentHash of the image compiled against; a different one makes this image stale
};

/// An open-addressing table of the named symbols that other images may ask for.
struct ImageHashEntry {
  uint32_t hash;      ///< symbolHash(name); 0: empty entry
  uint32_t symbol;
};
uint32_t symbolHash(std::string_view name);

#define BURROW_IMAGE_SECTIONS(X)                                                                       \
  X(strings, char) X(symbols, ImageSymbol) X(refs, ImageRef) X(relocs, ImageReloc) X(funcs, ImageFunc)   \
  X(code, Insn) X(rodata, uint8_t) X(data, uint8_t) X(dataPtrs, uint64_t) X(bssPtrs, uint64_t)           \
  X(stackMaps, ImageStackMap) X(mapBits, uint64_t) X(lines, uint8_t) X(inlines, ImageInline)             \
  X(sites, ImageSite) X(imports, ImageImport) X(hash, ImageHashEntry) X(exports, char)

struct ImageSection {
  uint64_t offset, count;  ///< bytes from the image's start; number of elements
};
struct ImageHeader {
  uint32_t magic, version;
  uint64_t compilerHash;   ///< of the compiler that made it
  uint64_t contentHash;    ///< of sources, imports and options: the cache key
  uint64_t checksum;       ///< of everything after the header
  uint64_t totalBytes, bssBytes;
  uint32_t path, name;     ///< offsets into strings
  int32_t initSymbol;      ///< symbol index of pkg.init, or -1
  int32_t mainSymbol;      ///< main.main, or -1
  uint32_t rawViews;       ///< 1: what functions with kRawViews make may go anywhere. 0 for std, which keeps it to itself
  uint32_t pad;
#define X(name, type) ImageSection name;
  BURROW_IMAGE_SECTIONS(X)
#undef X
};

/// Read access to an image in memory. `base` stays valid as long as the view.
class ImageView {
 public:
  ImageView() = default;
  explicit ImageView(const void* base) : base_(static_cast<const char*>(base)) {}
  const ImageHeader& header() const { return *reinterpret_cast<const ImageHeader*>(base_); }
  const char* base() const { return base_; }
#define X(name, type)                                                                               \
  const type* name() const { return reinterpret_cast<const type*>(base_ + header().name.offset); } \
  uint64_t name##Count() const { return header().name.count; }
  BURROW_IMAGE_SECTIONS(X)
#undef X
  /// Strings are stored as u32 length, bytes, NUL.
  std::string_view string(uint32_t offset) const {
    if (offset == 0) return {};
    uint32_t n;
    std::memcpy(&n, strings() + offset, 4);
    return {strings() + offset + 4, n};
  }

 private:
  const char* base_ = nullptr;
};

/// Checks that bytes are a whole, undamaged image of this version; the reason if not, else empty.
std::string checkImage(std::string_view bytes, uint64_t compilerHash);

/// pc → line tables: entries of (delta pc words: varint; delta line: zigzag varint; what else changed: bit 0 the file, bit 1 the
/// inlined call; then those, as varints). Position of a call is that of its instruction.
struct LineEntry {
  uint32_t pc, file, line;
  uint32_t inl = 0;     ///< number of the inlined call; 0: the function's own code
};
class LineTable {
 public:
  static void encode(std::vector<uint8_t>& out, const std::vector<LineEntry>& entries);
  /// The entry that covers word offset `pc`.
  static LineEntry find(const ImageView& image, const ImageFunc& func, uint32_t pc);
  /// Where the function itself begins.
  static LineEntry start(const ImageView& image, const ImageFunc& func);
};

/// Collects a package's symbols and writes the image. Offsets and indices are those of the result.
class ImageBuilder {
 public:
  ImageBuilder(std::string_view path, std::string_view name);
  ~ImageBuilder();
  ImageBuilder(const ImageBuilder&) = delete;

  uint32_t string(std::string_view s);                       ///< interned; 0 for ""
  int32_t import(std::string_view path, bool direct, uint64_t hash);
  /// A reference to a named symbol. `package` -1: DupOk or own package.
  uint32_t ref(std::string_view name, int32_t package = -1);
  /// A reference to an own symbol, named or not.
  uint32_t refTo(uint32_t symbol);

  struct Reloc {
    uint32_t offset;
    uint32_t ref;
    int32_t addend = 0;
    RelocKind kind = RelocKind::Abs64;
  };
  /// Adds a data symbol; `ptrs` has a bit for each word that may hold a pointer to the heap (Data only).
  /// Defining a DupOk name again returns the first.
  uint32_t addData(SymbolKind kind, std::string_view name, uint8_t flags, std::string_view bytes, uint16_t align,
                   const std::vector<Reloc>& relocs, const std::vector<bool>& ptrs = {});
  uint32_t addBss(std::string_view name, uint64_t size, uint16_t align, const std::vector<bool>& ptrs);
  /// Whether a symbol of that name was defined here.
  bool defined(std::string_view name) const;
  /// Whether something refers to it as DupOk or own.
  bool referred(std::string_view name) const;

  /// The stack maps of a function.
  struct StackMaps {
    struct Entry {
      uint32_t pc, words, first;         ///< first: index into bits
    };
    std::vector<Entry> entries;          ///< sorted by pc in the end
    std::vector<uint64_t> bits;

    /// A new map, all zero.
    uint64_t* add(uint32_t pc, uint32_t words) {
      entries.push_back({pc, words, static_cast<uint32_t>(bits.size())});
      bits.resize(bits.size() + words);
      return lastBits();
    }
    bool empty() const { return entries.empty(); }
    const Entry& last() const { return entries.back(); }
    uint64_t* lastBits() { return bits.data() + last().first; }
    void reverse() { std::reverse(entries.begin(), entries.end()); }
    void clear() {
      entries.clear();
      bits.clear();
    }
  };
  struct Inline {
    ImageInline call;
    uint32_t file, line;               ///< of the call, in its parent
  };
  struct Function {
    std::string name;
    uint8_t symbolFlags = 0;
    std::vector<Insn> code;
    std::vector<Reloc> relocs;         ///< offset: bytes from the code's start
    StackMaps maps;                    ///< sorted by pc
    std::vector<LineEntry> lines;      ///< file: string offset (string())
    std::vector<Inline> inlines;       ///< number 1 first
    uint16_t frameSlots = 0, argSlots = 0, resultSlots = 0, flags = 0;
    uint32_t deferReturn = 0, startLine = 0;
    uint32_t signature = ~0u;

    /// Empty again, with its memory.
    void clear() {
      Function empty;
      empty.name = std::move(name);
      empty.code = std::move(code);
      empty.relocs = std::move(relocs);
      empty.maps = std::move(maps);
      empty.lines = std::move(lines);
      *this = std::move(empty);
      name.clear();
      code.clear();
      relocs.clear();
      maps.clear();
      lines.clear();
    }
  };
  uint32_t addFunc(const Function& f);
  uint32_t addSite(const ImageSite& site);
  uint32_t siteCount() const { return static_cast<uint32_t>(s_.sites.size()); }
  void setInit(uint32_t symbol) { init_ = static_cast<int32_t>(symbol); }
  void setMain(uint32_t symbol) { main_ = static_cast<int32_t>(symbol); }
  void setRawViews() { rawViews_ = true; }
  void setExports(std::string bytes) { exports_ = std::move(bytes); }

  /// The finished image; the builder is then used up.
  std::string finish(uint64_t compilerHash, uint64_t contentHash);

 private:
  /// What is known of a string: where it is, and what bears it as its name.
  struct Name {
    uint32_t hash = 0;                 ///< symbolHash; 0: no entry
    uint32_t offset = 0;
    uint32_t symbol = kNothing;        ///< defined here
    uint32_t ref = kNothing;           ///< to a symbol of this name: DupOk or own …
    int32_t package = -1;              ///< … and of one other package; those of more are in otherRefs_
    uint32_t packageRef = kNothing;
  };
  static constexpr uint32_t kNothing = ~0u;
  struct MapEntry {
    uint64_t hash = 0;
    uint32_t words = 0, offset = 0;    ///< words: 0: no entry
  };
  /// What grows while an image is made. Builders pass it on, so that it grows once and not for every image.
  struct Storage {
#define X(name, type) std::vector<type> name;
    BURROW_IMAGE_SECTIONS(X)
#undef X
    std::vector<Name> names;           ///< open addressing by hash
    std::vector<MapEntry> maps;        ///< the same
  };
  static std::vector<Storage>& spareStorage();

  Name& name(std::string_view s);
  const Name* findName(std::string_view s, uint32_t hash) const;
  uint32_t mapBits(const uint64_t* bits, uint32_t words);

  Storage s_;
  uint32_t nameCount_ = 0, mapCount_ = 0;
  std::unordered_map<uint64_t, uint32_t> otherRefs_;  ///< string offset and package
  std::vector<uint32_t> symbolRef_;
  uint32_t path_, name_;
  int32_t init_ = -1, main_ = -1;
  bool rawViews_ = false;
  uint64_t bssBytes_ = 0;
  std::string exports_;
};

}  // namespace burrow
