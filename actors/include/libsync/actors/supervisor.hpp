#pragma once

/// Keeps a server alive.

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/detail/compat.hpp"
#include "libsync/actors/detail/saturated.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/server.hpp"

#include "libsync/detail/callback_guard.hpp"

namespace libsync {

/// A server has died.
struct server_death {
  libsync::reason reason;
  /// It died within a call to the sequencer, so the next one begins a new epoch.
  bool interrupted = false;
  /// It is started again; if not, it has died too often.
  bool restarted = false;
};

/// How a supervisor is made.
struct supervisor_options {
  static constexpr std::size_t without_end = std::numeric_limits<std::size_t>::max();
  static constexpr std::chrono::milliseconds ever = std::chrono::milliseconds::max();

  /// Most restarts `within` that time. When one more is due, the supervisor gives up, and everybody
  /// is told. 0 restarts are allowed: then the first death is the last. It remembers when each of
  /// these was, unless there are any number of them, `without_end`.
  std::size_t restarts = 5;
  /// At least 1 ms. `ever`: so many restarts in all.
  std::chrono::milliseconds within = std::chrono::seconds{10};
  /// Told of each death, in the supervisor's actor; one that throws is isolated.
  std::function<void(const server_death&)> on_death;

  /// Returns these options. Throws std::invalid_argument, naming the first that makes no sense.
  [[nodiscard]] const supervisor_options& checked() const {
    if (within.count() <= 0)
      throw std::invalid_argument("libsync::supervisor_options: `within` is " +
                                  std::to_string(within.count()) + " ms, expected at least 1 ms");
    return *this;
  }
};

/// The supervisor actor; `spawn_supervisor` makes one. It starts a server, starts it again when it
/// has died, and tells clients where it is. The sequencer outlives its servers: since it is changed
/// before anything is sent, a server that died between two calls leaves nothing missing, and the
/// next one goes on in the same epoch; one that died within a call (an exception out of the
/// sequencer, such as std::bad_alloc) is followed by a new epoch, which begins with the data as
/// they are.
///
/// Clients hold it strongly. It ends when the last handle and the last client are gone, and the
/// server with it; told to exit, it ends the server too.
template <class Data>
class supervisor_actor final : public supervisor<Data>::base {
public:
  using base = typename supervisor<Data>::base;
  using behavior_type = typename supervisor<Data>::behavior_type;

  supervisor_actor(caf::actor_config& config, Data initial, server_options<Data> server,
                   supervisor_options options)
      : base(config), options_(std::move(options)),
        state_(std::make_shared<server_state<Data>>(std::move(initial), std::move(server))) {
    state_->supervised = true;
  }

  const char* name() const override { return "libsync.supervisor"; }

  behavior_type make_behavior() override {
    this->set_down_handler([this](caf::down_msg& down) {
      watches_.remove(down.source);
      attempt([&] { server_died(down.reason); });
    });
    attempt([this] { start(); });
    return {
        [this](locate_atom, const caf::actor_addr& but_not) { return locate(but_not); },
        [this](status_atom) { return enclose(status_); },
    };
  }

  void on_exit() override {
    watches_.clear();
    for (auto& one : std::exchange(waiting_, {}))
      one.failure.send();
    calls_([this] {
      if (server_ && detail::compat::is_reachable(this))
        detail::compat::send_exit(server_.address(), caf::exit_reason::user_shutdown);
    });
    server_ = nullptr;
  }

private:
  using answer = detail::compat::deferred_response<envelope<location<Data>>>;

  struct waiter {
    answer wanted;
    detail::compat::prepared_failure failure; // for when memory does not suffice for the answer
  };

  // What `call` throws ends the attempts to keep a server alive, and everybody is told so: who
  // waits for the next server would wait for ever.
  template <class Call>
  void attempt(Call call) noexcept {
    try {
      return call();
    } catch (const std::bad_alloc&) {
      give_up("the server cannot be started: memory has run out"_reason);
    } catch (...) {
      give_up("the server cannot be started: an exception was thrown"_reason);
    }
  }

  void start() {
    auto next = this->system().template spawn<server_actor<Data>>(state_);
    watches_.add(next.address());
    server_ = std::move(next);
    answer_waiting();
  }

  detail::compat::deferred<envelope<location<Data>>> locate(const caf::actor_addr& but_not) {
    const answer wanted{this};
    if (server_ && server_.address() == but_not)
      waiting_.push_back({wanted, wanted.prepare_to_fail()}); // its death is not heard of here yet
    else
      wanted.deliver(enclose(present()));
    return {};
  }

  [[nodiscard]] location<Data> present() const { return {server_, why_}; }

  void answer_waiting() noexcept {
    for (auto& one : std::exchange(waiting_, {})) {
      try {
        one.wanted.deliver(enclose(present()));
      } catch (...) {
        one.failure.send();
      }
    }
  }

  void server_died(const caf::error& why) {
    const bool restarts = may_restart();
    status_.reason = detail::compat::text_of(this, why);
    calls_([&] {
      if (options_.on_death)
        options_.on_death({status_.reason, state_->inside, restarts});
    });
    if (!restarts)
      return give_up(reason_for_none());
    start();
    ++status_.restarts;
  }

  // Whether one more restart stays within what is allowed; counts it.
  bool may_restart() {
    if (options_.restarts == supervisor_options::without_end)
      return true;
    const auto now = this->system().clock().now();
    const auto within = detail::saturated<caf::actor_clock::duration_type>(options_.within);
    while (!recent_.empty() && now - recent_.front() > within)
      recent_.pop_front();
    if (recent_.size() >= options_.restarts)
      return false;
    recent_.push_back(now);
    return true;
  }

  void give_up(reason why) noexcept {
    status_.gave_up = true;
    why_ = std::move(why);
    server_ = nullptr;
    answer_waiting();
  }

  [[nodiscard]] reason reason_for_none() const {
    const auto time = options_.within == supervisor_options::ever
                          ? std::string{"in all"}
                          : "within " + std::to_string(options_.within.count()) + " ms";
    return "the server has ended (" + status_.reason +
           ") and is not started again: " + std::to_string(recent_.size()) + " restarts " + time +
           " are the limit";
  }

  supervisor_options options_;
  std::shared_ptr<server_state<Data>> state_;
  server<Data> server_;
  reason why_;                            // once it has given up
  detail::compat::watches watches_{this}; // the server
  std::vector<waiter> waiting_;
  std::deque<caf::actor_clock::time_point> recent_;
  supervisor_status status_;
  detail::callback_guard calls_;
};

/// Starts a server with `initial` as version 0, and a supervisor that keeps it alive. Throws
/// std::invalid_argument if a limit is 0, or `within` is not at least 1 ms.
template <class Data>
supervisor<Data> spawn_supervisor(caf::actor_system& system, Data initial,
                                  server_options<Data> server = {},
                                  supervisor_options options = {}) {
  static_cast<void>(server.bounds.checked()); // here, where somebody hears it
  static_cast<void>(options.checked());
  return system.spawn<supervisor_actor<Data>>(std::move(initial), std::move(server),
                                              std::move(options));
}

} // namespace libsync
