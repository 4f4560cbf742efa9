// The rules. Each looks at one row of the report and the place in the source that it comes from.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "profiler/advice/source.h"
#include "profiler/report/rows.h"

namespace burrow::profiler {

/// How often the run's loops were entered, by file, line and column of their beginning: copies and instances together.
using LoopEntries = std::map<std::tuple<std::string, uint32_t, uint32_t>, uint64_t>;
LoopEntries loopEntries(const Profile& profile);

/// What rules know beside their row.
struct Facts {
  const std::vector<Row>* rows = nullptr;
  /// Files of the same package, the row's own among them.
  std::vector<const Source*> package;
  const LoopEntries* loops = nullptr;
};

using Rule = std::optional<Advice> (*)(const Row& row, const Source& source, const Facts& facts);

std::optional<Advice> advisePreallocatedSlice(const Row&, const Source&, const Facts&);
std::optional<Advice> advisePreallocatedMap(const Row&, const Source&, const Facts&);
std::optional<Advice> adviseReusedBuffer(const Row&, const Source&, const Facts&);
std::optional<Advice> adviseHoistedClosure(const Row&, const Source&, const Facts&);
std::optional<Advice> adviseValue(const Row&, const Source&, const Facts&);
std::optional<Advice> adviseConversion(const Row&, const Source&, const Facts&);
std::optional<Advice> adviseTyped(const Row&, const Source&, const Facts&);
std::optional<Advice> adviseBuilder(const Row&, const Source&, const Facts&);

// ---- What rules share

/// How often the loop was entered in the run, as counted. None where that was not counted: in profiles that older versions wrote, in the
/// standard library, and for loops over functions, whose bodies are functions of their own. A rule whose saving depends on it has nothing to
/// say then, since nothing else in the profile bounds it: a loop may be entered as often as its body runs, and more often.
std::optional<uint64_t> entriesOf(const Facts& facts, const Place& place, const syntax::ForStmt* loop);

/// How many turns a loop makes, as an expression that can stand before it ("n", "len(xs)", "len(xs)+1"), if that can be told from the source.
struct Turns {
  std::string text;
  syntax::Expr* of = nullptr;     ///< the expression that it depends on
};
std::optional<Turns> turnsOf(const Place& place, const syntax::ForStmt* loop);
/// The variable that counts a loop's turns, each value once; empty: none.
std::string_view counterOf(const syntax::ForStmt* loop);

/// An advice about a row, without what it saves and how.
Advice adviceAbout(const Row& row, AdviceKind kind);
std::string timesText(uint64_t n);   ///< "once", "31 times"

}  // namespace burrow::profiler
