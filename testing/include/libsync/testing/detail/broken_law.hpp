#pragma once

/// What a check of laws has found.

#include <string>

namespace libsync::testing::detail {

/// A law that does not hold, and why.
struct broken_law {
  std::string law;
  std::string why;
};

} // namespace libsync::testing::detail
