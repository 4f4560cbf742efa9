// Operations on Go values that walk type descriptors, and the built-in data structures. None of these calls Go code.
#pragma once

#include <cstdint>
#include <string_view>

#include "vm/bytecode/type_desc.h"
#include "vm/func.h"

namespace burrow::vm {

struct Goroutine;

// ---- Equality and hashing (equal.cpp). A value that cannot be compared sets *bad to its dynamic type and returns false/0:
// the caller raises the panic.
bool equalValues(const void* a, const void* b, const AbiType* t, const AbiType** bad);
bool equalIface(GoIface a, GoIface b, bool empty, const AbiType** bad);
uint64_t hashValue(const void* p, const AbiType* t, uint64_t seed, const AbiType** bad);
uint64_t hashBytes(const void* p, uint64_t size, uint64_t seed);
uint64_t fastRand();                ///< not for cryptography

// ---- Strings (string.cpp)
/// `buf`: kBufSlots slots of the frame for a result that does not escape and fits, or null.
GoString concat(Goroutine& g, const GoString* parts, unsigned n, void* buf = nullptr);
/// Rune at s[i], advancing i: utf8.RuneError and 1 byte for bad encodings.
int32_t decodeRune(GoString s, int64_t& i);
unsigned encodeRune(int32_t r, char* out);  ///< up to 4 bytes

// ---- Slices (slice.cpp)
struct GoSliceRaw { void* data; int64_t len, cap; };
/// Room for `more` elements: gc's growth policy and size classes; len is advanced. Null-typed error text on overflow ("growslice: len out of range").
const char* growSlice(Goroutine& g, GoSliceRaw& s, int64_t more, const AbiType* elem);

// ---- Interfaces (iface.cpp)
/// The data word for a value of type t at p: the value itself (direct types), a shared cell (zero-sized, single bytes), or a copy on the heap.
void* boxValue(Goroutine& g, const AbiType* t, const void* p);
/// The kind of the one component that makes up a whole value, through structs and arrays of one.
AbiKind soleKind(const AbiType* t);
extern uint64_t staticUint64s[256];
extern char zeroValue[1024];

// ---- Maps (map.cpp): opaque to Go; the overlay's internal/runtime/maps.Map has this type's size and pointer layout. The first word is the
// number of entries.
struct Map;
/// Iterator in memory of kMapIterSlots words. key null: finished.
struct MapIter {
  void *key, *elem;
  const AbiMapType* type;
  Map* map;
  uint64_t state[8];
};
static_assert(sizeof(MapIter) == kMapIterSlots * 8);
Map* makeMap(Goroutine& g, const AbiMapType* t, int64_t hint);
/// Makes a map in a frame: header in kMapSlots slots of `storage`, room for kMapSmallEntries entries in the `room` slots behind it
/// (0: there is none) unless the hint asks for more. Safepoint.
Map* makeMapIn(Goroutine& g, Slot* storage, uint64_t room, const AbiMapType* t, int64_t hint);
/// Element address or null if absent. May set *bad (unhashable key).
void* mapFind(const AbiMapType* t, Map* m, const void* key, const AbiType** bad);
/// Address of the element to assign, inserting a zero one. m must not be nil. Safepoint.
void* mapAssign(Goroutine& g, const AbiMapType* t, Map* m, const void* key, const AbiType** bad);
/// The same for keys of one word, four bytes or a string (map_layout.h), without anything a safepoint needs: compiled code calls them.
/// mapRead: of an absent key the address of zeroValue. mapReach: for assignment; null if the key is not there, or m is nil.
void* mapRead64(Map* m, uint64_t key);
void* mapRead32(Map* m, uint64_t key);
void* mapReadString(Map* m, const char* p, uint64_t n);
void* mapReach64(Map* m, uint64_t key);
void* mapReach32(Map* m, uint64_t key);
void* mapReachString(Map* m, const char* p, uint64_t n);
void mapDelete(const AbiMapType* t, Map* m, const void* key, const AbiType** bad);
void mapClear(const AbiMapType* t, Map* m);
int64_t mapLen(const Map* m);
void mapIterInit(Goroutine& g, MapIter& it, const AbiMapType* t, Map* m);
void mapIterNext(Goroutine& g, MapIter& it);
Map* mapClone(Goroutine& g, const AbiMapType* t, Map* m);

// ---- Channels (sched/chan.cpp)
struct Chan;
Chan* makeChan(Goroutine& g, const AbiChanType* t, int64_t size, const char** error);
int64_t chanLen(const Chan* c);
int64_t chanCap(const Chan* c);
enum class ChanResult : uint8_t { Done, Park, Closed, WouldBlock };
/// Sends *elem / receives into *elem (may be null). Park: g is queued and must park; when woken, a receive's value is in place
/// and g.single.success tells whether the channel was open (send: false means closed meanwhile: panic).
ChanResult chanSend(Goroutine& g, Chan* c, void* elem, bool block);
ChanResult chanRecv(Goroutine& g, Chan* c, void* elem, bool block, bool& ok);
bool chanClose(Goroutine& g, Chan* c);  ///< false: it was closed already
/// cases: pairs {Chan*, elem address}; bit i of `sends`. Chosen index, -1 for default; Park: when woken, g.wakeValue is the index and g.param non-null if ok.
struct SelectCase { Chan* chan; void* elem; };
ChanResult selectGo(Goroutine& g, SelectCase* cases, unsigned n, uint64_t sends, bool block, int& chosen, bool& ok);
/// The same for any number of cases (reflect.Select): `sends` has a bit a case, (n + 63) / 64 words.
ChanResult selectMany(Goroutine& g, SelectCase* cases, unsigned n, const uint64_t* sends, bool block, int& chosen, bool& ok);
/// Makes c a timer's channel (capacity 1): len and cap are 0 from now on, as of Go 1.23.
void chanSetTimer(Chan* c);
/// Drops buffered values (Stop and Reset of a timer); true if there were any.
bool chanDrain(Chan* c);

}  // namespace burrow::vm
