// Where arenas get their memory: small blocks from the heap, then large ones in huge pages, which cost one fault instead of
// hundreds.
#include "compiler/source/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <new>

namespace burrow {

namespace {

constexpr size_t kFirstBlock = size_t{1} << 18, kHugePage = size_t{1} << 21, kLargestBlock = size_t{1} << 23;

/// Memory aligned to huge pages; null if there is none.
std::byte* mapHuge(size_t size) {
  size_t whole = size + kHugePage;
  void* p = mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return nullptr;
  auto* low = static_cast<std::byte*>(p);
  auto* base = reinterpret_cast<std::byte*>((reinterpret_cast<uintptr_t>(low) + kHugePage - 1) & ~(kHugePage - 1));
  if (base != low) munmap(low, static_cast<size_t>(base - low));
  if (std::byte* end = base + size; end != low + whole) munmap(end, static_cast<size_t>(low + whole - end));
  madvise(base, size, MADV_HUGEPAGE);
  return base;
}

/// Blocks of arenas that are gone, for those to come: their pages are there already.
class Pool {
 public:
  struct Block {
    std::byte* base;
    size_t size;
    bool mapped;
  };
  static Pool& get() {
    static Pool* pool = new Pool;  // outlives every arena
    return *pool;
  }
  bool take(size_t atLeast, Block& out) {
    std::lock_guard lock(mutex_);
    for (size_t i = blocks_.size(); i-- > 0;) {
      if (blocks_[i].size < atLeast) continue;
      out = blocks_[i];
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
      bytes_ -= out.size;
      return true;
    }
    return false;
  }
  bool give(const Block& b) {
    std::lock_guard lock(mutex_);
    if (bytes_ + b.size > kMost) return false;
    bytes_ += b.size;
    blocks_.push_back(b);
    return true;
  }

 private:
  static constexpr size_t kMost = size_t{64} << 20;
  std::mutex mutex_;
  std::vector<Block> blocks_;
  size_t bytes_ = 0;
};

}  // namespace

Arena::~Arena() {
  for (const Block& b : blocks_) {
    if (Pool::get().give({b.base, b.size, b.mapped})) continue;
    if (b.mapped) munmap(b.base, b.size);
    else std::free(b.base);
  }
}

void Arena::newBlock(size_t atLeast) {
  for (; inUse_ < blocks_.size(); ++inUse_)
    if (blocks_[inUse_].size >= atLeast) break;
  if (inUse_ == blocks_.size()) {
    if (Pool::Block spare; Pool::get().take(atLeast, spare)) {
      blocks_.push_back({spare.base, spare.size, spare.mapped});
    } else {
      // Each block is as large as all before it, so that small compilations stay small.
      size_t size = kFirstBlock;
      for (const Block& b : blocks_) size = std::min(size + b.size, kLargestBlock);
      size = std::max(size, atLeast);
      Block b{nullptr, size, size >= kHugePage};
      if (b.mapped) b.size = size = (size + kHugePage - 1) & ~(kHugePage - 1);
      b.base = b.mapped ? mapHuge(size) : static_cast<std::byte*>(std::malloc(size));
      if (!b.base) throw std::bad_alloc();
      blocks_.push_back(b);
    }
  }
  const Block& b = blocks_[inUse_++];
  next_ = reinterpret_cast<uintptr_t>(b.base);
  end_ = next_ + b.size;
}

void Arena::reset() {
#ifdef __SANITIZE_ADDRESS__
  for (size_t i = 0; i < inUse_; ++i) std::memset(blocks_[i].base, 0xdb, blocks_[i].size);  // what still points here should fail
#endif
  inUse_ = 0;
  next_ = end_ = 0;
}

}  // namespace burrow
