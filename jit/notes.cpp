#include "jit/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "jit/elf_symbols.h"
#include "jit/jit.h"
#include "jit/ssa/tier.h"
#include "jit/template.h"
#include "vm/bytecode/disasm.h"
#include "vm/link/linker.h"

namespace burrow::jit {

Notes notes;

void noteInstruction(x86::Assembler& a, const vm::Func& f, uint32_t word) {
  if (!notes.list.empty() && notes.list.back().word == word) return;
  notes.list.push_back({static_cast<uint32_t>(a.offset()), word});
  if (!notes.text) return;
  std::string insn = disassembleInsn(f.module->image, *f.info, word);
  vm::CodePosition at = vm::codePosition(f.code + word);
  std::string file(at.file.substr(at.file.rfind('/') + 1));
  a.comment(fmt::format("; {:4}  {:48} {}:{}\n", word, insn, file, at.line).c_str());
}

void noteText(x86::Assembler& a, const char* text) {
  if (!notes.text) return;
  notes.list.push_back({static_cast<uint32_t>(a.offset()), ~0u});
  a.comment(fmt::format("; -- {}\n", text).c_str());
}

namespace {

/// Addresses in operands become names, where they are of functions of this program, of Go functions, or of instructions.
std::string named(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size();) {
    size_t digits = 0;
    if (line[i] == '0' && i + 1 < line.size() && line[i + 1] == 'x')
      for (digits = 2; i + digits < line.size() && std::isxdigit(static_cast<unsigned char>(line[i + digits]));) digits++;
    else
      while (i + digits < line.size() && std::isdigit(static_cast<unsigned char>(line[i + digits]))) digits++;
    if (digits < 9) {
      size_t n = std::max<size_t>(digits, 1);
      out += line.substr(i, n);
      i += n;
      continue;
    }
    std::string number(line.substr(i, digits));
    auto address = static_cast<uintptr_t>(std::strtoull(number.c_str(), nullptr, 0));
    std::string name = addressName(reinterpret_cast<const void*>(address));
    out += name.empty() ? number : name;
    i += digits;
  }
  return out;
}

/// Whole lines, comments as they are, instructions indented.
std::string prettyListing(std::string_view raw) {
  std::string out;
  while (!raw.empty()) {
    size_t end = std::min(raw.find('\n'), raw.size());
    std::string_view line = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (line.empty()) continue;
    bool label = line.ends_with(':'), comment = line.starts_with(';');
    out += (comment ? std::string(line) : label ? std::string(line) : "          " + named(line)) + "\n";
  }
  return out;
}

}  // namespace

std::string listCode(vm::Func& f, bool optimized, std::string* why) {
  notes.text = true;
  notes.list.clear();
  notes.listing.clear();
  vm::MachineCode* code = nullptr;
  if (optimized) {
    code = compileOptimized(f, ~0u, *why);
  } else {
    Template tier(f);
    code = tier.compile();
    if (!code) *why = tier.error();
  }
  notes.text = false;
  if (!code) return {};
  std::string out = fmt::format("{}: {} bytes of code, {} words of bytecode, {}\n", f.name, code->end - code->begin, f.codeWords,
                                optimized ? "optimized" : "templates");
  out += prettyListing(std::string_view(notes.listing.data(), notes.listing.dataSize()));
  delete code;
  return out;
}

}  // namespace burrow::jit
