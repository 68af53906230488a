#pragma once

/// How much memory something takes.

#include <cstddef>

#include "support/memory.hpp"

namespace heap {

/// How many more bytes of `operator new` are in use than when it was made.
class growth {
public:
  [[nodiscard]] std::size_t bytes() const noexcept {
    const auto now = outstanding_bytes();
    return now < before_ ? 0 : static_cast<std::size_t>(now - before_);
  }

private:
  std::ptrdiff_t before_ = outstanding_bytes();
};

} // namespace heap
