#pragma once

/// What threads and a client actor share.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/spin_lock.hpp"

#include "libsync/ids.hpp"
#include "libsync/parcel.hpp"
#include "libsync/parcel_queue.hpp"
#include "libsync/receipt.hpp"

namespace libsync {

/// What a thread does when the outbox is full.
enum class when_full {
  /// Wait for room. The wait ends with room, with close, or with the end of the server.
  wait,
  /// Answer `overloaded` at once.
  answer,
};

/// A bounded buffer between any number of threads, which put submissions in, and one client actor,
/// which takes them out; and the version that the client has reached, for threads that wait for it.
/// A thread wakes the actor only when it puts something into an empty buffer, so a flood of
/// submissions costs one message for many. All members are safe to call from any thread.
template <class Data>
class session_buffer {
public:
  using promise = std::shared_ptr<std::promise<receipt>>;

  /// What was taken out: parcels in order, and, by the numbers in these, who waits for a receipt.
  struct content {
    std::vector<parcel<Data>> parcels;
    std::vector<std::pair<submission_number, promise>> wanted;

    void clear() {
      parcels.clear();
      wanted.clear();
    }
  };

  /// What became of a `put`.
  struct put_result {
    /// Empty if the submission was taken; else what to tell the submitter.
    std::optional<receipt> otherwise;
    /// The client must be sent `drain`.
    bool wake = false;
  };

  /// Holds at most `limit` submissions, in parcels that an outbox of that limit has room for.
  session_buffer(std::size_t limit, std::size_t parcel_limit)
      : limit_(limit), queue_(std::min(limit, parcel_limit)) {}

  /// Takes an operation or a submission; `wanted` is null where nobody waits for the receipt.
  template <class Submission>
  put_result put(Submission one, promise wanted, when_full full) {
    std::unique_lock guard{lock_};
    if (full == when_full::wait)
      room_.wait(guard, [this] { return closed_ || queue_.size() < limit_; });
    if (closed_)
      return {receipt::refused(why_closed_), false};
    if (queue_.size() >= limit_) {
      ++overloaded_;
      return {receipt::overloaded(), false};
    }
    const auto number = queue_.push(std::move(one));
    if (wanted)
      wanted_.emplace_back(number, std::move(wanted));
    return {std::nullopt, !std::exchange(woken_, true)};
  }

  /// Moves parcels of at most `most` submissions in all into `into`, which must be clear. Returns
  /// whether some are left; if not, the next `put` wakes the client again.
  bool take(std::size_t most, content& into) {
    const std::lock_guard guard{lock_};
    submission_number end = 0;
    while (!queue_.empty() && queue_.first_size() <= most) {
      most -= queue_.first_size();
      into.parcels.push_back(queue_.pop());
      end = into.parcels.back().end();
    }
    while (!wanted_.empty() && wanted_.front().first < end) {
      into.wanted.push_back(std::move(wanted_.front()));
      wanted_.pop_front();
    }
    woken_ = !queue_.empty();
    // Threads that wait are woken seldom: each wakening costs as much as hundreds of submissions.
    if (queue_.size() <= limit_ / 2)
      room_.notify_all();
    return woken_;
  }

  /// Takes nothing more: later submissions are refused with `reason`.
  void close(std::string reason) {
    const std::lock_guard guard{lock_};
    if (!std::exchange(closed_, true))
      why_closed_ = std::move(reason);
    room_.notify_all();
    progress_.notify_all();
  }

  /// Takes nothing more, and refuses what is here: it was never sent to the server.
  void refuse(const std::string& reason) {
    close(reason);
    const std::lock_guard guard{lock_};
    for (auto& [number, wanted] : std::exchange(wanted_, {}))
      wanted->set_value(receipt::refused(reason));
    queue_.clear();
  }

  /// The client is gone.
  void end(const std::string& reason) {
    refuse(reason);
    const std::lock_guard guard{lock_};
    ended_ = true;
    progress_.notify_all();
  }

  void wait_for_end() {
    std::unique_lock guard{lock_};
    progress_.wait(guard, [this] { return ended_; });
  }

  /// The client has reached version `at`.
  void reached(version at) {
    // Sequentially consistent, like what wait_for does: either the waiting thread sees the version,
    // or this thread sees what is awaited. Threads are woken only for what they wait for.
    at_.store(at);
    if (at < awaited_.load())
      return;
    const std::lock_guard guard{lock_};
    awaited_.store(nothing);
    progress_.notify_all();
  }

  [[nodiscard]] version at() const noexcept { return at_.load(); }

  /// Waits until the client has reached `target`, the buffer is closed, or `deadline` has passed.
  /// Returns whether it has reached it.
  bool wait_for(version target, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock guard{lock_};
    for (bool in_time = true;;) {
      awaited_.store(std::min(awaited_.load(), target));
      if (at_.load() >= target || closed_ || !in_time)
        return at_.load() >= target;
      in_time = progress_.wait_until(guard, deadline) == std::cv_status::no_timeout;
    }
  }

  [[nodiscard]] bool closed() const {
    const std::lock_guard guard{lock_};
    return closed_;
  }

  [[nodiscard]] std::string why_closed() const {
    const std::lock_guard guard{lock_};
    return why_closed_;
  }

  /// How often a full buffer has answered `overloaded`.
  [[nodiscard]] std::size_t overloaded() const {
    const std::lock_guard guard{lock_};
    return overloaded_;
  }

private:
  const std::size_t limit_;
  mutable spin_lock lock_;
  std::condition_variable_any room_;
  std::condition_variable_any progress_;
  parcel_queue<Data> queue_;
  std::deque<std::pair<submission_number, promise>> wanted_;
  bool woken_ = false;
  bool closed_ = false;
  bool ended_ = false;
  std::string why_closed_;
  std::size_t overloaded_ = 0;
  std::atomic<version> at_{0};
  // The least version that a thread waits for.
  static constexpr version nothing = std::numeric_limits<version>::max();
  std::atomic<version> awaited_{nothing};
};

} // namespace libsync
