// What internal/poll asks of the run time: files whose readiness a goroutine can wait for.
#pragma once

#include <cstdint>

#include "vm/sched/sched_internal.h"

namespace burrow::vm {

struct PollDesc;
enum PollError : int { kPollOk = 0, kPollClosing = 1, kPollTimeout = 2, kPollNotPollable = 3 };

void pollInit();
bool isPollDescriptor(int fd);
/// Starts to watch fd; null and *error (an errno) if it cannot be watched.
PollDesc* pollOpen(int fd, int* error);
void pollClose(PollDesc* d);
int pollReset(PollDesc* d, int mode);
/// Ok or an error at once in *result, else Park: `result` slot of g's frame is stored by the waker.
Next pollWait(Goroutine& g, PollDesc* d, int mode, int* result);
/// `deadline`: nanoseconds from now; 0: none, negative: past. `mode`: 'r', 'w' or their sum.
void pollSetDeadline(PollDesc* d, int64_t deadline, int mode);
void pollUnblock(PollDesc* d);

}  // namespace burrow::vm
