// What fuzzers generate, run and make smaller: sets of Go declarations made of parts that may be left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace burrow::fuzz {

/// A part of a program that may be left out: a statement, or a block with statements inside.
struct Piece {
  std::string head;          ///< lines; a block's end with {
  std::vector<Piece> body;
  std::string tail;          ///< } and what follows it; empty: no block
};

/// Declarations whose names share a prefix, so that many programs fit into one file.
struct Program {
  uint64_t seed = 0;
  std::string name;          ///< prefix of its names
  std::vector<Piece> pieces; ///< top-level declarations; `NAMEmain` is where it starts
};

/// Appends the text of a piece.
void print(const Piece& piece, std::string& out);

}  // namespace burrow::fuzz
