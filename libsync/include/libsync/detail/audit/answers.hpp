#pragma once

/// What the members of a server have told in an audit.

#include <cstdint>
#include <optional>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reason.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// One member's answer. The digest is missing for the reason `why_none`.
struct audit_answer {
  client_id client{};
  std::optional<std::uint64_t> digest = std::nullopt;
  /// The version of the snapshot from which the copy has come.
  version since = 0;
  reason why_none = {};
};

/// All answers by ascending client, the server's own digest, and, if some differ, what the data at
/// that version can be made from again.
template <class Data>
struct audit_answers {
  epoch_id epoch{};
  libsync::version version = 0;
  std::uint64_t digest = 0;
  std::vector<audit_answer> all;
  /// The data from which `log` leads on; nothing if the server does not keep them.
  std::optional<snapshot<Data>> checkpoint = std::nullopt;
  std::vector<batch_ptr<Data>> log = {};
};

} // namespace libsync::detail
