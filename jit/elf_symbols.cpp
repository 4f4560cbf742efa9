#include "jit/elf_symbols.h"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <map>

#include "jit/stubs.h"
#include "vm/link/linker.h"

namespace burrow::jit {

namespace {

/// Functions of this program's own symbol table; none if it was stripped.
class OwnSymbols {
 public:
  OwnSymbols() {
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    struct stat st;
    if (fstat(fd, &st) == 0 && st.st_size > static_cast<off_t>(sizeof(Elf64_Ehdr))) {
      void* p = mmap(nullptr, static_cast<size_t>(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
      if (p != MAP_FAILED) {
        read(static_cast<const char*>(p));
        munmap(p, static_cast<size_t>(st.st_size));
      }
    }
    close(fd);
  }

  std::string find(uintptr_t address) const {
    auto it = names_.find(address);
    return it == names_.end() ? std::string() : it->second;
  }

 private:
  void read(const char* file) {
    uintptr_t base = 0;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* out) {
          *static_cast<uintptr_t*>(out) = info->dlpi_addr;
          return 1;  // the program itself comes first
        },
        &base);
    auto* header = reinterpret_cast<const Elf64_Ehdr*>(file);
    auto* sections = reinterpret_cast<const Elf64_Shdr*>(file + header->e_shoff);
    for (unsigned i = 0; i < header->e_shnum; i++) {
      if (sections[i].sh_type != SHT_SYMTAB) continue;
      auto* symbols = reinterpret_cast<const Elf64_Sym*>(file + sections[i].sh_offset);
      const char* strings = file + sections[sections[i].sh_link].sh_offset;
      for (size_t n = sections[i].sh_size / sizeof(Elf64_Sym), k = 0; k < n; k++)
        if (ELF64_ST_TYPE(symbols[k].st_info) == STT_FUNC && symbols[k].st_value)
          names_[base + symbols[k].st_value] = readable(strings + symbols[k].st_name);
    }
  }

  static std::string readable(const char* mangled) {
    int status = 0;
    char* text = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
    std::string name = status == 0 ? text : mangled;
    std::free(text);
    name = name.substr(0, name.find('('));
    return name.starts_with("burrow::") ? name.substr(8) : name;
  }

  std::map<uintptr_t, std::string> names_;
};

}  // namespace

std::string addressName(const void* address) {
  static const OwnSymbols own;
  if (std::string stub = stubName(address); !stub.empty()) return stub;
  if (const void* fn = stubFunction(address)) {
    std::string name = own.find(reinterpret_cast<uintptr_t>(fn));
    return name.empty() ? "helper" : name;
  }
  if (std::string name = own.find(reinterpret_cast<uintptr_t>(address)); !name.empty()) return name;
  vm::Func* f = vm::findFunc(address);
  if (!f) return {};
  if (address == f) return fmt::format("func {}", f->name);
  return fmt::format("code {}+{}", f->name, static_cast<const Insn*>(address) - f->code);
}

}  // namespace burrow::jit
