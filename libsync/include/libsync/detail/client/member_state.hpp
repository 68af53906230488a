#pragma once

/// Where a client stands with its server.

#include <cstdint>
#include <optional>
#include <utility>

#include "libsync/detail/raised.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// Whether a client is a member, of which epoch and under which name; and how it asks for that,
/// leaves and ends. A client that is away may join again; one that is closed may not.
class member_state {
public:
  /// Joins as `who`. Joins are numbered after `attempts`.
  explicit member_state(std::uint64_t attempts, any_identity who = {}) noexcept
      : attempt_(attempts), identity_(std::move(who)) {}

  [[nodiscard]] bool joined() const noexcept { return phase_ == phase::joined; }
  [[nodiscard]] bool away() const noexcept { return phase_ == phase::away; }
  [[nodiscard]] bool closed() const noexcept { return phase_ == phase::closed; }

  /// The name and epoch of the latest membership.
  [[nodiscard]] const std::optional<client_id>& id() const noexcept { return id_; }
  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }
  [[nodiscard]] const any_identity& identity() const noexcept { return identity_; }
  /// Why it is closed; empty if it is not.
  [[nodiscard]] const reason& why_closed() const noexcept { return reason_; }
  /// The number of the latest request to join.
  [[nodiscard]] std::uint64_t attempt() const noexcept { return attempt_; }

  /// Begins to join. Returns the request for that.
  join_request ask(std::optional<version> copy, submission_number first_unanswered,
                   bool as_viewer) noexcept {
    phase_ = phase::joining;
    left_unheard_ = false;
    return {id_, epoch_, copy, first_unanswered, ++attempt_, as_viewer, identity_};
  }

  /// Whether this request is the one whose answer it waits for.
  [[nodiscard]] bool awaits(std::uint64_t attempt) const noexcept {
    return phase_ == phase::joining && attempt == attempt_;
  }

  void enter(client_id as, epoch_id epoch) noexcept {
    phase_ = phase::joined;
    id_ = as;
    epoch_ = epoch;
  }

  /// Whether it is the member that it was at this request.
  [[nodiscard]] bool is_still(std::uint64_t attempt) const noexcept {
    return joined() && attempt == attempt_;
  }

  /// Calls `work`, which may call out, and returns whether it has come to its end and this client
  /// is still the same member after that. Meanwhile it is busy.
  template <class Work>
  bool stays(Work work) {
    const auto attempt = attempt_;
    const raised until{busy_};
    return work() && is_still(attempt);
  }
  [[nodiscard]] bool is_busy() const noexcept { return busy_; }

  /// Returns whether the server is to be told.
  [[nodiscard]] bool leave() noexcept {
    const bool was_here = joined() || phase_ == phase::joining;
    if (was_here)
      phase_ = phase::away;
    return was_here;
  }

  /// Returns whether the server is to be told.
  [[nodiscard]] bool close(reason why) noexcept {
    const bool was_here = leave();
    phase_ = phase::closed;
    reason_ = std::move(why);
    return was_here;
  }

  /// Tells the server that this client has left.
  template <class Out>
  void say_left(Out& out) {
    left_unheard_ = true;
    out.send_leave();
    left_unheard_ = false;
  }

  /// What came though this client has left was under way; or the server was never told: then tells
  /// it.
  template <class Out>
  void overhear(Out& out) {
    if (away() && left_unheard_)
      say_left(out);
  }

private:
  enum class phase { away, joining, joined, closed };

  phase phase_ = phase::away;
  // It has left, and the server may not have been told.
  bool left_unheard_ = false;
  bool busy_ = false;
  reason reason_;
  std::optional<client_id> id_;
  epoch_id epoch_{};
  std::uint64_t attempt_;
  any_identity identity_;
};

} // namespace libsync::detail
