#pragma once

/// What a proxy, its gate and its lines share.

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <utility>

#include "libsync/actors/testing/proxy.hpp"

namespace libsync::testing::detail {

/// The faults that are wanted, and the line that is to have them. Any thread may use it.
struct any_proxy::state {
  struct faults {
    bool held = false;
    bool duplicate = false;
    bool drop = false;
    std::chrono::nanoseconds delay{0};
    std::size_t waiting = 0;
  };

  template <class Call>
  decltype(auto) with(direction which, Call call) {
    const std::lock_guard guard{mutex};
    return call(of[static_cast<std::size_t>(which)]);
  }

  [[nodiscard]] libsync::detail::actor_address current() {
    const std::lock_guard guard{mutex};
    return line;
  }

  void begin(libsync::detail::actor_address next) {
    const std::lock_guard guard{mutex};
    std::swap(line, next);
  }

  /// Where a client is led; nowhere if it is to wait.
  [[nodiscard]] libsync::detail::server_place target() {
    const std::lock_guard guard{mutex};
    return to;
  }

  void lead(libsync::detail::server_place next) {
    const std::lock_guard guard{mutex};
    std::swap(to, next);
  }

  /// The server of the line has ended.
  void lose(libsync::detail::actor_address server) {
    const std::lock_guard guard{mutex};
    std::swap(lost, server);
  }

  [[nodiscard]] libsync::detail::actor_address lost_server() {
    const std::lock_guard guard{mutex};
    return lost;
  }

  std::mutex mutex;
  std::array<faults, 2> of;
  libsync::detail::actor_address line;
  libsync::detail::actor_address lost;
  libsync::detail::server_place to;
};

} // namespace libsync::testing::detail
