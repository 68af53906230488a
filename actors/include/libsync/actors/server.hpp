#pragma once

/// The server as an actor: a shell that moves messages into and out of a sequencer.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>

#include "libsync/actors/detail/compat.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/handles.hpp"

#include "libsync/change.hpp"
#include "libsync/clock.hpp"
#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/server/checker.hpp"
#include "libsync/detail/server/effect_queue.hpp"
#include "libsync/effects.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/violation.hpp"

namespace libsync {

/// Returns an epoch that no other server has, with overwhelming likelihood.
inline epoch_id random_epoch() {
  static_assert(sizeof(std::random_device::result_type) >= 4);
  std::random_device random;
  return epoch_id{(std::uint64_t{random()} << 32) | random() | 1};
}

/// What a handler of effects says: it is done, or it will be done later, as told by the message
/// (done_atom, envelope<effect_key>) to the server.
enum class effect_state { done, started };

/// Where a test may let a server fail, as a bug would: before or after the sequencer is called.
enum class fault_point { before, after };

/// How a server is made. All functions are called in the server actor, in order; one that throws is
/// isolated and counted.
template <class Data>
struct server_options {
  using operation = typename Data::operation;

  limits bounds;
  /// `epoch_id::none` stands for a fresh one.
  epoch_id epoch = epoch_id::none;
  /// Told of each accepted submission, before anybody else hears of it; and of the data where an
  /// epoch begins that follows another.
  observer<Data> on_change;
  /// Told of each refused submission, with the reason.
  std::function<void(client_id, std::span<const operation>, const reason&)> on_refused;
  /// What the server submits itself when a member left or died; nothing if it returns nothing.
  std::function<std::optional<operation>(client_id)> on_left;
  /// Runs the effects that reducers asked for, after commit, each once in a life of the server. One
  /// that is not done (or throws) is handed over again, under the same key, if a
  /// supervisor starts the server again.
  std::function<effect_state(const effect_key&, const typename effects<Data>::effect&)> on_effect;
  /// Whether operations are checked, where the data can be copied and compared: that the reducer
  /// changes nothing where it refuses, is deterministic, and is undone by `inverse`. What breaks
  /// such a promise is counted in the status, told to `on_violation`, and refused, so that copies
  /// do not differ. `checker` tells what it costs.
  bool check = checked_by_default;
  /// Told of the version that the operation has made or would have made, of the operation, and of
  /// what is wrong with it.
  std::function<void(version, const operation&, const reason&)> on_violation;
  /// For tests of what happens when a server dies: what this throws is not isolated.
  std::function<void(fault_point)> inject_fault;
};

/// What a server works on. A supervisor holds it too, so that it outlives a server that dies. Only
/// the living server touches it.
template <class Data>
struct server_state {
  server_state(Data initial, server_options<Data> how)
      : options(std::move(how)),
        order(
            std::move(initial), options.epoch == epoch_id::none ? random_epoch() : options.epoch,
            options.bounds, [this](client_id id) { return last_word_of(id); }, options.check) {}

  server_state(const server_state&) = delete;
  server_state& operator=(const server_state&) = delete;

  std::optional<typename Data::operation> last_word_of(client_id id) {
    std::optional<typename Data::operation> word;
    calls([&] {
      if (options.on_left)
        word = options.on_left(id);
    });
    return word;
  }

  server_options<Data> options;
  detail::callback_guard calls;
  sequencer<Data, caf::actor_addr> order;
  /// A server is within a call to the sequencer, or has died there.
  bool inside = false;
  bool supervised = false;
  /// How many servers have begun to work on it.
  std::uint64_t lives = 0;
};

/// The server actor; `spawn_server` and `spawn_supervisor` make it. It holds its clients weakly and
/// monitors them; clients hold it strongly, so it lives until the last handle and the last client
/// are gone, or until it is told to exit. When it ends its members hear of it.
template <class Data>
class server_actor final : public detail::compat::one_message_a_turn<typename server<Data>::base> {
public:
  using base = detail::compat::one_message_a_turn<typename server<Data>::base>;
  using behavior_type = typename server<Data>::behavior_type;
  using operation = typename Data::operation;
  using state_ptr = std::shared_ptr<server_state<Data>>;

