#include "libsync/actors/detail/buffer_state.hpp"

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

void buffer_state::wait_for_end() noexcept {
  std::unique_lock guard{lock_};
  while (!ended_)
    end_.wait(guard);
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
  if (full.is_limited())
    return room_.wait_until(guard, full.until());
  room_.wait(guard);
  return true;
}

void buffer_state::set_ended() noexcept {
  const std::lock_guard guard{lock_};
  ended_ = true;
  end_.notify_all();
}

} // namespace libsync::detail
