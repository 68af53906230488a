#pragma once

/// The server as an actor: a shell that moves messages into and out of a sequencer.

#include <cstddef>
#include <functional>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>

#include "libsync/actors/interface.hpp"

#include "libsync/change.hpp"
#include "libsync/clock.hpp"
#include "libsync/effects.hpp"
#include "libsync/limits.hpp"
#include "libsync/sequencer.hpp"

namespace libsync {

/// Returns an epoch that no other server has, with overwhelming likelihood.
inline epoch_id fresh_epoch() {
  static_assert(sizeof(std::random_device::result_type) >= 4);
  std::random_device random;
  return epoch_id{(std::uint64_t{random()} << 32) | random() | 1};
}

/// How a server is made. All functions are called in the server actor, in order; one that throws is
/// isolated and counted.
template <class Data>
struct server_options {
  using operation = typename Data::operation;

  limits bounds;
  /// `epoch_id::none` stands for a fresh one.
  epoch_id epoch = epoch_id::none;
  /// Told of each accepted submission, before anybody else hears of it.
  observer<Data> on_change;
  /// Told of each refused submission, with the reason.
  std::function<void(client_id, std::span<const operation>, const std::string&)> on_refused;
  /// What the server submits itself when a member left or died; nothing if it returns nothing.
  std::function<std::optional<operation>(client_id)> on_left;
  /// Runs the effects that reducers asked for, after commit.
  std::function<void(version, const typename effects<Data>::effect&)> on_effect;
};

/// The server actor; `spawn_server` makes one. It holds its clients weakly and monitors them;
/// clients hold it strongly, so it lives until the last handle and the last client are gone, or
/// until it is told to exit. When it ends its members hear of it.
template <class Data>
class server_actor final : public server<Data>::base {
public:
  using base = typename server<Data>::base;
  using behavior_type = typename server<Data>::behavior_type;
  using operation = typename Data::operation;

  server_actor(caf::actor_config& config, Data initial, server_options<Data> options)
      : base(config), options_(std::move(options)),
        sequencer_(std::move(initial),
                   options_.epoch == epoch_id::none ? fresh_epoch() : options_.epoch,
                   options_.bounds, [this](client_id id) { return last_word_of(id); }) {}

  const char* name() const override { return "libsync.server"; }

  behavior_type make_behavior() override {
    this->set_down_handler([this](caf::down_msg& down) { forget(down.source); });
    return {
        [this](join_atom, const envelope<join_request>& request) { join(*request); },
        [this](leave_atom) {
          this->demonitor(sender());
          forget(sender());
        },
        [this](submit_atom, const envelope<parcel<Data>>& submitted) {
          sink out{*this};
          sequencer_.submit(sender(), *submitted, wall_clock(), out);
        },
        [this](reached_atom, version at) { sequencer_.reached(sender(), at); },
        [this](flush_atom) {
          sink out{*this};
          sequencer_.flush(out);
        },
        [this](read_atom) { return sequencer_.read(); },
        [this](status_atom) { return enclose(status()); },
    };
  }

  void on_exit() override {
    const auto last_word = caf::make_message(ended_atom::value);
    sequencer_.for_each_member([&](const caf::actor_addr& member) {
      spelled::send_anonymously(caf::actor_cast<caf::strong_actor_ptr>(member), last_word,
                                nullptr); // nobody may be running this actor
    });
  }

private:
  // What the sequencer hands out, as messages.
  struct sink {
    server_actor& self;

    void send(const caf::actor_addr& to, const welcome_ptr<Data>& what) {
      send(to, caf::make_message(welcome_atom::value, envelope<welcome<Data>>{what}));
    }
    void send(const caf::actor_addr& to, const batch_ptr<Data>& what) {
      // One message for all receivers of a batch.
      if (self.broadcast_ != what) {
        self.broadcast_ = what;
        self.broadcast_message_ =
            caf::make_message(operation_atom::value, envelope<batch<Data>>{what});
      }
      send(to, self.broadcast_message_);
    }
    void send(const caf::actor_addr& to, const answers_ptr& what) {
      send(to, caf::make_message(answers_atom::value, envelope<answers>{what}));
    }
    void send(const caf::actor_addr& to, const suspended& what) {
      send(to, caf::make_message(suspended_atom::value, enclose(what)));
    }
    void send(const caf::actor_addr& to, const caf::message& what) {
      spelled::send_anonymously(caf::actor_cast<caf::strong_actor_ptr>(to), what, self.context());
    }
    void ask_for_flush() { self.send(&self, flush_atom::value); }
    void run(version at, const typename effects<Data>::effect& what) {
      self.guard([&] {
        if (self.options_.on_effect)
          self.options_.on_effect(at, what);
      });
    }
    [[nodiscard]] bool observes() const { return self.options_.on_change != nullptr; }
    void changed(const change<Data>& what) {
      self.guard([&] { self.options_.on_change(what); });
    }
    void refused(client_id by, submission_number, std::span<const operation> operations,
                 const std::string& why) {
      self.guard([&] {
        if (self.options_.on_refused)
          self.options_.on_refused(by, operations, why);
      });
    }
  };

  // Calls a function of the user's.
  template <class Function>
  void guard(Function call) {
    try {
      call();
    } catch (...) {
      ++thrown_;
    }
  }

  std::optional<operation> last_word_of(client_id id) {
    std::optional<operation> word;
    guard([&] {
      if (options_.on_left)
        word = options_.on_left(id);
    });
    return word;
  }

  [[nodiscard]] caf::actor_addr sender() {
    return caf::actor_cast<caf::actor_addr>(this->current_sender());
  }

  void join(const join_request& request) {
    if (!this->current_sender())
      return; // nobody to welcome
    if (!sequencer_.has_member(sender()))
      this->monitor(sender());
    sink out{*this};
    sequencer_.join(sender(), request, wall_clock(), out);
  }

  void forget(const caf::actor_addr& member) {
    sink out{*this};
    sequencer_.leave(member, wall_clock(), out);
  }

  [[nodiscard]] server_status status() const {
    return {sequencer_.epoch(),  sequencer_.at(),       sequencer_.members(),
            sequencer_.absent(), sequencer_.counters(), thrown_};
  }

  server_options<Data> options_;
  sequencer<Data, caf::actor_addr> sequencer_;
  batch_ptr<Data> broadcast_;
  caf::message broadcast_message_;
  std::size_t thrown_ = 0;
};

/// Starts a server with `initial` as version 0. Many servers may live in one actor system.
/// Throws std::invalid_argument if a limit is 0.
template <class Data>
server<Data> spawn_server(caf::actor_system& system, Data initial,
                          server_options<Data> options = {}) {
  static_cast<void>(options.bounds.checked()); // here, not in the actor, where nobody would hear it
  return system.spawn<server_actor<Data>>(std::move(initial), std::move(options));
}

} // namespace libsync
