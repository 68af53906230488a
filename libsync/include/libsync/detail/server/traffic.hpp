#pragma once

/// Counts what a server has sent, and what a member has not acknowledged.

#include <cstdint>
#include <deque>
#include <limits>

#include "libsync/ids.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// Counts the operations and bytes of the batches that were sent to all members. A member says
/// which version it has reached; to know how much that is, some of the versions are kept with what
/// had been sent by then: about one for each 16th of the lag that is allowed, and none that is
/// older. So their number is bounded, and a member that has not reached the newest version may be
/// taken to be behind by that 16th, or by one batch, more than it is.
class traffic {
public:
  /// What had been sent by a version.
  struct mark {
    libsync::version version = 0;
    amount sent;
  };

  explicit traffic(amount lag) noexcept : lag_(lag) {}

  /// What was sent from the beginning on. After 2^64 it goes round; differences stay right.
  [[nodiscard]] amount sent() const noexcept { return sent_; }

  /// Nothing was sent.
  void clear() noexcept {
    sent_ = {};
    last_ = 0;
    marks_.clear();
  }

  /// A batch was sent of which `last` is the last version.
  void add(version last, amount batch) {
    sent_ = sent_ + batch;
    last_ = last;
    if (marks_.empty() || !(sent_ - marks_.back().sent).within(spacing()))
      marks_.push_back({last, sent_});
    while (is_behind(marks_.front().sent))
      marks_.pop_front();
  }

  /// Returns what had been sent by version `reached`, or somewhat less; `before` if that is more.
  [[nodiscard]] amount sent_by(version reached, amount before) const noexcept {
    if (reached == last_)
      return sent_;
    for (auto latest = marks_.rbegin(); latest != marks_.rend(); ++latest)
      if (latest->version <= reached)
        return later(latest->sent, before);
    return before;
  }

  /// Whether a member that has acknowledged so much is too far behind.
  [[nodiscard]] bool is_behind(amount acknowledged) const noexcept {
    return !(sent_ - acknowledged).within(lag_);
  }

private:
  [[nodiscard]] amount spacing() const noexcept { return {lag_.operations / 16, lag_.bytes / 16}; }

  [[nodiscard]] amount later(amount one, amount other) const noexcept {
    return (sent_ - one).operations < (sent_ - other).operations ? one : other;
  }

  amount lag_;
  amount sent_;
  version last_ = 0;
  std::deque<mark> marks_;
};

} // namespace libsync::detail
