// Building and checking images. The layout is image.h's; nothing here knows what the bytes mean.
#include "vm/bytecode/image.h"

#include <algorithm>

#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"

namespace burrow {

namespace {

constexpr uint64_t kSectionAlign = 64;

uint64_t alignUp(uint64_t n, uint64_t align) { return (n + align - 1) & ~(align - 1); }

uint64_t mix(uint64_t a, uint64_t b) {
  unsigned __int128 p = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(p) ^ static_cast<uint64_t>(p >> 64);
}

/// Four independent lanes, so that checking an image costs little beside reading it.
uint64_t checksumOf(const char* p, size_t n) {
  uint64_t lane[4] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0xd6e8feb86659fd93};
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    for (unsigned k = 0; k < 4; k++) {
      uint64_t a, b;
      std::memcpy(&a, p + i + k * 16, 8);
      std::memcpy(&b, p + i + k * 16 + 8, 8);
      lane[k] = mix(a ^ lane[k], b ^ 0xa0761d6478bd642f) + lane[k];
    }
  }
  uint64_t h = lane[0] ^ mix(lane[1], lane[2] | 1) ^ lane[3];
  for (; i < n; i++) h = mix(h ^ static_cast<uint8_t>(p[i]), 0xe7037ed1a0b428db);
  return mix(h ^ n, 0x8ebc6af09c88c6e3);
}

void setBits(std::vector<uint64_t>& words, uint64_t firstBit, const std::vector<bool>& bits) {
  for (size_t i = 0; i < bits.size(); i++) {
    if (!bits[i]) continue;
    uint64_t at = firstBit + i;
    if (words.size() <= at / 64) words.resize(at / 64 + 1);
    words[at / 64] |= uint64_t{1} << (at % 64);
  }
}

}  // namespace

uint32_t symbolHash(std::string_view name) {
  uint64_t h = name.size();
  size_t i = 0;
  for (; i + 8 <= name.size(); i += 8) {
    uint64_t w;
    std::memcpy(&w, name.data() + i, 8);
    h = mix(h ^ w, 0x9e3779b97f4a7c15);
  }
  uint64_t tail = 0;
  if (i < name.size()) std::memcpy(&tail, name.data() + i, name.size() - i);
  h = mix(h ^ tail, 0xbf58476d1ce4e5b9);
  auto r = static_cast<uint32_t>(h ^ (h >> 32));
  return r ? r : 1;
}

std::string checkImage(std::string_view bytes, uint64_t compilerHash) {
  if (bytes.size() < sizeof(ImageHeader)) return "truncated header";
  ImageHeader h;
  std::memcpy(&h, bytes.data(), sizeof h);
  if (h.magic != kImageMagic) return "not an image";
  if (h.version != kImageVersion) return "made for another version of the format";
  if (h.compilerHash != compilerHash) return "made by another compiler";
  if (h.totalBytes != bytes.size()) return "truncated";
#define X(name, type)                                                                      \
  if (h.name.offset > bytes.size() || h.name.count > (bytes.size() - h.name.offset) / sizeof(type)) \
    return "section " #name " out of bounds";
  BURROW_IMAGE_SECTIONS(X)
#undef X
  if (h.checksum != checksumOf(bytes.data() + sizeof h, bytes.size() - sizeof h)) return "damaged";
  return {};
}

std::vector<ImageBuilder::Storage>& ImageBuilder::spareStorage() {
  static thread_local std::vector<Storage> spare;
  return spare;
}

ImageBuilder::ImageBuilder(std::string_view path, std::string_view name) {
  if (auto& spare = spareStorage(); !spare.empty()) {
    s_ = std::move(spare.back());
    spare.pop_back();
  }
  s_.names.assign(std::max<size_t>(s_.names.size() / 4, 256), {});
  s_.maps.assign(std::max<size_t>(s_.maps.size() / 4, 256), {});
  s_.strings.resize(4);  // offset 0 means "none"
  path_ = string(path);
  name_ = string(name);
}

ImageBuilder::~ImageBuilder() {
#define X(name, type) s_.name.clear();
  BURROW_IMAGE_SECTIONS(X)
#undef X
  spareStorage().push_back(std::move(s_));
}

const ImageBuilder::Name* ImageBuilder::findName(std::string_view s, uint32_t hash) const {
  for (size_t at = hash & (s_.names.size() - 1); s_.names[at].hash; at = (at + 1) & (s_.names.size() - 1)) {
    const Name& n = s_.names[at];
    if (n.hash != hash) continue;
    uint32_t size;
    std::memcpy(&size, &s_.strings[n.offset], 4);
    if (size == s.size() && std::memcmp(s_.strings.data() + n.offset + 4, s.data(), size) == 0) return &n;
  }
  return nullptr;
}

