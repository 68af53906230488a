#pragma once

// What is on the whiteboard, how it changes, and what each person shows of themselves.

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/libsync.hpp"

struct point {
  int x = 0; // dots from the left
  int y = 0; // dots from the top
  friend bool operator==(const point&, const point&) = default;
};

// A line through some points.
struct stroke {
  std::string colour;
  std::vector<point> points;
};

// Whoever draws a stroke names it, with a name that nobody else uses.
using stroke_name = std::string;

struct draw {
  stroke_name name;
  stroke what;
};

struct erase {
  stroke_name name;
};

struct move {
  stroke_name name;
  point by;
};

struct cursor {
  std::string who;
  point at;
  friend bool operator==(const cursor&, const cursor&) = default;
};

struct board {
  using operation = std::variant<draw, erase, move>;
  using presence = cursor;
  std::map<stroke_name, stroke> strokes;
};

inline libsync::outcome reduce(board& self, const draw& op) {
  if (!self.strokes.emplace(op.name, op.what).second)
    return libsync::refused(op.name + " is drawn already");
  return libsync::accepted();
}

inline libsync::outcome reduce(board& self, const erase& op) {
  if (self.strokes.erase(op.name) == 0)
    return libsync::refused(op.name + " is not on the board");
  return libsync::accepted();
}

inline libsync::outcome reduce(board& self, const move& op) {
  const auto found = self.strokes.find(op.name);
  if (found == self.strokes.end())
    return libsync::refused(op.name + " is not on the board");
  for (point& each : found->second.points) {
    each.x += op.by.x;
    each.y += op.by.y;
  }
  return libsync::accepted();
}

// What takes an operation back, given the data before it: all that undo needs.
inline board::operation inverse(const board&, const draw& op) {
  return erase{op.name};
}

inline board::operation inverse(const board& before, const erase& op) {
  return draw{op.name, before.strokes.at(op.name)};
}

inline board::operation inverse(const board&, const move& op) {
  return move{op.name, {-op.by.x, -op.by.y}};
}
