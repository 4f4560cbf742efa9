#include "compiler/ir/embed.h"

#include <fnmatch.h>

#include <algorithm>
#include <functional>

#include "compiler/packages/files.h"

namespace burrow::ir {

namespace {

struct Embedded {
  std::string name;  ///< relative, '/'-separated; directories end with '/'
  std::string text;
};

/// Files below dir, hidden ones only with `all`.
void collectTree(const std::string& root, const std::string& rel, bool all, std::vector<std::string>& out) {
  for (const std::string& name : listDir(root + "/" + rel)) {
    if (!all && (name[0] == '.' || name[0] == '_')) continue;
    std::string path = rel + "/" + name;
    if (isDirectory(root + "/" + path)) collectTree(root, path, all, out);
    else out.push_back(path);
  }
}

/// Paths below root that match a pattern with wildcards, element by element.
void matchPattern(const std::string& root, const std::string& rel, std::string_view pattern, std::vector<std::string>& out) {
  size_t slash = pattern.find('/');
  std::string element(pattern.substr(0, slash));
  for (const std::string& name : listDir(rel.empty() ? root : root + "/" + rel)) {
    if (fnmatch(element.c_str(), name.c_str(), FNM_PATHNAME) != 0) continue;
    std::string path = rel.empty() ? name : rel + "/" + name;
    if (slash == std::string_view::npos) out.push_back(path);
    else if (isDirectory(root + "/" + path)) matchPattern(root, path, pattern.substr(slash + 1), out);
  }
}

/// As embed.FS sorts: by directory, then by name.
bool embedLess(const Embedded& a, const Embedded& b) {
  auto split = [](std::string s) {
    if (s.ends_with('/')) s.pop_back();
    size_t slash = s.rfind('/');
    return slash == std::string::npos ? std::pair<std::string, std::string>(".", s) : std::pair<std::string, std::string>(s.substr(0, slash), s.substr(slash + 1));
  };
  return split(a.name) < split(b.name);
}

}  // namespace

void embedFiles(UnitBuilder& unit, StaticInit& statics, StaticData* data, Var* v) {
  const std::string& root = unit.options().embedRoot;
  std::vector<std::string> files;
  for (const syntax::EmbedPattern& p : v->varDecl->embeds) {
    std::string pattern(p.pattern);
    bool all = pattern.starts_with("all:");
    if (all) pattern.erase(0, 4);
    std::vector<std::string> matches;
    matchPattern(root, "", pattern, matches);
    size_t before = files.size();
    for (const std::string& m : matches) {
      if (isDirectory(root + "/" + m)) collectTree(root, m, all, files);
      else files.push_back(m);
    }
    if (files.size() == before) {
      bool dirs = !matches.empty();
      unit.diagnostics().error(p.pos, dirs ? "pattern " + pattern + ": cannot embed directory " + matches[0] + ": contains no embeddable files" : "pattern " + pattern + ": no matching files found");
      return;
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  Type* t = canon(v->type);
  Shape shape = info(t).shape;
  std::vector<Embedded> entries;
  for (const std::string& f : files) {
    Embedded e{f, {}};
    if (!readFile(root + "/" + f, e.text)) unit.diagnostics().error(v->pos, "pattern " + f + ": cannot be read");
    entries.push_back(std::move(e));
  }
  if (shape == Shape::String || shape == Shape::Slice) {
    if (entries.size() != 1) {
      unit.diagnostics().error(v->varDecl->embeds[0].pos, "invalid go:embed: multiple files for type " + info(t).text);
      return;
    }
    const std::string& text = entries[0].text;
    if (shape == Shape::String) return statics.storeString(data, 0, text);
    auto* array = unit.unit().newData();
    array->type = canon(typ(BasicKind::Uint8));
    array->count = text.size();
    array->size = std::max<uint64_t>(text.size(), 1);
    array->align = 1;
    array->bytes = text;
    return StaticInit::putSlice(data, 0, array, array->count);
  }
  // embed.FS: struct { files *[]file }, file: struct { name string; data string; hash [16]byte }.
  std::vector<std::string> dirs;
  for (const std::string& f : files)
    for (size_t slash = f.find('/'); slash != std::string::npos; slash = f.find('/', slash + 1)) dirs.push_back(f.substr(0, slash + 1));
  std::sort(dirs.begin(), dirs.end());
  dirs.erase(std::unique(dirs.begin(), dirs.end()), dirs.end());
  for (const std::string& d : dirs) entries.push_back({d, ""});
  std::sort(entries.begin(), entries.end(), embedLess);
  auto* fs = underlyingAs<Struct>(t);
  Type* sliceType = canon(underlyingAs<Pointer>(canon(fs->fields[0]->type))->base);
  Type* fileType = canon(underlyingAs<burrow::Slice>(sliceType)->elem);
  auto* array = unit.unit().newData();
  array->type = fileType;
  array->count = entries.size();
  array->size = entries.size() * info(fileType).size;
  for (size_t i = 0; i < entries.size(); ++i) {
    uint64_t at = i * info(fileType).size;
    statics.storeString(array, at, entries[i].name);
    statics.storeString(array, at + 16, entries[i].text);
  }
  auto* header = unit.unit().newData();
  header->type = sliceType;
  header->size = 24;
  StaticInit::putSlice(header, 0, array, array->count);
  DataReloc p{};
  p.local = header;
  data->relocs.push_back(p);
}

}  // namespace burrow::ir
