#pragma once

/// Accepted deltas, as the two sides of a shared text exchange them.

#include <cstdint>
#include <optional>

#include "libsync/text/delta.hpp"
#include "libsync/text/selection.hpp"

namespace libsync {

/// Counts the accepted deltas of one text. Signed, because it comes from outside: what is below 0
/// is refused, not taken for a large number.
using revision = std::int64_t;

/// A delta that the server has accepted, as it is broadcast: rewritten to come after all before it.
template <class Client>
struct accepted_delta {
  Client by{};
  delta change;
  /// Where the author is after it, if that was told.
  std::optional<selections> where;

  friend bool operator==(const accepted_delta&, const accepted_delta&) = default;
};

} // namespace libsync
