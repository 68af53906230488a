#include "keeper.hpp"

#include <chrono>
#include <utility>

namespace libsync::detail::redis {

keeper::keeper(address where, const std::string& name, commands renewal, int every_ms)
    : in_(std::move(where), name), renewal_(std::move(renewal)),
      thread_([this, every_ms] { run(every_ms); }) {}

keeper::~keeper() {
  {
    const std::lock_guard here{mutex_};
    is_ending_ = true;
  }
  ends_.notify_one();
  thread_.join();
}

void keeper::run(int every_ms) {
  std::unique_lock here{mutex_};
  while (
      !ends_.wait_for(here, std::chrono::milliseconds{every_ms}, [this] { return is_ending_; })) {
    here.unlock();
    try {
      in_.ask(renewal_);
    } catch (const std::exception&) {
      in_.close();
    }
    here.lock();
  }
}

} // namespace libsync::detail::redis
