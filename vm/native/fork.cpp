// syscall.forkAndExecInChild: starts another program. The child shares memory with us until it execs (vfork), on a stack of its
// own; it only makes system calls. What SysProcAttr asks for happens in the order that package syscall documents.

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "vm/native/native.h"
#include "vm/sched/signal.h"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

namespace burrow::vm {
namespace {

struct IdMap {
  int64_t container, host, size;
};
struct Credential {
  uint32_t uid, gid;
  GoSlice<uint32_t> groups;
  bool noSetGroups;
};
/// syscall.SysProcAttr
struct SysProcAttr {
  GoString chroot;
  Credential* credential;
  bool ptrace, setsid, setpgid, setctty, noctty;
  int64_t ctty;
  bool foreground;
  int64_t pgid, pdeathsig;
  uint64_t cloneflags, unshareflags;
  GoSlice<IdMap> uidMappings, gidMappings;
  bool gidMappingsEnableSetgroups;
  GoSlice<uint64_t> ambientCaps;
  bool useCgroupFd;
  int64_t cgroupFd;
  int64_t* pidFd;
};
static_assert(offsetof(SysProcAttr, pidFd) == 176);
struct ProcAttr {
  GoString dir;
  GoSlice<GoString> env;
  GoSlice<uint64_t> files;
  SysProcAttr* sys;
};

struct Job {
  char *path, **argv, **envv, *chroot, *dir;
  SysProcAttr* sys;
  int pipe;
  std::vector<int> fds;
  int nextFd;
  int mapPipe[2] = {-1, -1};
  std::string uidMap, gidMap;
  rlimit* originalLimit;
  pid_t parent;
  sigset_t mask;
};

std::string formatMap(const GoSlice<IdMap>& maps) {
  std::string s;
  for (int64_t i = 0; i < maps.len; ++i) {
    const IdMap& m = maps.data[i];
    s += std::to_string(m.container) + " " + std::to_string(m.host) + " " + std::to_string(m.size) + "\n";
  }
  return s;
}

/// Writes a whole small file; 0 or an errno. Only system calls: it also runs in the child.
int writeFile(const char* path, const char* data, size_t n) {
  int fd = open(path, O_WRONLY);
  if (fd < 0) return errno;
  int error = write(fd, data, n) < 0 ? errno : 0;
  close(fd);
  return error;
}

#define TRY(call)                       \
  do {                                  \
    if ((call) < 0) return errno;       \
  } while (0)

int unshareNamespaces(Job& j) {
  SysProcAttr& s = *j.sys;
  TRY(syscall(SYS_unshare, s.unshareflags));
  if (s.unshareflags & CLONE_NEWUSER) {
    if (s.gidMappings.data) {
      const char* word = s.gidMappingsEnableSetgroups ? "allow" : "deny";
      if (int e = writeFile("/proc/self/setgroups", word, std::strlen(word) + 1)) return e;
      if (int e = writeFile("/proc/self/gid_map", j.gidMap.data(), j.gidMap.size())) return e;
    }
    if (s.uidMappings.data) {
      if (int e = writeFile("/proc/self/uid_map", j.uidMap.data(), j.uidMap.size())) return e;
    }
  }
  // Mounts are shared by default: make the new namespace's own ones private, as unshare(1) does.
  if (s.unshareflags & CLONE_NEWNS) TRY(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
  return 0;
}

int setCredential(Job& j) {
  SysProcAttr& s = *j.sys;
  Credential& c = *s.credential;
  bool denied = s.gidMappings.data && !s.gidMappingsEnableSetgroups && c.groups.len == 0;
  if (!denied && !c.noSetGroups) TRY(syscall(SYS_setgroups, c.groups.len, c.groups.len ? c.groups.data : nullptr));
  TRY(syscall(SYS_setgid, c.gid));
  TRY(syscall(SYS_setuid, c.uid));
  return 0;
}

int raiseCapabilities(const GoSlice<uint64_t>& list) {
  struct {
    uint32_t version;
    int32_t pid;
  } header{0x20080522, 0};
  struct {
    uint32_t effective, permitted, inheritable;
  } data[2] = {};
  TRY(syscall(SYS_capget, &header, data));
  for (int64_t i = 0; i < list.len; ++i) {
    uint64_t c = list.data[i];
    data[c / 32 & 1].permitted |= 1u << (c & 31);
    data[c / 32 & 1].inheritable |= 1u << (c & 31);
  }
  TRY(syscall(SYS_capset, &header, data));
  for (int64_t i = 0; i < list.len; ++i) TRY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, list.data[i], 0, 0));
  return 0;
}

int arrangeFiles(Job& j) {
  int count = static_cast<int>(j.fds.size());
  // First out of the way what the second pass would overwrite before it is used.
  if (j.pipe < j.nextFd) {
    TRY(dup3(j.pipe, j.nextFd, O_CLOEXEC));
    j.pipe = j.nextFd++;
  }
  for (int i = 0; i < count; ++i) {
    if (j.fds[static_cast<size_t>(i)] < 0 || j.fds[static_cast<size_t>(i)] >= i) continue;
    if (j.nextFd == j.pipe) ++j.nextFd;
    TRY(dup3(j.fds[static_cast<size_t>(i)], j.nextFd, O_CLOEXEC));
    j.fds[static_cast<size_t>(i)] = j.nextFd++;
  }
  for (int i = 0; i < count; ++i) {
    int fd = j.fds[static_cast<size_t>(i)];
    if (fd == -1)
      close(i);
    else if (fd == i)
      TRY(fcntl(fd, F_SETFD, 0));
    else
      TRY(dup3(fd, i, 0));
  }
  for (int i = count; i < 3; ++i) close(i);
  return 0;
}

/// In the child: everything up to exec. Returns the errno of what failed.
int prepareAndExec(Job& j) {
  SysProcAttr& s = *j.sys;
  if (s.ambientCaps.len > 0) TRY(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));
  if (j.mapPipe[0] >= 0) {
    close(j.mapPipe[1]);
    int32_t verdict[2] = {};
    ssize_t n = read(j.mapPipe[0], verdict, 8);
    if (n < 0) return errno;
    if (n != 8) return EINVAL;
    if (verdict[0]) return verdict[0];
  }
  if (s.setsid) TRY(setsid());
  if (s.setpgid || s.foreground) TRY(setpgid(0, static_cast<pid_t>(s.pgid)));
  if (s.foreground) {
    pid_t group = s.pgid ? static_cast<pid_t>(s.pgid) : static_cast<pid_t>(syscall(SYS_getpid));
    TRY(ioctl(static_cast<int>(s.ctty), TIOCSPGRP, &group));
  }
  // Not before: the kernel would stop us with SIGTTOU.
  resetSignalsInChild();
  sigprocmask(SIG_SETMASK, &j.mask, nullptr);
  if (s.unshareflags) {
    if (int e = unshareNamespaces(j)) return e;
  }
  if (j.chroot) TRY(chroot(j.chroot));
  if (s.credential) {
    if (int e = setCredential(j)) return e;
  }
  if (s.ambientCaps.len > 0) {
    if (int e = raiseCapabilities(s.ambientCaps)) return e;
  }
  if (j.dir) TRY(chdir(j.dir));
  if (s.pdeathsig) {
    TRY(prctl(PR_SET_PDEATHSIG, s.pdeathsig, 0, 0, 0));
    if (syscall(SYS_getppid) != j.parent) TRY(kill(static_cast<pid_t>(syscall(SYS_getpid)), static_cast<int>(s.pdeathsig)));
  }
  if (int e = arrangeFiles(j)) return e;
  if (s.noctty) TRY(ioctl(0, TIOCNOTTY, nullptr));
  if (s.setctty) TRY(ioctl(static_cast<int>(s.ctty), TIOCSCTTY, 1));
  if (j.originalLimit) {
    rlimit now;
    if (getrlimit(RLIMIT_NOFILE, &now) != 0 ||
        (now.rlim_cur == j.originalLimit->rlim_max - 1 && now.rlim_max == j.originalLimit->rlim_max)) {
      setrlimit(RLIMIT_NOFILE, j.originalLimit);
    }
  }
  if (s.ptrace) TRY(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
  execve(j.path, j.argv, j.envv);
  return errno;
}

int childMain(void* arg) {
  auto& j = *static_cast<Job*>(arg);
  int64_t error = prepareAndExec(j);
  ssize_t n = write(j.pipe, &error, sizeof error);
  (void)n;
  _exit(253);
}

long startChild(Job& j, int* pidfd) {
  SysProcAttr& s = *j.sys;
  uint64_t flags = s.cloneflags;
  if (!(s.cloneflags & CLONE_NEWUSER) && !(s.unshareflags & CLONE_NEWUSER)) flags |= CLONE_VFORK | CLONE_VM;
  if (s.pidFd) flags |= CLONE_PIDFD;
  if (s.useCgroupFd || (flags & 0x80 /* CLONE_NEWTIME */)) {
    // Returns twice, which needs memory of the child's own.
    clone_args args{};
    args.flags = flags & ~uint64_t{CLONE_VFORK | CLONE_VM};
    args.exit_signal = SIGCHLD;
    args.pidfd = reinterpret_cast<uint64_t>(pidfd);
    if (s.useCgroupFd) {
      args.flags |= CLONE_INTO_CGROUP;
      args.cgroup = static_cast<uint64_t>(s.cgroupFd);
    }
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0) childMain(&j);
    return pid < 0 ? -errno : pid;
  }
  constexpr size_t kStack = 64 * 1024;
  void* stack = mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return -errno;
  int pid = clone(childMain, static_cast<char*>(stack) + kStack, static_cast<int>(flags) | SIGCHLD, &j, pidfd);
  long result = pid < 0 ? -errno : pid;
  munmap(stack, kStack);
  return result;
}

