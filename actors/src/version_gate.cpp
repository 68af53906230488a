#include "libsync/actors/detail/session/version_gate.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "libsync/actors/detail/actor_driver.hpp"

namespace libsync::detail {

void version_gate::reach(version latest) {
  // Sequentially consistent, like what wait_for does: either the waiting thread sees the version,
  // or this thread sees what is awaited.
  latest_.store(latest);
  if (latest < awaited_.load())
    return;
  std::shared_ptr<version_listener> due;
  {
    const std::lock_guard guard{lock_};
    awaited_.store(nothing); // threads that still wait say so again
    reached_.notify_all();
    due = take_due();
  }
  tell_all(std::move(due));
}

// Takes out who need not wait any more, and tells for what the others wait. With the lock.
std::shared_ptr<version_listener> version_gate::take_due() noexcept {
  std::shared_ptr<version_listener> due;
  for (auto* link = &listeners_; *link;) {
    if (ended_ || (*link)->target_ <= latest_.load()) {
      auto one = std::move(*link);
      *link = std::move(one->next_);
      one->next_ = std::move(due);
      due = std::move(one);
    } else {
      awaited_.store(std::min(awaited_.load(), (*link)->target_));
      link = &(*link)->next_;
    }
  }
  return due;
}

void version_gate::tell_all(std::shared_ptr<version_listener> first) noexcept {
  while (first) {
    const auto one = std::exchange(first, std::move(first->next_));
    calls_([&] { one->tell(); });
  }
}

bool version_gate::listen(version target, std::shared_ptr<version_listener> who) noexcept {
  const std::lock_guard guard{lock_};
  awaited_.store(std::min(awaited_.load(), target));
  if (ended_ || latest_.load() >= target)
    return false; // what is awaited too early costs one needless look
  who->target_ = target;
  who->next_ = std::move(listeners_);
  listeners_ = std::move(who);
  return true;
}

void version_gate::forget(const version_listener& who) noexcept {
  std::shared_ptr<version_listener> gone; // is destroyed without the lock
  const std::lock_guard guard{lock_};
  for (auto* link = &listeners_; *link; link = &(*link)->next_)
    if (link->get() == &who) {
      gone = std::move(*link);
      *link = std::move(gone->next_);
      return;
    }
}

void version_gate::end() noexcept {
  std::shared_ptr<version_listener> due;
  {
    const std::lock_guard guard{lock_};
    ended_ = true;
    due = take_due();
  }
  tell_all(std::move(due));
}

bool version_gate::has_ended() const noexcept {
  const std::lock_guard guard{lock_};
  return ended_;
}

bool version_gate::wait_for(version target, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock guard{lock_};
  if (auto* driver = actor_driver::here(); driver != nullptr && latest_.load() < target) {
    guard.unlock();
    static_cast<void>(
        driver->drive([&] { return latest_.load() >= target || is_closed(); }, deadline));
    return latest_.load() >= target;
  }
  for (bool in_time = true;;) {
    awaited_.store(std::min(awaited_.load(), target));
    if (latest_.load() >= target || closed_ || !in_time)
      return latest_.load() >= target;
    in_time = reached_.wait_until(guard, deadline);
  }
}

bool version_gate::is_closed() const noexcept {
  const std::lock_guard guard{lock_};
  return closed_;
}

void version_gate::close() noexcept {
  const std::lock_guard guard{lock_};
  closed_ = true;
  reached_.notify_all();
}

} // namespace libsync::detail
