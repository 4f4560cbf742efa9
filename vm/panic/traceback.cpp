// Tracebacks in gc's format:
//
//   goroutine 7 [chan receive, 2 minutes]:
//   main.worker(...)
//   	/src/main.go:12 +0x38
//   created by main.main in goroutine 1
//   	/src/main.go:20 +0x90
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "vm/interp/interp.h"
#include "vm/link/linker.h"
#include "vm/panic/panic.h"

namespace burrow::vm {

namespace {

constexpr size_t kInnerFrames = 50, kOuterFrames = 50;

bool startsWith(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }

/// runtime.GC, runtime.(*Func).Name and their like.
bool isExportedRuntime(std::string_view name) {
  name.remove_prefix(std::strlen("runtime."));
  std::string_view receiver;
  if (size_t dot = name.rfind('.'); dot != name.npos) {
    receiver = name.substr(0, dot);
    name.remove_prefix(dot + 1);
    if (startsWith(receiver, "(*")) receiver.remove_prefix(2);
  }
  return !name.empty() && isUpper(name[0]) && (receiver.empty() || isUpper(receiver[0]));
}

/// As printed: gopanic is "panic", type arguments are left out.
std::string displayName(std::string_view name) {
  if (name == "runtime.gopanic") return "panic";
  size_t open = name.find('['), close = name.rfind(']');
  if (open == name.npos || close == name.npos || close < open) return std::string(name);
  return std::string(name.substr(0, open)) + "[...]" + std::string(name.substr(close + 1));
}


/// Whether wrappers around this callee are worth showing.
bool showsWrapper(std::string_view callee) {
  return callee == "runtime.gopanic" || callee == "runtime.panicwrap" || callee == "runtime.panicmemAddr";
}

bool isShown(const FrameView& frame, bool first, std::string_view callee, int level) {
  if (level > 1) return true;
  unsigned flags = frame.inlined ? 0 : frame.func->flags;
  if (flags & kHidden) return false;
  bool unstarted = frame.pc == reinterpret_cast<const Insn*>(frame.func) && !(flags & kNative);
  if (flags & kWrapper && !showsWrapper(callee) && !unstarted) return false;
  if (frame.name == "runtime.gopanic") return !first;
  if (frame.name.find('.') == frame.name.npos) return false;
  return !startsWith(frame.name, "runtime.") || isExportedRuntime(frame.name);
}

void appendHex(std::string& out, uint64_t v) {
  char buf[24];
  snprintf(buf, sizeof buf, "0x%llx", static_cast<unsigned long long>(v));
  out += buf;
}

/// Source position of pc, and how far `running` (where f is; null: not said) is from f's start.
void appendPosition(std::string& out, const Insn* pc, const Func& f, const Insn* running) {
  CodePosition at = codePosition(pc);
  out += '\t';
  if (at.file.empty()) {
    out += "<builtin>";
  } else {
    out += at.file;
  }
  out += ':';
  out += std::to_string(at.line);
  if (running && running >= f.code && running < f.code + f.codeWords) {
    out += " +";
    appendHex(out, static_cast<uint64_t>(running + 1 - f.code) * sizeof(Insn));
  }
  out += '\n';
}

void appendFrame(std::string& out, const FrameView& frame) {
  out += displayName(frame.name);
  out += frame.inlined || frame.func->argSlots ? "(...)\n" : "()\n";
  appendPosition(out, frame.pc, *frame.func, frame.inlined ? nullptr : frame.running);
}

void appendFrames(std::string& out, Goroutine& g, unsigned skip, int level) {
  struct Context {
    std::vector<FrameView> frames;
    std::string_view callee;
    unsigned skip;
    int level;
    bool first = true;
  } context{{}, {}, skip, level};
  if (g.fp) {
    walkFrames(
        g,
        [](void* ctx, const FrameView& view) {
          auto& c = *static_cast<Context*>(ctx);
          if (c.skip) {
            c.skip--;
          } else if (isShown(view, c.first, c.callee, c.level)) {
            c.frames.push_back(view);
            c.first = false;
          }
          c.callee = view.name;
          return true;
        },
        &context);
  }
  const auto& frames = context.frames;
  size_t n = frames.size();
  for (size_t i = 0; i < n; i++) {
    if (n > kInnerFrames + kOuterFrames && i == kInnerFrames) {
      size_t elided = n - kInnerFrames - kOuterFrames;
      out += "..." + std::to_string(elided) + " frames elided...\n";
      i += elided;
    }
    appendFrame(out, frames[i]);
  }
  if (g.createdBy && !startsWith(g.createdBy->name, "runtime.")) {
    out += "created by " + displayName(g.createdBy->name);
    if (g.creatorId) out += " in goroutine " + std::to_string(g.creatorId);
    out += '\n';
    appendPosition(out, g.createdAt, *g.createdBy, g.createdAt);
  }
}

void appendHeader(std::string& out, const Goroutine& g) {
  const char* status = "running";
  switch (g.state) {
    case GState::Idle: status = "idle"; break;
    case GState::Runnable: status = "runnable"; break;
    case GState::Running: break;
    case GState::Waiting: status = *g.waitReason ? g.waitReason : "waiting"; break;
    case GState::Syscall: status = "syscall"; break;
    case GState::Dead: status = "dead"; break;
  }
  out += "goroutine " + std::to_string(g.id) + " [" + status;
  if ((g.state == GState::Waiting || g.state == GState::Syscall) && g.waitSince) {
    int64_t minutes = (nanotime() - g.waitSince) / 60'000'000'000;
    if (minutes >= 1) out += ", " + std::to_string(minutes) + " minutes";
  }
  if (g.lockedThread) out += ", locked to thread";
  out += "]:\n";
}

}  // namespace

int tracebackLevel() {
  const char* s = std::getenv("GOTRACEBACK");
  if (!s || !*s) return 1;
  std::string_view v = s;
  if (v == "none") return 0;
  if (v == "single") return 1;
  if (v == "all") return 1;
  if (v == "system" || v == "crash" || v == "wer") return 2;
  int n = std::atoi(s);
  return n < 0 ? 1 : n;
}

bool tracebackAll() {
  const char* s = std::getenv("GOTRACEBACK");
  if (!s || !*s) return false;
  std::string_view v = s;
  return v != "none" && v != "single" && v != "0";
}

std::string tracebackText(Goroutine& g, unsigned skip) {
  std::string out;
  appendHeader(out, g);
  appendFrames(out, g, skip, tracebackLevel());
  return out;
}

std::string otherTracebacks(Goroutine* except) {
  std::vector<Goroutine*> all;
  for (Goroutine* g = allGoroutines(); g; g = g->allNext) {
    if (g != except && g->state != GState::Dead && (!g->system || tracebackLevel() >= 2)) all.push_back(g);
  }
  std::sort(all.begin(), all.end(), [](const Goroutine* a, const Goroutine* b) { return a->id < b->id; });
  std::string out;
  for (Goroutine* g : all) {
    out += '\n';
    out += tracebackText(*g, 0);
  }
  return out;
}

}  // namespace burrow::vm
