#pragma once

/// What CAF 0.18 to 1.x spells in its own way. `caf.hpp` includes this.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <pthread.h>

#include "libsync/actors/messages.hpp"

#include <caf/all.hpp>
#include <caf/init_global_meta_objects.hpp>
#if LIBSYNC_CAF_VERSION >= 19
#include <caf/thread_owner.hpp>
#endif
#if LIBSYNC_CAF_VERSION >= 100
#include <caf/mail_cache.hpp>
#include <caf/scheduler.hpp>
#endif

namespace libsync::detail::compat {

/// What runs actors.
#if LIBSYNC_CAF_VERSION < 100
using runner = caf::execution_unit;
#else
using runner = caf::scheduler;
#endif

/// A message with its sender, which may be null, and its number.
template <class... Parts>
[[nodiscard]] caf::mailbox_element_ptr mail(caf::strong_actor_ptr from, caf::message_id id,
                                            Parts&&... parts) {
#if LIBSYNC_CAF_VERSION < 100
  return caf::make_mailbox_element(std::move(from), id, {}, std::forward<Parts>(parts)...);
#else
  return caf::make_mailbox_element(std::move(from), id, std::forward<Parts>(parts)...);
#endif
}

/// Lets a job run. Throws std::bad_alloc.
inline void schedule(caf::actor_system& system, caf::resumable* job) {
#if LIBSYNC_CAF_VERSION < 100
  system.scheduler().enqueue(job);
#else
  system.scheduler().schedule(job);
#endif
}

/// An actor that handles one message a turn, whatever the scheduler allows. So all clients apply a
/// batch before one of them takes the next: a processor then predicts the branches of operations
/// that it has just seen.
template <class Base>
class one_message_a_turn : public Base {
public:
  using Base::Base;

  caf::resumable::resume_result resume(runner* context, std::size_t) override {
    return Base::resume(context, 1);
  }
};

/// Whether an actor may be handed to others: not so once its last handle is gone and it is being
/// destroyed, when a new reference to it would destroy it a second time; from 1.0 on, only later.
inline bool is_reachable(const caf::local_actor* self) {
#if LIBSYNC_CAF_VERSION < 100
  return self->ctrl()->strong_refs.load() != 0;
#else
  return self->fail_state() != caf::exit_reason::unreachable;
#endif
}

// From 1.0 on CAF would rather have a callback a monitored actor; but one that is not wanted any
// more stays with the watched actor, and in memory, for as long as that lives.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/// Calls `done(caf::down_msg&)` when an actor ends that `self` monitors.
template <class Done>
void on_down(caf::scheduled_actor* self, Done done) {
  self->set_down_handler(std::move(done));
}

inline void begin_to_monitor(caf::scheduled_actor* self, const caf::strong_actor_ptr& whom) {
  self->monitor(whom);
}

inline void end_to_monitor(caf::scheduled_actor* self, const caf::strong_actor_ptr& whom) {
  self->demonitor(whom);
}

#pragma GCC diagnostic pop

/// Asks, waits if `may_wait()`, and hands the answer to one of the two.
template <class MayWait, class OnAnswer, class OnError, class... Parts>
void ask_and_wait(caf::scoped_actor& self, const caf::actor& whom, MayWait may_wait,
                  OnAnswer on_answer, OnError on_error, Parts&&... parts) {
#if LIBSYNC_CAF_VERSION < 100
  auto asked = self->request(whom, caf::infinite, std::forward<Parts>(parts)...);
#else
  auto asked = self->mail(std::forward<Parts>(parts)...).request(whom, caf::infinite);
#endif
  if (may_wait())
    std::move(asked).receive(std::move(on_answer), std::move(on_error));
}

/// Calls `Begun` on each thread that CAF starts to run actors in turn. CAF tells of the clock's and
/// of detached actors' threads too.
template <void (*Begun)()>
struct worker_hook final : caf::thread_hook {
  void init(caf::actor_system&) override {}
#if LIBSYNC_CAF_VERSION < 19
  void thread_started() override {
    std::array<char, 16> name{};
    if (pthread_getname_np(pthread_self(), name.data(), name.size()) == 0 &&
        std::string_view{name.data()} == "caf.worker")
      Begun();
  }
#else
  void thread_started(caf::thread_owner whose) override {
    if (whose == caf::thread_owner::scheduler)
      Begun();
  }
#endif
  void thread_terminates() override {}
};

inline void set_scheduler(caf::actor_system_config& config, std::size_t workers) {
  config.set("caf.scheduler.policy", "sharing");
  config.set("caf.scheduler.max-threads", workers);
}

inline void register_types() {
  caf::core::init_global_meta_objects();
  caf::init_global_meta_objects<caf::id_block::libsync>();
}

/// Lets go of the system that this thread has used. Up to 0.18 CAF keeps what logs for a system in
/// a variable of each such thread, and a system cannot end before all of these let it go.
inline void forget_system() noexcept {
#if LIBSYNC_CAF_VERSION < 19
  caf::logger::set_current_actor_system(nullptr);
#endif
}

/// Lets go of a system at the end of a scope in which this thread was the first to use one.
class use_of_system {
public:
  use_of_system() noexcept = default;
  use_of_system(const use_of_system&) = delete;
  use_of_system& operator=(const use_of_system&) = delete;
#if LIBSYNC_CAF_VERSION < 19
  ~use_of_system() {
    if (is_first_)
      forget_system();
  }

private:
  bool is_first_ = caf::logger::current_logger() == nullptr;
#else
  ~use_of_system() {} // NOLINT(modernize-use-equals-default): or it would be an unused variable
#endif
};

[[nodiscard]] inline bool is_of_system(const caf::error& why) {
  return why && why.category() == caf::type_id_v<caf::sec>;
}
[[nodiscard]] inline bool is_exit_reason(const caf::error& why) {
  return why && why.category() == caf::type_id_v<caf::exit_reason>;
}
[[nodiscard]] inline std::string text_of(caf::exit_reason why) {
  const auto name = to_string(why); // in some versions with its namespaces
  const auto colon = name.rfind(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}
[[nodiscard]] inline std::string rendered(caf::actor_system&, const caf::error& why) {
  return to_string(why);
}

} // namespace libsync::detail::compat
