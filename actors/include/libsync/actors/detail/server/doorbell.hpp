#pragma once

/// Wakes the server that serves, from any thread.

#include <mutex>

#include "libsync/actors/detail/actor_ref.hpp"

namespace libsync::detail {

/// Outlives the servers of a supervisor, and knows the one that serves.
class doorbell {
public:
  /// From now on this server serves, which is not kept alive.
  void serve(actor_address by) noexcept;

  /// Tells it that there is a report. The letter is written before, by `write_letter`, so that
  /// there is always memory for it.
  void ring(letter ready) noexcept;

private:
  std::mutex lock_;
  actor_address server_;
};

} // namespace libsync::detail
