#include "programs/burrow/test_events.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "programs/burrow/json_text.h"

namespace burrow {

namespace {

constexpr char kMark = 0x16;

std::string timestamp() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  tm local;
  localtime_r(&now.tv_sec, &local);
  char text[64], zone[8];
  size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
  std::snprintf(text + n, sizeof text - n, ".%09ld", now.tv_nsec);
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  std::strftime(zone, sizeof zone, "%z", &local);
  if (local.tm_gmtoff == 0) return out + "Z";
  return out + std::string(zone, 3) + ":" + std::string(zone + 3, 2);
}

std::string shortNumber(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.17g", v);
  for (int digits = 1; digits < 17; ++digits) {
    char shorter[32];
    std::snprintf(shorter, sizeof shorter, "%.*g", digits, v);
    if (std::strtod(shorter, nullptr) == v) return shorter;
  }
  return buffer;
}

std::string_view trimEol(std::string_view s) {
  if (s.ends_with('\n')) s.remove_suffix(1);
  if (s.ends_with('\r')) s.remove_suffix(1);
  return s;
}

std::string_view trimSpace(std::string_view s) {
  while (!s.empty() &&
         (s.front() == ' ' || s.front() == '\t' || s.front() == '\n' || s.front() == '\r'))
    s.remove_prefix(1);
  while (!s.empty() &&
         (s.back() == ' ' || s.back() == '\t' || s.back() == '\n' || s.back() == '\r'))
    s.remove_suffix(1);
  return s;
}

/// Splits at the first `c`: the part before it stays in `s`.
std::string_view cut(std::string_view& s, char c) {
  size_t at = s.find(c);
  std::string_view rest = at == std::string_view::npos ? std::string_view() : s.substr(at + 1);
  s = s.substr(0, at);
  return rest;
}

bool isFrame(std::string_view s) {
  for (std::string_view word : {"RUN   ", "PAUSE ", "CONT  ", "NAME  ", "PASS  ", "FAIL  ",
                                "SKIP  ", "ATTR  ", "ARTIFACTS "})
    if (s.starts_with("=== ") && s.substr(4).starts_with(word)) return true;
  return false;
}

bool isReport(std::string_view s) {
  for (std::string_view word : {"--- PASS: ", "--- FAIL: ", "--- SKIP: ", "--- BENCH: "})
    if (s.starts_with(word)) return true;
  return false;
}

/// A benchmark prints its name and a tab before it runs: the name is shown at once.
bool isBenchmarkStart(std::string_view s) {
  s = s.substr(0, s.find('\t'));
  return s.starts_with("Benchmark") && (s.size() == 9 || !(s[9] >= 'a' && s[9] <= 'z'));
}

}  // namespace

std::string buildEvent(const std::string& importPath, const std::string& action,
                       std::string_view output) {
  std::string out =
      "{\"ImportPath\":" + jsonString(importPath) + ",\"Action\":" + jsonString(action);
  if (!output.empty()) out += ",\"Output\":" + jsonString(output);
  return out + "}\n";
}

TestEvents::TestEvents(std::string package, std::function<void(std::string_view)> write)
    : package_(std::move(package)), write_(std::move(write)) {
  emit({.action = "start"});
}

void TestEvents::emit(TestEvent e) {
  const std::string& test = e.test.empty() ? test_ : e.test;
  std::string out = "{\"Time\":" + jsonString(timestamp()) + ",\"Action\":" + jsonString(e.action) +
                    ",\"Package\":" + jsonString(package_);
  if (!test.empty()) out += ",\"Test\":" + jsonString(test);
  if (e.elapsed >= 0) out += ",\"Elapsed\":" + shortNumber(e.elapsed);
  if (e.action == "output") out += ",\"Output\":" + jsonString(e.output);
  if (!e.failedBuild.empty()) out += ",\"FailedBuild\":" + jsonString(e.failedBuild);
  if (!e.key.empty()) out += ",\"Key\":" + jsonString(e.key);
  if (!e.value.empty()) out += ",\"Value\":" + jsonString(e.value);
  if (!e.path.empty()) out += ",\"Path\":" + jsonString(e.path);
  write_(out + "}\n");
}

void TestEvents::output(std::string_view text) {
  if (!text.empty()) emit({.action = "output", .output = std::string(text)});
}

