#pragma once

/// Compares values as far as their types let it.

#include <concepts>
#include <cstdint>
#include <optional>

#include "libsync/detail/can_be_printed.hpp"
#include "libsync/digest.hpp"

#include "libsync/testing/digest.hpp"

namespace libsync::testing::detail {

/// Whether two values are equal, by `==` or else by their digests.
template <class T>
[[nodiscard]] bool same(const T& one, const T& other) {
  if constexpr (std::equality_comparable<T>)
    return one == other;
  else
    return digest_of(one) == digest_of(other);
}

/// Returns a number that stays with a value when what it shares with another is changed.
template <class T>
[[nodiscard]] std::optional<std::uint64_t> fingerprint(const T& value) {
  if constexpr (has_digest<T> || libsync::detail::can_be_printed<T>)
    return digest_of(value);
  else
    return std::nullopt;
}

} // namespace libsync::testing::detail
