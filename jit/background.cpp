#include "jit/background.h"

#include <pthread.h>
#include <signal.h>

#include "vm/machine/machine.h"

namespace burrow::jit {

bool Background::request(const Wish& wish) {
  installFinished();
  if (!requested_.insert(wish).second) return false;
  if (makeNow(wish)) return true;
  if (!wish.func->compiled) wish.func->entry = wish.func->code;  // not counted while it waits
  std::lock_guard lock(mutex_);
  (wish.tier == Tier::Template ? quick_ : slow_).push_back(wish);
  if (!started_) start();
  else if (!working_) wanted_.notify_one();
  return true;
}

/// Whether who asks had better make the code than wait for the thread.
bool Background::worthMakingNow(const Wish& wish) const {
  constexpr uint32_t kMostWords[] = {2000, 300, 600};                         // by tier
  constexpr uint64_t kMostTime[] = {UINT64_MAX, 2'000'000, 6'000'000};        // that was spent on optimizing
  auto tier = static_cast<size_t>(wish.tier);
  return wish.func->codeWords <= kMostWords[tier] && optimizedHere_ < kMostTime[tier];
}

/// False: the thread is to do it.
bool Background::makeNow(const Wish& wish) {
  if (!worthMakingNow(wish) || !making_.try_lock()) return false;
  installFinished();  // code becomes known in the order in which it was made
  uint64_t before = compileStats.nanoseconds;
  MadeCode made = makeCode(wish);
  if (wish.tier != Tier::Template) optimizedHere_ += compileStats.nanoseconds - before;
  making_.unlock();
  installCode(wish, made);
  return true;
}

void Background::start() {
  started_ = true;
  // It takes no signals: handlers expect a thread that runs Go.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, threadMain, this) != 0) stopped_ = true;  // then only the templates compile
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

void* Background::threadMain(void* self) {
  pthread_setname_np(pthread_self(), "burrow-jit");
  static_cast<Background*>(self)->work();
  return nullptr;
}

void Background::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return stopped_ || !quick_.empty() || !slow_.empty(); });
    if (stopped_) return;
    auto& queue = quick_.empty() ? slow_ : quick_;
    Job job{queue.front(), {}};
    queue.pop_front();
    working_ = true;
    lock.unlock();
    bool first;
    {
      std::lock_guard making(making_);
      job.made = makeCode(job.wish);
      lock.lock();
      finished_.push_back(std::move(job));
      first = !anyFinished_.exchange(true, std::memory_order_release);
    }
    working_ = false;
    if (stopped_) idle_.notify_one();
    if (first) vm::requestInstall();
  }
}

bool Background::installFinished() {
  if (!anyFinished_.load(std::memory_order_relaxed)) return false;
  std::deque<Job> jobs;
  {
    std::lock_guard lock(mutex_);
    jobs.swap(finished_);
    anyFinished_.store(false, std::memory_order_relaxed);
  }
  for (Job& job : jobs) installCode(job.wish, job.made);
  return !jobs.empty();
}

BackgroundStats Background::stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  wanted_.notify_one();
  idle_.wait(lock, [this] { return !working_; });
  return {finished_.size(), quick_.size() + slow_.size()};
}

}  // namespace burrow::jit
