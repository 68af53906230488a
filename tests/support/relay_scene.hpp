#pragma once

/// A server, relays and clients of a simulated world, which connections join.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/protocol/relayed.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/testing/random.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/tape.hpp"

/// What the parts of a world of relays have in common.
struct relay_scene {
  using data = tape::data;
  using operation = data::operation;
  // The connection, and the channel on it; 0 for that of a client.
  using route = std::pair<std::size_t, libsync::channel_id>;

  /// What has happened, for a test that wants to know whether it tests anything.
  struct tally {
    std::uint64_t accepted = 0;
    std::uint64_t unknown = 0;
    std::uint64_t suspended = 0;
    std::uint64_t snapshots = 0;
    std::uint64_t connections = 0;
    std::uint64_t epochs = 0;
    std::uint64_t relayed = 0;
    std::uint64_t starved = 0;
  };

  struct node;
  struct sequenced;
  struct relaying;
  struct client;

  struct part {
    std::uint64_t attempt;
    std::vector<libsync::batch_ptr<data>> batches;
  };
  struct shown {
    std::uint64_t attempt;
    libsync::snapshot<data> what;
  };
  struct leaving {};
  using to_client = std::variant<libsync::welcome_ptr<data>, libsync::batch_ptr<data>,
                                 libsync::reply_ptr, libsync::suspended, libsync::snapshot<data>>;
  using down = std::variant<part, shown, std::pair<libsync::channel_id, to_client>>;
  using to_server = std::variant<libsync::join_request, libsync::parcel_ptr<data>, leaving,
                                 libsync::version, libsync::follow_request>;
  using up = std::pair<libsync::channel_id, to_server>;

  // Between a node and a relay or client below it.
  struct connection {
    std::size_t number;
    node* above;
    std::deque<up> ups;
    std::deque<down> downs;
    std::optional<libsync::follow_request> follows;
    std::vector<libsync::channel_id> channels; // of whom some may be members
  };

  explicit relay_scene(std::uint64_t seed) : choices(seed), bounds(tiny(choices)) {}

  static libsync::limits tiny(libsync::testing::random& choices) {
    libsync::limits made;
    const auto few = [&](std::size_t least, std::size_t most) {
      return least + choices.below(most - least + 1);
    };
    made.batch = few(1, 6);
    made.parcel = few(1, 4);
    made.outbox = few(2, 12);
    made.log = few(3, 40);
    made.lag = few(4, 40);
    return made;
  }

  std::size_t open(node& above) {
    const auto number = ++last_connection;
    connections[number] =
        std::make_unique<connection>(connection{number, &above, {}, {}, std::nullopt, {}});
    return number;
  }
  // What is under way is lost. The node above hears of it at some time.
  void cut(std::size_t number) {
    const auto found = connections.find(number);
    if (found == connections.end())
      return;
    auto& gone = *found->second;
    for (const auto channel : gone.channels)
      unheard.emplace_back(gone.above, route{number, channel});
    connections.erase(found);
  }
  libsync::testing::random choices;
  libsync::limits bounds;
  std::map<std::size_t, std::unique_ptr<connection>> connections;
  std::size_t last_connection = 0;
  std::deque<std::pair<node*, route>> unheard; // who has gone, and was not told of
  std::map<libsync::version, data> expected;
  std::map<std::int64_t, libsync::version> accepted; // which value, as which version
  std::int64_t last_value = 0;
  tally told;
  /// How often a relay lacks memory, in a hundred calls.
  unsigned starves = 0;
  // Cuts all connections to a node.
  std::function<void(node&)> cut_all_of;
};

// A server or a relay, for what is below it.
struct relay_scene::node {
  explicit node(relay_scene& world) : in(world) {}
  node(node&&) = delete;
  virtual ~node() = default;
  virtual void join(const route& by, const libsync::join_request& request) = 0;
  virtual void leave(const route& by) = 0;
  virtual void submit(const route& by, const libsync::parcel_ptr<data>& what) = 0;
  virtual void acknowledge(const route& by, libsync::version latest) = 0;
  [[nodiscard]] virtual std::optional<libsync::log_part<data>>
  read_log(const libsync::log_request& what) = 0;
  [[nodiscard]] virtual libsync::snapshot<data> read() = 0;

  template <class Message>
  void send(const route& to, const Message& what) {
    const failing::paused here{failing::allocations()};
    if (const auto found = in.connections.find(to.first); found != in.connections.end()) {
      constexpr bool is_news = std::is_same_v<Message, libsync::batch_ptr<data>> ||
                               std::is_same_v<Message, libsync::snapshot<data>>;
      REQUIRE((to.second == 0 || !is_news));
      if constexpr (std::is_same_v<Message, libsync::suspended>)
        ++in.told.suspended;
      found->second->downs.emplace_back(std::pair{to.second, to_client{what}});
    }
  }

  relay_scene& in;
};

struct relay_scene::sequenced final : relay_scene::node {
  explicit sequenced(relay_scene& world)
      : node(world), order(data{}, libsync::epoch_id{7}, world.bounds) {}

