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
#include <utility>
#include <vector>

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

/// Calls `submit` `count` times, `per_second`, each time waiting until `applied` was seen once
/// more, and returns p50 and p99 of the microseconds from `begun()` to that, and as a curve how
/// many in a hundred took at most so long. The first tenth warms up and does not count.
template <class Submit, class Begun>
figures latencies(int per_second, int count, Submit submit, Begun begun, const sighting& applied) {
  std::vector<double> all;
  auto next = steady::now();
  for (int i = 0; i < count; ++i) {
    next = std::max(next + std::chrono::nanoseconds{1'000'000'000 / per_second}, steady::now());
    std::this_thread::sleep_until(next);
    const auto before = steady::now();
    submit(i);
    while (applied.count() <= i)
      std::this_thread::sleep_for(std::chrono::microseconds{20});
    all.push_back(
        std::chrono::duration<double, std::micro>(applied.time() - begun(before)).count());
  }
  all.erase(all.begin(), all.begin() + count / 10);
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  figures measured{{"us p50", at(0.5)}, {"us p99", at(0.99)}};
  for (int percent = 1; percent < 100; ++percent)
    measured.curve.emplace_back(at(percent / 100.0), percent);
  measured.curve.emplace_back(at(0.999), 99.9);
  return measured;
}

} // namespace bench
