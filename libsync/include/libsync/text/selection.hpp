#pragma once

/// Selections: the places of clients in a text.

#include <cstdint>
#include <utility>
#include <vector>

#include "libsync/text/delta.hpp"
#include "libsync/text/transform.hpp"

namespace libsync {

/// A range of a text in UTF-16 code units. It begins at `anchor` and reaches to `head`, which may
/// lie before `anchor`. A cursor is a selection whose ends are the same.
struct selection {
  std::uint64_t anchor = 0;
  std::uint64_t head = 0;

  friend bool operator==(const selection&, const selection&) = default;
};

/// All selections of one editor. The first is the main one.
using selections = std::vector<selection>;

/// Moves selections to where they are after a delta.
inline void move_over(const delta& over, selections& all) {
  for (auto& one : all) {
    one.anchor = transform_position(over, one.anchor);
    one.head = transform_position(over, one.head);
  }
}

} // namespace libsync
