// gdb's interface for code made at run time ("JIT Compilation Interface" of its manual): for each piece of code a small ELF file in memory,
// with a symbol, and how to unwind its frame.
#include <elf.h>

#include <cstring>
#include <vector>

#include "jit/observe.h"

// gdb looks for these names.
extern "C" {
enum JitAction : uint32_t { kNoAction = 0, kRegister = 1 };
struct jit_code_entry {
  jit_code_entry *next, *prev;
  const char* file;
  uint64_t bytes;
};
struct jit_descriptor {
  uint32_t version, action;
  jit_code_entry *relevant, *first;
};
[[gnu::noinline, gnu::used]] void __jit_debug_register_code() { asm volatile("" ::: "memory"); }
[[gnu::used]] jit_descriptor __jit_debug_descriptor = {1, kNoAction, nullptr, nullptr};
}

namespace burrow::jit {

namespace {

/// Bytes that grow.
struct Bytes {
  std::string data;
  template <class T>
  void put(const T& value) { data.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void byte(unsigned b) { data.push_back(static_cast<char>(b)); }
  void align(size_t n) { while (data.size() % n) byte(0); }
};

/// Frames are those of vm/bytecode/frame.h: push rbp; mov rbp, rsp. CIE and FDE in DWARF's form.
std::string unwindTable(uint64_t begin, uint64_t size, FrameKind kind) {
  enum { kDefCfa = 0x0c, kDefCfaOffset = 0x0e, kDefCfaRegister = 0x0d, kOffset = 0x80, kAdvance = 0x40, kRbx = 3, kRbp = 6, kRsp = 7, kRa = 16 };
  Bytes out;
  auto record = [&out](const Bytes& body) {
    Bytes padded = body;
    while ((padded.data.size() + 4) % 8) padded.byte(0);  // DW_CFA_nop
    out.put(static_cast<uint32_t>(padded.data.size()));
    out.data += padded.data;
  };
  Bytes cie;
  cie.put(uint32_t{0});
  cie.byte(1);  // version
  // Helpers are called on another stack; gdb minds that of no frames but those of signals.
  cie.data += kind == FrameKind::Helper ? std::string("zS") : std::string("z");
  for (unsigned b : {0u, 1u, 0x78u, unsigned{kRa}, 0u}) cie.byte(b);  // end of the augmentation, factors 1 and -8, return address, no more data
  for (unsigned b : {unsigned{kDefCfa}, unsigned{kRsp}, 8u, unsigned{kOffset} | kRa, 1u}) cie.byte(b);
  record(cie);
  Bytes fde;
  fde.put(static_cast<uint32_t>(out.data.size() + 4));  // back to the CIE
  fde.put(begin);
  fde.put(size);
  fde.byte(0);
  if (kind == FrameKind::Helper)
    for (unsigned b : {unsigned{kDefCfa}, unsigned{kRbx}, 8u}) fde.byte(b);
  if (kind == FrameKind::Function) {
    for (unsigned b : {unsigned{kAdvance} | 1, unsigned{kDefCfaOffset}, 16u, unsigned{kOffset} | kRbp, 2u}) fde.byte(b);  // push rbp
    for (unsigned b : {unsigned{kAdvance} | 3, unsigned{kDefCfaRegister}, unsigned{kRbp}}) fde.byte(b);                   // mov rbp, rsp
  }
  record(fde);
  out.put(uint32_t{0});
  return out.data;
}

/// Sections: none, .text (elsewhere), .symtab, .strtab, .eh_frame, .shstrtab.
std::string elfFile(const char* begin, const char* end, const std::string& name, FrameKind kind) {
  auto address = reinterpret_cast<uint64_t>(begin);
  auto size = static_cast<uint64_t>(end - begin);
  const char names[] = "\0.text\0.symtab\0.strtab\0.eh_frame\0.shstrtab";
  enum { kText = 1, kSymtab, kStrtab, kEhFrame, kShstrtab, kSections };
  Bytes out;
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_shoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = kSections;
  header.e_shstrndx = kShstrtab;
  Elf64_Shdr sections[kSections]{};
  Bytes rest;
  size_t start = sizeof header + sizeof sections;
  auto place = [&](int section, const std::string& bytes, uint32_t type, uint32_t at) {
    rest.align(8);
    sections[section].sh_name = at;
    sections[section].sh_type = type;
    sections[section].sh_offset = start + rest.data.size();
    sections[section].sh_size = bytes.size();
    sections[section].sh_addralign = 8;
    rest.data += bytes;
  };
  sections[kText] = {1, SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, address, 0, size, 0, 0, 16, 0};
  Bytes symbols;
  symbols.put(Elf64_Sym{});
  symbols.put(Elf64_Sym{1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), STV_DEFAULT, kText, 0, size});
  // Values of symbols are addresses in files of this type.
  reinterpret_cast<Elf64_Sym*>(symbols.data.data())[1].st_value = address;
  place(kSymtab, symbols.data, SHT_SYMTAB, 7);
  sections[kSymtab].sh_link = kStrtab;
  sections[kSymtab].sh_info = 1;
  sections[kSymtab].sh_entsize = sizeof(Elf64_Sym);
  place(kStrtab, std::string(1, '\0') + name + '\0', SHT_STRTAB, 15);
  place(kEhFrame, unwindTable(address, size, kind), SHT_PROGBITS, 23);
  sections[kEhFrame].sh_flags = SHF_ALLOC;
  place(kShstrtab, std::string(names, sizeof names), SHT_STRTAB, 33);
  out.put(header);
  out.data.append(reinterpret_cast<const char*>(sections), sizeof sections);
  return out.data + rest.data;
}

}  // namespace

void gdbCode(const char* begin, const char* end, const std::string& name, FrameKind kind) {
  // Never freed: gdb may come at any time.
  auto* file = new std::string(elfFile(begin, end, name, kind));
  auto* entry = new jit_code_entry{__jit_debug_descriptor.first, nullptr, file->data(), file->size()};
  if (entry->next) entry->next->prev = entry;
  __jit_debug_descriptor.first = __jit_debug_descriptor.relevant = entry;
  __jit_debug_descriptor.action = kRegister;
  __jit_debug_register_code();
}

}  // namespace burrow::jit
