#pragma once

/// Coroutines that wait for receipts and versions.

#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/actors/detail/coroutine_wait.hpp"
#include "libsync/actors/executor.hpp"
#include "libsync/actors/reached.hpp"
#include "libsync/actors/receipt_future.hpp"

#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// A coroutine that returns nothing. It begins when it is started, and it ends with its handle: if
/// that is destroyed, the coroutine does not go on, and what it holds is destroyed.
///
///     libsync::task play(libsync::session<game>& session) {
///       const auto receipt = co_await session.submit(move{1});
///       ...
///     }
///     libsync::task playing = play(session).start();
///
/// If another thread is running it, the destructor waits until it comes to a co_await or ends.
/// There are the same three exceptions as for a `watcher`: within the coroutine itself, in a ring
/// of such waits, and in a function that reads. Then it is destroyed when it comes to one. So a
/// task may be destroyed at any time, by any thread. Coroutines of other types can be awaited from,
/// too. But nobody knows when they run. So destroy one only where it resumes, or where it cannot be
/// resuming.
///
/// Within it calls that wait return at once, as in callbacks: `submit` to a full outbox answers
/// `overloaded`. Await instead.
class [[nodiscard]] task {
public:
  class promise_type;

  /// No coroutine.
  task() noexcept = default;
  task(task&& other) noexcept : state_(std::move(other.state_)) {}
  task& operator=(task&& other) noexcept {
    if (this != &other) {
      reset();
      state_ = std::move(other.state_);
    }
    return *this;
  }
  ~task() { reset(); }

  /// Runs it here, until it waits for the first time. A second call does nothing.
  task start() && {
    if (const auto state = state_)
      state->start();
    return std::move(*this);
  }

  /// Destroys the coroutine.
  void reset() noexcept {
    if (const auto state = std::exchange(state_, nullptr))
      state->end();
  }

  /// Whether it has returned or thrown. Any thread may ask.
  [[nodiscard]] bool is_done() const noexcept { return state_ && state_->is_done(); }

  /// The exception that has left it; null if there is none.
  [[nodiscard]] std::exception_ptr error() const { return state_ ? state_->error() : nullptr; }

private:
  explicit task(std::shared_ptr<detail::task_state> state) noexcept : state_(std::move(state)) {}

  std::shared_ptr<detail::task_state> state_;
};

class task::promise_type {
public:
  task get_return_object() {
    auto made = std::make_shared<detail::task_state>(
        std::coroutine_handle<promise_type>::from_promise(*this));
    state_ = made;
    return task{std::move(made)};
  }
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { // its locals are destroyed by now
    if (const auto state = state_.lock())
      state->finish(std::move(error_));
    return {};
  }
  void return_void() noexcept {}
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  /// For the library's own use.
  [[nodiscard]] std::shared_ptr<detail::task_state> libsync_task() const noexcept {
    return state_.lock();
  }

private:
  std::weak_ptr<detail::task_state> state_;
  std::exception_ptr error_;
};

namespace detail {

// A wait for a receipt, which comes once.
class receipt_wait final : public coroutine_wait {
public:
  using coroutine_wait::coroutine_wait;
  receipt came;
};

class version_wait final : public coroutine_wait, public version_listener {
public:
  using coroutine_wait::coroutine_wait;
  void tell() override { ready(); }
};

/// Awaits a receipt. It lies in the coroutine, and is destroyed with it.
class receipt_awaiter {
public:
  receipt_awaiter(receipt_future coming, executor where) noexcept
      : coming_(std::move(coming)), where_(std::move(where)) {}
  receipt_awaiter(const receipt_awaiter&) = delete;
  receipt_awaiter& operator=(const receipt_awaiter&) = delete;
  ~receipt_awaiter() {
    if (wait_)
      wait_->forget();
  }

  // A task that ends is suspended for good, even if there is a receipt.
  [[nodiscard]] bool await_ready() const noexcept { return false; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> who) {
    auto of = task_of(who);
    if (of && of->is_ending())
      return true;
    if (!coming_.valid() || (!where_ && coming_.is_ready()))
      return false;
    const auto wait = std::make_shared<receipt_wait>(who, std::move(of), std::move(where_));
    wait_ = wait;
    std::move(coming_).then([wait](const receipt& what) {
      wait->came = what;
      wait->ready();
    });
    return wait->suspend(); // this may be gone from here on
  }

  receipt await_resume() { return wait_ ? std::move(wait_->came) : coming_.get(); }

private:
  receipt_future coming_;
  executor where_;
  std::shared_ptr<receipt_wait> wait_;
};

/// Awaits a version, in the same way.
class version_awaiter {
public:
  version_awaiter(version_reached what, executor where) noexcept
      : what_(std::move(what)), where_(std::move(where)) {}
  version_awaiter(const version_awaiter&) = delete;
  version_awaiter& operator=(const version_awaiter&) = delete;
  ~version_awaiter() {
    if (!wait_)
      return;
    wait_->forget();
    what_.forget(*wait_);
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> who) {
    auto of = task_of(who);
    if (of && of->is_ending())
      return true;
    if (!where_ && what_.is_there())
      return false;
    const auto wait = std::make_shared<version_wait>(who, std::move(of), std::move(where_));
    wait_ = wait;
    if (!what_.tell(wait))
      wait->ready();
    return wait->suspend(); // this may be gone from here on
  }

  result<version> await_resume() const { return what_.now(); }

private:
  version_reached what_;
  executor where_;
  std::shared_ptr<version_wait> wait_;
};

} // namespace detail

/// `co_await session.submit(op)` waits for the receipt, without a thread. The coroutine goes on in
/// the session's client, like a handler of receipts; or at once if the receipt is there. Every
/// receipt comes: if the session closes or its server ends, it says so.
inline detail::receipt_awaiter operator co_await(receipt_future coming) {
  return {std::move(coming), {}};
}

/// `co_await session.reached(version)` waits until the session's copy has reached it, or the client
/// has ended, in the same way.
inline detail::version_awaiter operator co_await(version_reached what) {
  return {std::move(what), {}};
}

/// The same, but the coroutine goes on in `where`, even if it need not wait:
///
///     const auto receipt = co_await libsync::resume_in(queue, session.submit(move{1}));
///
/// If `where` takes no calls any more, because a poll_queue was destroyed or an executor throws,
/// the coroutine does not go on, and waits until it is destroyed.
inline detail::receipt_awaiter resume_in(executor where, receipt_future coming) {
  return {std::move(coming), std::move(where)};
}
inline detail::version_awaiter resume_in(executor where, version_reached what) {
  return {std::move(what), std::move(where)};
}

} // namespace libsync
