#pragma once

/// What a client shows, and what it sees of others.

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/presence.hpp"

namespace libsync::detail {

/// The client's side of a `presence_board`. It keeps its own newest value, and tells it to each
/// server that it joins. It sends another only after a round has shown the one before, so however
/// fast its user is, one message is under way.
template <has_presence Data>
class presence_copy {
public:
  using value = typename Data::presence;

  /// Shows another value, or nothing.
  void show(std::shared_ptr<const value> what) noexcept {
    own_ = std::move(what);
    ++sequence_;
  }

  /// It has become a member: nothing is under way, and nothing was seen.
  void join(client_id me, epoch_id epoch) noexcept {
    me_ = me;
    epoch_ = epoch;
    seen_.reset();
    // It tells again what it shows, or that it shows nothing, and a round that is on its way shows
    // what was told before.
    sequence_ += sequence_ != 0 ? 1 : 0;
    sent_ = arrived_ = 0;
    answers_ = false;
  }

  /// It is a member no more: nobody is seen, since nobody knows who is there.
  void leave() noexcept {
    me_.reset();
    seen_.reset();
  }

  /// A round has come. Returns whether it is news.
  bool receive(presence_round_ptr<Data> what) noexcept {
    if (!me_ || what->epoch != epoch_)
      return false;
    answers_ = true; // also if it comes again, because the server waits for that
    if (seen_ && what->number <= seen_->number)
      return false;
    if (const auto* mine = what->find(*me_))
      arrived_ = mine->sequence;
    for (const auto& [by, sequence] : what->withdrawn)
      if (by == *me_)
        arrived_ = sequence;
    seen_ = std::move(what);
    return true;
  }

  [[nodiscard]] bool is_member() const noexcept { return me_.has_value(); }

  /// Whether a value that it shows now would be sent at once.
  [[nodiscard]] bool is_free() const noexcept { return is_member() && sent_ == arrived_; }

  /// Returns what is to be sent now, if anything: to be called after each of the others.
  [[nodiscard]] std::optional<presence_update<Data>> take() {
    const bool tells = is_free() && sent_ != sequence_;
    if (!me_ || (!tells && !answers_))
      return std::nullopt;
    presence_update<Data> told{epoch_, seen_ ? seen_->number : 0};
    if (tells) {
      told.sequence = sent_ = sequence_;
      told.value = own_;
    }
    answers_ = false;
    return told;
  }

  /// What all show; null if that is not known.
  [[nodiscard]] const presence_round_ptr<Data>& seen() const noexcept { return seen_; }
  /// The same, as this client sees it.
  [[nodiscard]] presences<Data> shown() const noexcept {
    return me_ && seen_ ? presences<Data>{*me_, seen_} : presences<Data>{};
  }

private:
  std::optional<client_id> me_; // while it is a member
  epoch_id epoch_{};
  std::shared_ptr<const value> own_;
  // The number of the own value, of the one that was sent last, and of the latest that a round has
  // shown.
  std::uint64_t sequence_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t arrived_ = 0;
  bool answers_ = false;
  presence_round_ptr<Data> seen_;
};

} // namespace libsync::detail
