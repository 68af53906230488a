#include "libsync/actors/detail/actor_driver.hpp"

#include "libsync/actors/detail/server/any_server.hpp"

#include "libsync/clock.hpp"

namespace libsync::detail {

namespace {

thread_local actor_driver* newest = nullptr;

} // namespace

actor_driver::actor_driver() noexcept : before_(newest) {
  newest = this;
}

actor_driver::~actor_driver() {
  auto** place = &newest;
  while (*place != nullptr && *place != this)
    place = &(*place)->before_;
  if (*place == this)
    *place = before_;
}

actor_driver* actor_driver::here() noexcept {
  return newest;
}

timestamp server_time() {
  return newest != nullptr ? newest->time() : wall_clock();
}

} // namespace libsync::detail
