#pragma once

/// Lets the k-th allocation, or the k-th copy or move of a value, fail: for each k in turn.

#include <cstddef>
#include <new>
#include <stdexcept>
#include <utility>

namespace failing {

/// Counts down to the step of this thread that fails; 0 while none is to.
class countdown {
public:
  /// Called at each step.
  [[nodiscard]] bool is_due() noexcept { return left_ > 0 && --left_ == 0 && (fired_ = true); }

  void start(std::size_t k) noexcept {
    left_ = k;
    fired_ = false;
  }
  void stop() noexcept { left_ = 0; }
  [[nodiscard]] bool fired() const noexcept { return fired_; }

private:
  std::size_t left_ = 0;
  bool fired_ = false;
};

/// The allocations of this thread: support/failing.cpp, which replaces `operator new`, asks it.
inline countdown& allocations() noexcept {
  thread_local countdown of_this_thread;
  return of_this_thread;
}

/// The copies and moves of `value`s on this thread.
inline countdown& transfers() noexcept {
  thread_local countdown of_this_thread;
  return of_this_thread;
}

/// Switches a countdown off for a while: around what a test itself does within a scenario.
class paused {
public:
  explicit paused(countdown& which) noexcept : which_(which), before_(which) { which.stop(); }
  ~paused() { which_ = before_; }
  paused(const paused&) = delete;
  paused& operator=(const paused&) = delete;

private:
  countdown& which_;
  countdown before_;
};

namespace detail {

// Calls `call` while `which` counts `steps` down; leaves there what is left of them. Returns
// whether nothing was thrown.
template <class Call>
bool attempt(countdown& which, countdown& steps, Call call) {
  which = steps;
  bool whole = true;
  try {
    call();
  } catch (...) {
    whole = false;
  }
  steps = which;
  which.stop();
  return whole;
}

// Runs `run(k)` for k = 1, 2, ... until it returns that no step has failed.
template <class Run>
std::size_t count_failing(Run run) {
  for (std::size_t k = 1;; ++k) {
    if (k > 100'000)
      throw std::logic_error("failing: the scenario has no end");
    if (!run(k))
      return k - 1;
  }
}

} // namespace detail

/// Runs `scenario(arm)` for k = 1, 2, ... until it comes to its end with no step that failed, and
/// returns how many runs had one. The scenario calls `arm(call)` around what may fail, as often as
/// it likes: the k-th step of all these calls together fails. An exception out of `call` is
/// swallowed, and `arm` returns whether there was none. What it did must be right either way.
template <class Scenario>
std::size_t each(countdown& which, Scenario scenario) {
  return detail::count_failing([&](std::size_t k) {
    countdown steps;
    steps.start(k);
    scenario([&](auto call) { return detail::attempt(which, steps, std::move(call)); });
    return steps.fired();
  });
}

template <class Scenario>
std::size_t each_allocation(Scenario scenario) {
  return each(allocations(), std::move(scenario));
}

template <class Scenario>
std::size_t each_transfer(Scenario scenario) {
  return each(transfers(), std::move(scenario));
}

/// Thrown by a `value` that cannot be copied or moved.
struct transfer_failed : std::runtime_error {
  transfer_failed() : std::runtime_error("a copy or move failed") {}
};

/// Wraps a value so that its copies and moves can fail. Give data or operations a member of it.
template <class T>
class value {
public:
  value() = default;
  value(T held) : held_(std::move(held)) {}
  value(const value& other) : held_((maybe_fail(), other.held_)) {}
  value(value&& other) noexcept(false) : held_((maybe_fail(), std::move(other.held_))) {}
  value& operator=(const value& other) {
    maybe_fail();
    held_ = other.held_;
    return *this;
  }
  value& operator=(value&& other) noexcept(false) {
    maybe_fail();
    held_ = std::move(other.held_);
    return *this;
  }
  ~value() = default;

  T& operator*() noexcept { return held_; }
  const T& operator*() const noexcept { return held_; }
  T* operator->() noexcept { return &held_; }
  const T* operator->() const noexcept { return &held_; }

  friend bool operator==(const value&, const value&) = default;

private:
  static void maybe_fail() {
    if (transfers().is_due())
      throw transfer_failed{};
  }

  T held_{};
};

} // namespace failing
