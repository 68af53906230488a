#pragma once

/// Accepted deltas, as the two sides of a shared text exchange them.

#include <cstdint>
#include <optional>

#include "libsync/text/delta.hpp"
#include "libsync/text/selection.hpp"

namespace libsync {

/// Counts the accepted deltas of one text. It is signed, because clients send it. So a number below
/// 0 is refused, and not taken for a large one.
using revision = std::int64_t;

/// An accepted delta, as the server broadcasts it: rewritten to come after all deltas before it.
template <class Client>
struct accepted_delta {
  /// The revision that it has made.
  libsync::revision revision = 0;
  Client by{};
  delta change;
  /// The author's selections after it, if a member sent them.
  std::optional<selections> where;

  friend bool operator==(const accepted_delta&, const accepted_delta&) = default;
};

} // namespace libsync
