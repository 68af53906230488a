#pragma once

/// A queue of calls for a loop of the user's.

#include <cstddef>
#include <memory>

#include "libsync/actors/detail/deferred.hpp"
#include "libsync/actors/executor.hpp"

namespace libsync {

/// Where calls wait until a thread of the user's polls, such as the loop of a game or the thread of
/// a user interface.
///
///     libsync::poll_queue queue;
///     const auto watching = session.watch(&game::score, on_score, libsync::latest_only{},
///                                         {.where = queue});
///     while (running) {
///       queue.poll();      // calls on_score here, if the score has changed
///       draw();
///     }
///
/// It holds each watcher and each coroutine at most once, so it is as long as there are these. Any
/// thread may use it, also from within a call that it makes. If it is destroyed, what waits in it
/// is not called any more; no other thread may poll it then.
class poll_queue {
public:
  poll_queue();
  ~poll_queue();
  poll_queue(const poll_queue&) = delete;
  poll_queue& operator=(const poll_queue&) = delete;

  /// Makes the calls that wait, at most `most`, and returns how many it has made. Each watcher and
  /// coroutine that waits now has one turn. A watcher of every version is told all that waits when
  /// its turn comes. So it ends, also beside a flood. What is left waits for the next poll.
  /// Watchers' exceptions are reported (`watch_options`). An exception that leaves a coroutine of a
  /// type of yours comes out.
  std::size_t poll(std::size_t most = detail::deferred::all);

  /// Whether nothing waits.
  [[nodiscard]] bool empty() const noexcept;

#if defined(__linux__)
  /// Returns a file descriptor that can be read from (POLLIN) as long as something waits, for
  /// poll(2), epoll(7) or the loop of a user interface. Do not read from it. It belongs to the
  /// queue. It is an eventfd(2), so this member exists on Linux only. It is made by the first call,
  /// which throws std::system_error if the process may open no more files.
  [[nodiscard]] int descriptor();
#endif

private:
  friend class executor;
  std::shared_ptr<detail::queue_state> state_;
};

} // namespace libsync
