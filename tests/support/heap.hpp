#pragma once

/// How much memory is in use: support/failing.cpp, which replaces `operator new`, counts it.

#include <cstddef>

namespace heap {

/// What this thread has allocated and not freed. What another thread frees goes wrong, so measure
/// where there is one.
inline std::size_t& taken_here() noexcept {
  thread_local std::size_t bytes = 0;
  return bytes;
}

/// How much more memory is in use than when it was made.
class growth {
public:
  [[nodiscard]] std::size_t bytes() const noexcept {
    const auto now = taken_here();
    return now < before_ ? 0 : now - before_;
  }

private:
  std::size_t before_ = taken_here();
};

} // namespace heap
