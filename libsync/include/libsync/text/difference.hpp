#pragma once

/// Finds the delta that changes one text into another.

#include <algorithm>

#include "libsync/text/delta.hpp"
#include "libsync/text/detail/rope.hpp"
#include "libsync/text/text.hpp"

namespace libsync {

/// Returns a delta that changes `from` into `to`. It replaces everything between their common
/// beginning and their common end. It parts no surrogate pair. The time is linear in the length of
/// the texts, but chunks that the texts share are not read.
inline delta difference(const text& from, const text& to) {
  using order = detail::rope_chunks::order;
  const auto& old = from.rope_;
  const auto shorter = std::min(from.bytes(), to.bytes());
  // What both begin with is the same characters in both, so a boundary in one is one in the other.
  const auto begin = old.place_before(detail::common_bytes(old, to.rope_, order::forward));
  const auto tail =
      std::min(detail::common_bytes(old, to.rope_, order::backward), shorter - begin.bytes);
  const auto end = old.place_behind(from.bytes() - tail);
  const auto added = to.copy(begin.bytes, to.bytes() - (from.bytes() - end.bytes));
  delta out;
  // Each is a part of a text, so none is refused.
  static_cast<void>(out.retain(begin.units));
  static_cast<void>(out.insert(added));
  static_cast<void>(out.erase(end.units - begin.units));
  out.trim();
  return out;
}

} // namespace libsync
