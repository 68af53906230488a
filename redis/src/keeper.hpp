#pragma once

// Keeps the lock of a journal, also while its server has nothing to write.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "libsync/redis/detail/connection.hpp"

namespace libsync::detail::redis {

/// Runs commands again and again, in a thread and a connection of its own, until destroyed. What
/// fails is tried again when the time comes; whoever writes finds out whether the lock is there.
class keeper {
public:
  keeper(address where, const std::string& name, commands renewal, int every_ms);
  keeper(const keeper&) = delete;
  keeper& operator=(const keeper&) = delete;
  ~keeper();

private:
  void run(int every_ms);

  connection in_;
  const commands renewal_;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool is_ending_ = false;
  std::thread thread_;
};

} // namespace libsync::detail::redis
