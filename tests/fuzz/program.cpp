#include "tests/fuzz/program.h"

namespace burrow::fuzz {

void print(const Piece& piece, std::string& out) {
  out += piece.head + "\n";
  for (const Piece& inner : piece.body) print(inner, out);
  if (!piece.tail.empty()) out += piece.tail + "\n";
}

}  // namespace burrow::fuzz
