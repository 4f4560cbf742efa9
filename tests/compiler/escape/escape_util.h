// Escape analysis of sources that import nothing but unsafe.
#pragma once

#include <memory>
#include <string>

#include "compiler/escape/escape.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/remark.h"
#include "tests/compiler/types/check_util.h"

namespace burrow::test {

struct Analyzed {
  std::unique_ptr<Checked> checked;
  ir::Unit* unit = nullptr;
  ir::Remarks remarks;

  /// The lines of -m, "line:col: text", without inlining.
  std::string lines() const {
    std::string out;
    for (const ir::Remark& r : remarks.list) {
      if (r.pos.isKnown()) out += place(r.pos) + ": ";
      out += r.text;
      if (r.at.isKnown()) out += " at " + place(r.at);
      out += "\n";
    }
    return out;
  }
  ir::Func* func(std::string_view symbol) const {
    auto it = unit->bySymbol.find(symbol);
    return it == unit->bySymbol.end() ? nullptr : it->second;
  }
  static std::string place(Pos p) { return std::to_string(p.line()) + ":" + std::to_string(p.col()); }
};

inline std::unique_ptr<Analyzed> analyze(std::string text, int level = 1) {
  auto a = std::make_unique<Analyzed>();
  a->checked = check("p.go", "package p\n" + text);
  EXPECT_EQ(a->checked->messages(), "");
  a->unit = ir::buildUnit(a->checked->result, a->checked->files, a->checked->arena, {}, a->checked->diagnostics);
  ir::indexFuncs(*a->unit);
  ir::layOutStatics(*a->unit);
  a->remarks.level = level;
  a->unit->remarks = &a->remarks;
  escape::run(*a->unit);
  return a;
}

/// What -m says; the source starts at line 2.
inline std::string escapes(std::string text, int level = 1) { return analyze(std::move(text), level)->lines(); }

}  // namespace burrow::test
