#pragma once

/// Counts the deaths of a supervised server.

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "libsync/actors/supervisor.hpp"

/// Told of each death by the supervisor; a thread may wait for the next one.
class deaths {
public:
  void add(const libsync::server_death& death) {
    const std::lock_guard guard{mutex_};
    ++count_;
    interrupted_ += death.interrupted ? 1 : 0;
    more_.notify_all();
  }
  void wait_for(std::size_t count) {
    std::unique_lock guard{mutex_};
    more_.wait(guard, [&] { return count_ >= count; });
  }
  std::size_t count() const {
    const std::lock_guard guard{mutex_};
    return count_;
  }
  /// How many of them were within a call to the sequencer.
  std::size_t interrupted() const {
    const std::lock_guard guard{mutex_};
    return interrupted_;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::size_t count_ = 0;
  std::size_t interrupted_ = 0;
};
