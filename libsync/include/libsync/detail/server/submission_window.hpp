#pragma once

/// A server's memory of a client's submissions.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/receipt.hpp"

namespace libsync::detail {

/// The last parcel of a client with its reply. With one parcel in flight that is all that a
/// client can still ask about.
struct submission_window {
  client_id by{};
  /// The number of the next submission that was not decided yet; smaller ones were, once and for
  /// all.
  submission_number next = 1;
  reply last;
};

/// Returns how much memory a window takes.
[[nodiscard]] inline std::uint64_t memory_of(const submission_window& window) noexcept {
  return sizeof window - sizeof window.last + memory_of(window.last);
}

/// Answers again the submissions from `first` to before `end`, as far as they were decided: those
/// of the last parcel as before, older ones as unknown, because they are too old.
inline reply reply_again(const submission_window& window, submission_number first,
                         submission_number end) {
  const reply& last = window.last;
  reply again{last.to, last.epoch, last.before, first, std::min(window.next, end) - first, {}};
  if (const auto known = std::min(last.first, again.end()); first < known)
    again.add(first, receipt::unknown("too old: the server remembers the last parcel only"),
              known - first);
  std::size_t skipped = 0;
  for (const auto& listed : last.verdicts) {
    const auto from = std::min(std::max(listed.number, first), listed.end());
    const auto until = std::min(listed.end(), again.end());
    skipped += from - listed.number;
    if (from < until)
      again.add(from, listed.what, until - from);
  }
  if (first > last.first)
    again.before += first - last.first - skipped;
  return again;
}

/// Returns a welcome to the client of that window, at a version, with neither snapshot nor missed
/// batches.
template <class Data>
std::shared_ptr<welcome<Data>> make_welcome(const submission_window& window,
                                            const join_request& request, epoch_id epoch,
                                            libsync::version version, const limits& bounds) {
  auto made = shared<welcome<Data>>();
  made->you = window.by;
  made->epoch = epoch;
  made->version = version;
  made->attempt = request.attempt;
  made->lag = bounds.lag;
  made->lag_bytes = bounds.lag_bytes;
  made->last_reply = window.last;
  return made;
}

} // namespace libsync::detail
