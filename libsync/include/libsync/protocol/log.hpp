#pragma once

/// What a server answers to those who read its log.

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"

namespace libsync {

/// Asks for the submissions that were accepted after a version.
struct log_request {
  /// The epoch of that version; `epoch_id::none` stands for the present one.
  epoch_id epoch = epoch_id::none;
  version after = 0;
  /// The last version that is wanted.
  version to = std::numeric_limits<version>::max();
  /// About how many operations to send at once, at least 1: batches are sent whole.
  std::size_t most = 10'000;
  /// The answer may wait until something is accepted.
  bool waits = false;
};

/// A part of a server's log: accepted submissions, in order, without gaps. It shares them with the
/// log, and copies nothing.
template <class Data>
struct log_part {
  /// The epoch of the server, and the latest version that it has sent.
  epoch_id epoch{};
  version latest = 0;
  /// The part begins after this version, and ends with that one at the latest.
  version after = 0;
  version to = 0;
  /// If the log does not reach back to what was asked for, or that was of another epoch: the first
  /// version after which it can be read. The part is empty then.
  std::optional<version> truncated_at;
  /// The first one may begin before the part.
  std::vector<batch_ptr<Data>> batches;

  /// The last version of the part; `after` if it is empty.
  [[nodiscard]] version last() const noexcept {
    return batches.empty() ? after : std::min(batches.back()->last, to);
  }
  [[nodiscard]] bool empty() const noexcept { return last() == after; }

  /// Calls `visit(const accepted_submission<Data>&)` for each submission, in order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& one : batches)
      for_each_accepted(*one, [&](const accepted_submission<Data>& next) {
        if (next.version > after && next.version <= to)
          visit(next);
        return next.version < to;
      });
  }
};

} // namespace libsync
