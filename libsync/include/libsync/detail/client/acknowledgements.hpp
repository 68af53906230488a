#pragma once

/// Decides when a client acknowledges.

#include "libsync/size_of.hpp"

namespace libsync::detail {

/// When a member says how far it is: at least four times within the lag that it is allowed, and at
/// the end of a batch.
class acknowledgements {
public:
  /// It is where the server is, and may fall behind so far.
  void begin(amount lag) noexcept {
    lag_ = lag;
    applied_ = {};
  }

  /// It has applied a batch of that size. Returns whether it is to acknowledge it.
  [[nodiscard]] bool is_due(amount batch) noexcept {
    applied_ = applied_ + batch;
    if (applied_.operations < lag_.operations / 4 && applied_.bytes < lag_.bytes / 4)
      return false;
    applied_ = {};
    return true;
  }

private:
  amount lag_;
  // Since the last one.
  amount applied_;
};

} // namespace libsync::detail
