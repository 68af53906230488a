#pragma once

/// Rewriting what was meant for a text so that it fits the text after another delta.

#include <algorithm>
#include <cstdint>

#include "libsync/text/cursor.hpp"
#include "libsync/text/delta.hpp"

namespace libsync {

/// Whose insert goes in front where both deltas insert at the same place: that of the one over
/// which is transformed (`left`), or that of the one which is transformed (`right`).
enum class priority { left, right };

/// Returns `second` rewritten to come after `first`, where both were made for the same text. For
/// any two deltas and either priority p, with q the other one:
///
///     compose(first, transform(first, second, p)) == compose(second, transform(second, first, q))
///
/// which is what lets two sides apply them in different orders (known as TP1, from Ressel et al.,
/// "An integrating, transformation-oriented approach to concurrency control and undo in group
/// editors", 1996). Ends in no retain.
inline delta transform(const delta& first, const delta& second, priority which) {
  delta out;
  // Nothing that is inserted goes away, so all of its text stays, in its order.
  out.inserted_ = second.inserted_;
  out.parts_.reserve(std::min(first.size() + second.size(), 2 * second.size() + 1));
  detail::delta_cursor before{first};
  detail::delta_cursor next{second};
  while (!next.at_end()) {
    if (before.is_insert() && (which == priority::left || !next.is_insert())) {
      out.push_retain(before.units());
      before.skip();
    } else if (next.is_insert()) {
      out.push_insert(next.bytes(), next.units());
      next.skip();
    } else {
      const auto units = before.at_end() ? next.units() : std::min(before.units(), next.units());
      if (!before.at_end() && before.is_erase())
        ; // it is gone already
      else if (next.is_erase())
        out.push_erase(units);
      else
        out.push_retain(units);
      next.pass(units);
      if (!before.at_end())
        before.pass(units);
    }
  }
  out.trim();
  return out;
}

/// Returns where an index of a text is after a delta. An insert at the very index does not move it,
/// one before it does; if the character there is deleted, it is where the deletion began. It may
/// lie beyond the end.
inline std::uint64_t transform_position(const delta& over, std::uint64_t index) noexcept {
  std::uint64_t at = 0;
  for (detail::delta_cursor next{over}; !next.at_end() && at < index; next.skip()) {
    if (next.is_insert()) {
      index += next.units();
      at += next.units();
    } else if (next.is_erase()) {
      index -= std::min(next.units(), index - at);
    } else {
      at += next.units();
    }
  }
  return index;
}

} // namespace libsync
