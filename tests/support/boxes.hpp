#pragma once

/// Boxes to be stored and sent, chosen by a script, and damage done to what was written of them.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "libsync/statebox/statebox.hpp"

#include "support/script.hpp"

namespace boxes {

/// Two boxes are changed, cut short and merged; few of their origins are known one by one. Returns
/// one of them.
template <class Box>
Box any(script& choose, const auto& any_change) {
  using timestamp = decltype(typename Box::parts{}.last_modified);
  constexpr bool stamped = std::is_same_v<timestamp, libsync::stamp>;
  Box all[2];
  while (!choose.ended()) {
    Box& one = all[choose.below(2)];
    switch (choose.below(8)) {
    default: {
      const auto now = one.last_modified();
      if constexpr (stamped)
        static_cast<void>(
            one.record({std::max<libsync::timestamp>(now.time, 0) + 1 + choose.below(3),
                        libsync::origin(1 + choose.below(9))},
                       any_change(choose)));
      else
        static_cast<void>(
            one.record(std::max<libsync::timestamp>(now, 0) + choose.below(3), any_change(choose)));
      break;
    }
    case 5:
      one = *std::move(one).truncate(choose.below(4));
      break;
    case 6:
    case 7:
      if (auto merged = all[0].merge(all[1]))
        one = *std::move(merged);
    }
  }
  return all[0];
}

inline std::size_t place_in(std::size_t size, script& choose) {
  const auto high = static_cast<std::size_t>(choose.below(256));
  return size == 0 ? 0 : (high * 256 + static_cast<std::size_t>(choose.below(256))) % size;
}

/// Does some damage: bits are turned, bytes replaced by one of `likely`, spans lost, doubled or
/// moved, the end lost. What it returns may be what it was given.
inline std::string damaged(std::string bytes, script& choose, std::string_view likely) {
  for (int times = 1 + choose.below(3); times > 0; --times) {
    const auto at = place_in(bytes.size(), choose);
    const auto length = 1 + static_cast<std::size_t>(choose.below(12));
    switch (bytes.empty() ? 0 : choose.below(6)) {
    default:
      bytes.insert(at, 1, likely[place_in(likely.size(), choose)]);
      break;
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ 1 << choose.below(8));
      break;
    case 2:
      bytes[at] = likely[place_in(likely.size(), choose)];
      break;
    case 3:
      bytes.erase(at, length);
      break;
    case 4:
      bytes.insert(place_in(bytes.size(), choose), bytes.substr(at, length));
      break;
    case 5:
      bytes.resize(at);
      break;
    }
  }
  return bytes;
}

} // namespace boxes
