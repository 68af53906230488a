#pragma once

/// How a simulation says that a promise does not hold.

#include <sstream>
#include <stdexcept>

namespace libsync::testing::detail {

/// Thrown where the library, or the user's reducer, does what it must not.
struct broken : std::logic_error {
  using std::logic_error::logic_error;
};

template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw broken(text.str());
}

template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (!condition)
    fail(parts...);
}

} // namespace libsync::testing::detail