  void join(const route& by, const libsync::join_request& request) override {
    order.join(by, request, 0, *this);
  }
  void leave(const route& by) override { order.leave(by, 0, *this); }
  void submit(const route& by, const libsync::parcel_ptr<data>& what) override {
    in.told.relayed += by.second != 0 ? 1 : 0;
    order.submit(by, *what, 0, *this);
  }
  void acknowledge(const route& by, libsync::version latest) override {
    order.acknowledge(by, latest, *this);
  }
  std::optional<libsync::log_part<data>> read_log(const libsync::log_request& what) override {
    return order.read_log(what);
  }
  libsync::snapshot<data> read() override { return order.read(); }

  void ask_for_flush() { wants_flush = true; }
  bool run(const libsync::effect_key&, const libsync::effects<data>::effect&) { return true; }
  [[nodiscard]] bool observes() const { return true; }
  void changed(const libsync::change<data>& what) {
    in.expected[what.version] = what.data;
    for (const auto& op : what.operations)
      if (const auto* added = std::get_if<tape::append>(&op)) {
        REQUIRE(in.accepted.emplace(added->value, what.version).second); // never twice
        ++in.told.accepted;
      }
  }
  void refused(libsync::client_id, libsync::submission_number, std::span<const operation>,
               const libsync::reason&) {}

  // It dies within a call. The next one begins an epoch.
  void die() {
    ++in.told.epochs;
    wants_flush = false;
    in.cut_all_of(*this);
    order.begin_epoch(libsync::epoch_id{100 + in.told.epochs}, 0, *this);
    in.expected[order.version()] = order.data();
  }

  libsync::sequencer<data, route> order;
  bool wants_flush = false;
};

struct relay_scene::client {
  client(relay_scene& world, node& member_of, bool looks) : in(world), above(&member_of) {
    if (looks)
      views.emplace(world.bounds);
    else
      copies.emplace(world.bounds);
  }

  template <class Function>
  auto with(Function f) {
    return copies ? f(*copies) : f(*views);
  }
  void connect() {
    if (over != 0)
      in.cut(over);
    over = in.open(*above);
    with([&](auto& it) { it.reconnect(*this); });
  }
  void submit() {
    const auto what = in.choices.below(10);
    operation op = tape::append{++in.last_value};
    if (what > 6)
      op = what < 9 ? operation{tape::drop{}} : operation{tape::rotate{}};
    with([&](auto& it) {
      const auto number = it.next();
      if (it.submit(op, *this))
        submitted[number] = op;
    });
  }

  void send(const libsync::join_request& what) { put(what); }
  void send(const libsync::parcel_ptr<data>& what) { put(what); }
  void send_leave() { put(leaving{}); }
  void send_acknowledgement(libsync::version latest) { put(latest); }
  void put(to_server what) {
    if (over != 0)
      in.connections.at(over)->ups.emplace_back(0, std::move(what));
  }
  void accepted(libsync::submission_number first, std::size_t count,
                libsync::version first_version) {
    for (std::size_t i = 0; i < count; ++i)
      settled(first + i, libsync::receipt::accepted(first_version + i));
  }
  void settled(libsync::submission_number number, const libsync::receipt& what) {
    REQUIRE(number == ++last_settled);
    const auto* added = std::get_if<tape::append>(&submitted.at(number));
    const bool is_unknown = what.what == libsync::receipt::kind::unknown;
    in.told.unknown += is_unknown ? 1 : 0;
    REQUIRE((!what.is_accepted() || with([](auto& it) { return it.version(); }) >= what.version));
    if (added == nullptr || is_unknown)
      return;
    const auto found = in.accepted.find(added->value);
    const auto decided = found == in.accepted.end() ? 0 : found->second;
    REQUIRE(decided == (what.is_accepted() ? what.version : 0));
  }
  [[nodiscard]] bool observes() const { return false; }
  void changed(const libsync::change<data>&) {}
  void changed(const libsync::snapshot<data>&) {}
  void diverged(libsync::version, const operation&, const libsync::reason&) {
    FAIL("a copy has diverged");
  }

  void hear(const to_client& what) {
    if (const auto* one = std::get_if<libsync::welcome_ptr<data>>(&what))
      with([&](auto& it) { it.receive(**one, *this); });
    else if (const auto* told = std::get_if<libsync::reply_ptr>(&what))
      with([&](auto& it) { it.receive(**told, *this); });
    else if (const auto* ended = std::get_if<libsync::suspended>(&what))
      with([&](auto& it) { it.receive(*ended, *this); });
    else if (const auto* sent = std::get_if<libsync::batch_ptr<data>>(&what))
      copies.value().receive(*sent, *this);
    else
      views.value().receive(std::get<libsync::snapshot<data>>(what), *this);
    with([&](auto& it) {
      if (it.has_data() && it.joined())
        REQUIRE(it.shown() == in.expected.at(it.version()));
      REQUIRE(it.counters().resyncs == 0); // each message comes once, in order, or the link ends
    });
  }

  relay_scene& in;
  node* above;
  std::size_t over = 0;
  std::optional<libsync::replica<data>> copies;
  std::optional<libsync::replica<data, libsync::shared_view>> views;
  std::map<libsync::submission_number, operation> submitted;
  libsync::submission_number last_settled = 0;
};
