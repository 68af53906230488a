// A relay, message by message.

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libsync/relay.hpp"
#include "support/catch.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"

namespace {

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using data = tape::data;
using libsync::channel_id;

constexpr epoch_id epoch{7};

struct relay_record : server_record<data> {
  void pass(const libsync::follow_request& what) { follows.push_back(what); }
  void pass(channel_id channel, const libsync::join_request& what) {
    joins.emplace_back(channel, what);
  }
  void pass(channel_id channel, const libsync::parcel_ptr<data>& what) {
    parcels.emplace_back(channel, what);
  }
  void pass_leave(channel_id channel) { leaves.push_back(channel); }
  void logged(const libsync::batch_ptr<data>& what) { logs.push_back(what->last); }

  std::vector<libsync::follow_request> follows;
  std::vector<std::pair<channel_id, libsync::join_request>> joins;
  std::vector<std::pair<channel_id, libsync::parcel_ptr<data>>> parcels;
  std::vector<channel_id> leaves;
  std::vector<libsync::version> logs;
};

struct relay_fixture {
  explicit relay_fixture(const libsync::limits& bounds = {}) : relay(bounds) { relay.connect(out); }

  void show(libsync::version version, std::vector<std::int64_t> values = {}) {
    relay.receive(out.follows.back().attempt,
                  libsync::snapshot<data>{epoch, version,
                                          std::make_shared<const data>(data{std::move(values)})},
                  out);
  }
  static libsync::batch_ptr<data> batch(libsync::version first,
                                        const std::vector<data::operation>& operations,
                                        client_id by = client_id{9}) {
    libsync::batch<data> made{epoch, first, first - 1, {}, {}};
    libsync::append(made, by, 1, operations, false, 0);
    return std::make_shared<const libsync::batch<data>>(made);
  }
  void receive(const libsync::batch_ptr<data>& what) {
    relay.receive(out.follows.back().attempt, {what}, out);
  }
  // The server's welcome to the one who has asked last.
  void welcome(client_id you, libsync::version version) {
    auto made = std::make_shared<libsync::welcome<data>>();
    made->you = you;
    made->epoch = epoch;
    made->version = version;
    made->attempt = out.joins.back().second.attempt;
    made->last_reply = {you, epoch, version, 1, 0, {}};
    relay.receive(out.joins.back().first, libsync::welcome_ptr<data>{made}, out);
  }
  void join(int route, client_id you) {
    libsync::join_request request;
    request.attempt = ++attempts;
    relay.join(route, request, out);
    welcome(you, relay.version());
  }

  relay_record out;
  libsync::relay<data, int> relay;
  std::uint64_t attempts = 0;
};

} // namespace

TEST_CASE("a relay asks for a snapshot first, then for what follows on its copy", "[relay]") {
  relay_fixture at;
  REQUIRE(at.out.follows.size() == 1);
  CHECK_FALSE(at.out.follows[0].version);
  CHECK_FALSE(at.relay.has_data());
  at.show(4, {1, 2});
  at.receive(at.batch(5, {tape::append{3}}));
  CHECK(at.relay.version() == 5);
  CHECK(at.relay.data().values == std::vector<std::int64_t>{1, 2, 3});
  CHECK(at.out.logs == std::vector<libsync::version>{5});

  at.relay.disconnect(at.out);
  CHECK(at.relay.has_data());
  at.receive(at.batch(6, {tape::append{4}})); // too late
  CHECK(at.relay.version() == 5);
  at.relay.connect(at.out);
  REQUIRE(at.out.follows.size() == 2);
  CHECK(at.out.follows[1].version == 5);
  CHECK(at.out.follows[1].epoch == epoch);
}

