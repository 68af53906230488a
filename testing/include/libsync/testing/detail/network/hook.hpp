#pragma once

/// How a test of the library itself looks into a simulated network.

#include <cstddef>
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
  /// If there is one, copies are audited all the time. Told how many agree, and how many were not
  /// compared.
  std::function<void(std::size_t agree, std::size_t not_compared)> audited = {};
};

/// While one of these lives, code of the simulation itself runs within a call of the sequencer.
class own_code {
public:
  explicit own_code(const network_hook& hook) : hook_(hook) {
    if (hook_.own)
      hook_.own(true);
  }
  ~own_code() {
    if (hook_.own)
      hook_.own(false);
  }
  own_code(const own_code&) = delete;
  own_code& operator=(const own_code&) = delete;

private:
  const network_hook& hook_;
};

} // namespace libsync::testing::detail
