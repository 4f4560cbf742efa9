#include "jit/ssa/arena.h"

namespace burrow::jit {

constinit thread_local Arena compileArena;

/// Goes on to the next chunk that has room, or to a new one.
void Arena::more(size_t bytes) {
  Chunk* next = current_ ? current_->next : chunks_;
  if (!next || next->bytes - sizeof(Chunk) < bytes) {
    size_t size = bytes + sizeof(Chunk) > kChunk ? bytes + sizeof(Chunk) : kChunk;
    auto* c = static_cast<Chunk*>(must(std::malloc(size)));
    c->bytes = size;
    c->next = next;
    (current_ ? current_->next : chunks_) = c;
    next = c;
  }
  current_ = next;
  at_ = reinterpret_cast<char*>(next + 1);
  end_ = reinterpret_cast<char*>(next) + next->bytes;
}

void Arena::reset() {
  size_t kept = 0;
  for (Chunk** p = &chunks_; *p;) {
    Chunk* c = *p;
    if (kept + c->bytes <= kKept) {
      kept += c->bytes;
      p = &c->next;
    } else {
      *p = c->next;
      std::free(c);
    }
  }
  current_ = nullptr;
  at_ = end_ = nullptr;
  for (Free*& f : free_) f = nullptr;
}

}  // namespace burrow::jit