/// The entry of a string, which is added if it is new. Entries move when others are added.
ImageBuilder::Name& ImageBuilder::name(std::string_view s) {
  uint32_t hash = symbolHash(s);
  if (const Name* known = findName(s, hash)) return const_cast<Name&>(*known);
  auto place = [&](uint32_t h) -> Name& {
    size_t at = h & (s_.names.size() - 1);
    while (s_.names[at].hash) at = (at + 1) & (s_.names.size() - 1);
    return s_.names[at];
  };
  if (++nameCount_ * 2 > s_.names.size()) {
    std::vector<Name> old(s_.names.size() * 2);
    old.swap(s_.names);
    for (const Name& n : old)
      if (n.hash) place(n.hash) = n;
  }
  Name& added = place(hash);
  added.hash = hash;
  if (s.empty()) return added;
  added.offset = static_cast<uint32_t>(s_.strings.size());
  auto n = static_cast<uint32_t>(s.size());
  s_.strings.resize(s_.strings.size() + 4 + n + 1);
  char* to = &s_.strings[added.offset];
  std::memcpy(to, &n, 4);
  std::memcpy(to + 4, s.data(), n);
  to[4 + n] = 0;
  return added;
}

uint32_t ImageBuilder::string(std::string_view s) { return s.empty() ? 0 : name(s).offset; }

int32_t ImageBuilder::import(std::string_view path, bool direct, uint64_t hash) {
  uint32_t p = string(path);
  for (size_t i = 0; i < s_.imports.size(); i++) {
    if (s_.imports[i].path == p) {
      s_.imports[i].direct |= direct;
      return static_cast<int32_t>(i);
    }
  }
  s_.imports.push_back({p, direct, hash});
  return static_cast<int32_t>(s_.imports.size() - 1);
}

uint32_t ImageBuilder::ref(std::string_view text, int32_t package) {
  Name& n = name(text);
  uint32_t* known = &n.ref;
  if (package >= 0) {
    if (n.package < 0) n.package = package;
    known = n.package == package ? &n.packageRef
                                 : &otherRefs_.try_emplace(uint64_t{n.offset} << 32 | static_cast<uint32_t>(package), kNothing).first->second;
  }
  if (*known == kNothing) {
    *known = static_cast<uint32_t>(s_.refs.size());
    s_.refs.push_back({n.offset, -1, package});
  }
  return *known;
}

uint32_t ImageBuilder::refTo(uint32_t symbol) {
  BURROW_CHECK(symbol < s_.symbols.size());
  if (symbolRef_.size() <= symbol) symbolRef_.resize(symbol + 1, ~0u);
  if (symbolRef_[symbol] == ~0u) {
    symbolRef_[symbol] = static_cast<uint32_t>(s_.refs.size());
    s_.refs.push_back({s_.symbols[symbol].name, static_cast<int32_t>(symbol), -1});
  }
  return symbolRef_[symbol];
}

bool ImageBuilder::defined(std::string_view text) const {
  const Name* n = findName(text, symbolHash(text));
  return n && n->symbol != kNothing;
}

bool ImageBuilder::referred(std::string_view text) const {
  const Name* n = findName(text, symbolHash(text));
  return n && n->ref != kNothing;
}

uint32_t ImageBuilder::addData(SymbolKind kind, std::string_view name, uint8_t flags, std::string_view bytes,
                               uint16_t align, const std::vector<Reloc>& relocs, const std::vector<bool>& ptrs) {
  auto symbol = static_cast<uint32_t>(s_.symbols.size());
  uint32_t nameAt = 0;
  if (!name.empty()) {
    Name& n = this->name(name);
    if (n.symbol != kNothing) {
      BURROW_CHECK(flags & kDupOk);
      return n.symbol;
    }
    n.symbol = symbol;
    nameAt = n.offset;
  }
  if (align < 1) align = 1;
  std::vector<uint8_t>& section = kind == SymbolKind::RoData ? s_.rodata : s_.data;
  section.resize(alignUp(section.size(), align));
  auto offset = static_cast<uint32_t>(section.size());
  section.insert(section.end(), bytes.begin(), bytes.end());
  if (!ptrs.empty()) {
    BURROW_CHECK(kind != SymbolKind::RoData && offset % 8 == 0);
    setBits(s_.dataPtrs, offset / 8, ptrs);
  }
  auto firstReloc = static_cast<uint32_t>(s_.relocs.size());
  for (const Reloc& r : relocs) {
    BURROW_CHECK(r.offset + (r.kind == RelocKind::Abs64 ? 8 : 4) <= bytes.size());
    s_.relocs.push_back({r.offset, r.ref, r.addend, r.kind, {}});
  }
  s_.symbols.push_back({nameAt, kind, flags, align, offset, static_cast<uint32_t>(bytes.size()), firstReloc,
                        static_cast<uint32_t>(relocs.size())});
  return symbol;
}