  server_actor(caf::actor_config& config, state_ptr state)
      : base(config), state_(std::move(state)) {}

  const char* name() const override { return "libsync.server"; }

  behavior_type make_behavior() override {
    if (state_->supervised)
      detail::compat::end_with_exceptions_text(this); // which the supervisor tells
    this->set_down_handler([this](caf::down_msg& down) {
      watches_.remove(down.source);
      forget(down.source);
    });
    if (state_->lives++ != 0)
      take_over();
    // CAF tries one after the other, so the frequent ones come first.
    return {
        [this](submit_atom, const envelope<parcel<Data>>& submitted) {
          enter([&](auto& order, auto& out) {
            order.submit(sender(), *submitted, wall_clock(), out);
          });
        },
        [this](flush_atom) { overtaken_ ? flush_soon() : flush(); },
        [this](join_atom, const envelope<join_request>& request) { join(*request); },
        [this](leave_atom) {
          watches_.remove(sender());
          forget(sender());
        },
        [this](acknowledge_atom, version at) {
          enter([&](auto& order, auto& out) { order.acknowledge(sender(), at, out); });
        },
        [this](done_atom, const envelope<effect_key>& key) {
          enter([&](auto& order, auto&) { order.done(*key); });
        },
        [this](read_atom) {
          snapshot<Data> copy;
          enter([&](auto& order, auto&) { copy = order.read(); });
          return copy;
        },
        [this](status_atom) { return enclose(status()); },
    };
  }

  void on_exit() override {
    watches_.clear();
    state_->order.for_each_member([this](const caf::actor_addr& member) {
      // Who is not told waits for ever, so memory that is short is asked for twice.
      if (!tell_of_end(member))
        static_cast<void>(tell_of_end(member));
    });
  }

private:
  // What the sequencer hands out, as messages and calls.
  struct sink {
    server_actor& self;

    void send(const caf::actor_addr& to, const welcome_ptr<Data>& what) {
      send(to, caf::make_message(welcome_atom::value, envelope<welcome<Data>>{what}));
    }
    void send(const caf::actor_addr& to, const batch_ptr<Data>& what) {
      // One message for all receivers of a batch.
      if (self.broadcast_ != what) {
        self.broadcast_ = what;
        self.overtaken_ = true;
        self.broadcast_message_ = caf::make_message(batch_atom::value, envelope<batch<Data>>{what});
      }
      send(to, self.broadcast_message_);
    }
    void send(const caf::actor_addr& to, const reply_ptr& what) {
      send(to, caf::make_message(reply_atom::value, envelope<reply>{what}));
    }
    void send(const caf::actor_addr& to, const snapshot<Data>& what) {
      auto slot = self.shown_.lock();
      if (!slot)
        self.shown_ = slot = std::make_shared<detail::view_slot<Data>>();
      slot->put(what);
      send(to, caf::make_message(shown_atom::value,
                                 envelope<detail::view_slot<Data>>{std::move(slot)}));
    }
    void send(const caf::actor_addr& to, const suspended& what) {
      send(to, caf::make_message(suspended_atom::value, enclose(what)));
    }
    void send(const caf::actor_addr& to, const caf::message& what) {
      detail::compat::send_anonymously(to, what, self.context());
    }
    void ask_for_flush() { self.flush_wanted_ = true; }
    bool run(const effect_key& key, const typename effects<Data>::effect& what) {
      auto state = effect_state::started;
      self.state_->calls([&] {
        const auto& handler = self.state_->options.on_effect;
        state = handler ? handler(key, what) : effect_state::done;
      });
      return state == effect_state::done;
    }
    [[nodiscard]] bool observes() const { return self.state_->options.on_change != nullptr; }
    void changed(const change<Data>& what) {
      self.state_->calls([&] { self.state_->options.on_change(what); });
    }
    void refused(client_id by, submission_number, std::span<const operation> operations,
                 const reason& why) {
      self.state_->calls([&] {
        if (const auto& handler = self.state_->options.on_refused)
          handler(by, operations, why);
      });
    }
    void violated(version at, const operation& what, const reason& why) {
      self.state_->calls([&] {
        if (const auto& handler = self.state_->options.on_violation)
          handler(at, what, why);
      });
    }
  };

