#pragma once

/// Wakes a server at the time of its next timer.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "libsync/actors/messages.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/later.hpp"
#include "on_caf/spawned.hpp"

#include <caf/all.hpp>

namespace libsync::detail {

/// Waits in the place of a server, which it holds weakly. The actor system holds whoever waits, so
/// a server that waited itself would live until its last timer. It is hidden, so a system that ends
/// does not wait for it.
class alarm_shell : public caf::event_based_actor {
public:
  alarm_shell(caf::actor_config& config, actor_address whom)
      : caf::event_based_actor(config), whom_(std::move(whom)) {}

  const char* name() const override { return "libsync.alarm"; }

  caf::behavior make_behavior() override {
    return {
        [this](fire_atom, std::int64_t milliseconds) {
          compat::send_later(this, std::chrono::milliseconds{milliseconds}, fire_atom_v);
        },
        [this](fire_atom) {
          const auto server = compat::hold(whom_);
          compat::send_anonymously(server, caf::make_message(fire_atom_v), this->context());
        },
    };
  }

private:
  const actor_address whom_;
};

/// The alarm of one server, which begins with its first timer.
class alarm {
public:
  /// Sends `fire_atom` to `self` in so many milliseconds, or in an hour if that is sooner.
  void set(caf::scheduled_actor* self, std::int64_t milliseconds) {
    if (!bell_)
      bell_ = compat::spawned_hidden<alarm_shell>(self->home_system(), actor_address{self->ctrl()});
    const auto wait = std::clamp<std::int64_t>(milliseconds, 0, hour);
    compat::send(self, bell_.get(), fire_atom_v, wait);
  }

  void end() noexcept {
    if (bell_)
      compat::send_exit(compat::pointer_to(std::exchange(bell_, {})),
                        caf::exit_reason::user_shutdown);
  }

private:
  static constexpr std::int64_t hour = 3'600'000;

  actor_ref bell_;
};

} // namespace libsync::detail
