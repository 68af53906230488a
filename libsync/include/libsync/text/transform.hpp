#pragma once

/// Rewrites a delta so that it fits the text after another delta.

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsync/text/delta.hpp"
#include "libsync/text/detail/edit_cursor.hpp"

namespace libsync {

/// Which insert goes in front if both deltas insert at the same place. With `left` it is the insert
/// of the delta over which the other is transformed. With `right` it is the insert of the
/// transformed one.
enum class priority { left, right };

// `out` has the inserted text of `second`, and nothing else: nothing that is inserted goes away, so
// all of it stays, in its order.
inline void delta::transform_into(delta& out, const delta& first, const delta& second,
                                  priority which) {
  std::uint64_t erased = 0;
  for (const auto& next : second.edits())
    erased += next.erased;
  // What is inserted inside an erase parts it.
  const auto parted = std::min<std::uint64_t>(first.edits_.size(), erased);
  delta::writer to{out, second.edits_.size() + static_cast<std::size_t>(parted)};
  detail::edit_cursor before{first.edits()};
  auto& other = before.left;
  // Passes what the other one has inserted, and what it has erased of the next `left` behind that.
  const auto pass_change = [&](std::uint64_t& left) {
    to.retain(other.inserted);
    other.inserted = 0;
    const auto gone = std::min(left, other.erased);
    left -= gone;
    other.erased -= gone;
    if (other.erased == 0)
      before.enter();
  };
  for (const auto& next : second.edits()) {
    auto left = next.retained;
    while (left > other.retained) {
      to.retain(other.retained);
      left -= std::exchange(other.retained, 0);
      pass_change(left);
    }
    to.retain(left);
    other.retained -= left;
    const bool behind = (other.retained == 0) & (next.inserted != 0) & (which == priority::left);
    to.retain(behind ? other.inserted : 0);
    other.inserted = behind ? 0 : other.inserted;
    left = std::min(next.erased, other.retained);
    to.change(next.inserted, next.inserted_bytes, left);
    other.retained -= left;
    for (left = next.erased - left; left != 0;) {
      pass_change(left);
      const auto gone = std::min(left, other.retained);
      to.change(0, 0, gone);
      other.retained -= gone;
      left -= gone;
    }
  }
  to.end();
  if (out.before_ > longest || out.after_ > longest) [[unlikely]]
    throw std::length_error(std::string{too_long().reason()});
}

/// Returns `second` rewritten to come after `first`. Both must be made for the same text. For any
/// two deltas and either priority p, with q the other one:
///
///     compose(first, transform(first, second, p)) == compose(second, transform(second, first, q))
///
/// So two sides may apply them in different orders. (This is known as TP1, from Ressel et al., "An
/// integrating, transformation-oriented approach to concurrency control and undo in group editors",
/// 1996.) The result does not end in a retain.
///
/// Throws std::length_error if the result is longer than `delta::longest`. No real text is that
/// long, and a result<delta> would take twice the time.
inline delta transform(const delta& first, const delta& second, priority which) {
  delta out;
  out.inserted_ = second.inserted_;
  delta::transform_into(out, first, second, which);
  return out;
}
/// The same without a copy of the inserted text.
inline delta transform(const delta& first, delta&& second, priority which) {
  delta out;
  out.inserted_ = std::move(second.inserted_);
  delta::transform_into(out, first, second, which);
  return out;
}

/// Returns the position after a delta of an index before it. An insert at the index does not move
/// it, and an insert before it does. If the character there is deleted, the position is where the
/// deletion began. It may lie beyond the end.
inline std::uint64_t transform_position(const delta& over, std::uint64_t index) noexcept {
  std::uint64_t at = 0;
  for (const auto& next : over.edits()) {
    if (index - at <= next.retained)
      break;
    at += next.retained + next.inserted;
    index += next.inserted;
    index -= std::min(next.erased, index - at);
  }
  return index;
}

} // namespace libsync