TEST_CASE("a client of a relay is welcomed by the server, with the relay's data", "[relay]") {
  relay_fixture at;
  libsync::join_request request;
  request.attempt = 3;
  request.version = 17;
  at.relay.join(1, request, at.out);
  REQUIRE(at.out.joins.size() == 1);
  CHECK(at.out.joins[0].second.is_relayed);
  CHECK(at.out.joins[0].second.attempt == 3);
  CHECK_FALSE(at.out.joins[0].second.version);

  at.welcome(client_id{5}, 4);
  CHECK(at.out.welcomes(1).empty()); // the relay has no data
  at.show(3, {1});
  CHECK(at.out.welcomes(1).empty()); // nor these
  CHECK(at.relay.waiting() == 1);
  at.receive(at.batch(4, {tape::append{2}}));
  REQUIRE(at.out.welcomes(1).size() == 1);
  const auto& told = *at.out.welcomes(1)[0];
  CHECK(told.you == client_id{5});
  CHECK(told.version == 4);
  CHECK(told.attempt == 3);
  REQUIRE(told.snapshot);
  CHECK(told.snapshot->values == std::vector<std::int64_t>{1, 2});
  CHECK(at.relay.members() == 1);
  CHECK(at.relay.waiting() == 0);

  at.receive(at.batch(5, {tape::append{3}}));
  REQUIRE(at.out.batches(1).size() == 1);
  CHECK(at.out.batches(1)[0]->first == 5);
}

TEST_CASE("a client that comes back to a relay gets what it lacks from the relay", "[relay]") {
  relay_fixture at;
  at.show(0);
  at.join(1, client_id{5});
  at.receive(at.batch(1, {tape::append{1}}));
  at.relay.disconnect(at.out);
  CHECK(at.out.all<libsync::suspended>(1).size() == 1);
  libsync::join_request again;
  again.known = client_id{5};
  again.epoch = epoch;
  again.version = 0;
  again.attempt = 20;
  at.relay.join(1, again, at.out);
  const auto asked = at.out.joins.size();
  at.relay.connect(at.out);
  REQUIRE(at.out.joins.size() == asked + 1); // it has waited for the connection
  at.welcome(client_id{5}, 1);
  REQUIRE(at.out.welcomes(1).size() == 2);
  CHECK_FALSE(at.out.welcomes(1)[1]->snapshot);
  CHECK(at.out.welcomes(1)[1]->missed.size() == 1);
}

TEST_CASE("who is not admitted is told why by a relay", "[relay]") {
  relay_fixture at;
  at.show(0);
  at.relay.join(1, {}, at.out);
  auto refusal = std::make_shared<libsync::welcome<data>>();
  refusal->refused = "not you";
  at.relay.receive(at.out.joins[0].first, libsync::welcome_ptr<data>{refusal}, at.out);
  REQUIRE(at.out.welcomes(1).size() == 1);
  CHECK(at.out.welcomes(1)[0]->refused == "not you");
  CHECK(at.relay.waiting() == 0);
}

TEST_CASE("replies wait for the versions that they speak of", "[relay]") {
  relay_fixture at;
  at.show(0);
  at.join(1, client_id{5});
  const auto submitted = std::make_shared<const libsync::parcel<data>>(
      libsync::parcel<data>{client_id{5}, epoch, 1, 2, {tape::append{1}, tape::fail{}}, {}});
  at.relay.submit(1, submitted, at.out);
  REQUIRE(at.out.parcels.size() == 1);
  const auto channel = at.out.parcels[0].first;
  libsync::reply told{client_id{5}, epoch, 0, 1, 2, {}};
  told.add(2, receipt::refused("broken"));
  at.relay.receive(channel, std::make_shared<const libsync::reply>(told), at.out);
  CHECK(at.out.answers(1).empty());
  at.receive(at.batch(1, {tape::append{1}}, client_id{5}));
  REQUIRE(at.out.answers(1).size() == 1);
  CHECK(at.out.answers(1)[0]->verdicts.size() == 1);

  at.relay.leave(1, at.out);
  CHECK(at.out.leaves == std::vector<channel_id>{channel});
  at.relay.receive(channel, std::make_shared<const libsync::reply>(told), at.out);
  CHECK(at.out.answers(1).size() == 1);
}

