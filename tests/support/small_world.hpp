#pragma once

/// A sequencer with real replicas, in one thread: what they send waits until it is delivered, and
/// what a server call throws ends the server, as it would end its actor. What is to fail (see
/// support/failing.hpp) fails within the sequencer or its sink only.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/testing/detail/network/any_replica.hpp"
#include "support/failing.hpp"
#include "support/require.hpp"

/// The calls of a sequencer's sink on this thread.
inline failing::countdown& sink_calls() noexcept {
  thread_local failing::countdown of_this_thread;
  return of_this_thread;
}

template <class Data>
class small_world {
  struct leave_message {};
  struct ended {};

public:
  using operation = typename Data::operation;

  /// One client, which is also the sink of its replica. The last may be a viewer.
  struct client {
    using message =
        std::variant<libsync::welcome_ptr<Data>, libsync::batch_ptr<Data>, libsync::reply_ptr,
                     libsync::suspended, libsync::snapshot<Data>, ended>;

    client(small_world& in, int route, bool is_viewer)
        : world(in), route(route), replica({}, libsync::testing::detail::kind_of(is_viewer), {}) {}

    template <class Message>
    void send(const Message& what) {
      world.mailbox_.emplace_back(route, what);
    }
    void send_leave() { send(leave_message{}); }
    void send_acknowledgement(libsync::version version) { send(version); }
    void accepted(libsync::submission_number first, std::size_t count, libsync::version version) {
      for (std::size_t i = 0; i != count; ++i)
        settled(first + i, libsync::receipt::accepted(version + i));
    }
    void settled(libsync::submission_number number, const libsync::receipt& what) {
      simulation::require(receipts.emplace(number, what).second, "a second receipt for submission ",
                          number);
    }
    bool observes() const { return false; }
    template <class Change>
    void changed(const Change&) {}
    void diverged(libsync::version version, const operation&, const libsync::reason& why) {
      throw simulation::broken("diverged at version " + std::to_string(version) + ": " + why);
    }

    small_world& world;
    int route;
    libsync::testing::detail::any_replica<Data> replica;
    std::deque<message> inbox;
    std::map<libsync::submission_number, libsync::receipt> receipts;
  };

  small_world(int clients, bool observed, Data initial = {}, const libsync::limits& limits = {},
              std::function<std::optional<operation>(libsync::client_id)> on_left = {},
              bool check = false)
      : observed_(observed), server(std::move(initial), libsync::epoch_id{7}, limits,
                                    {.on_left = std::move(on_left)}, check) {
    for (int i = 0; i != clients; ++i)
      all.push_back(std::make_unique<client>(*this, i, i + 1 == clients && clients > 1));
    for (auto& one : all)
      one->replica.connect(*one);
  }

  small_world(const small_world&) = delete;
  small_world& operator=(const small_world&) = delete;

  /// From now on `which` runs on while the server does, and stands still else.
  void arm(failing::countdown& which) {
    which_ = &which;
    left_ = std::exchange(which, {});
  }

  /// Gives it back.
  void disarm() { *std::exchange(which_, &nothing_) = left_; }

  /// Submits what is in a parcel that has no name and numbers yet.
  void submit(int who, libsync::parcel<Data> some) {
    auto& from = *all[static_cast<std::size_t>(who)];
    static_cast<void>(from.replica.push(std::move(some)));
    from.replica.pump(from);
  }

  void leave(int who) {
    auto& from = *all[static_cast<std::size_t>(who)];
    from.replica.leave(from);
  }

  void connect(int who) {
    auto& from = *all[static_cast<std::size_t>(who)];
    from.replica.connect(from);
  }

  /// Calls into the server. If that throws, the server dies and the next one begins an epoch.
  template <class Call>
  void call_server(Call call) {
    bool whole = true;
    std::swap(*which_, left_);
    try {
      call(server);
    } catch (const simulation::broken&) {
      throw; // a check does not hold
    } catch (...) {
      whole = false;
    }
    std::swap(*which_, left_);
    if (whole)
      return;
    ++deaths;
    die();
    server.begin_epoch(libsync::epoch_id{1000 + deaths}, 0, *this);
  }

  /// The server dies between two calls and is followed by another, which goes on.
  void restart() {
    die();
    call_server([&](auto& order) { order.resume(*this); });
  }

  /// Lets the server and the clients do what waits, until nothing does.
  void run() {
    for (;;) {
      if (!mailbox_.empty()) {
        const auto [route, message] = std::move(mailbox_.front());
        mailbox_.pop_front();
        call_server([&, from = route, &sent = message](auto& order) {
          std::visit([&](const auto& what) { receive(order, from, what); }, sent);
        });
      } else if (std::exchange(flush_wanted_, false)) {
        call_server([&](auto& order) { order.flush(*this); });
      } else if (!deliver_one()) {
        return;
      }
    }
  }

