#pragma once

/// Values as bytes, when they leave the process or come into it, on CAF's inspectors.
///
/// Bytes that come may be damaged or forged. CAF reads a length of any number of bytes, and shifts
/// by as much as there are; so lengths, and strings, which have one, are read here.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "libsync/actors/detail/caf/bytes_common.hpp"
#include "libsync/actors/detail/caf/version.hpp"

#include <caf/all.hpp>

#if LIBSYNC_CAF_VERSION < 18
#include "libsync/actors/detail/caf/bytes_017.hpp"
#else
#include "libsync/actors/detail/caf/bytes_1.hpp"
#endif

namespace libsync::detail::compat {

/// Returns the place, empty if none is told, and the reason.
inline std::pair<std::string, std::string> place_and_reason(const caf::error& why) {
  const auto& told = why.context();
  if (told.match_elements<std::string, std::string>())
    return {told.get_as<std::string>(0), told.get_as<std::string>(1)};
  if (told.match_elements<std::string>())
    return {"", told.get_as<std::string>(0)};
  if (why == caf::sec::end_of_stream)
    return {"", "it ends too early"};
  return {"", "error " + std::to_string(why.code()) + " of " + category_of(why)};
}

/// Reads a length: seven bits a byte, the lowest ones first; the highest bit tells that another
/// byte follows. One of more than 32 bits, or more than the 5 bytes that these need, is refused.
template <class Reader>
caf::error read_size(Reader& from, std::size_t& size) {
  std::uint64_t read = 0;
  for (int shift = 0; shift < 5 * 7; shift += 7) {
    std::uint8_t next = 0;
    if (auto failed = inspect_value(from, next))
      return failed;
    read |= std::uint64_t{next & 0x7fU} << shift;
    if (next < 0x80) {
      size = read;
      return read <= std::numeric_limits<std::uint32_t>::max()
                 ? caf::error{}
                 : error_at("", "found a length of more than 32 bits");
    }
  }
  return error_at("", "found a length of more than 5 bytes");
}

/// Reads a string. That it is as long as it tells is believed only as it comes.
template <class Reader>
caf::error read_string(Reader& from, std::string& text) {
  constexpr std::size_t at_a_time = 1 << 16;
  std::size_t left = 0;
  if (auto failed = read_size(from, left))
    return failed;
  text.clear();
  while (left > 0) {
    const auto next = std::min(left, at_a_time);
    text.resize(text.size() + next);
    if (auto failed = read_raw(from, next, text.data() + text.size() - next))
      return failed;
    left -= next;
  }
  return {};
}

/// Writes or reads how many elements follow.
template <inspector Inspector>
caf::error inspect_size(Inspector& with, std::size_t& size) {
  if constexpr (reads<Inspector>)
    return read_size(with, size);
  else
    return begin_elements(with, size);
}

/// Writes or reads bytes, which may be many.
template <inspector Inspector>
caf::error inspect_bytes(Inspector& with, std::string& bytes) {
  if constexpr (reads<Inspector>)
    return read_string(with, bytes);
  else
    return inspect_value(with, bytes);
}

} // namespace libsync::detail::compat
