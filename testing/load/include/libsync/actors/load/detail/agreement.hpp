#pragma once

/// Whether two copies of data are equal.

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "libsync/detail/can_be_printed.hpp"
#include "libsync/digest.hpp"

#include "libsync/testing/digest.hpp"

namespace libsync::detail {

template <class Data>
inline constexpr bool copies_can_be_compared =
    has_digest<Data> || std::equality_comparable<Data> || can_be_printed<Data>;

/// Returns whether two copies are equal: by their `digest` if they have one, else by `==`, else by
/// what `<<` prints.
template <class Data>
[[nodiscard]] bool are_equal(const Data& one, const Data& other) {
  static_assert(copies_can_be_compared<Data>,
                "libsync: to compare copies of these data, a measurement needs a function "
                "`std::uint64_t digest(const Data&)`, an operator== or an operator<< beside them");
  if constexpr (has_digest<Data> || !std::equality_comparable<Data>)
    return testing::digest_of(one) == testing::digest_of(other);
  else
    return one == other;
}

} // namespace libsync::detail
