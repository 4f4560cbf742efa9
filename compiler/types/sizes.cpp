// Memory layout of types as gc has it on amd64.
#include "compiler/types/checker.h"

namespace burrow {
namespace {

constexpr int64_t kWord = 8, kMaxAlign = 8;

/// Rounded up to a multiple of a; negative on overflow.
int64_t alignUp(int64_t x, int64_t a) {
  return static_cast<int64_t>((static_cast<uint64_t>(x) + static_cast<uint64_t>(a) - 1) &
                              ~(static_cast<uint64_t>(a) - 1));
}
int64_t addWrapping(int64_t x, int64_t y) {
  return static_cast<int64_t>(static_cast<uint64_t>(x) + static_cast<uint64_t>(y));
}

/// The empty struct that asks for 64-bit alignment of the struct it is in.
bool isAtomicAlign64(Type* t) {
  Named* n = asNamed(t);
  return n && n->obj && n->obj->name == "align64" && n->obj->pkg &&
         (n->obj->pkg->path == "sync/atomic" || n->obj->pkg->path == "internal/runtime/atomic");
}

int64_t basicSize(BasicKind k) {
  switch (k) {
    case BasicKind::Bool:
    case BasicKind::Int8:
    case BasicKind::Uint8:
    case BasicKind::UntypedBool:
      return 1;
    case BasicKind::Int16:
    case BasicKind::Uint16:
      return 2;
    case BasicKind::Int32:
    case BasicKind::Uint32:
    case BasicKind::Float32:
      return 4;
    case BasicKind::Complex128:
    case BasicKind::String:
    case BasicKind::UntypedString:
    case BasicKind::UntypedComplex:
      return 16;
    default:
      return 8;
  }
}

/// Where the last field ends is computed along with where each starts.
template <class F>
void layOut(const Struct* s, F&& atOffset) {
  int64_t offset = 0;
  for (Var* f : s->fields) {
    if (offset >= 0) offset = alignUp(offset, alignOf(f->type));
    int64_t size = sizeOf(f->type);
    atOffset(offset < 0 ? -1 : offset, size);
    offset = size >= 0 && offset >= 0 ? addWrapping(offset, size) : -1;
  }
}

int64_t structSize(Struct* s, Type* t) {
  if (s->fields.empty()) return 0;
  int64_t last = 0, lastSize = 0;
  layOut(s, [&](int64_t offset, int64_t size) {
    last = offset;
    lastSize = size;
  });
  if (last < 0 || lastSize < 0) return -1;
  // A zero-sized last field must not have an address past the struct.
  if (last > 0 && lastSize == 0) lastSize = 1;
  int64_t size = addWrapping(last, lastSize);
  return size < 0 ? -1 : alignUp(size, alignOf(t));
}

}  // namespace

int64_t alignOf(Type* t) {
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Array:
      return alignOf(static_cast<Array*>(u)->elem);
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(u);
      if (s->fields.empty() && isAtomicAlign64(t)) return 8;
      int64_t most = 1;
      for (Var* f : s->fields) most = std::max(most, alignOf(f->type));
      return most;
    }
    case TypeKind::Basic: {
      auto* b = static_cast<Basic*>(u);
      if (b->info & kIsString) return kWord;
      int64_t size = basicSize(b->basic);
      if (b->info & kIsComplex) size /= 2;
      return std::min(size, kMaxAlign);
    }
    default:
      return kWord;
  }
}

int64_t sizeOf(Type* t) {
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Basic:
      return basicSize(static_cast<Basic*>(u)->basic);
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      if (a->len <= 0) return 0;
      int64_t elem = sizeOf(a->elem), size;
      if (elem <= 0) return elem;
      return __builtin_mul_overflow(elem, a->len, &size) ? -1 : size;
    }
    case TypeKind::Slice:
      return 3 * kWord;
    case TypeKind::Struct:
      return structSize(static_cast<Struct*>(u), t);
    case TypeKind::Interface:
      return 2 * kWord;
    default:
      return kWord;
  }
}

std::vector<int64_t> fieldOffsets(const Struct* s) {
  std::vector<int64_t> offsets;
  offsets.reserve(s->fields.size());
  layOut(s, [&](int64_t offset, int64_t) { offsets.push_back(offset); });
  return offsets;
}

bool hasVarSize(Type* t, std::unordered_map<Named*, bool>* seen) {
  std::unordered_map<Named*, bool> first;
  if (!seen) seen = &first;
  Named* named = asNamed(t);
  if (named) {
    // Of unknown size until proven otherwise: such a type may contain itself.
    auto [it, inserted] = seen->emplace(named, true);
    if (!inserted) return it->second;
  }
  bool result = false;
  Type* u = under(t);
  if (u->kind == TypeKind::Array) {
    result = hasVarSize(static_cast<Array*>(u)->elem, seen);
  } else if (u->kind == TypeKind::Struct) {
    for (Var* f : static_cast<Struct*>(u)->fields) {
      if ((result = hasVarSize(f->type, seen))) break;
    }
  } else if (u->kind == TypeKind::Interface) {
    result = isTypeParam(t);
  }
  if (named) (*seen)[named] = result;
  return result;
}

}  // namespace burrow
