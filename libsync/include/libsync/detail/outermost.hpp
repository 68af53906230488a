#pragma once

/// Lets the outermost call tell the results of calls that come back within it.

#include "libsync/detail/raised.hpp"

namespace libsync::detail {

/// Lets the outermost of calls that lie in each other do what all of them have left to be done.
class outermost {
public:
  outermost() = default;
  // No call is under way in a copy.
  outermost(const outermost&) noexcept {}
  outermost& operator=(const outermost&) noexcept { return *this; }
  ~outermost() = default;

  /// Calls `drain()`, unless this is within such a call: then that one is not done yet. Whatever is
  /// thrown ends the outermost call too.
  template <class Drain>
  void run(Drain drain) {
    if (running_)
      return;
    const raised until{running_};
    drain();
  }

private:
  bool running_ = false;
};

} // namespace libsync::detail
