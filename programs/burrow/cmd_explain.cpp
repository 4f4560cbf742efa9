// burrow explain: where the values of a program live and why, for a person.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "compiler/packages/files.h"
#include "programs/burrow/explain_report.h"
#include "programs/burrow/remark_text.h"
#include "programs/burrow/session.h"

namespace burrow {

namespace {

/// FILE.go:LINE:COL, or a package.
struct Target {
  std::string name;
  uint32_t line = 0, col = 0;
  bool isFile() const { return name.ends_with(".go"); }
};

/// Takes ":N" off the end.
bool takeNumber(std::string& s, uint32_t& n) {
  size_t colon = s.rfind(':');
  if (colon == std::string::npos || colon + 1 == s.size() || s.size() - colon > 9) return false;
  for (size_t i = colon + 1; i < s.size(); ++i)
    if (s[i] < '0' || s[i] > '9') return false;
  n = static_cast<uint32_t>(std::stoul(s.substr(colon + 1)));
  s.resize(colon);
  return true;
}

Target parseTarget(std::string text) {
  Target t;
  if (fileExists(text)) {
    t.name = text;
    return t;
  }
  if (takeNumber(text, t.line) && text.find(".go:") != std::string::npos) {
    uint32_t last = t.line;
    if (takeNumber(text, t.line)) t.col = last;
  }
  t.name = text;
  return t;
}

/// Writes a report to standard output.
class Explainer {
 public:
  Explainer(FileSet& files, bool colour) : files_(files), colour_(colour) {}

  void file(const ExplainReport& report, uint32_t only) {
    std::vector<const Allocation*> heap, stack, constants;
    for (const Allocation& a : report.allocations())
      if (!only || a.pos.file() == only) (a.constant ? constants : a.onHeap ? heap : stack).push_back(&a);
    first_ = false;
    std::printf("%s: %zu on the heap, %zu on the stack\n", plural(heap.size() + stack.size(), "allocation").c_str(), heap.size(), stack.size());
    if (!heap.empty()) heading("On the heap");
    for (const Allocation* a : heap) allocation(*a);
    if (!stack.empty()) heading("On the stack");
    for (const Allocation* a : stack) brief(*a);
    if (!constants.empty()) heading("Constants in interfaces: static data, never allocated");
    for (const Allocation* a : constants) brief(*a);
  }

  /// What was remarked on one line; on the column, or nearest to it, if one is given. False if there is nothing.
  bool line(const ExplainReport& report, uint32_t only, const Target& t) {
    std::vector<const Allocation*> here;
    for (const Allocation& a : report.allocations())
      if (a.pos.file() == only && a.pos.line() == t.line) here.push_back(&a);
    std::vector<const OtherRemark*> others;
    for (const OtherRemark& r : report.others())
      if (r.pos.file() == only && r.pos.line() == t.line) others.push_back(&r);
    if (t.col) {
      uint32_t best = UINT32_MAX;
      auto distance = [&](Pos p) { return p.col() > t.col ? p.col() - t.col : t.col - p.col(); };
      for (const Allocation* a : here) best = std::min(best, distance(a->pos));
      if (here.empty())
        for (const OtherRemark* r : others) best = std::min(best, distance(r->pos));
      bool allocates = !here.empty();
      std::erase_if(here, [&](const Allocation* a) { return distance(a->pos) != best; });
      std::erase_if(others, [&](const OtherRemark* r) { return allocates || distance(r->pos) != best; });
    }
    std::stable_sort(here.begin(), here.end(), [](const Allocation* a, const Allocation* b) { return a->onHeap > b->onHeap; });
    for (const Allocation* a : here) allocation(*a);
    for (const OtherRemark* r : others) other(*r);
    return !here.empty() || !others.empty();
  }

 private:
  static std::string plural(size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }
  std::string paint(const char* code, const std::string& s) const { return colour_ ? "\033[" + std::string(code) + "m" + s + "\033[0m" : s; }
  std::string bold(const std::string& s) const { return paint("1", s); }
  std::string dim(const std::string& s) const { return paint("2", s); }

