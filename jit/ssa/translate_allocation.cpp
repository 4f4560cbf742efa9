// Small objects taken from the heap in place, by the allocator's own cursors. When one has nothing left the slow half asks the allocator: so
// it does whenever allocations are sampled, or collect each time.
#include "jit/ssa/build.h"
#include "vm/bytecode/type_desc.h"
#include "vm/heap/heap.h"
#include "vm/object/object.h"
#include "vm/profile/sites.h"

namespace burrow::jit {

namespace {

constexpr int64_t kNext = 0, kEntry = 16;  // of vm::InlineAllocation's cursor
/// Larger objects without pointers are zeroed by the allocator.
constexpr unsigned kFewBytes = 64;

const AbiType* type(uint64_t word) { return reinterpret_cast<const AbiType*>(word); }

}  // namespace

/// Takes an object of n elements of type t. `slots` are what the instruction writes; `values` fills the object's first `filled` bytes and says what
/// they are then; `last` as for orSlow. False: this is nothing to do in place.
bool Builder::allocate(std::initializer_list<unsigned> slots, const AbiType* t, uint64_t n, unsigned filled,
                       const std::function<Vec<Value*>(Value* object)>& values, std::initializer_list<Value*> last) {
  vm::InlineAllocation in;
  uint32_t site = vm::siteCounts ? vm::siteAt(at(pc_)) : 0;
  if (!vm::inlineAllocation(t, n, site, in) || (!in.zeroed && in.bytes > kFewBytes && filled < in.bytes)) return false;
  Value* cursor = constant(reinterpret_cast<int64_t>(in.cursor));
  Value* object = load(cursor, kNext, Width::W64);
  Value* left = op2(SOp::Ne, object, load(cursor, in.end, Width::W64));
  orSlow(left, slots, [&] {
    store(cursor, kNext, op2(SOp::Add, object, constant(in.bytes)), Width::W64, false);
    if (in.entry) {
      Value* entry = load(cursor, kEntry, Width::W64);
      store(entry, 0, constant(static_cast<int32_t>(in.entry)), Width::U32, false);
      store(cursor, kEntry, op2(SOp::Add, entry, constant(4)), Width::W64, false);
    }
    if (!in.zeroed)
      for (unsigned at = filled / 8 * 8; at < in.bytes; at += 8) store(object, at, constant(0), Width::W64, false);
    return values(object);
  }, last);
  return true;
}

bool Builder::translateAllocation(Op op) {
  const Insn* i = at(pc_);
  if (vm::siteCounts && !vm::hasSite(i)) return false;
  switch (op) {
    case Op::NewHeap: return allocate({i->a}, type(i[1].word), 1, 0, [](Value* object) { return Vec<Value*>{object}; });
    case Op::ClosureHeap: {
      Vec<Value*> captured;
      for (unsigned k = 0; k < i->c; k++) captured.push_back(read(i->b + k));
      return allocate({i->a}, type(i[2].word), 1, 8 + 8u * i->c, [&](Value* object) {
        store(object, 0, constant(static_cast<int64_t>(i[1].word)), Width::W64, false);
        for (unsigned k = 0; k < captured.size(); k++) store(object, 8 + 8 * k, captured[k], Width::W64, true);
        return Vec<Value*>{object};
      });
    }
    case Op::BoxHeap: return box();
    case Op::MakeSliceHeap: {
      // Of a length that is known here.
      Value *len = read(i->b), *cap = read(i->c);
      if (len->op != SOp::Const || cap->op != SOp::Const || len->aux < 0 || len->aux > cap->aux) return false;
      return allocate({i->a, i->a + 1u, i->a + 2u}, type(i[1].word), static_cast<uint64_t>(cap->aux), 0, [&](Value* object) {
        noteAskedLength(i, len);
        return Vec<Value*>{object, len, cap};
      }, {len, cap});
    }
    default: return false;
  }
}

/// The data word of an interface. Values that are pointers are their own; small numbers, empty strings and nil slices are shared.
bool Builder::box() {
  using Values = Vec<Value*>;
  const Insn* i = at(pc_);
  const AbiType* t = type(i[1].word);
  auto address = [&](const void* p) { return constant(static_cast<int64_t>(reinterpret_cast<uintptr_t>(p))); };
  auto cell = [&](Value* small) { return op2(SOp::Add, address(vm::staticUint64s), op2(SOp::Mul, small, constant(8))); };
  if (t->isDirect()) return write(i->a, read(i->b)), true;
  if (t->size == 0) return write(i->a, address(&vm::zeroSizedObject)), true;
  if (t->size == 1) return write(i->a, cell(op1(SOp::ExtU8, read(i->b)))), true;
  auto slots = static_cast<unsigned>((t->size + 7) / 8);
  vm::InlineAllocation in;
  if (slots > kFewBytes / 8 || !vm::inlineAllocation(t, 1, vm::siteCounts ? vm::siteAt(i) : 0, in)) return false;
  Values words;
  for (unsigned k = 0; k < slots; k++) words.push_back(read(i->b + k));
  auto copy = [&] {
    allocate({i->a}, t, 1, 8 * slots, [&](Value* object) {
      for (unsigned k = 0; k < slots; k++) store(object, 8 * k, words[k], Width::W64, t->ptrBytes != 0);
      return Values{object};
    });
    return Values{read(i->a)};
  };
  auto unless = [&](Value* small, Value* word) { either(small, {i->a}, [&] { return Values{word}; }, copy, false); };
  AbiKind kind = t->ptrBytes ? vm::soleKind(t) : AbiKind::Invalid;
  if (t->size == t->align && t->size <= 8 && !t->ptrBytes) {
    Value* number = t->size == 2 ? op1(SOp::ExtU16, words[0]) : t->size == 4 ? op1(SOp::ExtU32, words[0]) : words[0];
    either(op2(SOp::LtU, number, constant(256)), {i->a}, [&] { return Values{cell(number)}; }, copy, false);
  } else if (kind == AbiKind::String || kind == AbiKind::Slice) {
    unless(op2(SOp::Eq, words[kind == AbiKind::String ? 1 : 0], constant(0)), address(vm::zeroValue));
  } else {
    copy();
  }
  return true;
}

}  // namespace burrow::jit