  // The one way into the sequencer. If `call` throws, `inside` stays set: nobody knows then what
  // the sequencer has done.
  template <class Call>
  void enter(Call call) {
    const detail::no_waiting here{"a server's function"}; // whoever it is given by
    inject_fault(fault_point::before);
    state_->inside = true;
    sink out{*this};
    call(state_->order, out);
    state_->inside = false;
    inject_fault(fault_point::after);
    if (std::exchange(flush_wanted_, false))
      flush_soon();
  }

  void flush() {
    enter([](auto& order, auto& out) { order.flush(out); });
  }

  // Lets what waits in the mailbox join the batch; where nothing waits, a message to itself would
  // only take time. If the batch was full and went out before that message came, all that it was
  // for has been sent, and what is pending by then has a turn of its own.
  void flush_soon() {
    overtaken_ = false;
    if (detail::compat::has_messages(this))
      this->send(this, flush_atom::value);
    else
      flush();
  }

  void inject_fault(fault_point where) {
    if (const auto& injected = state_->options.inject_fault)
      injected(where);
  }

  // Goes on where the server before this one stopped.
  void take_over() {
    if (state_->inside) {
      enter([](auto& order, auto& out) { order.begin_epoch(random_epoch(), wall_clock(), out); });
    } else {
      state_->order.for_each_member([this](const auto& member) { watches_.add(member); });
      enter([](auto& order, auto& out) { order.resume(out); });
    }
  }

  [[nodiscard]] caf::actor_addr sender() {
    return caf::actor_cast<caf::actor_addr>(this->current_sender());
  }

  void join(const join_request& request) {
    if (!this->current_sender())
      return; // nobody to welcome
    watches_.add(sender());
    enter([&](auto& order, auto& out) { order.join(sender(), request, wall_clock(), out); });
  }

  void forget(const caf::actor_addr& member) {
    enter([&](auto& order, auto& out) { order.leave(member, wall_clock(), out); });
  }

  [[nodiscard]] bool tell_of_end(const caf::actor_addr& member) noexcept {
    try {
      if (last_word_.empty())
        last_word_ = caf::make_message(ended_atom::value, this->address());
      detail::compat::send_anonymously(member, last_word_,
                                       nullptr); // nobody may be running this actor
      return true;
    } catch (...) {
      return false;
    }
  }

  [[nodiscard]] server_status status() const {
    const auto& order = state_->order;
    return {order.epoch(),    order.version(),         order.members(), order.absent(),
            order.counters(), order.waiting_effects(), state_->lives,   state_->calls.thrown()};
  }

  state_ptr state_;
  detail::compat::watches watches_{this}; // its members
  caf::message last_word_;
  bool flush_wanted_ = false;
  bool overtaken_ = false;
  batch_ptr<Data> broadcast_;
  caf::message broadcast_message_;
  // Kept alive by messages to viewers only, so that a snapshot which all have seen is let go.
  std::weak_ptr<detail::view_slot<Data>> shown_;
};

/// Starts a server with `initial` as version 0. Many servers may live in one actor system.
/// Throws std::invalid_argument if a limit is 0.
template <class Data>
server<Data> spawn_server(caf::actor_system& system, Data initial,
                          server_options<Data> options = {}) {
  static_cast<void>(options.bounds.checked()); // here, not in the actor, where nobody would hear it
  return system.spawn<server_actor<Data>>(
      std::make_shared<server_state<Data>>(std::move(initial), std::move(options)));
}

} // namespace libsync
