#pragma once

/// One wait of a coroutine, and the calls of a task.

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

#include "libsync/actors/detail/deferred.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/detail/watch/call_gate.hpp"
#include "libsync/actors/executor.hpp"

namespace libsync::detail {

/// What a task's handle, its coroutine and its waits share. The coroutine runs within a gate, so
/// that whoever destroys the task waits for that, and destroys the frame while nobody runs in it.
class task_state {
public:
  explicit task_state(std::coroutine_handle<> frame) noexcept : frame_(frame) {}
  task_state(const task_state&) = delete;
  task_state& operator=(const task_state&) = delete;
  ~task_state() { destroy(); }

  /// Begins, the first time.
  void start() noexcept {
    if (!started_.exchange(true))
      resume();
  }

  /// Goes on, unless it has ended. If another thread is still about to suspend it, that one goes
  /// on.
  void resume() noexcept {
    if (!gate_.enter())
      return;
    {
      const no_waiting here{"a coroutine"};
      do
        frame_.resume(); // what it throws is kept as its error
      while (!gate_.leave());
    }
    // Whoever waits for this thread destroys the frame itself, before it goes on.
    if (abandoned_)
      destroy();
  }

  /// It does not go on any more.
  void end() noexcept {
    gate_.close();
    gate_.wait();
    if (!gate_.is_empty()) // who runs it is not waited for
      abandoned_ = true;
    if (gate_.is_empty())
      destroy();
  }

  /// Whether it is to go no further than to where it waits next.
  [[nodiscard]] bool is_ending() const noexcept { return gate_.is_closed(); }

  void finish(std::exception_ptr error) noexcept {
    error_ = std::move(error);
    done_.store(true, std::memory_order_release);
  }
  [[nodiscard]] bool is_done() const noexcept { return done_.load(std::memory_order_acquire); }
  [[nodiscard]] std::exception_ptr error() const { return is_done() ? error_ : nullptr; }

private:
  void destroy() noexcept {
    if (!destroyed_.exchange(true))
      frame_.destroy();
  }

  std::coroutine_handle<> frame_;
  call_gate gate_;
  std::atomic<bool> abandoned_{false};
  std::atomic<bool> started_{false};
  std::atomic<bool> destroyed_{false};
  std::atomic<bool> done_{false};
  std::exception_ptr error_;
};

/// From the moment at which a coroutine begins to wait until it goes on, or is destroyed:
///
///     starting -- suspend() --> waiting -- run() --> over
///     starting -- ready() --> told -- suspend() --> waiting, or it is not even suspended
///     any -- forget() --> over: it is destroyed
///
/// Each arrow is one atomic step, so a coroutine goes on or is destroyed, and not both. Until
/// `suspend` nobody else touches the coroutine.
class coroutine_wait : public deferred, public std::enable_shared_from_this<coroutine_wait> {
public:
  coroutine_wait(std::coroutine_handle<> who, std::shared_ptr<task_state> of,
                 executor where) noexcept
      : who_(who), of_(std::move(of)), where_(std::move(where)) {}

  /// What it waits for is registered. Returns whether it is to be suspended; from then on it may be
  /// gone. If it has a place, it goes on there, even if it need not wait. Throws what its executor
  /// throws; then it is not suspended.
  bool suspend() {
    if (change(state::starting, state::waiting))
      return true;
    if (!where_)
      return false;
    is_.store(state::waiting, std::memory_order_release);
    try {
      where_.post(this->shared_from_this());
    } catch (...) {
      forget();
      throw;
    }
    return true;
  }

  /// What it waits for is there. Any thread. Throws what its executor throws.
  void ready() {
    if (change(state::starting, state::told))
      return;
    if (where_)
      where_.post(this->shared_from_this());
    else
      run(1);
  }

  /// The coroutine is destroyed, or not suspended.
  void forget() noexcept { is_.store(state::over, std::memory_order_release); }

  std::size_t run(std::size_t) override {
    if (!change(state::waiting, state::over))
      return 0;
    const no_waiting here{"a coroutine"};
    if (const auto task = std::move(of_))
      task->resume();
    else
      who_.resume();
    return 1;
  }

private:
  enum class state { starting, told, waiting, over };

  bool change(state from, state to) noexcept {
    return is_.compare_exchange_strong(from, to, std::memory_order_acq_rel);
  }

  std::coroutine_handle<> who_;
  std::shared_ptr<task_state> of_; // null if the coroutine is no task
  executor where_;
  std::atomic<state> is_{state::starting};
};

/// The task of a coroutine; null if it is none.
template <class Promise>
std::shared_ptr<task_state> task_of(std::coroutine_handle<Promise> who) noexcept {
  if constexpr (requires { who.promise().libsync_task(); })
    return who.promise().libsync_task();
  else
    return nullptr;
}

} // namespace libsync::detail