/// (argv0, argv, envv, chroot, dir, attr, sys, pipe) (pid int, err Errno)
NATIVE(forkAndExec) {
  Job j;
  j.path = as<char>(a[0]);
  j.argv = as<char*>(a[1]);
  j.envv = as<char*>(a[4]);
  j.chroot = as<char>(a[7]);
  j.dir = as<char>(a[8]);
  auto* attr = as<ProcAttr>(a[9]);
  j.sys = as<SysProcAttr>(a[10]);
  j.pipe = static_cast<int>(a[11]);
  SysProcAttr& s = *j.sys;
  j.nextFd = static_cast<int>(attr->files.len);
  for (int64_t i = 0; i < attr->files.len; ++i) {
    int fd = static_cast<int>(attr->files.data[i]);
    if (j.nextFd < fd) j.nextFd = fd;
    j.fds.push_back(fd);
  }
  ++j.nextFd;
  void* limit = lookupSymbol("syscall.origRlimitNofile", "syscall");
  j.originalLimit = limit ? *static_cast<rlimit**>(limit) : nullptr;
  j.parent = getpid();
  bool maps = s.uidMappings.data || s.gidMappings.data;
  if (maps) {
    j.uidMap = formatMap(s.uidMappings);
    j.gidMap = formatMap(s.gidMappings);
    if (pipe2(j.mapPipe, O_CLOEXEC) != 0) {
      a[13] = static_cast<Slot>(errno);
      return Next::Run;
    }
  }
  // No handler of ours may run in the child while it shares our memory.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &j.mask);
  int pidfd = -1;
  long pid = startChild(j, &pidfd);
  pthread_sigmask(SIG_SETMASK, &j.mask, nullptr);
  if (pid < 0) {
    if (maps) {
      close(j.mapPipe[0]);
      close(j.mapPipe[1]);
    }
    a[13] = static_cast<Slot>(-pid);
    return Next::Run;
  }
  if (s.pidFd) *s.pidFd = pidfd;
  if (maps) {
    close(j.mapPipe[0]);
    int64_t verdict = 0;
    if (!(s.unshareflags & CLONE_NEWUSER)) {
      std::string dir = "/proc/" + std::to_string(pid) + "/";
      if (s.uidMappings.data) verdict = writeFile((dir + "uid_map").c_str(), j.uidMap.data(), j.uidMap.size());
      if (!verdict && s.gidMappings.data) {
        std::string_view word = s.gidMappingsEnableSetgroups ? "allow" : "deny";
        int e = writeFile((dir + "setgroups").c_str(), word.data(), word.size());
        verdict = e && e != ENOENT ? e : writeFile((dir + "gid_map").c_str(), j.gidMap.data(), j.gidMap.size());
      }
    }
    ssize_t n = write(j.mapPipe[1], &verdict, 8);
    (void)n;
    close(j.mapPipe[1]);
  }
  a[12] = static_cast<Slot>(pid);
  return Next::Run;
}

/// Whether clone gives pidfds: every kernel that Burrow's other needs admit does; a nil error.
NATIVE(checkClonePidfd) { return Next::Run; }

constexpr NativeEntry kTable[] = {
    {"syscall.forkAndExecInChild", forkAndExec},
    {"syscall.os_checkClonePidfd", checkClonePidfd},
    {"os.checkClonePidfd", checkClonePidfd},
};

}  // namespace

void registerFork() { addNatives(kTable); }

}  // namespace burrow::vm
