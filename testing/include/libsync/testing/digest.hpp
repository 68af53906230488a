#pragma once

/// Numbers that stand for values, to compare what many clients have seen.

#include <concepts>
#include <cstdint>
#include <sstream>
#include <string_view>

#include "libsync/testing/random.hpp"

namespace libsync::testing {

/// Mixes one more number into a digest.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t digest, std::uint64_t next) noexcept {
  return random{digest ^ next}();
}

template <class T>
concept has_digest = requires(const T& value) {
  { digest(value) } -> std::convertible_to<std::uint64_t>;
};

template <class T>
concept can_be_printed = requires(std::ostream& out, const T& value) {
  out << value;
};

/// Returns the digest of a value: by its function `digest`, which is found as `reduce` is, or else
/// of the text that `<<` prints. Equal values must have equal digests.
template <class T>
[[nodiscard]] std::uint64_t digest_of(const T& value) {
  static_assert(has_digest<T> || can_be_printed<T>,
                "libsync: to compare copies of these data, a test needs a function `std::uint64_t "
                "digest(const Data&)` or an operator<< beside them");
  if constexpr (has_digest<T>) {
    return digest(value);
  } else {
    std::ostringstream text;
    text << value;
    std::uint64_t made = 0xCBF29CE484222325U; // FNV-1a
    for (const char next : text.view())
      made = (made ^ static_cast<unsigned char>(next)) * 0x100000001B3U;
    return made;
  }
}

} // namespace libsync::testing
