#include "libsync/actors/detail/wake_up.hpp"

#include <condition_variable>

namespace libsync::detail {

struct wake_up::condition {
  std::condition_variable_any variable;
};

wake_up::wake_up() : condition_(std::make_unique<condition>()) {}

wake_up::~wake_up() = default;

void wake_up::wait(std::unique_lock<spin_lock>& guard) {
  condition_->variable.wait(guard);
}

bool wake_up::wait_until(std::unique_lock<spin_lock>& guard,
                         std::chrono::steady_clock::time_point deadline) {
  return condition_->variable.wait_until(guard, deadline) == std::cv_status::no_timeout;
}

void wake_up::notify_all() noexcept {
  condition_->variable.notify_all();
}

} // namespace libsync::detail
