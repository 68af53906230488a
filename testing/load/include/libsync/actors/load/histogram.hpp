#pragma once

/// Counts of values, such as latencies, from which percentiles are told.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace libsync {

/// How often values from 0 to 2^64 - 1 were recorded. The values are counted in buckets: below 256
/// each has its own, and above that each power of two has 128 (the log-linear buckets of
/// HdrHistogram). So a histogram has 58 kB, however much is recorded, and a percentile is at most
/// 1/128 of itself more than the value that was recorded. The least, the greatest and the sum are
/// exact, the sum modulo 2^64. One thread at a time.
class histogram {
public:
  /// By how much a percentile may be too great, as a part of it.
  static constexpr double relative_error = 1.0 / 128;

  void record(std::uint64_t value) noexcept {
    ++counts_[bucket_of(value)];
    ++count_;
    sum_ += value;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  /// Adds all that was recorded in `other`.
  void merge(const histogram& other) noexcept {
    for (std::size_t i = 0; i < buckets; ++i)
      counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// The least and the greatest value that were recorded; 0 if there is none.
  [[nodiscard]] std::uint64_t min() const noexcept { return empty() ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] double mean() const noexcept {
    return empty() ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
  }

  /// Returns the value that `percent` of a hundred do not exceed: 50 for the median, 99 for p99. At
  /// least one value counts, so 0 returns about the least, and 100 returns the greatest. Returns 0
  /// if nothing was recorded.
  [[nodiscard]] std::uint64_t percentile(double percent) const noexcept {
    const auto part = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count_);
    auto wanted = static_cast<std::uint64_t>(part);
    if (static_cast<double>(wanted) < part || wanted == 0)
      ++wanted;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      seen += counts_[i];
      if (seen >= wanted)
        return std::min(greatest_in(i), max_);
    }
    return max_;
  }

  /// Returns how many of the values are at most `value`. Those that share its bucket count too, so
  /// it is exact below 256 and for each power of two less 1.
  [[nodiscard]] std::uint64_t count_up_to(std::uint64_t value) const noexcept {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i <= bucket_of(value); ++i)
      seen += counts_[i];
    return seen;
  }

  friend bool operator==(const histogram&, const histogram&) = default;

private:
  static constexpr int bits = 7;
  static constexpr std::size_t buckets = (64 - bits + 1) << bits;

  // The place of a value: the power of two in which it lies, and then the bits after its first.
  static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    const auto shift = std::max(static_cast<int>(std::bit_width(value)), bits + 1) - bits - 1;
    return (static_cast<std::size_t>(shift) << bits) + static_cast<std::size_t>(value >> shift);
  }

  static constexpr std::uint64_t greatest_in(std::size_t bucket) noexcept {
    const auto shift = std::max<std::size_t>(bucket >> bits, 1) - 1;
    return ((std::uint64_t{bucket - (shift << bits)} + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(buckets);
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ = 0;
};

} // namespace libsync
