#pragma once

/// What is checked of each batch that a server sends.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/size_of.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/network/links.hpp"

namespace libsync::testing::detail {

template <class Data>
void check_size(const batch<Data>& what, const limits& bounds) {
  // A run is counted when it has begun.
  constexpr auto one_run = std::uint64_t{sizeof(libsync::run)};
  const bool is_within = what.operations.size() <= bounds.batch &&
                         what.bytes - std::min(what.bytes, one_run) <= bounds.batch_bytes;
  require(is_within || what.last == what.first, "a batch has ", what.operations.size(),
          " operations and ", what.bytes, " bytes");
}

/// What a member has not read since it joined is within its lag, but for the newest batch.
template <class Data>
void check_mailbox(const link<Data>& to, const limits& bounds) {
  amount unread;
  const auto end = to.down.all.rend() - (to.down.has_repeated ? 1 : 0);
  for (auto next = to.down.all.rbegin(); next != end; ++next) {
    if (const auto* sent = std::get_if<batch_ptr<Data>>(&*next))
      unread = unread + amount_of(**sent);
    else if (!std::holds_alternative<reply_ptr>(*next) &&
             !std::holds_alternative<digest_wanted_ptr<Data>>(*next))
      break;
  }
  require(unread.within(bounds.of_lag()), "client ", to.client, " is sent more while ",
          unread.operations, " operations of ", unread.bytes, " bytes are unread");
}

/// When each version was accepted.
class accepted_times {
public:
  /// A call at `now` has come to its end, and to this version.
  void note(version latest, timestamp now) {
    times_.resize(static_cast<std::size_t>(latest) + 1, now);
  }

  /// A batch is sent within a call at `now`.
  template <class Data>
  void check(const batch<Data>& what, timestamp now) const {
    for_each_accepted(what, [&](const accepted_submission<Data>& one) {
      const auto expected = one.version < times_.size() ? times_[one.version] : now;
      require(one.time == expected, "version ", one.version, " is dated ", one.time,
              ", but was accepted at ", expected);
      return true;
    });
  }

private:
  std::vector<timestamp> times_ = {0};
};

} // namespace libsync::testing::detail
