// Reporting of errors: assembling of the lines, suppression of follow-ups, version hints.
#include "compiler/types/checker.h"

namespace burrow {

void Error::addAltDecl(const Object* o) {
  // "other" rather than "previous": the first one seen need not come first in the source.
  if (o->pos.isKnown()) addf(o, "other declaration of %s", o->name);
}

std::string Error::msg() const {
  std::string text;
  for (size_t i = 0; i < desc_.size(); ++i) {
    if (i > 0) {
      text += "\n\t";
      if (desc_[i].pos.isKnown()) {
        text += check_->posString(desc_[i].pos);
        text += ": ";
      }
    }
    text += desc_[i].text;
  }
  return text;
}

void Error::report() {
  BURROW_DCHECK(!empty());
  if (!check_->active()) return;
  // Messages about invalid operands and types are mere consequences of errors reported before.
  if (check_->hasError) {
    auto inside = [this](std::string_view what) {
      size_t at = desc_[0].text.find(what);
      return at != std::string::npos && at > 0;
    };
    if (inside("invalid operand") || inside("invalid type")) return;
  }
  check_->handleError(pos(), msg(), soft_);
  desc_.clear();
}

std::string Checker::posString(Pos pos) const {
  if (diagnostics == nullptr || !pos.isKnown()) return "<unknown position>";
  auto format = [](const Position& p) {
    std::string s(p.file);
    s += ':' + std::to_string(p.line);
    if (p.col != 0) s += ':' + std::to_string(p.col);
    return s;
  };
  std::string relative = format(diagnostics->files().position(pos));
  std::string physical = format(diagnostics->files().physicalPosition(pos));
  return relative == physical ? relative : relative + "[" + physical + "]";
}

void Checker::versionError(Pos pos, GoVersion v, const std::string& text) {
  errorf(pos, "%s requires %s or later", text, goVersionString(v));
}

namespace {

/// Whether the text says "requires go1.N or later".
bool isVersionError(std::string_view text) {
  constexpr std::string_view kRequires = "requires go1.", kLater = " or later";
  size_t at = text.find(kRequires);
  if (at == std::string_view::npos) return false;
  at += kRequires.size();
  size_t digits = at;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  return digits > at && text.substr(digits, kLater.size()) == kLater;
}

}  // namespace

void Checker::handleError(Pos pos, std::string text, bool soft) {
  // In an inherited constant initializer the name being declared is the better place.
  if (env.errpos.isKnown()) pos = env.errpos;
  hasError = true;
  if (diagnostics == nullptr) return;
  if (isVersionError(text)) {
    for (const File* f : files) {
      if (f->index != pos.file()) continue;
      std::string v = goVersionString(versionOf(f));
      if (!f->goVersion.empty() && f->goVersion == v) {
        text += " (file declares //go:build " + v + ")";
      } else {
        text += " (-lang was set to " +
                (conf.goVersion.empty() ? goVersionString(kGoCurrent) : conf.goVersion) +
                "; check go.mod)";
      }
      break;
    }
  }
  if (soft) {
    diagnostics->softError(pos, std::move(text));
  } else {
    diagnostics->error(pos, std::move(text));
  }
}

std::string Checker::qualifier(const Package* p) {
  if (p == nullptr || p == pkg || (pkg && p->path == pkg->path)) return {};
  if (pkgPathMap.empty() && pkg != nullptr) {
    seenPkgs.clear();
    markImports(pkg);
  }
  // Two packages of one name are told apart by their paths.
  auto it = pkgPathMap.find(p->name);
  if (it != pkgPathMap.end() && it->second.size() > 1) return '"' + p->path + '"';
  return std::string(p->name);
}

void Checker::markImports(Package* p) {
  if (!seenPkgs.insert(p).second) return;
  std::vector<std::string_view>& paths = pkgPathMap[p->name];
  bool known = false;
  for (std::string_view path : paths) known |= path == p->path;
  if (!known) paths.push_back(p->path);
  for (Package* imp : p->imports) markImports(imp);
}

// ---- Language versions
// ---------------------------------------------------------------------------

GoVersion asGoVersion(std::string_view text) {
  if (!text.starts_with("go1")) return 0;
  text.remove_prefix(3);
  if (text.empty()) return 1;  // "go1" is go1.0, which allows nothing newer either
  if (text[0] != '.') return 0;
  text.remove_prefix(1);
  size_t i = 0;
  int minor = 0;
  while (i < text.size() && i < 6 && text[i] >= '0' && text[i] <= '9')
    minor = minor * 10 + (text[i++] - '0');
  if (i == 0) return 0;
  return minor == 0 ? 1 : minor;
}

std::string goVersionString(GoVersion v) {
  return "go1." + std::to_string(v == 0 ? kGoCurrent : v);
}

GoVersion Checker::versionOf(const File* f) const {
  auto it = versions.find(f->index);
  return it == versions.end() ? confVersion : it->second;
}

}  // namespace burrow