void TestEvents::feed(std::string_view bytes) {
  pending_ += bytes;
  size_t at = 0;
  for (;;) {
    // A line ends at a newline, or before a mark that is not at its beginning.
    size_t end = pending_.find('\n', at), mark = pending_.find(kMark, at + 1);
    size_t stop = end == std::string::npos    ? mark
                  : mark == std::string::npos ? end + 1
                                              : std::min(end + 1, mark);
    if (stop == std::string::npos) break;
    std::string text = pending_.substr(at, stop - at);
    at = stop;
    if (midLine_)
      output(text);
    else
      line(text);
    midLine_ = false;
  }
  pending_.erase(0, at);
  constexpr size_t kLongLine = 4096;
  size_t tab = pending_.find('\t');
  if (!midLine_ && tab != std::string::npos && isBenchmarkStart(pending_)) {
    output(pending_.substr(0, tab + 1));
    pending_.erase(0, tab + 1);
    midLine_ = true;
  } else if (pending_.size() >= kLongLine) {
    size_t cutAt = pending_.size();
    for (size_t i = 1; i <= 3 && i < cutAt; ++i)  // not within a character
      if ((static_cast<unsigned char>(pending_[cutAt - i]) & 0xc0) == 0xc0) cutAt -= i;
    output(pending_.substr(0, cutAt));
    pending_.erase(0, cutAt);
    midLine_ = true;
  }
}

void TestEvents::line(std::string_view text) {
  bool mark = text.starts_with(kMark);
  if (marked_ && !mark) return output(text);
  if (mark) text.remove_prefix(1);
  std::string_view trimmed = trimEol(text);
  if (trimmed == "=== NAME") {
    text = "=== NAME  \n";
    trimmed = trimEol(text);
  }
  if (trimmed == "PASS" || trimmed == "FAIL" || trimmed.starts_with("FAIL\t")) {
    flushReports(0);
    marked_ = mark;
    return output(text);
  }
  if (trimmed.starts_with("?   \t") && trimmed.ends_with("\t[no test files]") && reports_.empty())
    skipped_ = true;
  if (isFrame(text)) {
    marked_ = mark;
    return frame(text, trimmed);
  }
  size_t depth = 0;
  std::string_view inner = text;
  for (; inner.starts_with("    "); ++depth) inner.remove_prefix(4);
  if (isReport(inner) && depth <= reports_.size()) {
    marked_ = mark;
    return report(text, trimEol(inner), depth);
  }
  // Output of a subtest that has ended already is told by its indentation.
  if (!isReport(inner) && depth > 0 && depth <= reports_.size()) test_ = reports_[depth - 1].test;
  output(text);
}

/// "=== WORD  name".
void TestEvents::frame(std::string_view whole, std::string_view text) {
  std::string_view word = text.substr(4);
  std::string_view name = trimSpace(cut(word, ' '));
  TestEvent e;
  for (char c : word) e.action += static_cast<char>(c | 0x20);
  if (e.action == "artifacts") e.path = cut(name, ' ');
  if (e.action == "attr") {
    std::string_view key = cut(name, ' ');
    e.value = cut(key, ' ');
    e.key = key;
  }
  flushReports(0);
  test_ = name;
  if (e.action == "name") return;
  if (e.action == "pause") {  // the line belongs to the test before it stops
    output(whole);
    emit(e);
    return;
  }
  emit(e);
  output(whole);
}

/// "--- RESULT: name (0.00s)": the event comes after the output that follows it.
void TestEvents::report(std::string_view whole, std::string_view text, size_t depth) {
  std::string_view word = text.substr(4);
  std::string_view name = trimSpace(cut(word, ' '));
  TestEvent e;
  for (char c : word)
    if (c != ':') e.action += static_cast<char>(c | 0x20);
  if (size_t open = name.find(" ("); open != std::string_view::npos) {
    if (name.ends_with("s)"))
      e.elapsed = std::strtod(std::string(name.substr(open + 2)).c_str(), nullptr);
    name = name.substr(0, open);
  }
  flushReports(depth);
  e.test = name;
  test_ = name;
  reports_.push_back(e);
  output(whole);
}

void TestEvents::flushReports(size_t depth) {
  test_.clear();
  while (reports_.size() > depth) {
    TestEvent e = std::move(reports_.back());
    reports_.pop_back();
    emit(std::move(e));
  }
}

void TestEvents::finish(bool passed, const std::string& failedBuild) {
  if (!pending_.empty()) output(pending_);
  pending_.clear();
  flushReports(0);
  auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::steady_clock::now() - start_)
                          .count();
  emit({.action = !passed    ? "fail"
                  : skipped_ ? "skip"
                             : "pass",
        .failedBuild = failedBuild,
        .elapsed = static_cast<double>(milliseconds) / 1000});
}

}  // namespace burrow
