#pragma once

/// A peer's decisions as a value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/detail/copy_on_write.hpp"
#include "libsync/detail/outermost.hpp"
#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

/// The limits of a peer's queue. If a neighbour has not seen an event that the peer drops, the
/// merged box may be `may_have_lost`.
struct gossip_limits {
  /// Events that are older than the last change by more than this many milliseconds are dropped, at
  /// the latest when as many more have come. Without a value they are kept.
  std::optional<timestamp> age;
  /// The most events. When there would be more, the oldest eighth is dropped.
  std::size_t events = 65'536;

  /// Returns these limits. Throws std::invalid_argument, naming the first that makes no sense.
  [[nodiscard]] const gossip_limits& checked() const {
    if (age && *age < 0)
      throw std::invalid_argument("libsync::gossip_limits: `age` is " + std::to_string(*age) +
                                  ", expected at least 0");
    if (events == 0)
      throw std::invalid_argument("libsync::gossip_limits: `events` is 0, expected at least 1");
    return *this;
  }
};

/// A sink of `gossip`. The documentation of `gossip` says what each call means.
template <class Out, class Box, class Route>
concept gossip_sink = requires(Out& out, const Route& to, const std::shared_ptr<const Box>& box) {
  out.send(to, box);
  out.acknowledge(to);
  out.ask_to_share();
  out.changed(*box);
};

/// The counters of a peer.
struct gossip_counters {
  /// Its own changes, and those that were refused.
  std::uint64_t changed = 0;
  std::uint64_t refused = 0;
  /// Boxes that it sent; received boxes with something new, and with nothing new; and received
  /// boxes that could not be merged.
  std::uint64_t sent = 0;
  std::uint64_t merged = 0;
  std::uint64_t repeated = 0;
  std::uint64_t failed = 0;
  /// How often there were too many events.
  std::uint64_t truncated = 0;
};

/// One sibling, and the neighbours with which it exchanges boxes. The gossip sends its box to each
/// neighbour that may lack something, merges the boxes that arrive, and passes on what was new. It
/// sends a neighbour the next box only once the neighbour has acknowledged the one before. So one
/// box is under way to each neighbour at most, and changes made meanwhile go with the next. Peers
/// that are connected, directly or through others, end with the same value, in whatever order
/// messages arrive.
///
/// The gossip hands everything that must be sent to `out`, in sending order, by these calls:
///
///     out.send(route, shared_ptr<const box_type>)
///     out.acknowledge(route)             // what came from there was merged
///     out.ask_to_share()                 // call share() once all that waits now is handled
///     out.changed(const box_type&)       // by a change of its own, or by a merge
///
/// *Calling back.* The state is final before the gossip calls `out`, and `out` may call anything
/// but the destructor. The results of such calls wait until those of the current call are told.
/// Then the outermost call tells them, to its `out`. If there are several changes within one
/// `changed`, the next `changed` tells all of them at once.
///
/// *Errors.* A call that throws has changed nothing, unless the exception came from `out`, or from
/// making a snapshot for it. In that case the call is done, and the next call tells what is not
/// told yet.
///
/// *Limits.* A box has at most `gossip_limits::events` events. The operations decide how many bytes
/// they and the value take. So a peer that does not trust its neighbours has to check what arrives.
///
/// Deterministic; reads no clock; one thread at a time. `Route` is a totally ordered value by which
/// the caller reaches a neighbour, and is copied and compared without throwing.
template <class Data, class Route>
class gossip {
public:
  using box_type = statebox<Data, stamp>;
  using box_ptr = std::shared_ptr<const box_type>;
  using what = typename box_type::what;

  /// Acts as the origin `by`, which must have made the latest change of `initial`, or none. Throws
  /// std::invalid_argument for limits that make no sense.
  gossip(box_type initial, origin by, const gossip_limits& bounds = {})
      : box_(std::move(initial)), by_(by), bounds_(bounds.checked()) {
    bound();
  }

  [[nodiscard]] const box_type& box() const noexcept { return box_.read(); }
  /// The box as it is now, shared. While somebody holds it, the next change copies it once.
  [[nodiscard]] box_ptr read() { return box_.share(); }
  [[nodiscard]] origin by() const noexcept { return by_; }
  [[nodiscard]] std::size_t neighbours() const noexcept { return neighbours_.size(); }
  [[nodiscard]] const gossip_counters& counters() const noexcept { return counters_; }

  /// Changes the box by an operation or a list of them. Returns the stamp of the change, or the
  /// reason for which it was refused.
  template <class Out>
  result<stamp> change(what op, timestamp now, Out& out) {
    const auto when = box().next(now, by_);
    if (auto done = box_.write().record(when, std::move(op)); !done) {
      ++counters_.refused;
      return result<stamp>::failed(done.reason());
    }
    ++counters_.changed;
    after_change();
    tell(out);
    return when;
  }

  /// Accepts that the box may have lost something.
  template <class Out>
  outcome accept_loss(timestamp now, Out& out) {
    auto done = box_.write().accept_loss(box().next(now, by_));
    if (done) {
      after_change();
      tell(out);
    }
    return done;
  }

