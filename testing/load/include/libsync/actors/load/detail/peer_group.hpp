#pragma once

/// The peers of a measurement, and whether they have become equal.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsync/actors/detail/deadline.hpp"
#include "libsync/actors/load/detail/agreement.hpp"
#include "libsync/actors/load/load_options.hpp"
#include "libsync/actors/load/load_result.hpp"
#include "libsync/actors/peer.hpp"

#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync::detail {

/// Counts what has changed, for a thread that waits for more.
class change_bell {
public:
  void ring() {
    const std::lock_guard guard{mutex_};
    ++count_;
    rung_.notify_all();
  }

  [[nodiscard]] std::uint64_t count() const {
    const std::lock_guard guard{mutex_};
    return count_;
  }

  /// Waits until it has rung more than `seen` times. Returns whether it has before `deadline`.
  bool wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock guard{mutex_};
    return rung_.wait_until(guard, deadline, [&] { return count_ > seen; });
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable rung_;
  std::uint64_t count_ = 0;
};

template <class Data>
class peer_group {
public:
  using box_type = statebox<Data, stamp>;

  peer_group(caf::actor_system& system, const box_type& initial, const peers_options& how)
      : bell_(std::make_shared<change_bell>()) {
    for (std::size_t i = 0; i < how.peers; ++i) {
      peer_options<Data> options{.initial = initial, .bounds = how.bounds};
      options.on_change = [bell = bell_](const box_type&) { bell->ring(); };
      peers_.push_back(spawn_peer(system, std::move(options)));
    }
    for (std::size_t i = 0; i < how.peers; ++i)
      for (std::size_t k = i + 1; k < how.peers; ++k)
        if (how.network == peer_network::all || k == i + 1 || (i == 0 && k + 1 == how.peers))
          introduce(peers_[i], peers_[k]);
  }

  [[nodiscard]] const peer<Data>& at(std::size_t which) const { return peers_[which]; }
  [[nodiscard]] std::uint64_t news() const { return bell_->count(); }

  [[nodiscard]] std::shared_ptr<const box_type> box(std::size_t which) const {
    auto came = peers_[which].box();
    if (!came)
      throw std::runtime_error("libsync::measure_peers: a peer shows no box: " + came.reason());
    return *std::move(came);
  }

  /// Waits until all are equal. Returns which is not; empty if all are.
  [[nodiscard]] std::string wait_until_equal(std::chrono::nanoseconds most) const {
    const auto deadline = deadline_after(most);
    for (;;) {
      const auto seen = bell_->count();
      bool waits = false;
      auto differs = compare(waits);
      if (differs.empty() || !waits || !bell_->wait(seen, deadline))
        return differs;
    }
  }

  /// Adds what the peers have counted.
  void add_to(peers_result& told) const {
    for (const auto& one : peers_) {
      const auto status = one.status();
      if (!status)
        throw std::runtime_error("libsync::measure_peers: a peer has no status: " +
                                 status.reason());
      told.merged += status->counters.merged;
      told.repeated += status->counters.repeated;
      told.failed += status->counters.failed;
      told.may_have_lost |= status->may_have_lost;
    }
  }

private:
  // Returns the first that differs from the first peer. `waits` tells whether that may end.
  [[nodiscard]] std::string compare(bool& waits) const {
    const auto first = box(0);
    for (std::size_t i = 1; i < peers_.size(); ++i) {
      const auto other = box(i);
      const auto name = "peer " + std::to_string(i + 1);
      if (first->known() != other->known() || first->queue().size() != other->queue().size() ||
          first->last_modified() != other->last_modified()) {
        waits = true;
        return name + " has not seen the same changes as peer 1";
      }
      if (!are_equal(first->value(), other->value()))
        return name + " has seen the same changes as peer 1, and has another value: is the " +
               "reducer deterministic?";
    }
    return {};
  }

  std::shared_ptr<change_bell> bell_;
  std::vector<peer<Data>> peers_;
};

} // namespace libsync::detail
