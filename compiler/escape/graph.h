// The graph of escape analysis: where values are kept, and what flows from where to where.
//
// A location stands for a variable or for what an expression allocates, as a whole: fields and elements are not told apart. An edge says
// that a value flows, with the number of dereferences on the way less the number of addresses taken: p = &q is -1, p = q 0, p = *q 1.
// The analysis is that of gc, with its order of walking and solving, because the explanations of -m=2 show both.
#pragma once

#include <vector>

#include "compiler/ir/ir.h"

namespace burrow::escape {

enum Attribute : uint8_t {
  kEscapes = 1,   ///< the location's address outlives its function or loop turn: it must be on the heap
  kPersists = 2,  ///< its address outlives the statement: the storage cannot be used again at once
  kMutates = 4,   ///< memory that its value points to may be written
  kCalls = 8,     ///< closures that its value points to may be called, and nobody follows their results
};

/// Why a value flows, for explanations; the innermost expression first.
struct Note {
  const Note* next;
  const ir::Node* where;      ///< null: `name` is meant
  const ir::Name* name;
  const char* why;
  bool values = false;        ///< of an assignment of several values: where they go to temporaries
};

struct Location;

struct Edge {
  Location* source;
  int derefs;                 ///< at least -1
  const Note* notes;
  Edge* next;                 ///< of the same destination, in order of making
};

struct Location {
  ir::Node* node = nullptr;   ///< what it stands for: an allocating expression …
  ir::Name* name = nullptr;   ///< … or a variable; neither: a temporary of the analysis
  ir::Func* func = nullptr;
  const std::string* home = nullptr;  ///< the function that gc would have it in, if that is not func
  Edge *first = nullptr, *last = nullptr;  ///< incoming edges
  int loopDepth = 0;          ///< where it is declared
  int result = -1;            ///< results: position
  EscapeTag leaks{};          ///< parameters: where their values go
  const std::string* reason = nullptr;  ///< why it escapes

  // Of the walk at hand: the least number of dereferences from here to its root, and the next edge on that way.
  int derefs = 0;
  uint32_t walk = 0, queuedInWalk = 0;
  Location* towards = nullptr;
  const Edge* via = nullptr;
  bool queued = false;        ///< to be a root

  uint8_t attributes = 0;
  bool param = false;
  bool captured = false;      ///< by a literal
  bool reassigned = false;    ///< other than where it is declared (as gc counts it)
  bool addrTaken = false;
  bool perTurn = false;       ///< a loop variable of its own for each turn, and some turn's may be kept: see variables.h
  bool used = false;          ///< read, or assigned something that has effects: see variables.cpp
  bool reportable = true;     ///< -m has a line for it
  struct Assigned* assigned = nullptr;  ///< variables.cpp
  Location* carrier = nullptr;          ///< perTurn: what carries the value from turn to turn
  bool has(Attribute a) const { return attributes & a; }
};

/// Where a value goes: to what is `derefs` dereferences of a location's content away.
struct Hole {
  Location* to = nullptr;
  int derefs = 0;
  const Note* notes = nullptr;
  bool addrTaken = false;     ///< an address is taken, whether or not it is kept
};

/// Limits of gc for what lives in frames.
inline constexpr uint64_t kMaxVariable = 128 << 10, kMaxImplicit = 64 << 10, kMaxCaptureByValue = 128;

}  // namespace burrow::escape
