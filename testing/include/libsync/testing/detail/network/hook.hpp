#pragma once

/// How a test of the library itself looks into a simulated network.

#include <cstdint>
#include <functional>

#include "libsync/counters.hpp"

#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

/// What a test of the library itself does within a simulated network.
struct network_hook {
  /// Runs a call of the sequencer. What it throws ends the server.
  std::function<void(random&, const std::function<void()>&)> call = {};
  /// Within such a call, code of the simulation itself begins (true), or ends.
  std::function<void(bool)> own = {};
  /// Told how a seed has ended.
  std::function<void(const sequencer_counters&, std::uint64_t resyncs, std::uint64_t unknown,
                     std::uint64_t epochs)>
      ended = {};
};

} // namespace libsync::testing::detail
