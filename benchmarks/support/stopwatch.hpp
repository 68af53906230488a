#pragma once

/// Time, for benchmarks.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "libsync/actors/load.hpp"

#include "support/subprocess.hpp"

namespace bench {

using steady = std::chrono::steady_clock;

class stopwatch {
public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(steady::now() - begin_).count();
  }

private:
  steady::time_point begin_ = steady::now();
};

/// Lets a thread wait until a number of others have arrived.
class countdown {
public:
  explicit countdown(std::size_t left) : left_(left) {}

  void arrive() {
    const std::lock_guard guard{mutex_};
    if (--left_ == 0)
      reached_.notify_all();
  }

  void wait() {
    std::unique_lock guard{mutex_};
    reached_.wait(guard, [this] { return left_ == 0; });
  }

private:
  std::mutex mutex_;
  std::condition_variable reached_;
  std::size_t left_;
};

/// The latest moment at which something was seen, and how often it was.
class sighting {
public:
  void seen() {
    time_.store(steady::now().time_since_epoch().count(), std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_release);
  }

  [[nodiscard]] int count() const { return count_.load(std::memory_order_acquire); }
  [[nodiscard]] steady::time_point time() const {
    return steady::time_point{steady::duration{time_.load(std::memory_order_relaxed)}};
  }

private:
  std::atomic<steady::rep> time_{0};
  std::atomic<int> count_{0};
};

/// Returns p50 and p99 in microseconds, and as a curve how many in a hundred took at most so long.
inline figures latencies(const libsync::histogram& nanoseconds) {
  const auto at = [&](double percent) {
    return static_cast<double>(nanoseconds.percentile(percent)) / 1000;
  };
  figures measured{{"us p50", at(50)}, {"us p99", at(99)}};
  for (int percent = 1; percent < 100; ++percent)
    measured.curve.emplace_back(at(percent), percent);
  measured.curve.emplace_back(at(99.9), 99.9);
  return measured;
}

/// Calls `submit` `count` times, `per_second`, and measures as `libsync::measure_load` does how
/// long it took, from when each call was due, until `applied` was seen once more. A call waits
/// until the one before was seen, and counts as late then. The first tenth warms up and does not
/// count.
template <class Submit>
figures latencies(int per_second, int count, Submit submit, const sighting& applied) {
  libsync::histogram all;
  const libsync::schedule plan{steady::now(), static_cast<double>(per_second)};
  for (int i = 0; i < count; ++i) {
    const auto due = plan.due(static_cast<std::uint64_t>(i));
    libsync::schedule::wait_until(due);
    submit(i);
    while (applied.count() <= i)
      std::this_thread::sleep_for(std::chrono::microseconds{20});
    if (i >= count / 10)
      all.record(static_cast<std::uint64_t>(
          std::max<std::int64_t>(std::chrono::nanoseconds{applied.time() - due}.count(), 0)));
  }
  return latencies(all);
}

} // namespace bench
