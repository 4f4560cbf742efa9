// Random Go programs for finding errors of escape analysis: small, deterministic, terminating, and full of whatever makes
// values outlive their functions or not.
//
// A program is a set of declarations whose names share a prefix, so that many programs fit into one file. It computes a checksum of
// everything that it can reach, and its output is one line. What Go leaves open (order of evaluation within an expression, of map
// iteration, capacities after append, addresses) is kept out of the checksum.
#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/program.h"

namespace burrow::fuzz {

/// The same program for the same seed, always.
Program generateProgram(uint64_t seed, const std::string& name);

/// A main package that runs the programs one after the other: line "NAME checksum" or "NAME panic: text checksum" for each.
std::string goFile(const std::vector<Program>& programs);

}  // namespace burrow::fuzz
