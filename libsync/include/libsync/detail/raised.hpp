#pragma once

/// A flag that is raised for a while.

#include <utility>

namespace libsync::detail {

/// Raises a flag while it lives, then sets it to what it was.
class [[nodiscard]] raised {
public:
  explicit raised(bool& flag) noexcept : flag_(flag), before_(std::exchange(flag, true)) {}
  raised(const raised&) = delete;
  raised& operator=(const raised&) = delete;
  ~raised() { flag_ = before_; }

private:
  bool& flag_;
  bool before_;
};

} // namespace libsync::detail
