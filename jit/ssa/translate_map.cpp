// Maps whose keys are a word, four bytes or a string: found by C++ that needs no frame. What is not found, and all others, go by the slow halves.
#include "jit/ssa/build.h"
#include "vm/object/map_layout.h"
#include "vm/object/object.h"
#include "vm/object/without_safepoint.h"

namespace burrow::jit {

namespace {

template <class F>
int64_t function(F* f) { return static_cast<int64_t>(reinterpret_cast<uintptr_t>(f)); }

/// delete(m, k), k of a simple kind.
template <class Key>
void remove(const AbiMapType* t, vm::Map* m, Key key) {
  const AbiType* bad = nullptr;
  if (m) vm::mapDelete(t, m, &key, &bad);
}
void startIter(vm::Goroutine& g, vm::MapIter* it, const AbiMapType* t, vm::Map* m) { vm::mapIterInit(g, *it, t, m); }
void removeString(const AbiMapType* t, vm::Map* m, const char* p, int64_t n) { remove(t, m, GoString{p, n}); }

}  // namespace

/// read or reach (object.h) of the key at `slot`; null: the map is not of a simple kind.
Value* Builder::mapEntry(const AbiMapType* t, Value* map, unsigned slot, bool reach) {
  Value* v = nullptr;
  switch (vm::mapKeyKind(t->key)) {
    case vm::KeyKind::Word64:
      v = add(SOp::CallC, Kind::Int, {map, read(slot)});
      v->aux = reach ? function(vm::mapReach64) : function(vm::mapRead64);
      return v;
    case vm::KeyKind::Word32:
      v = add(SOp::CallC, Kind::Int, {map, read(slot)});
      v->aux = reach ? function(vm::mapReach32) : function(vm::mapRead32);
      return v;
    case vm::KeyKind::String:
      v = add(reach ? SOp::CallCWrites : SOp::CallC, Kind::Int, {map, read(slot), read(slot + 1)});
      v->aux = reach ? function(vm::mapReachString) : function(vm::mapReadString);
      return v;
    default: return nullptr;
  }
}

bool Builder::translateMap(Op op) {
  const Insn* i = at(pc_);
  auto* t = reinterpret_cast<const AbiMapType*>(i[1].word);
  switch (op) {
    case Op::MapGet: case Op::MapGetOk: {
      if (t->elem->size > sizeof vm::zeroValue) return false;
      Value* found = mapEntry(t, read(i->b), i->c, false);
      if (!found) return false;
      write(i->a, found);
      if (op == Op::MapGetOk) write(i->a + 1u, op2(SOp::Ne, found, constant(static_cast<int64_t>(reinterpret_cast<uintptr_t>(vm::zeroValue)))));
      return true;
    }
    case Op::MapSet: {
      Value* found = mapEntry(t, read(i->b), i->c, true);
      if (!found) return false;
      orSlow(op2(SOp::Ne, found, constant(0)), {i->a}, [&] { return Vec<Value*>{found}; });
      return true;
    }
    case Op::MapDelete: {
      vm::KeyKind kind = vm::mapKeyKind(t->key);
      if (kind != vm::KeyKind::Word64 && kind != vm::KeyKind::Word32 && kind != vm::KeyKind::String) return false;
      Value *type = constant(static_cast<int64_t>(i[1].word)), *map = read(i->a), *key = read(i->b);
      if (kind == vm::KeyKind::String) {
        add(SOp::CallCWrites, Kind::None, {type, map, key, read(i->b + 1u)})->aux = function(removeString);
      } else {
        add(SOp::CallCWrites, Kind::None, {type, map, key})->aux = kind == vm::KeyKind::Word64 ? function(remove<uint64_t>) : function(remove<uint32_t>);
      }
      return true;
    }
    case Op::MapIterInit: {
      Value *map = read(i->b), *iterator = add(SOp::HomeAddr, Kind::Int, {});
      iterator->aux = i->a;
      Value* v = add(SOp::CallCWrites, Kind::None, {iterator, constant(static_cast<int64_t>(i[1].word)), map});
      v->aux = function(startIter);
      v->aux2 = 1;
      return true;
    }
    case Op::MapIterNext: {
      Value* iterator = add(SOp::HomeAddr, Kind::Int, {});
      iterator->aux = i->a;
      add(SOp::CallCWrites, Kind::None, {iterator})->aux = function(vm::stepMapIter);
      return true;
    }
    case Op::MapLen: {
      Value* v = op1(SOp::LoadOrNil, read(i->b));
      v->aux = 0;
      return write(i->a, v), true;
    }
    default: return false;
  }
}

}  // namespace burrow::jit
