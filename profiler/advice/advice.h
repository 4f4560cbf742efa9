// What a programmer could change, with what it would have saved in this run. There is no advice without evidence: each rule
// needs counts of the run and a place in the source where the edit can be made.
#pragma once

#include <string>
#include <vector>

#include "profiler/profile.h"

namespace burrow::profiler {

enum class AdviceKind : uint8_t { PreallocateSlice, PreallocateMap, ReuseBuffer, PassByValue, AvoidBoxing, UseBuilder, KeepClosure };

/// One line of the source before and after.
struct Edit {
  uint32_t line = 0;
  std::string before, after;   ///< whole lines, without their end; `after` may be several
  bool removed = false;        ///< the line goes
};
/// What a reader has to see of an edit: lines that go and lines that come. A line that stays while others come beside it is neither.
struct ShownEdit {
  std::vector<std::string> minus, plus;
};
ShownEdit shown(const Edit& edit);
/// The text with the edits made.
std::string applyEdits(const std::string& text, const std::vector<Edit>& edits);

struct Advice {
  AdviceKind kind = AdviceKind::PreallocateSlice;
  std::string file;            ///< as in the profile
  uint32_t line = 0, column = 0;  ///< where the allocation is
  std::string function;
  std::string what;            ///< one sentence: what is seen in this run
  std::string todo;            ///< one sentence: what to do
  std::vector<Edit> edits;     ///< in source order
  Count saves;                 ///< objects and bytes on the heap that this run would not have allocated
  uint64_t savesCopies = 0;    ///< bytes that it would not have copied
  std::vector<uint32_t> sites; ///< the evidence
};

/// A name for machines: "preallocate-slice", …
const char* adviceName(AdviceKind kind);

struct AdviceOptions {
  double minShare = 0.01;      ///< of the run's heap bytes or objects; less is not worth a reader's time …
  uint64_t minObjects = 100;   ///< … nor is less than this …
  uint64_t minBytes = 4096;    ///< … or this
  bool std = false;            ///< also about packages of the standard library
};

/// Reads the source files of the sites (where they can be read) and returns advice, that which saves most first.
std::vector<Advice> findAdvice(const Profile& profile, const AdviceOptions& options = {});

}  // namespace burrow::profiler