  /// Begins to exchange boxes with the neighbour that is reached by `route`. It is harmless to call
  /// it again. Then the exchange begins anew, with the whole box.
  template <class Out>
  void meet(const Route& route, Out& out) {
    neighbours_[route] = {true, false};
    share_wanted_ = true;
    tell(out);
  }

  /// Ends the exchange. The neighbour is sent nothing more.
  void part(const Route& route) { neighbours_.erase(route); }

  /// Merges a box that came from `route`. If it cannot be merged, this returns the reason, and
  /// nothing is changed.
  template <class Out>
  outcome receive(const Route& route, const box_type& from, Out& out) {
    auto merged = box().merge(from);
    merged_of_.push_back(route);
    if (!merged) {
      ++counters_.failed;
      auto why = merged.reason();
      tell(out);
      return refused(std::move(why));
    }
    const bool is_new = merged->known() != box().known();
    const bool is_lacking = merged->known() != from.known();
    if (is_new)
      replace(*std::move(merged));
    ++(is_new ? counters_.merged : counters_.repeated);
    if (const auto known = neighbours_.find(route); known != neighbours_.end()) {
      known->second.owed = is_lacking;
      share_wanted_ = share_wanted_ || is_lacking;
    }
    tell(out);
    return accepted();
  }

  /// Notes that a neighbour has merged the box that it was sent.
  template <class Out>
  void acknowledged(const Route& route, Out& out) {
    const auto known = neighbours_.find(route);
    if (known == neighbours_.end())
      return;
    known->second.under_way = false;
    share_wanted_ = share_wanted_ || known->second.owed;
    tell(out);
  }

  /// Sends the box to each neighbour that may lack something, and to which no box is under way.
  template <class Out>
  void share(Out& out) {
    is_sharing_ = true;
    tell(out);
  }

private:
  struct neighbour {
    /// It may lack something.
    bool owed = false;
    /// A box was sent that it has not acknowledged.
    bool under_way = false;
  };

  void replace(box_type merged) {
    try {
      box_.replace(std::move(merged));
    } catch (...) {
      merged_of_.pop_back();
      throw;
    }
    after_change();
  }

  void after_change() {
    is_changed_ = true;
    for (auto& [route, known] : neighbours_)
      known.owed = true;
    share_wanted_ = share_wanted_ || !neighbours_.empty();
    bound();
  }

  // Drops a lot at a time, since what is kept moves to the front of the queue. Where that takes
  // memory, as for operations that may throw when moved, and there is none, the next change does
  // it.
  void bound() noexcept {
    try {
      if (bounds_.age && box().queue().size() >= 2 * kept_) {
        auto& own = box_.write();
        own.let_expire(*bounds_.age);
        kept_ = std::max<std::size_t>(32, own.queue().size());
      }
      if (box().queue().size() > bounds_.events) {
        const auto fewer = bounds_.events - bounds_.events / 8;
        if (box_.write().keep_newest(static_cast<std::ptrdiff_t>(fewer)))
          ++counters_.truncated;
      }
    } catch (...) {
    }
  }

  // Nothing is taken for told until `out` has returned, but a change.
  template <class Out>
  void tell(Out& out) {
    static_assert(gossip_sink<Out, box_type, Route>,
                  "libsync: the sink of a gossip lacks a call: it needs send, acknowledge, "
                  "ask_to_share and changed");
    telling_.run([&] {
      for (;;) {
        if (!merged_of_.empty()) {
          const Route route = merged_of_.front();
          out.acknowledge(route);
          merged_of_.erase(merged_of_.begin());
        } else if (is_changed_) {
          const auto shown = read(); // which stays as it is, whatever `out` does
          is_changed_ = false;
          out.changed(*shown);
        } else if (share_wanted_) {
          told_or_back(share_wanted_, [&] { out.ask_to_share(); });
        } else if (is_sharing_) {
          told_or_back(is_sharing_, [&] { send_to_all(out); });
        } else {
          return;
        }
      }
    });
  }

  template <class Call>
  static void told_or_back(bool& wanted, Call call) {
    wanted = false;
    try {
      call();
    } catch (...) {
      wanted = true;
      throw;
    }
  }

  // Neighbours may come and go meanwhile.
  template <class Out>
  void send_to_all(Out& out) {
    for (auto next = neighbours_.begin(); next != neighbours_.end();) {
      const Route route = next->first;
      if (next->second.owed && !next->second.under_way)
        send_to(route, next->second, out);
      next = neighbours_.upper_bound(route);
    }
  }

  template <class Out>
  void send_to(const Route& route, neighbour& known, Out& out) {
    const auto now = read();
    known = {false, true};
    try {
      out.send(route, now);
    } catch (...) {
      if (const auto found = neighbours_.find(route); found != neighbours_.end())
        found->second = {true, false};
      throw;
    }
    ++counters_.sent;
  }

  detail::copy_on_write<box_type> box_;
  origin by_;
  gossip_limits bounds_;
  // How many events were left when they last expired.
  std::size_t kept_ = 32;
  std::map<Route, neighbour> neighbours_;
  gossip_counters counters_;
  // What is not told yet: whose boxes were merged, and the rest.
  std::vector<Route> merged_of_;
  bool is_changed_ = false;
  bool share_wanted_ = false;
  bool is_sharing_ = false;
  detail::outermost telling_;
};

} // namespace libsync
