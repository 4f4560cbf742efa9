// The epoll netpoller. Descriptors are watched edge-triggered for both directions at once, as long as they are open; a
// direction of a descriptor is ready, waited for by one goroutine, or neither.

#include "vm/sched/netpoll.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <climits>
#include <vector>

#include "vm/bytecode/check.h"

namespace burrow::vm {

std::atomic<int> pollWaiters{0};

struct PollDesc {
  struct Side {
    bool ready = false;
    Goroutine* waiter = nullptr;
    int64_t deadline = 0;  // 0: none; -1: past
    struct Timer : VmTimer {
      PollDesc* desc = nullptr;
      bool write = false;
    } timer;
  };
  int fd = -1;
  bool closing = false, error = false;
  Side side[2];  // read, write
  uint32_t generation = 0;
};

namespace {

int epollFd = -1, wakeFd = -1;
std::atomic<bool> wakeSent{false};
std::vector<PollDesc*> freeDescs;

PollDesc::Side& sideOf(PollDesc* d, int mode) { return d->side[mode == 'w']; }

int checkError(PollDesc* d, int mode) {
  if (d->closing) return kPollClosing;
  if (sideOf(d, mode).deadline < 0) return kPollTimeout;
  if (mode == 'r' && d->error) return kPollNotPollable;
  return kPollOk;
}

/// The waiter's native returned Park: its one result is stored here.
void wake(PollDesc* d, int mode, int result) {
  PollDesc::Side& s = sideOf(d, mode);
  Goroutine* g = s.waiter;
  if (!g) return;
  s.waiter = nullptr;
  pollWaiters.fetch_sub(1, std::memory_order_relaxed);
  incomingArgs(*g)[2] = static_cast<Slot>(result);  // after ctx and mode
  ready(*g);
}

void deadlinePassed(VmTimer& t) {
  auto& timer = static_cast<PollDesc::Side::Timer&>(t);
  PollDesc* d = timer.desc;
  int mode = timer.write ? 'w' : 'r';
  sideOf(d, mode).deadline = -1;
  wake(d, mode, checkError(d, mode));
}

void ensureEpoll() {
  if (epollFd >= 0) return;
  epollFd = epoll_create1(EPOLL_CLOEXEC);
  wakeFd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  BURROW_CHECK(epollFd >= 0 && wakeFd >= 0);
  epoll_event ev{};
  ev.events = EPOLLIN;
  ev.data.ptr = nullptr;
  BURROW_CHECK(epoll_ctl(epollFd, EPOLL_CTL_ADD, wakeFd, &ev) == 0);
}

void becomeReady(PollDesc* d, int mode) {
  PollDesc::Side& s = sideOf(d, mode);
  if (s.waiter)
    wake(d, mode, checkError(d, mode));
  else
    s.ready = true;
}

}  // namespace

void pollInit() { ensureEpoll(); }

bool isPollDescriptor(int fd) { return fd >= 0 && (fd == epollFd || fd == wakeFd); }

PollDesc* pollOpen(int fd, int* error) {
  ensureEpoll();
  PollDesc* d;
  if (freeDescs.empty()) {
    d = new PollDesc();
  } else {
    d = freeDescs.back();
    freeDescs.pop_back();
    uint32_t generation = d->generation;
    *d = PollDesc();
    d->generation = generation;
  }
  d->fd = fd;
  ++d->generation;
  for (int i = 0; i < 2; ++i) {
    d->side[i].timer.desc = d;
    d->side[i].timer.write = i == 1;
    d->side[i].timer.fire = deadlinePassed;
  }
  epoll_event ev{};
  ev.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  ev.data.ptr = d;
  if (epoll_ctl(epollFd, EPOLL_CTL_ADD, fd, &ev) != 0) {
    *error = errno;
    freeDescs.push_back(d);
    return nullptr;
  }
  *error = 0;
  return d;
}

void pollClose(PollDesc* d) {
  epoll_event ev{};
  epoll_ctl(epollFd, EPOLL_CTL_DEL, d->fd, &ev);
  stopTimer(&d->side[0].timer);
  stopTimer(&d->side[1].timer);
  freeDescs.push_back(d);
}

int pollReset(PollDesc* d, int mode) {
  int error = checkError(d, mode);
  if (error) return error;
  sideOf(d, mode).ready = false;
  return kPollOk;
}

Next pollWait(Goroutine& g, PollDesc* d, int mode, int* result) {
  *result = checkError(d, mode);
  if (*result) return Next::Run;
  PollDesc::Side& s = sideOf(d, mode);
  if (s.ready) {
    s.ready = false;
    return Next::Run;
  }
  BURROW_CHECK(!s.waiter);
  s.waiter = &g;
  pollWaiters.fetch_add(1, std::memory_order_relaxed);
  return park(g, "IO wait");
}

void pollSetDeadline(PollDesc* d, int64_t deadline, int mode) {
  if (d->closing) return;
  if (deadline > 0) {
    int64_t now = nanotime();
    deadline = deadline > INT64_MAX - now ? INT64_MAX : now + deadline;
  }
  for (int i = 0; i < 2; ++i) {
    bool wanted = mode == 'r' + 'w' || mode == (i ? 'w' : 'r');
    if (!wanted) continue;
    PollDesc::Side& s = d->side[i];
    stopTimer(&s.timer);
    if (deadline == 0) {
      s.deadline = 0;
    } else if (deadline < 0) {
      s.deadline = -1;
      wake(d, i ? 'w' : 'r', checkError(d, i ? 'w' : 'r'));
    } else {
      s.deadline = deadline;
      startTimer(&s.timer, deadline);
    }
  }
}

void pollUnblock(PollDesc* d) {
  d->closing = true;
  stopTimer(&d->side[0].timer);
  stopTimer(&d->side[1].timer);
  wake(d, 'r', kPollClosing);
  wake(d, 'w', kPollClosing);
}

void netpoll(int64_t timeout) {
  if (epollFd < 0) {
    // A signal may have come that had no descriptor to wake: who calls has to look again before it waits.
    ensureEpoll();
    return;
  }
  int ms = timeout < 0 ? -1 : timeout == 0 ? 0 : timeout < 1'000'000 ? 1 : timeout > 1'000'000'000'000 ? 1'000'000
                                                                        : static_cast<int>(timeout / 1'000'000);
  epoll_event events[128];
  int n;
  if (timeout > 0) {
    timespec ts{static_cast<time_t>(timeout / 1'000'000'000), static_cast<long>(timeout % 1'000'000'000)};
    n = epoll_pwait2(epollFd, events, 128, &ts, nullptr);
    if (n < 0 && errno == ENOSYS) n = epoll_wait(epollFd, events, 128, ms);
  } else {
    n = epoll_wait(epollFd, events, 128, ms);
  }
  for (int i = 0; i < n; ++i) {
    auto* d = static_cast<PollDesc*>(events[i].data.ptr);
    if (!d) {
      // In this order: a wake-up between the two is dropped, but its reason is seen as soon as this returns. The other way
      // round the read could swallow a wake-up that has just set the flag, and no other would ever be sent.
      uint64_t count;
      ssize_t got = read(wakeFd, &count, 8);
      (void)got;
      wakeSent.store(false, std::memory_order_seq_cst);
      continue;
    }
    uint32_t e = events[i].events;
    d->error = e == EPOLLERR;
    if (e & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) becomeReady(d, 'r');
    if (e & (EPOLLOUT | EPOLLHUP | EPOLLERR)) becomeReady(d, 'w');
  }
}

void wakePoller() {
  if (wakeFd < 0 || wakeSent.exchange(true, std::memory_order_seq_cst)) return;
  uint64_t one = 1;
  ssize_t n = write(wakeFd, &one, 8);
  (void)n;
}

}  // namespace burrow::vm
