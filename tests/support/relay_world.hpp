#pragma once

/// A server, relays, one of which follows another, and clients of all of them, over connections
/// that break.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/relay.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/testing/random.hpp"
#include "support/catch.hpp"
#include "support/tape.hpp"

/// All that happens is by chance, and repeats with the seed.
class relay_world {
public:
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
  };

  explicit relay_world(std::uint64_t seed) : choices_(seed), bounds_(tiny(choices_)) {
    server_ = std::make_unique<sequenced>(*this);
    expected_[0] = data{};
    nodes_.push_back(server_.get());
    for (std::size_t i = 0; i < 3; ++i) { // the last one follows the first
      relays_.push_back(std::make_unique<relaying>(*this, *nodes_[i == 2 ? 1 : 0]));
      nodes_.push_back(relays_.back().get());
    }
    for (std::size_t i = 0; i < 8; ++i)
      clients_.push_back(std::make_unique<client>(*this, *nodes_[i % nodes_.size()], i % 3 == 2));
    for (auto& one : relays_)
      one->connect();
    for (auto& one : clients_)
      one->connect();
  }

  void run(std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i)
      choices_.chance(20) ? disturb() : move();
    heal();
  }

  [[nodiscard]] const tally& told() const noexcept { return tally_; }

private:
  struct node;

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
    std::size_t number = 0;
    node* above = nullptr;
    std::deque<up> ups;
    std::deque<down> downs;
    std::optional<libsync::follow_request> follows;
    std::vector<libsync::channel_id> channels; // whose members the node may have
    bool is_relays = false;
  };

  // A server or a relay, for what is below it.
  struct node {
    explicit node(relay_world& world) : in(world) {}
    node(const node&) = delete;
    node& operator=(const node&) = delete;
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
      if (const auto found = in.connections_.find(to.first); found != in.connections_.end()) {
        constexpr bool is_news = std::is_same_v<Message, libsync::batch_ptr<data>> ||
                                 std::is_same_v<Message, libsync::snapshot<data>>;
        REQUIRE((to.second == 0 || !is_news));
        if constexpr (std::is_same_v<Message, libsync::suspended>)
          ++in.tally_.suspended;
        found->second->downs.emplace_back(std::pair{to.second, to_client{what}});
      }
    }

    relay_world& in;
  };

  struct sequenced final : node {
    explicit sequenced(relay_world& world)
        : node(world), order(data{}, libsync::epoch_id{7}, world.bounds_) {}

    void join(const route& by, const libsync::join_request& request) override {
      order.join(by, request, 0, *this);
    }
    void leave(const route& by) override { order.leave(by, 0, *this); }
    void submit(const route& by, const libsync::parcel_ptr<data>& what) override {
      in.tally_.relayed += by.second != 0 ? 1 : 0;
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
      in.expected_[what.version] = what.data;
      for (const auto& op : what.operations)
        if (const auto* added = std::get_if<tape::append>(&op)) {
          REQUIRE(in.accepted_.emplace(added->value, what.version).second); // never twice
          ++in.tally_.accepted;
        }
    }
    void refused(libsync::client_id, libsync::submission_number, std::span<const operation>,
                 const libsync::reason&) {}

    // It dies within a call. The next one begins an epoch.
    void die() {
      ++in.tally_.epochs;
      wants_flush = false;
      in.cut_all_of(*this);
      order.begin_epoch(libsync::epoch_id{100 + in.tally_.epochs}, 0, *this);
      in.expected_[order.version()] = order.data();
    }

    libsync::sequencer<data, route> order;
    bool wants_flush = false;
  };

  struct relaying final : node {
    relaying(relay_world& world, node& follows)
        : node(world), above(&follows), decides(world.bounds_) {}

    void join(const route& by, const libsync::join_request& request) override {
      decides.join(by, request, *this);
    }
    void leave(const route& by) override { decides.leave(by, *this); }
    void submit(const route& by, const libsync::parcel_ptr<data>& what) override {
      decides.submit(by, what, *this);
    }
    void acknowledge(const route& by, libsync::version latest) override {
      decides.acknowledge(by, latest, *this);
    }
    std::optional<libsync::log_part<data>> read_log(const libsync::log_request& what) override {
      return decides.has_data() ? std::optional{decides.read_log(what)} : std::nullopt;
    }
    libsync::snapshot<data> read() override { return decides.read(); }

    void connect() {
      ++in.tally_.connections;
      over = in.open(*above, true);
      decides.connect(*this);
    }
    void disconnect() {
      if (over == 0)
        return;
      in.cut(std::exchange(over, 0));
      decides.disconnect(*this);
    }
    void reset() {
      if (over != 0)
        in.cut(std::exchange(over, 0));
      decides.reset();
      in.cut_all_of(*this);
    }

    void pass(const libsync::follow_request& what) { put(0, what); }
    void pass(libsync::channel_id channel, const libsync::join_request& what) {
      put(channel, what);
    }
    void pass(libsync::channel_id channel, const libsync::parcel_ptr<data>& what) {
      put(channel, what);
    }
    void pass_leave(libsync::channel_id channel) { put(channel, leaving{}); }
    void put(libsync::channel_id channel, to_server what) {
      REQUIRE(over != 0); // nothing is passed while there is no connection
      in.connections_.at(over)->ups.emplace_back(channel, std::move(what));
    }

    void hear(const part& what) { decides.receive(what.attempt, what.batches, *this); }
    void hear(const shown& what) {
      ++in.tally_.snapshots;
      decides.receive(what.attempt, what.what, *this);
    }
    void hear(const std::pair<libsync::channel_id, to_client>& what) {
      if (const auto* one = std::get_if<libsync::welcome_ptr<data>>(&what.second))
        decides.receive(what.first, *one, *this);
      else if (const auto* told = std::get_if<libsync::reply_ptr>(&what.second))
        decides.receive(what.first, *told, *this);
      else
        decides.receive(what.first, std::get<libsync::suspended>(what.second), *this);
    }
    void check() {
      if (decides.has_data())
        REQUIRE(decides.data() == in.expected_.at(decides.version()));
    }

    node* above;
    std::size_t over = 0;
    libsync::relay<data, route> decides;
  };

  struct client {
    client(relay_world& world, node& member_of, bool looks) : in(world), above(&member_of) {
      if (looks)
        views.emplace(world.bounds_);
      else
        copies.emplace(world.bounds_);
    }

    template <class Function>
    auto with(Function f) {
      return copies ? f(*copies) : f(*views);
    }
    void connect() {
      if (over != 0)
        in.cut(over);
      over = in.open(*above, false);
      with([&](auto& it) { it.reconnect(*this); });
    }
    void submit() {
      const auto what = in.choices_.below(10);
      const operation op = what < 7   ? operation{tape::append{++in.last_value_}}
                           : what < 9 ? operation{tape::drop{}}
                                      : operation{tape::rotate{}};
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
        in.connections_.at(over)->ups.emplace_back(0, std::move(what));
    }
    void accepted(libsync::submission_number first, std::size_t count, libsync::version at) {
      for (std::size_t i = 0; i < count; ++i)
        settled(first + i, libsync::receipt::accepted(at + i));
    }
    void settled(libsync::submission_number number, const libsync::receipt& what) {
      REQUIRE(number == ++last_settled);
      const auto* added = std::get_if<tape::append>(&submitted.at(number));
      if (what.what == libsync::receipt::kind::unknown)
        ++in.tally_.unknown;
      if (what.is_accepted())
        REQUIRE(with([](auto& it) { return it.version(); }) >= what.version);
      if (added == nullptr || what.what == libsync::receipt::kind::unknown)
        return;
      const auto found = in.accepted_.find(added->value);
      REQUIRE(what.is_accepted() == (found != in.accepted_.end()));
      if (what.is_accepted())
        REQUIRE(found->second == what.version);
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
          REQUIRE(it.shown() == in.expected_.at(it.version()));
        REQUIRE(it.counters().resyncs == 0); // each message comes once, in order, or the link ends
      });
    }

    relay_world& in;
    node* above;
    std::size_t over = 0;
    std::optional<libsync::replica<data>> copies;
    std::optional<libsync::replica<data, libsync::shared_view>> views;
    std::map<libsync::submission_number, operation> submitted;
    libsync::submission_number last_settled = 0;
  };

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

  std::size_t open(node& above, bool is_relays) {
    const auto number = ++last_connection_;
    connections_[number] = std::make_unique<connection>(
        connection{number, &above, {}, {}, std::nullopt, {}, is_relays});
    return number;
  }
  // What is under way is lost. The node above hears of it at some time.
  void cut(std::size_t number) {
    const auto found = connections_.find(number);
    if (found == connections_.end())
      return;
    auto& gone = *found->second;
    for (const auto channel : gone.channels)
      unheard_.emplace_back(gone.above, route{number, channel});
    connections_.erase(found);
  }
  void cut_all_of(node& above) {
    for (auto& one : relays_)
      if (one->above == &above)
        one->disconnect();
    for (auto& one : clients_)
      if (one->above == &above)
        one->connect();
    unheard_.erase(std::remove_if(unheard_.begin(), unheard_.end(),
                                  [&](const auto& one) { return one.first == &above; }),
                   unheard_.end());
  }

  // One message is handled.
  void move() {
    const auto which = choices_.below(10);
    if (which == 0 && server_->wants_flush) {
      server_->wants_flush = false;
      server_->order.flush(*server_);
    } else if (which == 1 && !unheard_.empty()) {
      const auto [above, gone] = unheard_.front();
      unheard_.pop_front();
      above->leave(gone);
    } else if (which < 4) {
      if (auto* over = any([](auto& one) { return one.follows && one.downs.size() < 4; }))
        lead_on(*over);
    } else if (which < 7) {
      if (auto* over = any([](auto& one) { return !one.ups.empty(); }))
        handle_up(*over);
    } else if (auto* over = any([](auto& one) { return !one.downs.empty(); })) {
      handle_down(*over);
    }
    for (auto& one : relays_)
      one->check();
  }

  template <class Suits>
  connection* any(Suits suits) {
    std::vector<connection*> found;
    for (auto& [number, one] : connections_)
      if (suits(*one))
        found.push_back(one.get());
    return found.empty() ? nullptr : choices_.one_of(found);
  }

  // A node sends a relay what follows.
  void lead_on(connection& over) {
    auto& position = *over.follows;
    libsync::log_request wanted{position.epoch, position.version.value_or(0)};
    wanted.most = 1 + choices_.below(4);
    const auto found = over.above->read_log(wanted);
    if (!found)
      return; // it has no data itself
    if (!position.version || found->truncated_at) {
      const auto all = over.above->read();
      position.epoch = all.epoch;
      position.version = all.version;
      over.downs.emplace_back(shown{position.attempt, all});
    } else if (!found->empty()) {
      position.version = found->last();
      over.downs.emplace_back(part{position.attempt, found->batches});
    }
  }

  void handle_up(connection& over) {
    const auto [channel, what] = std::move(over.ups.front());
    over.ups.pop_front();
    const route by{over.number, channel};
    if (const auto* request = std::get_if<libsync::join_request>(&what)) {
      if (std::find(over.channels.begin(), over.channels.end(), channel) == over.channels.end())
        over.channels.push_back(channel);
      over.above->join(by, *request);
    } else if (const auto* submitted = std::get_if<libsync::parcel_ptr<data>>(&what)) {
      over.above->submit(by, *submitted);
    } else if (const auto* latest = std::get_if<libsync::version>(&what)) {
      over.above->acknowledge(by, *latest);
    } else if (const auto* follows = std::get_if<libsync::follow_request>(&what)) {
      over.follows = *follows;
    } else {
      over.above->leave(by);
    }
  }

  void handle_down(connection& over) {
    const auto what = std::move(over.downs.front());
    over.downs.pop_front();
    for (auto& one : relays_)
      if (one->over == over.number)
        return std::visit([&](const auto& it) { one->hear(it); }, what);
    for (auto& one : clients_)
      if (one->over == over.number)
        return one->hear(std::get<std::pair<libsync::channel_id, to_client>>(what).second);
    FAIL("a connection of nobody's");
  }

  void disturb() {
    auto& who = *clients_[choices_.below(clients_.size())];
    auto& which = *relays_[choices_.below(relays_.size())];
    switch (choices_.below(40)) {
    case 0:
      return which.disconnect();
    case 1:
    case 2:
      if (which.over == 0)
        which.connect();
      return;
    case 3:
      return choices_.chance(20) ? which.reset() : void();
    case 4:
      return choices_.chance(20) ? server_->die() : void();
    case 5:
      return who.connect(); // over a new link
    case 6:
      return who.with([&](auto& it) { it.leave(who); });
    case 7:
      return who.with([&](auto& it) { it.connect(who); });
    default:
      return who.submit();
    }
  }

  void heal() {
    for (auto& one : relays_)
      if (one->over == 0)
        one->connect();
    for (auto& one : clients_)
      one->with([&](auto& it) {
        if (it.away())
          it.connect(*one);
      });
    for (std::size_t left = 200'000; left > 0 && !is_even(); --left)
      move();
    INFO(in_words());
    REQUIRE(is_even());
    for (auto& one : clients_) {
      CHECK(one->last_settled == one->submitted.size());
      one->with([&](auto& it) { CHECK(it.shown() == server_->order.data()); });
    }
    CHECK(server_->order.members() == clients_.size());
    for (auto& one : relays_)
      CHECK(one->decides.waiting() == 0);
  }

  std::string in_words() {
    std::ostringstream out;
    out << "server at " << server_->order.version() << '\n';
    for (auto& one : relays_)
      out << "relay at " << one->decides.version() << " with " << one->decides.members()
          << " members, " << one->decides.waiting() << " wait\n";
    for (auto& one : clients_)
      one->with([&](auto& it) {
        out << "client at " << it.version() << (it.joined() ? ", joined, " : ", not joined, ")
            << it.undecided() << " undecided\n";
      });
    return out.str();
  }

  // Nothing is under way, and all have what the server has.
  bool is_even() {
    if (server_->wants_flush || !unheard_.empty())
      return false;
    for (const auto& [number, one] : connections_)
      if (!one->ups.empty() || !one->downs.empty())
        return false;
    for (auto& one : clients_)
      if (!one->with([&](auto& it) {
            return it.joined() && it.undecided() == 0 &&
                   it.version() == server_->order.version();
          }))
        return false;
    return true;
  }

  libsync::testing::random choices_;
  libsync::limits bounds_;
  std::map<std::size_t, std::unique_ptr<connection>> connections_;
  std::size_t last_connection_ = 0;
  std::unique_ptr<sequenced> server_;
  std::vector<std::unique_ptr<relaying>> relays_;
  std::vector<node*> nodes_;
  std::vector<std::unique_ptr<client>> clients_;
  std::deque<std::pair<node*, route>> unheard_;
  std::map<libsync::version, data> expected_;
  std::map<std::int64_t, libsync::version> accepted_;
  std::int64_t last_value_ = 0;
  tally tally_;
};
