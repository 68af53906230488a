#pragma once

/// Which operation a submitter submits when.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "libsync/actors/load/schedule.hpp"

namespace libsync::detail {

/// How one operation is submitted.
struct load_turn {
  /// When its latency begins, if it is timed.
  schedule::clock::time_point begin{};
  bool timed = false;
  /// Whether its latency counts. Those of the beginning do not.
  bool counts = false;
  /// Whether it is its submitter's last one.
  bool last = false;
};

/// The operations of all submitters, in time. It is set out before the clock starts.
class load_plan {
public:
  using clock = schedule::clock;

  struct amount {
    std::size_t submitters = 1;
    std::uint64_t operations = 0;
    std::chrono::nanoseconds duration{0};
    double rate = 0;
    std::uint64_t timed_one_in = 1;
  };

  explicit load_plan(const amount& of) noexcept : of_(of) {}

  void start(clock::time_point now) noexcept {
    begin_ = now;
    end_ = now + of_.duration;
  }

  [[nodiscard]] bool is_paced() const noexcept { return of_.rate > 0; }
  [[nodiscard]] std::size_t submitters() const noexcept { return of_.submitters; }

  /// How many operations the submitter has; 0 if that is a matter of time.
  [[nodiscard]] std::uint64_t share_of(std::size_t submitter) const noexcept {
    return of_.operations / of_.submitters + (submitter < of_.operations % of_.submitters ? 1 : 0);
  }

  /// When the operation `index` of a submitter is due. The submitters take turns.
  [[nodiscard]] clock::time_point due(std::size_t submitter, std::uint64_t index) const noexcept {
    return schedule{begin_, of_.rate}.due(submitter + index * of_.submitters);
  }

  /// Whether there is an operation `index` of all submitters together, if there is a rate.
  [[nodiscard]] bool has(std::uint64_t index) const noexcept {
    return of_.operations > 0
               ? index < of_.operations
               : index < of_.submitters || schedule{begin_, of_.rate}.due(index) < end_;
  }

  /// Returns how a submitter's operation `index` is submitted, where it can be submitted now. If
  /// there is a rate, it began when it was due. `share` is what `share_of` returns, since to divide
  /// takes as long as to submit.
  [[nodiscard]] load_turn turn(std::size_t submitter, std::uint64_t index,
                               std::uint64_t share) const {
    load_turn made;
    if (is_paced()) {
      made.begin = due(submitter, index);
      made.timed = true;
      made.last = !has(submitter + (index + 1) * of_.submitters);
    } else if (of_.operations > 0) {
      made.last = index + 1 == share;
    } else if (index % looks_at_clock == 0) {
      made.last = clock::now() >= end_;
    }
    made.timed |= of_.timed_one_in > 0 && index % of_.timed_one_in == 0;
    made.counts = made.timed && is_warm(submitter, index, share);
    return made;
  }

  /// Returns the first index from `index` on whose `turn` may be other than `load_turn{}`, so that
  /// most operations need no look at all of this.
  [[nodiscard]] std::uint64_t plain_until(std::uint64_t index, std::uint64_t share) const noexcept {
    if (is_paced())
      return index;
    const auto next = [index](std::uint64_t every) { return (index + every - 1) / every * every; };
    auto first = of_.operations > 0 ? share - 1 : next(looks_at_clock);
    if (of_.timed_one_in > 0)
      first = std::min(first, next(of_.timed_one_in));
    return first;
  }

private:
  // A clock costs more than an operation may take.
  static constexpr std::uint64_t looks_at_clock = 16;
  static constexpr int warming_part = 10;

  [[nodiscard]] bool is_warm(std::size_t submitter, std::uint64_t index,
                             std::uint64_t share) const {
    if (of_.operations > 0)
      return index >= share / warming_part;
    const auto now = is_paced() ? due(submitter, index) : clock::now();
    return now - begin_ >= of_.duration / warming_part;
  }

  amount of_;
  clock::time_point begin_{};
  clock::time_point end_{};
};

} // namespace libsync::detail
