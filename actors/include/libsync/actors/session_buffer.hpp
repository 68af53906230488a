#pragma once

/// What threads and a client actor share.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/parcel.hpp"
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

  struct item {
    submission<Data> what;
    promise wanted; // null where nobody waits for the receipt
  };

  /// What became of a `put`.
  struct put_result {
    /// Empty if the item was taken; else what to tell the submitter.
    std::optional<receipt> otherwise;
    /// The client must be sent `drain`.
    bool wake = false;
  };

  explicit session_buffer(std::size_t limit) : limit_(limit) {}

  put_result put(item one, when_full full) {
    std::unique_lock guard{mutex_};
    if (full == when_full::wait)
      room_.wait(guard, [this] { return closed_ || items_.size() < limit_; });
    if (closed_)
      return {receipt::refused(why_closed_), false};
    if (items_.size() >= limit_) {
      ++overloaded_;
      return {receipt::overloaded(), false};
    }
    items_.push_back(std::move(one));
    return {std::nullopt, !std::exchange(woken_, true)};
  }

  /// Moves at most `most` items into `into`, which is cleared. Returns whether some are left; if
  /// not, the next `put` wakes the client again.
  bool take(std::size_t most, std::vector<item>& into) {
    into.clear();
    const std::lock_guard guard{mutex_};
    if (most >= items_.size()) {
      std::swap(into, items_);
    } else {
      const auto end = items_.begin() + static_cast<std::ptrdiff_t>(most);
      into.assign(std::make_move_iterator(items_.begin()), std::make_move_iterator(end));
      items_.erase(items_.begin(), end);
    }
    woken_ = !items_.empty();
    room_.notify_all();
    return woken_;
  }

  /// Takes nothing more: later submissions are refused with `reason`.
  void close(std::string reason) {
    const std::lock_guard guard{mutex_};
    if (!std::exchange(closed_, true))
      why_closed_ = std::move(reason);
    room_.notify_all();
    progress_.notify_all();
  }

  /// Takes nothing more, and refuses what is here: it was never sent to the server.
  void refuse(const std::string& reason) {
    close(reason);
    const std::lock_guard guard{mutex_};
    for (auto& left : items_)
      if (left.wanted)
        left.wanted->set_value(receipt::refused(reason));
    items_.clear();
  }

  /// The client is gone.
  void end(const std::string& reason) {
    refuse(reason);
    const std::lock_guard guard{mutex_};
    ended_ = true;
    progress_.notify_all();
  }

  void wait_for_end() {
    std::unique_lock guard{mutex_};
    progress_.wait(guard, [this] { return ended_; });
  }

  /// The client has reached version `at`.
  void reached(version at) {
    // Sequentially consistent, like the reads in wait_for: either the waiting thread sees the
    // version, or this thread sees that somebody waits.
    at_.store(at);
    if (waiting_.load() == 0)
      return;
    const std::lock_guard guard{mutex_};
    progress_.notify_all();
  }

  [[nodiscard]] version at() const noexcept { return at_.load(); }

  /// Waits until the client has reached `target`, the buffer is closed, or `deadline` has passed.
  /// Returns whether it has reached it.
  bool wait_for(version target, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock guard{mutex_};
    ++waiting_;
    progress_.wait_until(guard, deadline, [&] { return at_.load() >= target || closed_; });
    --waiting_;
    return at_.load() >= target;
  }

  [[nodiscard]] bool closed() const {
    const std::lock_guard guard{mutex_};
    return closed_;
  }

  [[nodiscard]] std::string why_closed() const {
    const std::lock_guard guard{mutex_};
    return why_closed_;
  }

  /// How often a full buffer has answered `overloaded`.
  [[nodiscard]] std::size_t overloaded() const {
    const std::lock_guard guard{mutex_};
    return overloaded_;
  }

private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable progress_;
  std::vector<item> items_;
  bool woken_ = false;
  bool closed_ = false;
  bool ended_ = false;
  std::string why_closed_;
  std::size_t overloaded_ = 0;
  std::atomic<version> at_{0};
  std::atomic<std::size_t> waiting_{0};
};

} // namespace libsync
