#pragma once

/// Stamps, and boxes of numbers that were changed by them.

#include <cstdint>

#include "libsync/statebox/set.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

#include "support/catch.hpp"

namespace stamps {

using numbers = libsync::set<int>;
using box = libsync::statebox<numbers, libsync::stamp>;

inline libsync::stamp when(libsync::timestamp time, std::uint64_t by) {
  return {time, libsync::origin{by}};
}

inline box root() {
  return {numbers{}, when(0, 1)};
}

/// Returns one that did 1 at 1, 2 at 2, and so on.
inline box with(int first, int last, std::uint64_t by, box from = root()) {
  for (int i = first; i <= last; ++i)
    REQUIRE(from.record(when(i, by), numbers::add{i}));
  return from;
}

inline box without_queue(const box& one) {
  return *one.truncate(0);
}

/// Returns one that is marked: two siblings have each dropped what the other has not seen.
inline box forgotten() {
  auto merged = *without_queue(with(1, 1, 1, {})).merge(without_queue(with(2, 2, 2, {})));
  REQUIRE(merged.may_have_lost());
  return merged;
}

} // namespace stamps
