#pragma once

/// A place in a delta.

#include <cstdint>
#include <limits>
#include <span>

#include "libsync/text/delta.hpp"

namespace libsync::detail {

/// A place in a delta: an edit, of which less and less is left.
class edit_cursor {
public:
  explicit edit_cursor(std::span<const edit> all) noexcept
      : next_(all.data()), end_(next_ + all.size()) {
    enter();
  }

  edit left;

  /// Goes on to the next edit. Beyond the last one everything is retained.
  void enter() noexcept {
    at_end_ = next_ == end_;
    left = at_end_ ? edit{std::numeric_limits<std::uint64_t>::max(), 0, 0, 0} : *next_++;
  }

  [[nodiscard]] bool at_end() const noexcept { return at_end_; }

private:
  const edit* next_;
  const edit* end_;
  bool at_end_ = false;
};

} // namespace libsync::detail