uint32_t ImageBuilder::addBss(std::string_view name, uint64_t size, uint16_t align, const std::vector<bool>& ptrs) {
  auto symbol = static_cast<uint32_t>(s_.symbols.size());
  uint32_t nameAt = 0;
  if (!name.empty()) {
    Name& n = this->name(name);
    BURROW_CHECK(n.symbol == kNothing);
    n.symbol = symbol;
    nameAt = n.offset;
  }
  bssBytes_ = alignUp(bssBytes_, std::max<uint16_t>(align, 1));
  BURROW_CHECK(bssBytes_ + size < uint64_t{1} << 31);
  if (!ptrs.empty()) {
    BURROW_CHECK(bssBytes_ % 8 == 0);
    setBits(s_.bssPtrs, bssBytes_ / 8, ptrs);
  }
  s_.symbols.push_back({nameAt, SymbolKind::Bss, 0, align, static_cast<uint32_t>(bssBytes_), static_cast<uint32_t>(size), 0, 0});
  bssBytes_ += size;
  return symbol;
}

/// Where a map's bits are; equal ones are shared.
uint32_t ImageBuilder::mapBits(const uint64_t* bits, uint32_t words) {
  uint64_t hash = words;
  for (uint32_t w = 0; w < words; w++) hash = mix(hash ^ bits[w], 0x9e3779b97f4a7c15);
  auto find = [&](uint64_t h, auto same) -> MapEntry& {
    size_t at = h & (s_.maps.size() - 1);
    while (s_.maps[at].words && !same(s_.maps[at])) at = (at + 1) & (s_.maps.size() - 1);
    return s_.maps[at];
  };
  MapEntry* e = &find(hash, [&](const MapEntry& m) {
    return m.hash == hash && m.words == words && std::memcmp(&s_.mapBits[m.offset], bits, words * sizeof *bits) == 0;
  });
  if (e->words) return e->offset;
  if (++mapCount_ * 2 > s_.maps.size()) {
    auto none = [](const MapEntry&) { return false; };
    std::vector<MapEntry> old(s_.maps.size() * 2);
    old.swap(s_.maps);
    for (const MapEntry& m : old)
      if (m.words) find(m.hash, none) = m;
    e = &find(hash, none);
  }
  *e = {hash, words, static_cast<uint32_t>(s_.mapBits.size())};
  s_.mapBits.insert(s_.mapBits.end(), bits, bits + words);
  return e->offset;
}

