#include "libsync/actors/load/detail/load_progress.hpp"

#include <chrono>
#include <iostream>
#include <stop_token>
#include <utility>

#include <unistd.h>

namespace libsync::detail {

load_progress::load_progress(bool wanted, std::function<std::string()> text) {
  if (!wanted || isatty(STDERR_FILENO) == 0)
    return;
  thread_ = std::jthread([this, text = std::move(text)](const std::stop_token& stop) {
    constexpr std::chrono::milliseconds often{200};
    std::unique_lock guard{mutex_};
    do
      std::cerr << "\r\033[K" << text() << std::flush;
    while (!over_.wait_for(guard, stop, often, [&] { return stop.stop_requested(); }) &&
           !stop.stop_requested());
    std::cerr << "\r\033[K" << std::flush;
  });
}

load_progress::~load_progress() = default;

} // namespace libsync::detail