  void heading(const char* text) {
    separate();
    std::printf("%s\n", bold(text).c_str());
  }
  /// An empty line between what is printed.
  void separate() {
    if (!std::exchange(first_, false)) std::printf("\n");
  }

  std::string place(Pos pos) const {
    Position p = files_.position(pos);
    return std::string(p.file) + ":" + std::to_string(p.line) + (p.col ? ":" + std::to_string(p.col) : "");
  }

  /// The source of a file that a compiled package remembers only by name.
  void need(uint32_t file) {
    if (!file || file >= files_.size() || !files_.file(file).text.empty()) return;
    SourceFile& f = files_.file(file);
    std::string text;
    if (readFile(f.diskPath.empty() ? f.path : f.diskPath, text)) f.text = text;
  }

  /// The source line, and a caret under the column.
  void source(Pos pos, const char* indent, const char* caretColour) {
    need(pos.file());
    std::string_view text = files_.lineText(pos.file(), pos.line());
    if (text.empty() || text.size() > 400) return;
    std::string number = std::to_string(pos.line()), blank(number.size(), ' ');
    size_t first = std::min(text.find_first_not_of(" \t"), text.size());
    std::string shown(text.substr(first)), under;
    for (size_t i = first; i + 1 < pos.col() && i < text.size(); ++i)
      if (text[i] == '\t') under += '\t';
      else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) under += ' ';
    std::printf("%s%s %s\n", indent, dim(number + " |").c_str(), shown.c_str());
    std::printf("%s%s %s%s\n", indent, dim(blank + " |").c_str(), under.c_str(), paint(caretColour, "^").c_str());
  }

  static std::string verdict(const Allocation& a) {
    if (a.variable) return "variable " + a.what + " is moved to the heap";
    if (a.constant) return a.what + " is static";
    std::string what = a.what == "append" ? "what append adds to" : a.what == "... argument" ? "the slice of the variadic arguments" : a.what;
    return what + (a.onHeap ? " is allocated on the heap" : a.zeroCopy ? " is not allocated" : " stays on the stack");
  }

  void allocation(const Allocation& a) {
    const char* colour = a.onHeap && !a.constant ? "1;31" : "1;32";
    separate();
    std::printf("%s: %s\n", bold(place(a.pos)).c_str(), paint(colour, verdict(a)).c_str());
    source(a.pos, "  ", colour);
    std::printf("  %s\n", causeText(a).c_str());
    if (a.closure) std::printf("  (the closure at %s: %s)\n", place(a.closure->pos).c_str(), causeText(*a.closure).c_str());
    if (!a.constant) flow(a.flow);
    std::vector<std::string> advice = adviceFor(a);
    if (!advice.empty()) std::printf("  %s\n", bold("to keep it on the stack:").c_str());
    for (const std::string& line : advice) std::printf("    - %s\n", line.c_str());
  }

  void flow(const std::vector<FlowHop>& hops) {
    int number = 0;
    if (!hops.empty()) std::printf("  %s\n", bold("where it goes:").c_str());
    for (const FlowHop& hop : hops) {
      for (const FlowStep& s : hop.steps) {
        std::printf("    %d. %s  %s  %s\n", ++number, s.what.c_str(), dim("— " + stepText(s)).c_str(), dim(place(s.at)).c_str());
        source(s.at, "       ", "1;36");
      }
      std::printf("       %s\n", dim("⇒ " + placeText(hop.to) + " holds " + placeText(hop.from)).c_str());
    }
  }

  void brief(const Allocation& a) {
    std::printf("  %s: %s%s\n", place(a.pos).c_str(), a.what.c_str(), a.zeroCopy ? dim(" (no copy: shares the string)").c_str() : "");
  }

  void other(const OtherRemark& r) {
    separate();
    std::printf("%s: %s\n", bold(place(r.pos)).c_str(), r.text.c_str());
    source(r.pos, "  ", "1;36");
    flow(r.flow);
  }

