// What is shown while a profiled program runs: a line on how far it is, or the sites that allocate most.
#pragma once

namespace burrow {

struct ProgressOptions {
  bool line = false, live = false;
};

/// Starts a thread that writes to standard error, if anything is to be shown.
void startProgress(const ProgressOptions& options);
/// Ends it and clears what it showed. May be called without startProgress.
void stopProgress();

}  // namespace burrow
