// What perf reads: /tmp/perf-PID.map, a line for each piece of code, which `perf report` uses at once; and jit-PID.dump in perf's jitdump
// format (tools/perf/Documentation/jitdump-specification.txt of Linux), with the code and its source lines, for `perf inject --jit`
// and `perf annotate`.
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "jit/observe.h"

namespace burrow::jit {

namespace {

struct FileHeader {
  uint32_t magic = 0x4A695444, version = 1, size = sizeof(FileHeader), machine = EM_X86_64, reserved = 0, pid = 0;
  uint64_t timestamp = 0, flags = 0;
};
struct RecordHeader {
  uint32_t id, size;
  uint64_t timestamp;
};
struct CodeLoad {
  uint32_t pid, tid;
  uint64_t vma, address, size, index;
};
struct DebugInfo {
  uint64_t address, count;
};
struct DebugEntry {
  uint64_t address;
  uint32_t line, discriminator;
};
static_assert(sizeof(FileHeader) == 40 && sizeof(RecordHeader) == 16 && sizeof(CodeLoad) == 40 && sizeof(DebugEntry) == 16);

enum RecordId : uint32_t { kCodeLoad = 0, kDebugInfo = 2 };

FILE *map = nullptr, *dump = nullptr;
uint64_t nextIndex = 0;

/// perf's clock with -k mono.
uint64_t now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

template <class T>
void put(const T& value) {
  std::fwrite(&value, sizeof value, 1, dump);
}

void putText(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), dump);
  std::fputc(0, dump);
}

void putLines(const char* begin, const CodeLines& lines) {
  size_t size = sizeof(RecordHeader) + sizeof(DebugInfo);
  for (auto& l : lines.lines) size += sizeof(DebugEntry) + l.file.size() + 1;
  size_t padding = -size & 7;
  put(RecordHeader{kDebugInfo, static_cast<uint32_t>(size + padding), now()});
  put(DebugInfo{reinterpret_cast<uint64_t>(begin), lines.lines.size()});
  for (auto& l : lines.lines) {
    put(DebugEntry{reinterpret_cast<uint64_t>(begin + l.offset), l.line, 0});
    putText(l.file);
  }
  for (; padding; padding--) std::fputc(0, dump);
}

}  // namespace

bool openPerf(const std::string& dir, std::string* error) {
  std::string pid = std::to_string(getpid()), name = dir;
  const char* wanted = std::getenv("JITDUMPDIR");
  if (name.empty()) name = wanted && *wanted ? wanted : ".";
  name += "/jit-" + pid + ".dump";
  int fd = open(name.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644);
  if (fd >= 0) dump = fdopen(fd, "w+");
  if (!dump) {
    *error = name + ": " + std::strerror(errno);
    return false;
  }
  FileHeader header;
  header.pid = static_cast<uint32_t>(getpid());
  header.timestamp = now();
  put(header);
  std::fflush(dump);
  // perf finds the file by this mapping, which it records as it does those of libraries.
  if (mmap(nullptr, static_cast<size_t>(sysconf(_SC_PAGESIZE)), PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED) {
    *error = name + ": " + std::strerror(errno);
    return false;
  }
  map = std::fopen(("/tmp/perf-" + pid + ".map").c_str(), "we");
  return true;  // a /tmp that cannot be written costs the map only
}

void perfCode(const char* begin, const char* end, const std::string& name, const CodeLines& lines) {
  // Code is made by the compiling thread and, of stubs and natives, by those that run Go: records must not run into each other.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  auto address = reinterpret_cast<uint64_t>(begin);
  auto size = static_cast<uint64_t>(end - begin);
  if (map) {
    std::fprintf(map, "%llx %llx %s\n", static_cast<unsigned long long>(address), static_cast<unsigned long long>(size), name.c_str());
    std::fflush(map);
  }
  if (!lines.lines.empty()) putLines(begin, lines);
  put(RecordHeader{kCodeLoad, static_cast<uint32_t>(sizeof(RecordHeader) + sizeof(CodeLoad) + name.size() + 1 + size), now()});
  put(CodeLoad{static_cast<uint32_t>(getpid()), static_cast<uint32_t>(syscall(SYS_gettid)), address, address, size, nextIndex++});
  putText(name);
  std::fwrite(begin, 1, size, dump);
  std::fflush(dump);  // the program may end in any way
}

}  // namespace burrow::jit
