// Signals for package os/signal, and what they do to a program that does not ask for them.
#pragma once

#include <cstdint>

#include "vm/sched/sched_internal.h"

namespace burrow::vm {

void signalEnable(uint32_t number);
void signalDisable(uint32_t number);
void signalIgnore(uint32_t number);
bool signalIgnored(uint32_t number);
/// The next wanted signal, stored in the native's result slot; parks until there is one.
Next signalReceive(Goroutine& g, Slot* args);
/// SIGINT and SIGTERM, if the program does not ask for them, run the exit hooks before they end it (a second one ends it at once).
/// Before the program starts.
void endInOrder();
/// Whether that is what the program dies of.
bool endedBySignal();
/// Ends the process by that signal's default action.
void dieFromSignal(int number);
/// Back to what a fresh process has: between fork and exec, async-signal-safe.
void resetSignalsInChild();

}  // namespace burrow::vm
