#include "libsync/actors/detail/version_gate.hpp"

#include <algorithm>
#include <mutex>

#include "libsync/actors/detail/actor_driver.hpp"

namespace libsync::detail {

void version_gate::reach(version latest) {
  // Sequentially consistent, like what wait_for does: either the waiting thread sees the version,
  // or this thread sees what is awaited.
  latest_.store(latest);
  if (latest < awaited_.load())
    return;
  const std::lock_guard guard{lock_};
  awaited_.store(nothing);
  reached_.notify_all();
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
