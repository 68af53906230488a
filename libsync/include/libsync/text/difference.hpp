#pragma once

/// Finds the delta that changes one text into another.

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "libsync/text/delta.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync {

/// Returns a delta that changes `from` into `to`. It replaces everything between their common
/// beginning and their common end. It parts no surrogate pair. The time is linear in the length of
/// the texts.
inline delta difference(const text& from, const text& to) {
  const std::string_view old = from.utf8();
  const std::string_view now = to.utf8();
  const auto shorter = std::min(old.size(), now.size());
  const auto first = static_cast<std::size_t>(
      std::mismatch(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(shorter), now.begin())
          .first -
      old.begin());
  // What both begin with is the same characters in both, so a boundary in one is one in the other.
  const auto begin = utf8::character_before(old, first);
  std::size_t tail = 0;
  while (tail < shorter - begin && old[old.size() - 1 - tail] == now[now.size() - 1 - tail])
    ++tail;
  while (tail != 0 && utf8::detail::continues(static_cast<unsigned char>(old[old.size() - tail])))
    --tail;
  const auto added = now.substr(begin, now.size() - tail - begin);
  const auto removed = old.substr(begin, old.size() - tail - begin);
  delta out;
  // Each is a part of a text, so none is refused.
  static_cast<void>(out.retain(utf8::units(old.substr(0, begin))));
  static_cast<void>(out.insert(added));
  static_cast<void>(out.erase(utf8::units(removed)));
  out.trim();
  return out;
}

} // namespace libsync
