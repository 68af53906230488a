#include "libsync/actors/detail/actor_driver.hpp"

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

} // namespace libsync::detail