uint32_t ImageBuilder::addFunc(const Function& f) {
  auto symbol = static_cast<uint32_t>(s_.symbols.size());
  uint32_t nameAt = 0;
  if (!f.name.empty()) {
    Name& n = name(f.name);
    if (n.symbol != kNothing) {
      BURROW_CHECK(f.symbolFlags & kDupOk);
      return n.symbol;
    }
    n.symbol = symbol;
    nameAt = n.offset;
  }
  ImageFunc out{};
  out.symbol = symbol;
  out.code = static_cast<uint32_t>(s_.code.size());
  out.codeWords = static_cast<uint32_t>(f.code.size() + f.inlines.size());
  out.frameSlots = f.frameSlots;
  out.argSlots = f.argSlots;
  out.resultSlots = f.resultSlots;
  out.flags = f.flags;
  out.deferReturn = f.deferReturn;
  out.signature = f.signature;
  out.startLine = f.startLine;
  s_.code.insert(s_.code.end(), f.code.begin(), f.code.end());
  s_.code.resize(s_.code.size() + f.inlines.size(), Insn{});

  uint32_t mapWords = (uint32_t{f.frameSlots} + kFrameHeaderSlots + f.argSlots + f.resultSlots + 63) / 64;
  if (f.flags & kHasStorage) mapWords *= 2;
  out.firstMap = static_cast<uint32_t>(s_.stackMaps.size());
  out.mapCount = static_cast<uint32_t>(f.maps.entries.size());
  uint32_t last = 0;
  for (const StackMaps::Entry& m : f.maps.entries) {
    BURROW_CHECK(m.words == mapWords && last <= m.pc);
    last = m.pc;
    s_.stackMaps.push_back({m.pc, mapBits(&f.maps.bits[m.first], mapWords)});
  }
  out.firstLine = static_cast<uint32_t>(s_.lines.size());
  out.firstInline = static_cast<uint32_t>(s_.inlines.size());
  out.inlineCount = static_cast<uint32_t>(f.inlines.size());
  if (f.inlines.empty()) {
    LineTable::encode(s_.lines, f.lines);
  } else {
    std::vector<LineEntry> lines = f.lines;
    for (uint32_t number = 1; number <= out.inlineCount; number++) {
      const Inline& i = f.inlines[number - 1];
      BURROW_DCHECK(i.call.parent < number);
      s_.inlines.push_back(i.call);
      lines.push_back({out.inlineMark(number), i.file, i.line, i.call.parent});
    }
    LineTable::encode(s_.lines, lines);
  }
  out.lineBytes = static_cast<uint32_t>(s_.lines.size()) - out.firstLine;

  auto firstReloc = static_cast<uint32_t>(s_.relocs.size());
  for (const Reloc& r : f.relocs) {
    BURROW_CHECK(r.offset + 8 <= f.code.size() * 8);
    s_.relocs.push_back({r.offset, r.ref, r.addend, r.kind, {}});
  }
  s_.symbols.push_back({nameAt, SymbolKind::Func, f.symbolFlags, 8, static_cast<uint32_t>(s_.funcs.size()), out.codeWords * 8,
                        firstReloc, static_cast<uint32_t>(f.relocs.size())});
  s_.funcs.push_back(out);
  return symbol;
}

uint32_t ImageBuilder::addSite(const ImageSite& site) {
  s_.sites.push_back(site);
  return static_cast<uint32_t>(s_.sites.size() - 1);
}

std::string ImageBuilder::finish(uint64_t compilerHash, uint64_t contentHash) {
  std::vector<uint32_t> hashes(s_.symbols.size());
  for (const Name& n : s_.names) {
    if (n.symbol == kNothing) continue;
    hashes[n.symbol] = n.hash;
    if (n.ref != kNothing) s_.refs[n.ref].symbol = static_cast<int32_t>(n.symbol);  // perhaps made before the definition was seen
  }
  // The table of what others may ask for.
  auto isPublic = [](const ImageSymbol& s) { return s.name && !(s.flags & kLocal); };
  size_t buckets = 4, named = static_cast<size_t>(std::count_if(s_.symbols.begin(), s_.symbols.end(), isPublic));
  while (buckets < named * 2) buckets *= 2;
  s_.hash.assign(buckets, {});
  for (uint32_t i = 0; i < s_.symbols.size(); i++) {
    if (!isPublic(s_.symbols[i])) continue;
    size_t at = hashes[i] & (buckets - 1);
    while (s_.hash[at].hash) at = (at + 1) & (buckets - 1);
    s_.hash[at] = {hashes[i], i};
  }
  s_.exports.assign(exports_.begin(), exports_.end());
  s_.dataPtrs.resize((s_.data.size() + 511) / 512);

  ImageHeader h{};
  h.magic = kImageMagic;
  h.version = kImageVersion;
  h.compilerHash = compilerHash;
  h.contentHash = contentHash;
  h.bssBytes = bssBytes_;
  h.path = path_;
  h.name = name_;
  h.initSymbol = init_;
  h.mainSymbol = main_;
  h.rawViews = rawViews_;
  uint64_t at = sizeof h;
#define X(name, type)                                \
  at = alignUp(at, kSectionAlign);                   \
  h.name.offset = at, h.name.count = s_.name.size(); \
  at += s_.name.size() * sizeof(type);
  BURROW_IMAGE_SECTIONS(X)
#undef X
  h.totalBytes = alignUp(at, 8);
  std::string out(h.totalBytes, '\0');
#define X(name, type) \
  if (h.name.count) std::memcpy(&out[h.name.offset], s_.name.data(), h.name.count * sizeof(type));
  BURROW_IMAGE_SECTIONS(X)
#undef X
  h.checksum = checksumOf(out.data() + sizeof h, out.size() - sizeof h);
  std::memcpy(out.data(), &h, sizeof h);
  return out;
}

}  // namespace burrow
