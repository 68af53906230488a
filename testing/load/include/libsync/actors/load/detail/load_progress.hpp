#pragma once

/// Shows on a terminal how far a measurement is.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace libsync::detail {

/// While it lives, shows what `text` returns, at once and every now and then, on stderr, if that is
/// a terminal and it is `wanted`. Each text takes the place of the one before, and in the end the
/// line is empty. Otherwise it does nothing, and has no thread.
class load_progress {
public:
  load_progress(bool wanted, std::function<std::string()> text);
  ~load_progress();

  load_progress(const load_progress&) = delete;
  load_progress& operator=(const load_progress&) = delete;

private:
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::jthread thread_;
};

} // namespace libsync::detail
