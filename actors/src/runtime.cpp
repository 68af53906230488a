#include "libsync/actors/runtime.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <future>
#include <iostream>
#include <memory>
#include <thread>

#include "libsync/actors/config.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/messages.hpp"
#include "on_caf/compat.hpp"

#include <caf/all.hpp>

namespace libsync {

namespace {

void workers_must_not_wait() {
  detail::no_waiting::from_now_on("an actor");
}

} // namespace

config::config() : config(std::max(2u, std::thread::hardware_concurrency())) {}

config::config(std::size_t workers) {
  detail::compat::register_messages(); // a static runtime may come before all else
  detail::compat::set_scheduler(*this, workers);
  add_thread_hook<detail::compat::worker_hook<workers_must_not_wait>>();
}

struct runtime::parts {
  explicit parts(void (*prepare)(config&)) : system((prepare(settings), settings)) {}

  config settings;
  caf::actor_system system;
};

namespace {

// Whether the variables of this thread are destroyed already, as they are where a static runtime
// ends. It has no destructor, so it can be asked then.
thread_local bool variables_are_gone = false;

struct last_variable {
  ~last_variable() { variables_are_gone = true; }
};

void let_go() noexcept {
  if (!variables_are_gone)
    detail::compat::forget_system();
}

} // namespace

// The system is made on a thread of its own too, so that no thread of the user's holds what logs.
runtime::runtime() : runtime([](config&) {}) {}

runtime::runtime(void (*prepare)(config&)) {
  thread_local last_variable here;
  static_cast<void>(here);
  parts_ =
      std::async(std::launch::async, [prepare] { return std::make_unique<parts>(prepare); }).get();
}

// On a thread of its own, whose variables live: those of this one may be gone already.
runtime::~runtime() {
  let_go();
  std::promise<void> ended;
  std::thread last{[this, &ended] {
    parts_ = nullptr;
    ended.set_value();
  }};
  if (ended.get_future().wait_for(std::chrono::seconds{2}) != std::future_status::ready)
    std::cerr << "libsync: the runtime cannot end yet: it waits for sessions, servers, clients or "
                 "peers that outlive it; declare them after it, so that they end before it\n";
  last.join();
}

caf::actor_system& runtime::system() noexcept {
  return parts_->system;
}

} // namespace libsync