  FileSet& files_;
  bool colour_;
  bool first_ = true;
};

/// Whether two paths lead to one file: the Go tree may be reached through links.
bool isSameFile(const std::string& a, const std::string& b) {
  std::error_code failed;
  return a == b || std::filesystem::equivalent(a, b, failed);
}

/// The package of the directory that a file is in, if the file is one of several in it; else null.
PackageSource* packageAround(Session& session, const std::string& file) {
  std::string path = absolutePath(file);
  PackageSource* whole = session.loader().loadDir(dirName(path), false);
  bool inside = std::any_of(whole->files.begin(), whole->files.end(), [&](uint32_t f) { return isSameFile(session.files().file(f).diskPath, path); });
  return whole->error.empty() && inside && whole->files.size() > 1 && session.loader().check({whole}).empty() ? whole : nullptr;
}

/// Compiles a file by itself, or, where it needs the others of its directory, that directory's package. `source` is what is compiled.
bool compileFileOrPackage(Session& session, const std::string& file, PackageSource*& source) {
  PackageSource* alone = session.loader().loadFiles({file});
  source = alone;
  auto report = session.compiler().onErrors;
  session.compiler().onErrors = [](const PackageSource&, const Diagnostics*, const std::string&) {};
  bool ok = session.loader().check({alone}).empty() && session.compiler().compile(alone);
  session.compiler().onErrors = report;
  if (ok) return true;
  if (PackageSource* whole = packageAround(session, file)) source = whole;
  session.name({source});
  return session.checkLoaded({source}) && session.compiler().compile(source);
}

}  // namespace

int cmdExplain(const std::vector<std::string>& arguments) {
  CLI::App app("Show where the values of a program live, and why.", "burrow explain");
  CompileFlags flags;
  bool noInlining = false;
  flags.add(app);
  app.add_flag("-l", noInlining, "without inlining");
  app.footer("The argument is FILE.go, FILE.go:LINE, FILE.go:LINE:COL, a directory or a package. Without a line every allocation of\n"
             "the file or package is shown, those on the heap first.");
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  if (args.size() != 1) {
    std::fprintf(stderr, "usage: burrow explain [flags] FILE.go[:LINE[:COL]] | DIR | PKG\n");
    return 2;
  }
  flags.gcflags.push_back(noInlining ? "-m=2 -l" : "-m=2");
  if (std::string e = flags.finish(); !e.empty()) {
    std::fprintf(stderr, "burrow explain: %s\n", e.c_str());
    return 2;
  }
  Target target = parseTarget(args[0]);
  Session session(flags);
  if (!session.init()) return 1;
  PackageSource* source = nullptr;
  int status = 1;
  session.compiler().onRemarks = [&](const PackageSource& s, const ir::Unit& unit) {
    if (&s != source) return;
    uint32_t only = 0;
    std::string path = target.isFile() ? absolutePath(target.name) : "";
    for (uint32_t f : s.files)
      if (isSameFile(session.files().file(f).diskPath, path)) only = f;
    ExplainReport report(unit);
    Explainer explainer(session.files(), isatty(1) && !std::getenv("NO_COLOR"));
    status = 0;
    if (!target.line) explainer.file(report, only);
    else if (!explainer.line(report, only, target)) std::printf("%s:%u: nothing is allocated here\n", target.name.c_str(), target.line);
  };
  if (target.isFile()) {
    session.name("command-line-arguments");
    return compileFileOrPackage(session, target.name, source) ? status : 1;
  }
  std::string error;
  std::vector<PackageSource*> found = session.loader().expand({target.name}, false, error);
  if (error.empty() && found.size() != 1) error = "pattern " + target.name + " matches " + (found.empty() ? "no packages" : "multiple packages");
  if (!error.empty()) {
    std::fprintf(stderr, "burrow explain: %s\n", error.c_str());
    return 1;
  }
  source = found[0];
  session.name({source});
  if (!session.checkLoaded({source})) return 1;
  return session.compiler().compile(source) ? status : 1;
}

}  // namespace burrow
