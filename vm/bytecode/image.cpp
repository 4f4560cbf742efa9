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

std::string refKey(std::string_view name, int32_t package) {
  std::string key(name);
  key.push_back('\0');
  key.append(reinterpret_cast<const char*>(&package), 4);
  return key;
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
  std::memcpy(&tail, name.data() + i, name.size() - i);
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

ImageBuilder::ImageBuilder(std::string_view path, std::string_view name) {
  stringsSection_.resize(4);  // offset 0 means "none"
  path_ = string(path);
  name_ = string(name);
}

uint32_t ImageBuilder::string(std::string_view s) {
  if (s.empty()) return 0;
  auto [it, isNew] = stringIndex_.try_emplace(std::string(s), static_cast<uint32_t>(stringsSection_.size()));
  if (isNew) {
    auto n = static_cast<uint32_t>(s.size());
    const char* p = reinterpret_cast<const char*>(&n);
    stringsSection_.insert(stringsSection_.end(), p, p + 4);
    stringsSection_.insert(stringsSection_.end(), s.begin(), s.end());
    stringsSection_.push_back(0);
  }
  return it->second;
}

int32_t ImageBuilder::import(std::string_view path, bool direct, uint64_t hash) {
  uint32_t p = string(path);
  for (size_t i = 0; i < importsSection_.size(); i++) {
    if (importsSection_[i].path == p) {
      importsSection_[i].direct |= direct;
      return static_cast<int32_t>(i);
    }
  }
  importsSection_.push_back({p, direct, hash});
  return static_cast<int32_t>(importsSection_.size() - 1);
}

uint32_t ImageBuilder::ref(std::string_view name, int32_t package) {
  auto [it, isNew] = refIndex_.try_emplace(refKey(name, package), static_cast<uint32_t>(refsSection_.size()));
  if (isNew) refsSection_.push_back({string(name), -1, package});
  return it->second;
}

uint32_t ImageBuilder::refTo(uint32_t symbol) {
  BURROW_CHECK(symbol < symbolsSection_.size());
  if (symbolRef_.size() <= symbol) symbolRef_.resize(symbol + 1, ~0u);
  if (symbolRef_[symbol] == ~0u) {
    symbolRef_[symbol] = static_cast<uint32_t>(refsSection_.size());
    refsSection_.push_back({symbolsSection_[symbol].name, static_cast<int32_t>(symbol), -1});
  }
  return symbolRef_[symbol];
}

bool ImageBuilder::defined(std::string_view name) const {
  return symbolIndex_.count(std::string(name)) != 0;
}

uint32_t ImageBuilder::addData(SymbolKind kind, std::string_view name, uint8_t flags, std::string_view bytes,
                               uint16_t align, const std::vector<Reloc>& relocs, const std::vector<bool>& ptrs) {
  auto symbol = static_cast<uint32_t>(symbolsSection_.size());
  if (!name.empty()) {
    auto [it, isNew] = symbolIndex_.try_emplace(std::string(name), symbol);
    if (!isNew) {
      BURROW_CHECK(flags & kDupOk);
      return it->second;
    }
  }
  if (align < 1) align = 1;
  std::vector<uint8_t>& section = kind == SymbolKind::RoData ? rodataSection_ : dataSection_;
  section.resize(alignUp(section.size(), align));
  auto offset = static_cast<uint32_t>(section.size());
  section.insert(section.end(), bytes.begin(), bytes.end());
  if (!ptrs.empty()) {
    BURROW_CHECK(kind != SymbolKind::RoData && offset % 8 == 0);
    setBits(dataPtrsSection_, offset / 8, ptrs);
  }
  auto firstReloc = static_cast<uint32_t>(relocsSection_.size());
  for (const Reloc& r : relocs) {
    BURROW_CHECK(r.offset + (r.kind == RelocKind::Abs64 ? 8 : 4) <= bytes.size());
    relocsSection_.push_back({r.offset, r.ref, r.addend, r.kind, {}});
  }
  symbolsSection_.push_back({string(name), kind, flags, align, offset, static_cast<uint32_t>(bytes.size()),
                             firstReloc, static_cast<uint32_t>(relocs.size())});
  return symbol;
}

uint32_t ImageBuilder::addBss(std::string_view name, uint64_t size, uint16_t align, const std::vector<bool>& ptrs) {
  auto symbol = static_cast<uint32_t>(symbolsSection_.size());
  if (!name.empty()) BURROW_CHECK(symbolIndex_.try_emplace(std::string(name), symbol).second);
  bssBytes_ = alignUp(bssBytes_, std::max<uint16_t>(align, 1));
  BURROW_CHECK(bssBytes_ + size < uint64_t{1} << 31);
  if (!ptrs.empty()) {
    BURROW_CHECK(bssBytes_ % 8 == 0);
    setBits(bssPtrsSection_, bssBytes_ / 8, ptrs);
  }
  symbolsSection_.push_back({string(name), SymbolKind::Bss, 0, align, static_cast<uint32_t>(bssBytes_),
                             static_cast<uint32_t>(size), 0, 0});
  bssBytes_ += size;
  return symbol;
}

uint32_t ImageBuilder::addFunc(const Function& f) {
  auto symbol = static_cast<uint32_t>(symbolsSection_.size());
  if (!f.name.empty()) {
    auto [it, isNew] = symbolIndex_.try_emplace(f.name, symbol);
    if (!isNew) {
      BURROW_CHECK(f.symbolFlags & kDupOk);
      return it->second;
    }
  }
  ImageFunc out{};
  out.symbol = symbol;
  out.code = static_cast<uint32_t>(codeSection_.size());
  out.codeWords = static_cast<uint32_t>(f.code.size());
  out.frameSlots = f.frameSlots;
  out.argSlots = f.argSlots;
  out.resultSlots = f.resultSlots;
  out.flags = f.flags;
  out.deferReturn = f.deferReturn;
  out.signature = f.signature;
  out.startLine = f.startLine;
  codeSection_.insert(codeSection_.end(), f.code.begin(), f.code.end());

  size_t span = size_t{f.frameSlots} + kFrameHeaderSlots + f.argSlots + f.resultSlots;
  out.firstMap = static_cast<uint32_t>(stackMapsSection_.size());
  out.mapCount = static_cast<uint32_t>(f.maps.size());
  for (size_t i = 0; i < f.maps.size(); i++) {
    BURROW_DCHECK(i == 0 || f.maps[i - 1].pc <= f.maps[i].pc);
    std::vector<uint64_t> bits = f.maps[i].bits;
    bits.resize((span + 63) / 64);
    std::string key(reinterpret_cast<const char*>(bits.data()), bits.size() * 8);
    auto [it, isNew] = mapIndex_.try_emplace(std::move(key), static_cast<uint32_t>(mapBitsSection_.size()));
    if (isNew) mapBitsSection_.insert(mapBitsSection_.end(), bits.begin(), bits.end());
    stackMapsSection_.push_back({f.maps[i].pc, it->second});
  }
  out.firstLine = static_cast<uint32_t>(linesSection_.size());
  LineTable::encode(linesSection_, f.lines);
  out.lineBytes = static_cast<uint32_t>(linesSection_.size()) - out.firstLine;

  auto firstReloc = static_cast<uint32_t>(relocsSection_.size());
  for (const Reloc& r : f.relocs) {
    BURROW_CHECK(r.offset + 8 <= f.code.size() * 8);
    relocsSection_.push_back({r.offset, r.ref, r.addend, r.kind, {}});
  }
  symbolsSection_.push_back({string(f.name), SymbolKind::Func, f.symbolFlags, 8,
                             static_cast<uint32_t>(funcsSection_.size()), out.codeWords * 8, firstReloc,
                             static_cast<uint32_t>(f.relocs.size())});
  funcsSection_.push_back(out);
  return symbol;
}

uint32_t ImageBuilder::addSite(const ImageSite& site) {
  sitesSection_.push_back(site);
  return static_cast<uint32_t>(sitesSection_.size() - 1);
}

std::string ImageBuilder::finish(uint64_t compilerHash, uint64_t contentHash) {
  // References made before their own package's definition was seen.
  std::unordered_map<uint32_t, uint32_t> byName;
  for (auto& [name, symbol] : symbolIndex_) byName[symbolsSection_[symbol].name] = symbol;
  for (ImageRef& r : refsSection_) {
    if (r.symbol >= 0 || r.package >= 0) continue;
    if (auto it = byName.find(r.name); it != byName.end()) r.symbol = static_cast<int32_t>(it->second);
  }
  // The table of what others may ask for.
  std::vector<uint32_t> named;
  for (uint32_t i = 0; i < symbolsSection_.size(); i++) {
    if (symbolsSection_[i].name && !(symbolsSection_[i].flags & kLocal)) named.push_back(i);
  }
  size_t buckets = 4;
  while (buckets < named.size() * 2) buckets *= 2;
  hashSection_.assign(buckets, {});
  for (uint32_t i : named) {
    uint32_t n;
    std::memcpy(&n, &stringsSection_[symbolsSection_[i].name], 4);
    uint32_t hash = symbolHash({&stringsSection_[symbolsSection_[i].name + 4], n});
    size_t at = hash & (buckets - 1);
    while (hashSection_[at].hash) at = (at + 1) & (buckets - 1);
    hashSection_[at] = {hash, i};
  }
  exportsSection_.assign(exports_.begin(), exports_.end());
  dataPtrsSection_.resize((dataSection_.size() + 511) / 512);

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
  uint64_t at = sizeof h;
#define X(name, type)                                            \
  at = alignUp(at, kSectionAlign);                               \
  h.name.offset = at, h.name.count = name##Section_.size();      \
  at += name##Section_.size() * sizeof(type);
  BURROW_IMAGE_SECTIONS(X)
#undef X
  h.totalBytes = alignUp(at, 8);
  std::string out(h.totalBytes, '\0');
#define X(name, type) \
  if (h.name.count) std::memcpy(&out[h.name.offset], name##Section_.data(), h.name.count * sizeof(type));
  BURROW_IMAGE_SECTIONS(X)
#undef X
  h.checksum = checksumOf(out.data() + sizeof h, out.size() - sizeof h);
  std::memcpy(out.data(), &h, sizeof h);
#define X(name, type) name##Section_ = {};
  BURROW_IMAGE_SECTIONS(X)
#undef X
  stringIndex_.clear();
  refIndex_.clear();
  symbolIndex_.clear();
  mapIndex_.clear();
  symbolRef_.clear();
  return out;
}

}  // namespace burrow
