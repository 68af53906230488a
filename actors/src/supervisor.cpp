#include "libsync/actors/supervisor.hpp"

#include <deque>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/detail/saturated.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/handles.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

#include "libsync/detail/callback_guard.hpp"

namespace libsync::detail {

/// The supervisor actor.
class supervisor_shell final : public supervisor_actor::base {
public:
  using base = supervisor_actor::base;
  using behavior_type = supervisor_actor::behavior_type;

  supervisor_shell(caf::actor_config& config, std::shared_ptr<any_server> state,
                   supervisor_options options)
      : base(config), options_(std::move(options)), state_(std::move(state)) {
    state_->supervised = true;
  }

  const char* name() const override { return "libsync.supervisor"; }

  behavior_type make_behavior() override {
    compat::end_with_exceptions(this);
    compat::on_down(this, [this](caf::down_msg& down) {
      watches_.remove(down.source);
      attempt([&] { server_died(down.reason); });
    });
    attempt([this] { start(); });
    return {
        [this](locate_atom, const caf::actor_addr& but_not) { return locate(but_not); },
        [this](locate_atom) { return locate({}); },
        [this](status_atom) { return enclose(status_); },
    };
  }

  void on_exit() override {
    watches_.clear();
    for (auto& one : std::exchange(waiting_, {}))
      one.failure.send();
    calls_([this] {
      if (server_ && compat::is_reachable(this))
        compat::send_exit(server(), caf::exit_reason::user_shutdown);
    });
    server_ = {};
  }

private:
  using answer = compat::deferred_response<envelope>;

  struct waiter {
    answer wanted;
    compat::prepared_failure failure; // for when memory does not suffice for the answer
  };

  [[nodiscard]] caf::actor_addr server() const noexcept { return compat::address(server_.get()); }

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
    auto next = spawn_server(this->system(), state_);
    watches_.add(compat::address(next.get()));
    server_ = std::move(next);
    answer_waiting();
  }

  compat::deferred<envelope> locate(const caf::actor_addr& but_not) {
    const answer wanted{this};
    if (server_ && server() == but_not)
      waiting_.push_back({wanted, wanted.prepare_to_fail()}); // its death is not heard of here yet
    else
      wanted.deliver(present());
    return {};
  }

  [[nodiscard]] envelope present() const { return enclose(server_found{server_, why_}); }

  void answer_waiting() noexcept {
    for (auto& one : std::exchange(waiting_, {})) {
      try {
        one.wanted.deliver(present());
      } catch (...) {
        one.failure.send();
      }
    }
  }

  void server_died(const caf::error& why) {
    while (state_->held) // it is just saying its last words
      std::this_thread::yield();
    const bool restarts = may_restart();
    status_.reason = compat::text_of(this, why);
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
    const auto within = saturated<caf::actor_clock::duration_type>(options_.within);
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
    server_ = {};
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
  std::shared_ptr<any_server> state_;
  actor_ref server_;
  reason why_;                    // once it has given up
  compat::watches watches_{this}; // the server
  std::vector<waiter> waiting_;
  std::deque<caf::actor_clock::time_point> recent_;
  supervisor_status status_;
  callback_guard calls_;
};

actor_ref spawn_supervisor(caf::actor_system& system, std::shared_ptr<any_server> state,
                           supervisor_options options) {
  return compat::spawned<supervisor_shell>(system, std::move(state), std::move(options));
}

} // namespace libsync::detail
