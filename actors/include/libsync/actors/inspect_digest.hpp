#pragma once

/// Digests of data that have an `inspect` of CAF's.

#include <cstdint>
#include <stdexcept>
#include <string>

#include "libsync/actors/detail/caf/bytes.hpp"

#include "libsync/digest.hpp"

namespace libsync {

/// Returns the digest of the bytes that the `inspect` of a value writes: for an audit,
/// `server.audit(inspect_digest<board>)`, or to be called by a function `digest` beside the data.
/// Throws std::runtime_error with CAF's reason if they cannot be written.
template <class T>
[[nodiscard]] std::uint64_t inspect_digest(const T& value) {
  static_assert(detail::compat::has_inspect<T>,
                "libsync: there is no function `inspect` of CAF's beside this type");
  std::string bytes;
  const auto failed = detail::compat::to_bytes(nullptr, bytes, [&](auto& into) {
    return detail::compat::inspect_value(into, const_cast<T&>(value)); // which only reads it
  });
  if (failed)
    throw std::runtime_error("libsync: " + detail::compat::place_and_reason(failed).second);
  return digest_of_text(bytes);
}

} // namespace libsync
