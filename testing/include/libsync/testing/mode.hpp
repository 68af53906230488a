#pragma once

/// What a simulation demands.

namespace libsync::testing {

enum class mode {
  /// Nothing false is shown, whatever happens.
  safety,
  /// Moreover, once faults have ended, all copies become equal and nobody waits any more.
  liveness,
};

} // namespace libsync::testing
