// Words of memory whose contents are known at a point: what was just loaded from there or stored there. Internal to jit/ssa.
#pragma once

#include <algorithm>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

inline unsigned bytesOf(Width w) { return w == Width::W64 ? 8 : w == Width::I32 || w == Width::U32 ? 4 : w == Width::I16 || w == Width::U16 ? 2 : 1; }

/// Whether a store may change the word at base + offset. Numbers are never stored where pointers or lengths are (`noNumber`), unless unsafe code
/// does (Graph::rawViews).
inline bool mayAlter(const Value* store, const Value* base, int64_t offset, unsigned bytes, bool noNumber) {
  if (store->args[0] == base) {
    bool plain = store->args.size() == 2;
    return !plain || (store->aux < offset + bytes && offset < store->aux + bytesOf(store->width));
  }
  return !noNumber || store->pointer || store->header;
}

/// Values that memory is accessed by.
class Pointers {
 public:
  void insert(const Value* v) {
    if (v->id >= are_.size()) are_.resize(v->id + 64);
    are_[v->id] = true;
  }
  bool count(const Value* v) const { return v->id < are_.size() && are_[v->id]; }

 private:
  Vec<bool> are_;
};

class KnownMemory {
 public:
  KnownMemory(const Graph& g, const Pointers* pointers) : g_(&g), pointers_(pointers) {}
  void clear() { words_.clear(); }

  /// What the load would find, or null.
  Value* find(const Value* load) const {
    for (const Word& w : words_)
      if (w.base == load->args[0] && w.offset == load->aux) return resolve(w.value);
    return nullptr;
  }
  void loaded(Value* load) { add({load->args[0], load->aux, load, load->header || pointers_->count(load)}); }
  void stored(const Value* store) {
    std::erase_if(words_, [&](const Word& w) { return mayAlter(store, w.base, w.offset, 8, w.noNumber && !g_->rawViews); });
    if (isWord(store) && store->args.size() == 2) add({store->args[0], store->aux, store->args[1], store->pointer || store->header});
  }
  static bool isWord(const Value* v) { return v->width == Width::W64; }

 private:
  struct Word {
    const Value* base;
    int64_t offset;
    Value* value;
    bool noNumber;
  };
  void add(const Word& w) {
    constexpr size_t kMost = 24;
    if (words_.size() >= kMost) words_.erase(words_.begin());
    words_.push_back(w);
  }

  const Graph* g_;
  const Pointers* pointers_;
  Vec<Word> words_;
};

}  // namespace burrow::jit