  /// After `run`: all copies are equal, and everything that was submitted has its receipt.
  void check_end(const std::vector<libsync::submission_number>& submitted) {
    for (std::size_t i = 0; i != all.size(); ++i) {
      const auto& one = *all[i];
      simulation::require(one.receipts.size() == submitted[i], "client ", i, " has ",
                          one.receipts.size(), " receipts for ", submitted[i], " submissions");
      simulation::require(one.replica.joined() && one.replica.version() == server.version(),
                          "client ", i, " stays at version ", one.replica.version(), " of ",
                          server.version());
      simulation::require(one.replica.shown() == server.data(), "client ", i,
                          " has other data than the server");
    }
  }

  // -- the sink of the sequencer ------------------------------------------------------------------

  template <class Message>
  void send(int route, const Message& what) {
    fail_if_due();
    const quiet now{*which_};
    all[static_cast<std::size_t>(route)]->inbox.push_back(what);
  }
  void ask_for_flush() {
    fail_if_due();
    flush_wanted_ = true;
  }
  bool run(const libsync::effect_key& key, const typename libsync::effects<Data>::effect& what) {
    simulation::require(key > latest_effect_, key, " is handed over twice in a life");
    latest_effect_ = key;
    {
      const quiet now{*which_};
      const auto [at, is_new] = effects.try_emplace(key, what);
      simulation::require(is_new || at->second == what, key, " is another effect than before");
    }
    fail_if_due();
    return true;
  }
  bool observes() const { return observed_; }
  void changed(const libsync::change<Data>& what) {
    fail_if_due();
    simulation::require(what.version > seen_, "told of version ", what.version, " after ", seen_);
    seen_ = what.version;
  }
  void refused(libsync::client_id, libsync::submission_number, std::span<const operation>,
               const libsync::reason& why) {
    fail_if_due();
    simulation::require(!why.empty(), "a refusal without a reason");
  }

private:
  using quiet = failing::paused;
  using to_server = std::variant<libsync::join_request, libsync::parcel_ptr<Data>, libsync::version,
                                 leave_message>;

  static void fail_if_due() {
    if (sink_calls().is_due())
      throw std::runtime_error("a sink fails");
  }

  template <class Order>
  void receive(Order& order, int route, const libsync::join_request& what) {
    order.join(route, what, 0, *this);
  }
  template <class Order>
  void receive(Order& order, int route, const libsync::parcel_ptr<Data>& what) {
    order.submit(route, *what, 0, *this);
  }
  template <class Order>
  void receive(Order& order, int route, libsync::version what) {
    order.acknowledge(route, what, *this);
  }
  template <class Order>
  void receive(Order& order, int route, leave_message) {
    order.leave(route, 0, *this);
  }

  // What waits in the dead server's mailbox is lost; everybody hears of its end.
  void die() {
    mailbox_.clear();
    flush_wanted_ = false;
    latest_effect_ = {};
    for (auto& one : all)
      one->inbox.push_back(ended{});
  }

  bool deliver_one() {
    for (auto& one : all)
      if (!one->inbox.empty()) {
        deliver_to(*one);
        return true;
      }
    return false;
  }

  void deliver_to(client& who) {
    const auto message = std::move(who.inbox.front());
    who.inbox.pop_front();
    std::visit([&](const auto& what) { hear(who, what); }, message);
    if (!who.replica.has_data())
      return;
    const auto& copy = who.replica.shown();
    const auto [known, is_new] =
        copies_.try_emplace(std::pair{who.replica.epoch(), who.replica.version()}, copy);
    simulation::require(known->second == copy, "copies differ at version ", who.replica.version());
  }

  void hear(client& who, const libsync::batch_ptr<Data>& what) { who.replica.receive(what, who); }
  template <class Message>
  void hear(client& who, const std::shared_ptr<Message>& what) {
    who.replica.receive(*what, who);
  }
  template <class Message>
  void hear(client& who, const Message& what) {
    who.replica.receive(what, who);
  }
  void hear(client& who, const ended&) { who.replica.reconnect(who); }

  bool observed_;
  failing::countdown nothing_;
  failing::countdown* which_ = &nothing_;
  failing::countdown left_;
  bool flush_wanted_ = false;
  std::deque<std::pair<int, to_server>> mailbox_;
  libsync::effect_key latest_effect_;
  libsync::version seen_ = 0;
  std::map<std::pair<libsync::epoch_id, libsync::version>, Data> copies_;

public:
  libsync::sequencer<Data, int> server;
  std::vector<std::unique_ptr<client>> all;
  /// Each effect that was handed over, by its key.
  std::map<libsync::effect_key, typename libsync::effects<Data>::effect> effects;
  std::uint64_t deaths = 0;
};
