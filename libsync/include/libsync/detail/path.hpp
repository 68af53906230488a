#pragma once

/// Places in values, such as `queue[3].time`.

#include <cstddef>
#include <string>
#include <string_view>

namespace libsync::detail {

/// Returns the place of what lies at `inner` within a member of this name.
inline std::string place_in(std::string_view member, std::string_view inner) {
  constexpr std::size_t longest = 100; // it may be a key of a dictionary
  std::string place{member.substr(0, longest)};
  if (!inner.empty() && inner.front() != '[')
    place += '.';
  return place.append(inner);
}

/// The same, within the element of this index.
inline std::string place_in(std::size_t index, std::string_view inner) {
  return place_in('[' + std::to_string(index) + ']', inner);
}

} // namespace libsync::detail
