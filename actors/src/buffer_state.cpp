#include "libsync/actors/detail/session/buffer_state.hpp"

#include <chrono>

#include "libsync/actors/detail/actor_driver.hpp"
#include "libsync/actors/detail/waiting.hpp"

namespace libsync::detail {

buffer_state::buffer_state() : farewell_(write_letter(message::close)) {}

void buffer_state::close(libsync::reason why) noexcept {
  const std::lock_guard guard{lock_};
  if (!std::exchange(closed_, true))
    reason_ = std::move(why);
  room_.notify_all();
  gate_.close();
}

letter buffer_state::farewell() noexcept {
  const std::lock_guard guard{lock_};
  return std::move(farewell_);
}

libsync::reason buffer_state::wait_for_end() noexcept {
  if (auto* driver = actor_driver::here())
    try {
      return driver->drive([this] { return has_ended(); },
                           std::chrono::steady_clock::time_point::max());
    } catch (...) {
      return "the actors cannot be run: they have run too long, or memory has run out"_reason;
    }
  std::unique_lock guard{lock_};
  while (!ended_)
    end_.wait(guard);
  return {};
}

libsync::reason buffer_state::drive_until(const std::function<bool()>& done) const {
  if (auto* driver = actor_driver::here())
    return driver->drive([&] { return done() || has_ended(); },
                         std::chrono::steady_clock::time_point::max());
  return {};
}

bool buffer_state::has_ended() const noexcept {
  const std::lock_guard guard{lock_};
  return ended_;
}

bool buffer_state::closed() const noexcept {
  const std::lock_guard guard{lock_};
  return closed_;
}

libsync::reason buffer_state::reason() const noexcept {
  const std::lock_guard guard{lock_};
  return reason_;
}

std::size_t buffer_state::overloaded() const noexcept {
  const std::lock_guard guard{lock_};
  return overloaded_;
}

bool buffer_state::wait_for_wake(std::unique_lock<spin_lock>& guard, patience full) {
  if (!full.waits() || no_waiting::here() != nullptr)
    return false;
  if (auto* driver = actor_driver::here()) {
    const auto woken = wakes_;
    guard.unlock();
    const auto why = driver->drive(
        [&] { return has_been_woken_since(woken); },
        full.is_limited() ? full.until() : std::chrono::steady_clock::time_point::max());
    guard.lock();
    return why.empty();
  }
  if (full.is_limited())
    return room_.wait_until(guard, full.until());
  room_.wait(guard);
  return true;
}

bool buffer_state::has_been_woken_since(std::size_t wakes) const noexcept {
  const std::lock_guard guard{lock_};
  return closed_ || wakes_ != wakes;
}

void buffer_state::set_ended() noexcept {
  const std::lock_guard guard{lock_};
  ended_ = true;
  end_.notify_all();
}

} // namespace libsync::detail
