#pragma once

/// What CAF 0.17 spells in its own way. `caf.hpp` includes this.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <pthread.h>

#include <caf/all.hpp>

namespace libsync::detail::compat {

/// What runs actors.
using runner = caf::execution_unit;

/// A message with its sender, which may be null, and its number.
template <class... Parts>
[[nodiscard]] caf::mailbox_element_ptr mail(caf::strong_actor_ptr from, caf::message_id id,
                                            Parts&&... parts) {
  return caf::make_mailbox_element(std::move(from), id, {}, std::forward<Parts>(parts)...);
}

/// Lets a job run. Throws std::bad_alloc.
inline void schedule(caf::actor_system& system, caf::resumable* job) {
  system.scheduler().enqueue(job);
}

/// An actor that handles one message a turn, whatever the scheduler allows. So all clients apply a
/// batch before one of them takes the next: a processor then predicts the branches of operations
/// that it has just seen. Unlike with a scheduler's limit of 1 it does not come back for another
/// turn when no message waits.
template <class Base>
class one_message_a_turn : public Base {
public:
  using Base::Base;

  caf::resumable::resume_result resume(runner* context, std::size_t) override {
    const auto after = Base::resume(context, 1);
    const bool waits = after == caf::resumable::resume_later && this->mailbox().try_block();
    return waits ? caf::resumable::awaiting_message : after;
  }
};

/// Whether an actor may be handed to others: not so once its last handle is gone and it is being
/// destroyed, when a new reference to it would destroy it a second time.
inline bool is_reachable(const caf::local_actor* self) {
  return self->ctrl()->strong_refs.load() != 0;
}

/// Calls `done(caf::down_msg&)` when an actor ends that `self` monitors.
template <class Done>
void on_down(caf::scheduled_actor* self, Done done) {
  self->set_down_handler(std::move(done));
}

inline void begin_to_monitor(caf::scheduled_actor* self, const caf::strong_actor_ptr& whom) {
  self->monitor(whom);
}

inline void end_to_monitor(caf::scheduled_actor* self, const caf::strong_actor_ptr& whom) {
  self->demonitor(whom->get()->address());
}

/// Asks, waits if `may_wait()`, and hands the answer to one of the two.
template <class MayWait, class OnAnswer, class OnError, class... Parts>
void ask_and_wait(caf::scoped_actor& self, const caf::actor& whom, MayWait may_wait,
                  OnAnswer on_answer, OnError on_error, Parts&&... parts) {
  auto asked = self->request(whom, caf::infinite, std::forward<Parts>(parts)...);
  if (may_wait())
    asked.receive(std::move(on_answer), std::move(on_error));
}

/// Calls `Begun` on each thread that CAF starts to run actors in turn. CAF tells of the clock's and
/// of detached actors' threads too; only the names differ.
template <void (*Begun)()>
struct worker_hook final : caf::thread_hook {
  void init(caf::actor_system&) override {}
  void thread_started() override {
    std::array<char, 16> name{};
    if (pthread_getname_np(pthread_self(), name.data(), name.size()) == 0 &&
        std::string_view{name.data()} == "caf.multiplexer")
      Begun();
  }
  void thread_terminates() override {}
};

inline void set_scheduler(caf::actor_system_config& config, std::size_t workers) {
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", workers);
}

inline void register_types() {}

/// Lets go of the system that this thread has used. CAF keeps what logs for a system in a variable
/// of each such thread, and a system cannot end before all of these let it go.
inline void forget_system() noexcept {
  caf::logger::set_current_actor_system(nullptr);
}

/// Lets go of a system at the end of a scope in which this thread was the first to use one.
class use_of_system {
public:
  use_of_system() noexcept : is_first_(caf::logger::current_logger() == nullptr) {}
  use_of_system(const use_of_system&) = delete;
  use_of_system& operator=(const use_of_system&) = delete;
  ~use_of_system() {
    if (is_first_)
      forget_system();
  }

private:
  bool is_first_;
};

[[nodiscard]] inline bool is_of_system(const caf::error& why) {
  return why.category() == caf::atom("system");
}
[[nodiscard]] inline bool is_exit_reason(const caf::error& why) {
  return why.category() == caf::atom("exit");
}
[[nodiscard]] inline std::string text_of(caf::exit_reason why) {
  return to_string(why);
}
[[nodiscard]] inline std::string rendered(caf::actor_system& system, const caf::error& why) {
  return system.render(why);
}

} // namespace libsync::detail::compat
