#pragma once

/// The reasons for which a server or a client does not take a submission.

#include <cstdint>
#include <optional>
#include <string>

#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

inline reason larger_than(std::uint64_t size, std::uint64_t most, const char* unit,
                          const char* limit) {
  return "a submission of " + std::to_string(size) + ' ' + unit + " is larger than the " +
         std::to_string(most) + " of the limit `" + limit + '`';
}

/// Returns why a submission of that size is too large, naming the limit; nothing if it is not.
/// `most` is `limits::of_submission()`.
inline std::optional<reason> too_large(amount size, amount most) {
  if (size.operations > most.operations) [[unlikely]]
    return larger_than(size.operations, most.operations, "operations", "submission");
  if (size.bytes > most.bytes) [[unlikely]]
    return larger_than(size.bytes, most.bytes, "bytes", "submission_bytes");
  return std::nullopt;
}

/// The outcome where no more effects are taken.
inline outcome too_many_effects(std::size_t waiting) {
  return refused(std::to_string(waiting) + " effects are not done, and that is the limit");
}

/// The receipt where a condition does not hold: the data have changed.
inline receipt changed_since(version since, version now) {
  return {receipt::kind::refused, now,
          "the data have changed since version " + std::to_string(since) +
              ": they are at version " + std::to_string(now)};
}

/// The reply to a parcel of a client that is no member, though it may have been one, or may have
/// sent it in another epoch.
template <class Data>
reply reply_to_stranger(const parcel<Data>& submitted, bool is_foreign, bool was_member) {
  auto verdict = receipt::refused("not a member of this server: join first"_reason);
  if (is_foreign)
    verdict = receipt::unknown("the epoch in which it was sent has ended"_reason);
  else if (was_member)
    verdict = receipt::unknown("no longer a member of this server: join again"_reason);
  return reply_to_all(submitted.by, submitted.epoch, submitted.first, submitted.count, verdict);
}

/// The receipt for what lies behind the end of a parcel as large as a server takes one.
inline receipt beyond_parcel() noexcept {
  return {receipt::kind::overloaded, 0,
          "its parcel is larger than the server's limit `parcel` or `parcel_bytes`"_reason};
}

} // namespace libsync::detail
