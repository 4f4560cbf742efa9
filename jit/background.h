// Compilation on a thread of its own. The thread that runs Go asks for functions and installs what is finished, at polls and when it
// asks for the next one; the compiling thread only reads bytecode and writes code that nobody knows of yet. So everything of the vm,
// the registry of code and the entries of functions among it, still has one writer. The program's end does not wait.
//
// On a busy machine it may be milliseconds until the thread has its turn, and all that time a hot function stays interpreted. So who asks makes the
// code at once, unless the thread is at work just then, of what takes little time: what the templates make, a few loops that run, and the first
// few small functions that are worth optimizing. Short programs then do without the thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include "jit/compile.h"

namespace burrow::jit {

class Background {
 public:
  /// By the thread that runs Go. False if the same was asked for before. What the templates are to make comes before other work.
  bool request(const Wish& wish);
  /// By the thread that runs Go: makes finished code known. True if there was any.
  bool installFinished();
  /// Lets the thread finish what it does, and no more; what was left over.
  BackgroundStats stop();

 private:
  struct Job {
    Wish wish;
    MadeCode made;
  };
  static void* threadMain(void* self);
  void start();
  void work();
  bool worthMakingNow(const Wish& wish) const;
  bool makeNow(const Wish& wish);

  std::set<Wish> requested_;  // of the thread that runs Go
  uint64_t optimizedHere_ = 0;  // nanoseconds that it has spent on optimizing
  bool started_ = false;
  std::atomic<bool> anyFinished_{false};
  std::mutex making_;  // held while code is made, until it is among what is finished or installed
  std::mutex mutex_;   // guards the rest; may be taken by who has making_
  std::condition_variable wanted_, idle_;
  std::deque<Wish> quick_, slow_;
  std::deque<Job> finished_;
  bool working_ = false, stopped_ = false;
};

}  // namespace burrow::jit
