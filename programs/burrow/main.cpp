// burrow: the command. Dispatch only; each command has a file of its own.
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "compiler/packages/files.h"
#include "compiler/packages/goroot.h"
#include "programs/burrow/compile_heap.h"
#include "programs/burrow/session.h"
#include "vm/bytecode/check.h"

namespace {

using Args = std::vector<std::string>;

int cmdVersion(const Args&) {
  std::printf("burrow version 0.1.0 (%s) linux/amd64\n", burrow::kGoVersion);
  return 0;
}

int cmdEnv(const Args& names) {
  burrow::GoRoot root = burrow::findGoRoot();
  const std::vector<std::pair<std::string, std::string>> all = {
      {"GOROOT", root.dir}, {"GOVERSION", root.version}, {"GOOS", "linux"}, {"GOARCH", "amd64"}, {"CGO_ENABLED", "0"},
      {"BURROW_STD", burrow::stdDirectory()}, {"BURROW_OVERLAY", burrow::overlayDir()}};
  for (const auto& [name, value] : all)
    if (names.empty()) std::printf("%s='%s'\n", name.c_str(), value.c_str());
  for (const std::string& n : names) {
    std::string shown;
    for (const auto& [name, value] : all)
      if (name == n) shown = value;
    std::printf("%s\n", shown.c_str());
  }
  if (!root.error.empty()) std::fprintf(stderr, "burrow: %s\n", root.error.c_str());
  return 0;
}

int cmdHelp(const Args&);

struct Command {
  const char* name;
  const char* usage;
  int (*run)(const Args&);
};
constexpr Command kCommands[] = {
    {"run", "run [flags] FILE.go… | DIR | PKG | - [arguments]    compile and run a program", burrow::cmdRun},
    {"build", "build [flags] [-o FILE] [PKG… | FILE.go…]           type-check and compile; -o writes a program that starts by itself", burrow::cmdBuild},
    {"test", "test [flags] [PKG…]                                run the tests of packages", burrow::cmdTest},
    {"profile", "profile [flags] FILE.go… | DIR | PKG [arguments]    run a program and report what it allocates", burrow::cmdProfile},
    {"bench", "bench [flags] FILE.go… | DIR | PKG [arguments]       run a program in several variants and compare them", burrow::cmdBench},
    {"tool", "tool compile [flags] FILE.go…                      compile one package, as go tool compile does", burrow::cmdTool},
    {"explain", "explain [flags] FILE.go[:LINE[:COL]] | DIR | PKG     show what lives on the heap, and why", burrow::cmdExplain},
    {"disasm", "disasm [flags] FILE.go | PKG [FUNC]                show bytecode beside its source", burrow::cmdDisasm},
    {"version", "version                                            print the version", cmdVersion},
    {"env", "env [NAME…]                                        print what Burrow found", cmdEnv},
    {"help", "help                                               this text", cmdHelp},
};

int cmdHelp(const Args&) {
  std::printf("Burrow runs Go programs from source and shows where everything they allocate lives.\n\nUsage:\n\n");
  for (const Command& c : kCommands) std::printf("\tburrow %s\n", c.usage);
  std::printf("\n\"burrow COMMAND --help\" lists a command's flags. A file name alone runs it: a script that starts with #!/usr/bin/env\nburrow, what build -o wrote, what os.Args[0] of a program names.\n");
  return 0;
}

int dispatch(int argc, char** argv) {
  Args args(argv + 1, argv + argc);
  if (args.empty()) {
    cmdHelp({});
    return 2;
  }
  std::string name = args[0];
  if (name == "-h" || name == "--help" || name == "-help") name = "help";
  if (name == "--version") name = "version";
  for (const Command& c : kCommands)
    if (name == c.name) return c.run(Args(args.begin() + 1, args.end()));
  if (name == "-" || burrow::fileExists(name)) return burrow::cmdRun(args);
  std::fprintf(stderr, "burrow %s: unknown command\nRun 'burrow help' for usage.\n", name.c_str());
  return 2;
}

struct Invocation {
  int argc;
  char** argv;
  int status = 0;
};

void* runOnBigStack(void* argument) {
  auto& call = *static_cast<Invocation*>(argument);
  pthread_attr_t attributes;
  void* low = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
  }
  burrow::installCrashReport(low);
  call.status = dispatch(call.argc, call.argv);
  // What was printed must have arrived: a full disk or a closed output is an error like any other.
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    std::fprintf(stderr, "burrow: write error on standard output: %s\n", burrow::errorText(errno).c_str());
    if (call.status == 0) call.status = 1;
  }
  return nullptr;
}

/// A process that only compiles allocates in one thread: the heap begins in huge pages, grows in large steps and gives nothing back.
/// By itself malloc would grow the thread's heap page by page, and map and clear anew each large buffer.
void tuneForCompiling() {
  constexpr size_t kHeap = size_t{256} << 20;  // takes no memory until it is used
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, kHeap);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that it takes
  void* volatile grows = std::malloc(size_t{1} << 20);
  std::free(grows);
  auto end = reinterpret_cast<uintptr_t>(sbrk(0)), start = (end - kHeap + 4095) & ~uintptr_t{4095};
  madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
  mallopt(M_TOP_PAD, 16 << 20);
  burrow::useCompileHeap();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "tool") == 0) tuneForCompiling();
  // The front end recurses as deeply as the source is nested, and gc takes sources a hundred thousand levels deep.
  Invocation call{argc, argv};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_t thread;
  for (size_t size = size_t{256} << 20; size >= (size_t{8} << 20); size /= 2) {
    pthread_attr_setstacksize(&attributes, size);
    if (pthread_create(&thread, &attributes, runOnBigStack, &call) != 0) continue;
    pthread_join(thread, nullptr);
    return call.status;
  }
  runOnBigStack(&call);
  return call.status;
}
