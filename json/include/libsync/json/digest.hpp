#pragma once

/// Digests of data that have a form in JSON.

#include <cstdint>

#include <nlohmann/json.hpp>

#include "libsync/digest.hpp"
#include "libsync/json/read.hpp"

namespace libsync {

/// Returns the digest of the JSON text of a value: for an audit,
/// `server.audit(json_digest<board>)`, or to be called by a function `digest` beside the data. What
/// the value's `to_json` leaves out is not compared. Throws what `to_json` throws.
template <class T>
[[nodiscard]] std::uint64_t json_digest(const T& value) {
  // A text that is no UTF-8 is compared as far as it is, and not refused.
  return digest_of_text(
      detail::write(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

} // namespace libsync
