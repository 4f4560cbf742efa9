// What is collected about a run: programs of tests/profiler/collect say it themselves, in comments
//
//	x := &T{} // want: new heap 100 1600 survived=3; box stack 100 800
//
// (the line allocates 100 objects of 1600 bytes on the heap, kind new, three of which outlived a collection, and …). Lines without a
// comment allocate nothing. Counts are exact, so they are the same in every mode of the vm.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "compiler/packages/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

const std::string kDir = BURROW_SOURCE_DIR "/tests/profiler/collect";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

/// "new heap 100 1600" and what else is known of it ("survived=3").
struct Fact {
  uint64_t objects = 0, bytes = 0;
  std::map<std::string, uint64_t> more;
};
using Facts = std::map<std::pair<int, std::string>, Fact>;  // by line and "kind place"

Facts wanted(const std::string& file) {
  Facts facts;
  int number = 0;
  for (const std::string& line : split(readWholeFile(file), '\n')) {
    ++number;
    size_t at = line.find("// want: ");
    if (at == std::string::npos) continue;
    for (const std::string& entry : split(line.substr(at + 9), ';')) {
      std::istringstream in(entry);
      std::string kind, place;
      Fact fact;
      in >> kind >> place >> fact.objects >> fact.bytes;
      for (std::string word; in >> word;) fact.more[word.substr(0, word.find('='))] = std::stoull(word.substr(word.find('=') + 1));
      facts[{number, kind + " " + place}] = fact;
    }
  }
  return facts;
}

struct Counts {
  std::vector<std::vector<std::string>> lines;
  Facts facts;                          // of one file
  std::map<std::string, Fact> totals;
};

Counts parse(const std::string& text, const std::string& file) {
  Counts counts;
  for (const std::string& line : split(text, '\n')) {
    std::vector<std::string> f = split(line, '\t');
    counts.lines.push_back(f);
    if (f.size() == 4 && f[0] == "total") counts.totals[f[1]] = {std::stoull(f[2]), std::stoull(f[3]), {}};
    if (f.size() < 9 || f[0] != "site") continue;
    std::vector<std::string> at = split(f[1], ':');
    if (at[0] != file) continue;
    Fact& fact = counts.facts[{std::stoi(at[1]), f[3] + " " + f[4]}];
    fact.objects += std::stoull(f[6]);
    fact.bytes += std::stoull(f[7]);
    for (size_t i = 8; i < f.size(); i++)
      if (size_t eq = f[i].find('='); eq < 12) fact.more[f[i].substr(0, eq)] += std::stoull(f[i].substr(eq + 1));
  }
  return counts;
}

Counts run(const std::string& program, std::vector<std::string> flags, int status = 0) {
  std::string file = kDir + "/" + program;
  Command c;
  c.argv = {burrowPath(), "tool", "counts"};
  c.argv.insert(c.argv.end(), flags.begin(), flags.end());
  c.argv.push_back(file);
  CommandResult r = runCommand(c);
  EXPECT_EQ(r.status, status) << r.err;
  return parse(r.err, file);
}

void expectSame(const Facts& want, const Facts& got) {
  for (const auto& [key, fact] : want) {
    auto it = got.find(key);
    if (it == got.end()) {
      ADD_FAILURE() << "line " << key.first << ": no " << key.second;
      continue;
    }
    EXPECT_EQ(it->second.objects, fact.objects) << "line " << key.first << ": " << key.second;
    EXPECT_EQ(it->second.bytes, fact.bytes) << "line " << key.first << ": " << key.second;
    for (const auto& [name, value] : fact.more) EXPECT_EQ(it->second.more.at(name), value) << "line " << key.first << ": " << key.second << ": " << name;
  }
  for (const auto& [key, fact] : got) EXPECT_TRUE(want.contains(key)) << "line " << key.first << ": " << fact.objects << " " << key.second << " not expected";
}

std::vector<std::string> programs() {
  std::vector<std::string> names;
  for (const auto& e : std::filesystem::directory_iterator(kDir))
    if (readWholeFile(e.path()).find("// want: ") != std::string::npos) names.push_back(e.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

class Collect : public ::testing::TestWithParam<std::string> {};

TEST_P(Collect, CountsWhatEachLineAllocates) {
  Facts want = wanted(kDir + "/" + GetParam());
  for (std::vector<std::string> flags : {std::vector<std::string>{"--jit=off"}, {"--jit=always"}, {"--jit=always", "--jit-tier=template"}}) {
    SCOPED_TRACE(flags.front() + (flags.size() > 1 ? " " + flags[1] : ""));
    Counts counts = run(GetParam(), flags);
    expectSame(want, counts.facts);
    EXPECT_EQ(counts.totals["heap"].objects, counts.totals["memstats"].objects);
    EXPECT_EQ(counts.totals["heap"].bytes, counts.totals["memstats"].bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Collect, ::testing::ValuesIn(programs()), [](const auto& p) { return p.param.substr(0, p.param.find('.')); });

}  // namespace

}  // namespace burrow::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
