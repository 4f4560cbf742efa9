#include "programs/burrow/profile_live.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

#include "profiler/collect/collect.h"
#include "profiler/report/table.h"
#include "profiler/report/units.h"
#include "programs/burrow/report_output.h"

namespace burrow {

namespace {

using Clock = std::chrono::steady_clock;

class Live {
 public:
  explicit Live(const ProgressOptions& options) : options_(options), began_(Clock::now()), thread_([this] { run(); }) {}

  void stop() {
    {
      std::lock_guard lock(lock_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    // Signals are for the program's threads.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::unique_lock lock(lock_);
    // Short runs show nothing.
    auto pause = std::chrono::milliseconds(options_.live ? 500 : 2000);
    while (!wake_.wait_for(lock, pause, [this] { return stopping_; })) {
      options_.live ? showTable() : showLine();
      pause = std::chrono::milliseconds(options_.live ? 1000 : 500);
    }
    clear();
  }

  void showLine() {
    profiler::Profile p = profiler::Collector::snapshot();
    profiler::HeapPoint last = p.timeline.empty() ? profiler::HeapPoint{} : p.timeline.back();
    double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    clear();
    std::string text = fmt::format("{:.0f} s: {} objects, {} allocated, heap {}, {} collections", seconds, profiler::countText(p.heap.objects),
                                   profiler::bytesText(static_cast<double>(p.heap.bytes)), profiler::bytesText(static_cast<double>(last.heapBytes)), p.collections.size());
    std::fputs(profiler::fit(text, std::min(profiler::textWidth(text), terminalWidth(2) - 1)).c_str(), stderr);
    std::fflush(stderr);
    lines_ = 1;
  }

  void showTable() {
    profiler::Profile p = profiler::Collector::snapshot();
    profiler::TextOptions o;
    o.width = terminalWidth(2) - 1;
    o.top = 12;
    o.colour = wantsColour("auto", 2);
    std::string text = profiler::allocationText(p, {}, o);
    clear();
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
    lines_ = 1;
    for (char c : text) lines_ += c == '\n';
  }

  /// Takes back what was shown; a file or a pipe keeps it, and so does a terminal to which the program writes as well: its lines lie between.
  void clear() {
    bool keeps = !isatty(2) || (options_.live && isatty(1));
    if (lines_ == 0 || keeps) {
      if (lines_) std::fputc('\n', stderr);
      lines_ = 0;
      return;
    }
    std::fprintf(stderr, "\r\x1b[K");
    for (int i = 1; i < lines_; ++i) std::fprintf(stderr, "\x1b[A\x1b[K");
    std::fflush(stderr);
    lines_ = 0;
  }

  ProgressOptions options_;
  Clock::time_point began_;
  std::mutex lock_;
  std::condition_variable wake_;
  bool stopping_ = false;
  int lines_ = 0;
  std::thread thread_;
};

Live* live = nullptr;

}  // namespace

void startProgress(const ProgressOptions& options) {
  if (options.line || options.live) live = new Live(options);
}

void stopProgress() {
  if (live) live->stop();
  live = nullptr;
}

}  // namespace burrow
