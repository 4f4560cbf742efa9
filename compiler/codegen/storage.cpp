// What escape analysis kept in the frame and pointers lead to: variables whose address is taken, and the storage of literals,
// closures, boxes and buffers.
//
// Such storage is pinned: it stays at its slots, belongs to one variable or allocating expression, and is in memory layout. It is
// free again where the analysis says that nothing can refer to it any more: storage that a loop's body takes, at the end of the
// body (what lives longer is in the heap); storage of transient expressions, at the end of their statement. What does not fit a frame
// (kFullFrame slots) goes to the heap after all.
#include <algorithm>

#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

/// Variables that closures of f hold the address of.
void FuncGen::findShared() {
  for (const ir::Func* c : f.closures) {
    for (const Name* n : c->captures) {
      if (!n->byValue && n->outer) shared_.insert(n->outer);
    }
  }
}

bool FuncGen::isAddressed(const Name* n) const { return n->addrTaken || (n->captured && shared_.count(n)); }

Kinds FuncGen::kindsOf(Type* elem, uint64_t count) {
  TypeInfo& ei = info(elem);
  Kinds kinds(slotsOf(count * ei.size), false);
  if (!ei.hasPointers()) return kinds;
  for (uint64_t i = 0; i < count; ++i) {
    for (size_t w = 0; w < ei.ptrs.size(); ++w) {
      if (ei.ptrs[w]) kinds[i * ei.size / 8 + w] = true;
    }
  }
  return kinds;
}

Reg FuncGen::pinnedSlots(const Kinds& kinds, bool transient) {
  Reg r = freeStorage_.take(kinds);
  if (r == kNone) {
    r = kLocalBase + static_cast<Reg>(frame.localPtr.size());
    frame.localPtr.insert(frame.localPtr.end(), kinds.begin(), kinds.end());
    frame.pinned.resize(frame.localPtr.size(), false);
    pin(r, static_cast<unsigned>(kinds.size()));
    frame.storage.push_back({static_cast<unsigned>(r - kLocalBase), static_cast<unsigned>(kinds.size())});
  }
  (transient ? transients_ : storages_).push_back({r, kinds});
  return r;
}

bool FuncGen::fitsFrame(uint64_t slots) const {
  return slots <= kMaxStorageSlots && frame.localPtr.size() + slots <= kFullFrame;
}

Reg FuncGen::storage(const Node* n, const Kinds& kinds) {
  if (!n->onStack || u.options.escapeOff || kinds.empty() || !fitsFrame(kinds.size())) return kNone;
  return pinnedSlots(kinds, n->transient);
}

Reg FuncGen::buffer(const Node* n, unsigned slots, bool capShows) {
  if (!n->onStack || (u.options.escapeOff && !capShows) || !fitsFrame(slots)) return kNone;
  return pinnedSlots(Kinds(slots, false), false);
}

void FuncGen::endStorage(std::vector<Storage>& list, size_t mark, bool release) {
  for (size_t i = list.size(); i-- > mark;) {
    code.storageEnds.push_back({static_cast<int>(code.ins.size()), list[i].reg, static_cast<uint32_t>(list[i].kinds.size())});
    if (release) freeStorage_.put(list[i].kinds, list[i].reg);
  }
  if (release) list.resize(mark);
}

void FuncGen::expose(Reg r, unsigned slots) {
  auto end = static_cast<size_t>(r - kLocalBase) + slots;
  if (exposed_.size() < end) exposed_.resize(end, false);
  for (unsigned i = 0; i < slots; ++i) exposed_[static_cast<size_t>(r - kLocalBase) + i] = true;
}

bool FuncGen::isExposed(Reg r) const {
  return isLocal(r) && static_cast<size_t>(r - kLocalBase) < exposed_.size() && exposed_[static_cast<size_t>(r - kLocalBase)];
}

namespace {

/// Whether gc keeps values of a type in SSA values, rather than in memory: small ones, without an array of several elements in them.
bool hasValues(Type* t) {
  constexpr size_t kMaxParts = 4;   ///< and words
  if (info(t).size > kMaxParts * 8) return false;
  t = ir::underlying(t);
  if (auto* array = as<Array>(t)) return array->len <= 1 && hasValues(array->elem);
  auto* fields = as<Struct>(t);
  return !fields || (fields->fields.size() <= kMaxParts && std::ranges::all_of(fields->fields, [](const Var* e) { return hasValues(e->type); }));
}

}  // namespace

/// Whether x is a variable that gc keeps in memory, or a part of one.
bool FuncGen::liesInMemory(Node* x) const {
  for (x = strip(x); x->op == IrOp::Dot || (x->op == IrOp::Index && as<Array>(ir::underlying(x->x->type))); x = strip(x->x)) continue;
  if (x->op != IrOp::Name || x->name->cls == ir::Class::Global) return true;
  if (x->name->cls == ir::Class::Result && f.hasDefer) return true;
  if (x->name->cls == ir::Class::Capture && !x->name->byValue) return true;
  return x->name->onHeap || isAddressed(x->name) || !hasValues(x->type);
}

const char* FuncGen::heapReason(const Node* n) const {
  if (u.options.escapeOff) return "escape analysis is off";
  if (n == grownInMemory_) return "appended to where the slice lies in memory";
  if (n->onStack) return "too large for the frame";
  return n->reason ? n->reason->c_str() : "";
}

/// The site word of an instruction that may use a buffer.
uint64_t FuncGen::bufferSite(const Node* n, AllocKind kind) {
  if (u.options.escapeOff) return u.site(n->pos, kind, true, n->type, {}, "escape analysis is off") | kBufOnHeap;
  return u.site(n->pos, kind, false, n->type, {}, "if it fits the frame's buffer");
}

/// Conversions of bytes to strings, in a value that is only looked at, share the bytes.
void FuncGen::shareBytes(Node* n) {
  n = strip(n);
  if (n->op == IrOp::BytesToStr) n->zeroCopy = true;
  if (n->op != IrOp::StructLit && n->op != IrOp::ArrayLit) return;
  for (Node* e : n->list) shareBytes(e->op == IrOp::StructKey || e->op == IrOp::Key ? e->x : e);
}

}  // namespace burrow::codegen
