// System calls. All of std's go through Syscall6; calls bracketed by entersyscall and exitsyscall may block, and let
// other goroutines run meanwhile.

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "vm/heap/heap.h"
#include "vm/native/native.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

Goroutine* inSyscall = nullptr;  // between entersyscall and exitsyscall, nothing parks but the call itself

NATIVE(enter) { inSyscall = &g; return Next::Run; }
NATIVE(leave) { inSyscall = nullptr; return Next::Run; }

long rawCall(const Slot* a) {
  register long r10 asm("r10") = static_cast<long>(a[4]);
  register long r8 asm("r8") = static_cast<long>(a[5]);
  register long r9 asm("r9") = static_cast<long>(a[6]);
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(a[0]), "D"(a[1]), "S"(a[2]), "d"(a[3]), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

void put(Slot* out, long r) {
  if (r < 0 && r > -4096) {
    out[0] = ~Slot{0};
    out[1] = 0;
    out[2] = static_cast<Slot>(-r);
  } else {
    out[0] = static_cast<Slot>(r);
    out[1] = 0;
    out[2] = 0;
  }
}

/// Calls that are known to wait for something else than a disk; a read is looked at first.
bool waits(const Slot* a) {
  switch (a[0]) {
    case SYS_read:
    case SYS_readv: {
      pollfd p{static_cast<int>(a[1]), POLLIN, 0};
      return poll(&p, 1, 0) == 0;
    }
    case SYS_accept: case SYS_accept4: case SYS_connect: case SYS_recvfrom: case SYS_recvmsg: case SYS_wait4:
    case SYS_waitid: case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_poll: case SYS_ppoll: case SYS_select:
    case SYS_pselect6: case SYS_epoll_wait: case SYS_epoll_pwait: case SYS_flock: case SYS_futex: case SYS_pause:
      return true;
    default:
      return false;
  }
}

NATIVE(syscall6) {
  if (inSyscall != &g || !othersMayRun()) {
    put(a + 7, rawCall(a));
    return Next::Run;
  }
  inSyscall = nullptr;
  enterBlocking(g, workIsWaiting() && waits(a));
  long r = rawCall(a);
  bool kept = leaveBlocking(g);
  put(a + 7, r);
  return kept ? Next::Run : Next::Park;
}

/// Addresses come as uintptr; what they point to lives as long as the call, whoever collects meanwhile.
void visitArguments(RootVisitor visit, void* ctx) {
  struct Both {
    RootVisitor visit;
    void* ctx;
  } both{visit, ctx};
  forEachGoroutine(
      [](Goroutine& g, void* p) {
        auto& b = *static_cast<Both*>(p);
        if (g.state != GState::Syscall || !g.fp || frameFunc(g.fp)->native != syscall6) return;
        for (int i = 1; i < 7; ++i) {
          if (void* start = findObject(ptr(incomingArgs(g)[i])).start) b.visit(b.ctx, start);
        }
      },
      &both);
}

NATIVE(rawSyscallNoError) {
  Slot call[7] = {a[0], a[1], a[2], a[3], 0, 0, 0};
  a[4] = static_cast<Slot>(rawCall(call));
  a[5] = 0;
  return Next::Run;
}

NATIVE(gettimeofdayNative) {
  a[1] = gettimeofday(as<timeval>(a[0]), nullptr) == 0 ? 0 : static_cast<Slot>(errno);
  return Next::Run;
}

/// Credentials belong to threads in Linux: libc's wrappers change them in all.
NATIVE(allThreads) {
  long r;
  errno = 0;
  switch (a[0]) {
    case SYS_setuid: r = setuid(static_cast<uid_t>(a[1])); break;
    case SYS_setgid: r = setgid(static_cast<gid_t>(a[1])); break;
    case SYS_setreuid: r = setreuid(static_cast<uid_t>(a[1]), static_cast<uid_t>(a[2])); break;
    case SYS_setregid: r = setregid(static_cast<gid_t>(a[1]), static_cast<gid_t>(a[2])); break;
    case SYS_setresuid: r = setresuid(static_cast<uid_t>(a[1]), static_cast<uid_t>(a[2]), static_cast<uid_t>(a[3])); break;
    case SYS_setresgid: r = setresgid(static_cast<gid_t>(a[1]), static_cast<gid_t>(a[2]), static_cast<gid_t>(a[3])); break;
    case SYS_setgroups: r = setgroups(a[1], as<gid_t>(a[2])); break;
    default:
      put(a + 7, othersMayRun() ? -ENOTSUP : rawCall(a));
      return Next::Run;
  }
  put(a + 7, r < 0 ? -errno : r);
  return Next::Run;
}

NATIVE(fcntlNative) {
  int r = fcntl(static_cast<int>(a[0]), static_cast<int>(a[1]), static_cast<int>(a[2]));
  a[3] = static_cast<Slot>(static_cast<int64_t>(r));
  a[4] = r < 0 ? static_cast<Slot>(errno) : 0;
  return Next::Run;
}

NATIVE(writeNative) {
  ssize_t n = write(static_cast<int>(a[0]), ptr(a[1]), static_cast<size_t>(static_cast<int32_t>(a[2])));
  a[3] = static_cast<Slot>(static_cast<int64_t>(n < 0 ? -errno : static_cast<int>(n)));
  return Next::Run;
}

NATIVE(vgetrandom) {
  a[4] = ~Slot{0};  // not supported: the caller takes the system call
  a[5] = 0;
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"runtime.entersyscall", enter},
    {"syscall.runtime_entersyscall", enter},
    {"runtime.exitsyscall", leave},
    {"syscall.runtime_exitsyscall", leave},
    {"internal/runtime/syscall/linux.Syscall6", syscall6},
    {"syscall.rawSyscallNoError", rawSyscallNoError},
    {"syscall.gettimeofday", gettimeofdayNative},
    {"syscall.runtime_doAllThreadsSyscall", allThreads},
    {"runtime.fcntl", fcntlNative},
    {"internal/syscall/unix.fcntl", fcntlNative},
    {"runtime.write", writeNative},
    {"internal/godebug.write", writeNative},
    {"runtime.vgetrandom", vgetrandom},
    {"internal/syscall/unix.vgetrandom", vgetrandom},
};

}  // namespace

void registerSyscall() {
  addNatives(kTable);
  addRootProvider(visitArguments);
}

}  // namespace burrow::vm
