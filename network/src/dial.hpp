#pragma once

/// Connecting to a host, which takes time.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "libsync/result.hpp"

namespace libsync::detail {

/// Owns a socket, until it is taken.
class socket_owner {
public:
  socket_owner() noexcept = default;
  explicit socket_owner(int number) noexcept : number_(number) {}
  socket_owner(socket_owner&& other) noexcept : number_(other.take()) {}
  socket_owner& operator=(socket_owner&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~socket_owner();

  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] int take() noexcept { return std::exchange(number_, -1); }

private:
  int number_ = -1;
};

/// Connects by TCP, to the first address of `host` that answers. Waits, but for no longer than
/// `within` once the name is found, and not once `is_given_up`. `only_near` refuses addresses of
/// other machines. Returns a socket that does not block, or why there is none.
[[nodiscard]] result<socket_owner> dial(const std::string& host, std::uint16_t port,
                                        std::chrono::milliseconds within, bool only_near,
                                        const std::atomic<bool>& is_given_up);

} // namespace libsync::detail
