#pragma once

/// An audit on the wire: a server asks its members for digests of their copies.

#include <cstdint>
#include <memory>
#include <optional>

#include "libsync/digest.hpp"
#include "libsync/ids.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// The question to a member. It is sent behind the batch of `version`, so a member that handles its
/// messages in order has a copy of just that version when it comes.
template <class Data>
struct digest_wanted {
  /// Which audit of its server; comes back in the answer.
  std::uint64_t audit = 0;
  epoch_id epoch{};
  libsync::version version = 0;
  digest_function<Data> make;
};

template <class Data>
using digest_wanted_ptr = std::shared_ptr<const digest_wanted<Data>>;

/// A member's answer.
struct digest_told {
  std::uint64_t audit = 0;
  /// Nothing if the member has no copy of that version, for the reason `why_none`.
  std::optional<std::uint64_t> digest = std::nullopt;
  /// The version of the snapshot from which the copy has come by operations.
  version since = 0;
  reason why_none = {};
};

} // namespace libsync
