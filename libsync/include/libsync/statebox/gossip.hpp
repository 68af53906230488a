#pragma once

/// How a sibling is kept and exchanged: a peer's decisions as a value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsync/copy_on_write.hpp"
#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

/// What a peer keeps of its queue. What it drops a neighbour may not have seen yet; then the merged
/// box is `forgotten`.
struct gossip_limits {
  /// Events that are older than the last change by more than this many milliseconds are dropped,
  /// at the latest when as many more have come. Nothing: they are kept.
  std::optional<timestamp> age;
  /// Most events. When there would be more, the oldest eighth is dropped.
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

/// What a peer counts.
struct gossip_counters {
  /// Changes of its own, and those that were refused.
  std::uint64_t changed = 0;
  std::uint64_t refused = 0;
  /// Boxes that were sent; those that came with something new, with nothing new, and those that
  /// could not be merged.
  std::uint64_t sent = 0;
  std::uint64_t merged = 0;
  std::uint64_t repeated = 0;
  std::uint64_t failed = 0;
  /// How often there were too many events.
  std::uint64_t truncated = 0;
};

/// One sibling, and the neighbours with which it exchanges boxes. It sends its box to each that may
/// lack something, merges what arrives, and passes on what was new. A neighbour is sent the next
/// box only once it has acknowledged the one before, so one is under way to each at most; what
/// happens meanwhile goes with the next. So peers that are connected, directly or through others,
/// end with the same value, in whatever order messages arrive.
///
/// What is to be sent is handed to `out`, in sending order, by these calls:
///
///     out.send(route, shared_ptr<const box_type>)
///     out.acknowledge(route)             // what came from there was merged
///     out.ask_to_share()                 // call share() once all that waits now is handled
///     out.changed(const box_type&)       // by a change of its own, or by a merge
///
/// Deterministic; reads no clock; one thread at a time. `Route` is a totally ordered value by which
/// the caller reaches a neighbour.
template <class Data, class Route>
class gossip {
public:
  using box_type = statebox<Data, stamp>;
  using box_ptr = std::shared_ptr<const box_type>;
  using what = typename box_type::what;

  /// Acts as `by`, who must have made the latest change of `initial` or none. Throws
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

  /// Changes the box by an operation or a list of them. Returns when, or why it was refused.
  template <class Out>
  result<stamp> change(what op, timestamp now, Out& out) {
    const auto at = box().next(now, by_);
    if (auto done = box_.write().record(at, std::move(op)); !done) {
      ++counters_.refused;
      return result<stamp>::failed(done.reason());
    }
    ++counters_.changed;
    after_change(out);
    return at;
  }

  /// Accepts that the box may have lost something.
  template <class Out>
  outcome accept_forgotten(timestamp now, Out& out) {
    auto done = box_.write().accept_forgotten(box().next(now, by_));
    if (done)
      after_change(out);
    return done;
  }

  /// Begins to exchange boxes with whoever is reached by `route`. Harmless if it does already: then
  /// it begins anew, with the whole box.
  template <class Out>
  void meet(const Route& route, Out& out) {
    neighbours_[route] = {true, false};
    out.ask_to_share();
  }

  /// Sends it nothing more.
  void part(const Route& route) { neighbours_.erase(route); }

  /// Merges a box that came from `route`. Returns why it cannot be merged; nothing is changed then.
  template <class Out>
  outcome receive(const Route& route, const box_type& from, Out& out) {
    auto merged = box().merge(from);
    out.acknowledge(route);
    if (!merged) {
      ++counters_.failed;
      return refused(merged.error());
    }
    const bool is_new = merged->known() != box().known();
    const bool is_lacking = merged->known() != from.known();
    ++(is_new ? counters_.merged : counters_.repeated);
    if (is_new) {
      box_.replace(*std::move(merged));
      after_change(out);
    }
    if (const auto known = neighbours_.find(route); known != neighbours_.end()) {
      known->second.owed = is_lacking;
      if (is_lacking)
        out.ask_to_share();
    }
    return accepted();
  }

  /// A neighbour has merged the box that it was sent.
  template <class Out>
  void acknowledged(const Route& route, Out& out) {
    const auto known = neighbours_.find(route);
    if (known == neighbours_.end())
      return;
    known->second.under_way = false;
    if (known->second.owed)
      out.ask_to_share();
  }

  /// Sends the box to each neighbour that may lack something and waits for nothing.
  template <class Out>
  void share(Out& out) {
    for (auto& [route, known] : neighbours_)
      if (known.owed && !known.under_way) {
        known = {false, true};
        ++counters_.sent;
        out.send(route, read());
      }
  }

private:
  struct neighbour {
    /// It may lack something.
    bool owed = false;
    /// A box was sent that it has not acknowledged.
    bool under_way = false;
  };

  template <class Out>
  void after_change(Out& out) {
    bound();
    out.changed(box());
    for (auto& [route, known] : neighbours_)
      known.owed = true;
    if (!neighbours_.empty())
      out.ask_to_share();
  }

  // Drops a lot at a time, since what is kept moves to the front of the queue.
  void bound() {
    if (bounds_.age && box().queue().size() >= 2 * kept_) {
      auto& own = box_.write();
      own = std::move(own).expire(*bounds_.age);
      kept_ = std::max<std::size_t>(32, own.queue().size());
    }
    if (box().queue().size() > bounds_.events) {
      ++counters_.truncated;
      auto& own = box_.write();
      own = *std::move(own).truncate(
          static_cast<std::ptrdiff_t>(bounds_.events - bounds_.events / 8));
    }
  }

  copy_on_write<box_type> box_;
  origin by_;
  gossip_limits bounds_;
  // How many events were left when they last expired.
  std::size_t kept_ = 32;
  std::map<Route, neighbour> neighbours_;
  gossip_counters counters_;
};

} // namespace libsync
