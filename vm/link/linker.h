// Loads images, resolves symbols lazily, and answers questions about addresses: which function, which line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vm/bytecode/type_desc.h"
#include "vm/func.h"

namespace burrow::vm {

/// A loaded image.
struct Module {
  ImageView image;
  std::string_view path;
  Func* funcs = nullptr;            ///< one for each ImageFunc, in order
  char* bss = nullptr;
  std::vector<Module*> imports;     ///< by ImageImport index
  std::vector<uint8_t> linked;      ///< per symbol
  bool initStarted = false;
  std::vector<void*> resolved;      ///< per ref: its address, null if not resolved yet
  uint32_t index = 0;               ///< in allModules()
  uint32_t siteBase = 0;            ///< number of its first allocation site: see profile/sites.h
};

/// Base of the module region: NameOff, TypeOff and TextOff count from here.
char* moduleBase();
/// Maps an image (from a file, privately; or copies from memory) into the module region. Empty on success, else why not.
/// Imports must be loaded first. The bytes passed checkImage.
std::string loadImageFile(const std::string& path, Module** out);
std::string loadImageBytes(std::string_view bytes, Module** out);
Module* findModule(std::string_view path);
const std::vector<Module*>& allModules();     ///< in load order
/// Whether the program itself makes what kRawViews says. Known before it runs.
bool hasRawViews();

/// Address of a symbol, linked (a Func*, data, a type descriptor, an itab); null if there is none.
void* lookupSymbol(std::string_view name, std::string_view package = {});
Func* lookupFunc(std::string_view name);
/// Makes a package's string variable ("pkg.name") begin with `value`, whose bytes are copied. True too if there is no such symbol; false if
/// it is no variable of the shape of a string. Before the program runs.
bool setStringVariable(std::string_view symbol, std::string_view value);
/// Resolves one reference of a module; fatal "undefined: name" with the referrer if it does not exist.
void* resolveRef(Module& m, uint32_t ref);
/// Links a function: relocations of its code; sets entry. Called by EnterUnlinked.
void linkFunc(Func& f);

/// The function whose code, or whose Func, the address is; null if none.
Func* findFunc(const void* pc);
/// What a code address belongs to. Where bodies of other functions stand in place of calls, it is the innermost of them; `caller`
/// leads to the one around, and so on to func's own code.
struct CodePosition {
  Func* func = nullptr;         ///< the function that runs
  std::string_view name;        ///< of the function whose source it is
  std::string_view file;
  uint32_t line = 0;
  uint32_t startLine = 0;       ///< of the function whose source it is
  const Insn* caller = nullptr; ///< the address that stands for the inlined call; null: this is func's own code
};
/// Of an address in code; of a Func's address (or another outside code): where the function begins.
CodePosition codePosition(const Insn* pc);
/// Stack map at a safepoint: words of the bitmap, null if the instruction has none.
const uint64_t* stackMapAt(const Func& f, const Insn* pc);
/// Stack map of the safepoint just before a return address.
const uint64_t* stackMapBefore(const Func& f, const Insn* returnPc);
/// The map at function entry: pointer arguments only; null: none.
const uint64_t* entryMap(const Func& f);
/// The signature's descriptor, or null.
const AbiFuncType* funcSignature(const Func& f);
/// Calls visit for each word of data and zeroed data that may point into the heap.
void forEachDataPointer(void (*visit)(void* ctx, void* ref), void* ctx);

/// The itab of (interface, type), made on first use; null if the type does not implement it (then *missing is the name of a
/// method it lacks).
Itab* getItab(AbiInterfaceType* inter, AbiType* type, const uint8_t** missing = nullptr);
/// All type descriptors linked so far or present in loaded images, unnamed composite kinds, sorted by string: reflect.typelinks.
std::vector<AbiType*> typeLinks();
std::string_view typeString(const AbiType* t);    ///< Str, without the extra star
std::string_view nameText(const uint8_t* name);

/// NameOff, TypeOff, TextOff → address. Offsets below zero stand for addresses outside the module region that reflect registered.
void* offsetAddress(int32_t offset);
/// An offset for any address (reflect.addReflectOff). Registered addresses stay alive.
int32_t addressOffset(const void* p);
const AbiUncommonType* uncommonType(const AbiType* t);

/// Binds natives: name of the Go symbol → C++ function. Called once per table at start.
struct NativeEntry { const char* symbol; NativeFn fn; };
void registerNatives(const NativeEntry* table, size_t count);
NativeFn findNative(std::string_view symbol);

}  // namespace burrow::vm