TEST_CASE("a server that sends more replies than parcels fills no memory of a relay", "[relay]") {
  relay_fixture at;
  at.show(0);
  at.join(1, client_id{5});
  const auto early =
      std::make_shared<const libsync::reply>(libsync::reply{client_id{5}, epoch, 1'000, 1, 1, {}});
  for (int i = 0; i < 100; ++i)
    at.relay.receive(at.out.joins.back().first, early, at.out);
  CHECK(at.out.answers(1).empty());
  CHECK(at.out.all<libsync::suspended>(1).size() == 1);
  CHECK(at.relay.members() == 0);
}

TEST_CASE("a parcel of nobody's is not passed on", "[relay]") {
  relay_fixture at;
  at.show(0);
  const auto submitted = std::make_shared<const libsync::parcel<data>>(
      libsync::parcel<data>{client_id{5}, epoch, 1, 1, {tape::append{1}}, {}});
  at.relay.submit(1, submitted, at.out);
  CHECK(at.out.parcels.empty());
  CHECK(at.out.all<libsync::suspended>(1).size() == 1);
  REQUIRE(at.out.answers(1).size() == 1);
  CHECK(at.out.answers(1)[0]->verdicts[0].what.what == receipt::kind::unknown);
}

TEST_CASE("a relay that diverges, or misses versions, asks again", "[relay]") {
  relay_fixture at;
  at.show(0);
  at.join(1, client_id{5});
  at.receive(at.batch(3, {tape::append{1}}));
  CHECK(at.relay.counters().resyncs == 1);
  REQUIRE(at.out.follows.size() == 2);
  CHECK(at.out.follows[1].version == 0);

  at.receive(at.batch(1, {tape::append{1}, tape::fail{}})); // no server has accepted that
  CHECK(at.relay.counters().diverged == 1);
  REQUIRE(at.out.follows.size() == 3);
  CHECK_FALSE(at.out.follows[2].version);
  CHECK(at.out.batches(1).empty());
  at.show(2, {8, 9});
  CHECK(at.relay.data().values == std::vector<std::int64_t>{8, 9});
  CHECK(at.out.all<libsync::suspended>(1).size() == 1);
  CHECK(at.relay.counters().snapshots == 2);
}

TEST_CASE("a batch that begins before the snapshot of a relay is passed on in part", "[relay]") {
  relay_fixture at;
  at.show(1, {1});
  at.join(1, client_id{5});
  at.receive(at.batch(1, {tape::append{1}, tape::append{2}, tape::append{3}}));
  REQUIRE(at.out.batches(1).size() == 1);
  const auto& rest = *at.out.batches(1)[0];
  CHECK(rest.first == 2);
  CHECK(rest.last == 3);
  CHECK(rest.operations.size() == 2);
  REQUIRE(rest.runs.size() == 1);
  CHECK(rest.runs[0].number == 2);
  CHECK(at.relay.data().values == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("a client that is too slow for a relay is no matter of the server", "[relay]") {
  libsync::limits bounds;
  bounds.lag = 2;
  relay_fixture at{bounds};
  at.show(0);
  at.join(1, client_id{5});
  at.join(2, client_id{6});
  for (libsync::version v = 1; v <= 6; ++v) {
    at.receive(at.batch(v, {tape::append{1}}));
    at.relay.acknowledge(2, v, at.out);
  }
  CHECK(at.out.all<libsync::suspended>(1).size() == 1);
  CHECK(at.out.batches(1).size() < 6);
  CHECK(at.out.all<libsync::suspended>(2).empty());
  CHECK(at.out.batches(2).size() == 6);
  CHECK(at.relay.deliveries().suspended == 1);
}

TEST_CASE("a server sends a relayed client its own replies alone", "[relay]") {
  libsync::sequencer<data, int> server{data{}, epoch};
  server_record<data> out;
  libsync::join_request relayed;
  relayed.is_relayed = true;
  server.join(1, relayed, 0, out);
  const auto& told = *out.welcomes(1).at(0);
  CHECK_FALSE(told.snapshot);
  CHECK(told.missed.empty());
  server.submit(1, {told.you, epoch, 1, 2, {tape::append{1}, tape::fail{}}, {}}, 0, out);
  server.flush(out);
  CHECK(out.batches(1).empty());
  REQUIRE(out.answers(1).size() == 1);
  CHECK(out.answers(1)[0]->verdicts.size() == 1);

  relayed.is_viewer = true; // sees no batches, so it needs every reply
  server.join(2, relayed, 0, out);
  const auto viewer = out.welcomes(2).at(0)->you;
  server.submit(2, {viewer, epoch, 1, 1, {tape::append{2}}, {}}, 0, out);
  server.flush(out);
  CHECK(out.snapshots(2).empty());
  CHECK(out.answers(2).size() == 1);
}

TEST_CASE("a limit of 0 is refused by a relay", "[relay]") {
  libsync::limits bounds;
  bounds.lag = 0;
  using relay = libsync::relay<data, int>;
  CHECK_THROWS_AS(relay{bounds}, std::invalid_argument);
}
