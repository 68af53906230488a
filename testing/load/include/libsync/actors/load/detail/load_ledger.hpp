#pragma once

/// What one submitter was told.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "libsync/actors/load/detail/load_plan.hpp"
#include "libsync/actors/load/histogram.hpp"

#include "libsync/receipt.hpp"

namespace libsync::detail {

/// Counts receipts and latencies. Any thread may use it.
class load_ledger {
public:
  struct amounts {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t unknown = 0;
    std::string first_reason;
    histogram latencies;

    void add(const amounts& other) {
      accepted += other.accepted;
      refused += other.refused;
      unknown += other.unknown;
      if (first_reason.empty())
        first_reason = other.first_reason;
      latencies.merge(other.latencies);
    }
  };

  void tell(const load_turn& of, const receipt& what) {
    const auto now = schedule::clock::now();
    const std::lock_guard guard{mutex_};
    if (what.is_accepted()) {
      ++amounts_.accepted;
      if (of.counts)
        amounts_.latencies.record(nanoseconds_between(of.begin, now));
      return;
    }
    ++(what.what == receipt::kind::refused ? amounts_.refused : amounts_.unknown);
    if (amounts_.first_reason.empty())
      amounts_.first_reason = std::string{what.reason.text()};
  }

  [[nodiscard]] amounts read() const {
    const std::lock_guard guard{mutex_};
    return amounts_;
  }

private:
  static std::uint64_t nanoseconds_between(schedule::clock::time_point begin,
                                           schedule::clock::time_point end) {
    const std::chrono::nanoseconds took = end - begin;
    return took.count() > 0 ? static_cast<std::uint64_t>(took.count()) : 0;
  }

  mutable std::mutex mutex_;
  amounts amounts_;
};

} // namespace libsync::detail
