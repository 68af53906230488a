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

#include "libsync/actors/interface.hpp"
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

/// What a thread needs to send a parcel to the server itself, in the client's name.
template <class Data>
struct direct_line {
  server<Data> to;
  client_id by{};
  epoch_id epoch{};
  submission_number next = 0;
};

/// A bounded buffer between any number of threads, which put submissions in, and one client actor,
/// which takes them out; and the version that the client has reached, for threads that wait for it.
/// A thread wakes the actor only when it puts something into an empty buffer, so a flood of
/// submissions costs one message for many. While the client has nothing undecided it leaves a line
/// open by which the next submission goes to the server at once, without waking the client; the
/// client adopts it before it hears of it. All members are safe to call from any thread.
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

  /// A parcel that a thread has sent, or is about to send, in the client's name.
  struct launched {
    parcel_ptr<Data> what;
    promise wanted;
  };

  /// What must be sent to the server, in the client's name.
  struct direct_parcel {
    server<Data> to;
    parcel_ptr<Data> what;
  };

  /// What became of a `put`: small, since there are millions of them a second.
  struct put_result {
    /// Taken; and the client must be sent `drain`, or the server `direct`; or not taken.
    enum class kind { taken, wake, send, overloaded, closed } what;
    std::unique_ptr<direct_parcel> direct;
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
      return {put_result::kind::closed, nullptr};
    if (queue_.size() >= limit_) {
      ++overloaded_;
      return {put_result::kind::overloaded, nullptr};
    }
    if (line_.by != client_id{}) [[unlikely]]
      return launch(std::move(one), std::move(wanted));
    const auto number = queue_.push(std::move(one));
    if (wanted)
      wanted_.emplace_back(number, std::move(wanted));
    return {std::exchange(woken_, true) ? put_result::kind::taken : put_result::kind::wake,
            nullptr};
  }

  /// Opens the line, unless something is here already. Returns whether it is open.
  bool open_line(direct_line<Data> line) {
    const std::lock_guard guard{lock_};
    if (closed_ || !queue_.empty())
      return false;
    line_ = std::move(line);
    return true;
  }

  /// Whether the line was used and `close_line` has not been called since.
  [[nodiscard]] bool was_used() const noexcept { return used_.load(std::memory_order_acquire); }

  /// Closes the line and returns what went over it, if it was used.
  std::optional<launched> close_line() {
    const std::lock_guard guard{lock_};
    line_ = {};
    used_.store(false, std::memory_order_relaxed);
    return std::exchange(launched_, std::nullopt);
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
  void close(reason why) {
    const std::lock_guard guard{lock_};
    if (!std::exchange(closed_, true))
      why_closed_ = std::move(why);
    room_.notify_all();
    progress_.notify_all();
  }

  /// Takes nothing more, and refuses what is here: it was never sent to the server. What went over
  /// the line and was not adopted is unknown.
  void refuse(const reason& why) {
    close(why);
    const std::lock_guard guard{lock_};
    for (auto& [number, wanted] : std::exchange(wanted_, {}))
      wanted->set_value(receipt::refused(why));
    line_ = {};
    if (const auto sent = std::exchange(launched_, std::nullopt); sent && sent->wanted)
      sent->wanted->set_value(receipt::unknown(why)); // whether the server took it
    queue_.clear();
  }

  /// The client is gone.
  void end(const reason& why) {
    refuse(why);
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

  [[nodiscard]] reason why_closed() const {
    const std::lock_guard guard{lock_};
    return why_closed_;
  }

  /// How often a full buffer has answered `overloaded`.
  [[nodiscard]] std::size_t overloaded() const {
    const std::lock_guard guard{lock_};
    return overloaded_;
  }

private:
  // With the lock held, and the line open. Kept out of `put`, which a flood of submissions goes by.
  template <class Submission>
  [[gnu::noinline]] put_result launch(Submission one, promise wanted) {
    parcel<Data> single{line_.by, line_.epoch, line_.next, 0, {}, {}};
    append(single, std::move(one));
    auto what = std::make_shared<const parcel<Data>>(std::move(single));
    launched_ = launched{what, std::move(wanted)};
    used_.store(true, std::memory_order_release);
    auto line = std::exchange(line_, {});
    return {put_result::kind::send,
            std::make_unique<direct_parcel>(direct_parcel{std::move(line.to), std::move(what)})};
  }

  const std::size_t limit_;
  mutable spin_lock lock_;
  std::condition_variable_any room_;
  std::condition_variable_any progress_;
  parcel_queue<Data> queue_;
  std::deque<std::pair<submission_number, promise>> wanted_;
  bool woken_ = false;
  // Open if it names a client.
  direct_line<Data> line_;
  std::optional<launched> launched_;
  std::atomic<bool> used_{false};
  bool closed_ = false;
  bool ended_ = false;
  reason why_closed_;
  std::size_t overloaded_ = 0;
  std::atomic<version> at_{0};
  // The least version that a thread waits for.
  static constexpr version nothing = std::numeric_limits<version>::max();
  std::atomic<version> awaited_{nothing};
};

} // namespace libsync
