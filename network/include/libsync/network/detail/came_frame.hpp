#pragma once

/// Frames that have come and are not handled yet.

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace libsync::detail {

/// How many bytes have come over a connection and are not handled yet. Any thread.
using unhandled_bytes = std::atomic<std::size_t>;

/// A frame that counts among its connection's bytes until its last copy is gone, wherever it ends.
struct came_frame {
  came_frame() = default;
  explicit came_frame(std::string what) : bytes(std::move(what)) {}
  came_frame(std::string what, const std::shared_ptr<unhandled_bytes>& of)
      : bytes(std::move(what)), counted_(count(of, bytes.size())) {}

  std::string bytes;

private:
  static std::shared_ptr<void> count(const std::shared_ptr<unhandled_bytes>& of, std::size_t size) {
    struct share {
      std::shared_ptr<unhandled_bytes> of;
      std::size_t size = 0;
      share(std::shared_ptr<unhandled_bytes> whose, std::size_t bytes) noexcept
          : of(std::move(whose)), size(bytes) {
        of->fetch_add(size);
      }
      share(const share&) = delete;
      share& operator=(const share&) = delete;
      ~share() { of->fetch_sub(size); }
    };
    return std::make_shared<share>(of, size);
  }

  std::shared_ptr<void> counted_;
};

} // namespace libsync::detail
