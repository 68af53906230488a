#pragma once

/// Numbers that stand for values, to compare what many clients have seen.

#include <cstdint>
#include <sstream>

#include "libsync/detail/can_be_printed.hpp"
#include "libsync/digest.hpp"

#include "libsync/testing/random.hpp"

namespace libsync::testing {

/// Mixes one more number into a digest.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t digest, std::uint64_t next) noexcept {
  return random{digest ^ next}();
}

/// Returns the digest of a value: by its function `digest`, which is found as `reduce` is, or else
/// of the text that `<<` prints. Equal values must have equal digests.
template <class T>
[[nodiscard]] std::uint64_t digest_of(const T& value) {
  static_assert(has_digest<T> || libsync::detail::can_be_printed<T>,
                "libsync: to compare copies of these data, a test needs a function `std::uint64_t "
                "digest(const Data&)` or an operator<< beside them");
  if constexpr (has_digest<T>) {
    return digest(value);
  } else {
    std::ostringstream text;
    text << value;
    return digest_of_text(text.view());
  }
}

} // namespace libsync::testing
