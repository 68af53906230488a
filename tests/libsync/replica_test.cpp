#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"

namespace {

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using libsync::version;
using operation = tape::data::operation;
using receipts = std::vector<std::pair<libsync::submission_number, receipt>>;

constexpr epoch_id epoch{7};
constexpr client_id me{3};
constexpr client_id somebody{9};

struct fixture {
  libsync::replica<tape::data> client;
  client_record<tape::data> out;

  explicit fixture(const libsync::limits& chosen = {}, bool observing = false) : client(chosen) {
    out.observing = observing;
  }

  /// Joins with a snapshot of that version.
  void join(libsync::version version = 0, std::vector<std::int64_t> values = {}, client_id as = me,
            epoch_id in = epoch) {
    if (out.joins.empty())
      client.connect(out);
    client.receive(welcome(version, std::move(values), as, in), out);
  }

  libsync::welcome<tape::data> welcome(libsync::version version,
                                       std::vector<std::int64_t> values = {}, client_id as = me,
                                       epoch_id in = epoch) {
    libsync::welcome<tape::data> made;
    made.you = as;
    made.epoch = in;
    made.version = version;
    made.attempt = out.joins.back().attempt;
    made.lag = 8;
    made.lag_bytes = 1'000'000;
    made.snapshot = std::make_shared<const tape::data>(tape::data{std::move(values)});
    made.last_reply.to = as;
    made.last_reply.epoch = in;
    return made;
  }

  static libsync::batch<tape::data> batch(version first, const std::vector<operation>& operations,
                                          client_id by = somebody,
                                          libsync::submission_number number = 1) {
    libsync::batch<tape::data> made{epoch, first, first + operations.size() - 1, operations, {}};
    made.runs = {{by, number, static_cast<std::uint32_t>(operations.size()), false, 0}};
    return made;
  }

  void receive(libsync::batch<tape::data> what) { client.receive(enclosed(std::move(what)), out); }
  static libsync::batch_ptr<tape::data> enclosed(libsync::batch<tape::data> what) {
    return std::make_shared<const libsync::batch<tape::data>>(std::move(what));
  }
  const std::vector<std::int64_t>& values() const { return client.confirmed().values; }
};

} // namespace

TEST_CASE("a replica applies the server's sequence of versions", "[replica]") {
  for (const bool observing : {false, true}) {
    fixture at{{}, observing};
    at.join(4, {1, 2});
    at.receive(fixture::batch(5, {tape::drop{}, tape::append{3}}));
    at.receive(fixture::batch(7, {tape::rotate{}}));
    CHECK(at.client.version() == 7);
    CHECK(at.values() == std::vector<std::int64_t>{3, 1});
  }
}

TEST_CASE("observers see the snapshot and then every version", "[replica]") {
  fixture at{{}, true};
  at.join(4, {1});
  at.receive(fixture::batch(5, {tape::append{2}, tape::append{3}}));
  CHECK(at.out.changes == std::vector<std::pair<version, client_id>>{
                              {4, client_id::server}, {5, somebody}, {6, somebody}});
  CHECK(at.out.seen[1].values == std::vector<std::int64_t>{1, 2});
  CHECK(at.out.seen[2].values == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("submissions made before the welcome go out with it, in one parcel", "[replica]") {
  fixture at;
  CHECK(*at.client.submit(tape::append{1}, at.out) == 1);
  CHECK(*at.client.submit(tape::append{2}, at.out) == 2);
  at.client.connect(at.out);
  CHECK(at.out.parcels.empty());
  at.join();
  REQUIRE(at.out.parcels.size() == 1);
  CHECK(at.out.parcels[0]->by == me);
  CHECK(at.out.parcels[0]->first == 1);
  CHECK(at.out.parcels[0]->operations.size() == 2);
}

TEST_CASE("one parcel is in flight, the rest follows when it is answered", "[replica]") {
  fixture at{{.parcel = 2}};
  at.join();
  for (int i = 1; i <= 4; ++i)
    static_cast<void>(at.client.submit(tape::append{i}, at.out));
  CHECK(at.out.parcels.size() == 1);
  CHECK(at.client.waiting() == 3);
  at.receive(fixture::batch(1, {tape::append{1}}, me, 1));
  REQUIRE(at.out.parcels.size() == 2);
  CHECK(at.out.parcels[1]->first == 2);
  CHECK(at.out.parcels[1]->operations.size() == 2); // as many as a parcel holds
  CHECK(at.client.undecided() == 3);
  CHECK(at.client.counters().full_parcels == 1);
}

TEST_CASE("accepted is heard after the copy shows it", "[replica]") {
  fixture at;
  at.join();
  static_cast<void>(at.client.submit(tape::append{1}, at.out));
  at.receive(fixture::batch(1, {tape::append{9}}));
  CHECK(at.out.receipts.empty());
  at.receive(fixture::batch(2, {tape::append{1}}, me, 1));
  CHECK(at.out.receipts == receipts{{1, receipt::accepted(2)}});
  CHECK(at.client.version() == 2);
}

TEST_CASE("receipts come in submission order, also behind a refusal", "[replica]") {
  fixture at;
  at.join();
  for (int i = 0; i < 3; ++i)
    static_cast<void>(
        at.client.push(i == 1 ? operation{tape::fail{}} : operation{tape::append{i}}));
  at.client.pump(at.out);
  auto batch = fixture::batch(1, {tape::append{0}, tape::append{2}}, me, 1);
  batch.runs = {{me, 1, 1, false, 0}, {me, 3, 1, false, 0}};
  at.receive(batch);
  CHECK(at.out.receipts == receipts{{1, receipt::accepted(1)}});
  at.client.receive(libsync::reply{me, epoch, 0, 1, 3, {{2, receipt::refused("no")}}}, at.out);
  CHECK(at.out.receipts == receipts{{1, receipt::accepted(1)},
                                    {2, receipt::refused("no")},
                                    {3, receipt::accepted(2)}});
}

TEST_CASE("a reply that speaks of versions not seen yet means that a batch was lost", "[replica]") {
  fixture at;
  at.join();
  static_cast<void>(at.client.submit(tape::append{1}, at.out));
  at.client.receive(libsync::reply{me, epoch, 0, 1, 1, {}}, at.out);
  CHECK(at.out.receipts.empty());
  CHECK(at.client.counters().resyncs == 1);
  CHECK(at.out.joins.size() == 2);
}

TEST_CASE("a missing, repeated or foreign version makes one resync", "[replica]") {
  const auto missing = fixture::batch(3, {tape::append{1}});
  const auto repeated = fixture::batch(1, {tape::append{1}});
  auto foreign = fixture::batch(2, {tape::append{1}});
  foreign.epoch = epoch_id{8};
  for (const auto& bad : {missing, repeated, foreign}) {
    fixture at;
    at.join(0);
    at.receive(fixture::batch(1, {tape::append{1}}));
    at.receive(bad);
    at.receive(bad); // ignored: the welcome is on its way
    CHECK(at.client.counters().resyncs == 1);
    REQUIRE(at.out.joins.size() == 2);
    const auto& again = at.out.joins.back();
    CHECK(again.known == me);
    CHECK(again.epoch == epoch);
    CHECK(again.version == 1);
    CHECK(at.values().size() == 1);
  }
}

TEST_CASE("only the welcome to the latest request counts", "[replica]") {
  fixture at;
  at.join(5, {1});
  auto late = at.welcome(2);
  at.client.receive(late, at.out); // nobody waits for it
  CHECK(at.client.version() == 5);
  at.client.connect(at.out);
  at.client.receive(late, at.out); // an earlier attempt's
  CHECK_FALSE(at.client.joined());
  at.join(6, {1});
  CHECK(at.client.version() == 6);
}

TEST_CASE("after a break the missed batches are applied and the rest is sent again", "[replica]") {
  fixture at;
  at.join();
  for (int i = 0; i < 3; ++i)
    static_cast<void>(at.client.push(tape::append{i}));
  at.client.pump(at.out);
  at.client.connect(at.out);
  CHECK(at.out.joins.back().first_unanswered == 1);
  auto welcome = at.welcome(2);
  welcome.snapshot = nullptr;
  welcome.missed = {std::make_shared<const libsync::batch<tape::data>>(
      fixture::batch(1, {tape::append{0}, tape::append{1}}, me, 1))};
  welcome.last_reply = {me, epoch, 0, 1, 2, {}};
  at.client.receive(welcome, at.out);
  CHECK(at.out.receipts == receipts{{1, receipt::accepted(1)}, {2, receipt::accepted(2)}});
  REQUIRE(at.out.parcels.size() == 2);
  CHECK(at.out.parcels[1]->first == 3);
  CHECK(at.out.parcels[1]->operations.size() == 1);
}

TEST_CASE("submissions in a snapshot are settled by the welcome's reply", "[replica]") {
  fixture at;
  at.join();
  static_cast<void>(at.client.submit(tape::append{1}, at.out));
  at.client.connect(at.out);
  auto welcome = at.welcome(4, {1, 2, 3, 4});
  welcome.last_reply = {me, epoch, 1, 1, 1, {}};
  at.client.receive(welcome, at.out);
  CHECK(at.out.receipts == receipts{{1, receipt::accepted(2)}});
  CHECK(at.out.parcels.size() == 1);
}

TEST_CASE("with a server that does not remember, what was sent is unknown and the rest goes out",
          "[replica]") {
  const auto other_epoch = GENERATE(false, true);
  fixture at{{.parcel = 1}};
  at.join();
  static_cast<void>(at.client.submit(tape::append{1}, at.out));
  static_cast<void>(at.client.submit(tape::append{2}, at.out));
  at.client.connect(at.out);
  at.join(5, {}, client_id{4}, other_epoch ? epoch_id{8} : epoch);
  REQUIRE(at.out.receipts.size() == 1);
  CHECK(at.out.receipts[0].second.what == receipt::kind::unknown);
  CHECK(at.out.receipts[0].second.reason ==
        (other_epoch ? "the server that it was sent to is gone"
                     : "too old: the server no longer remembers this client"));
  REQUIRE(at.out.parcels.size() == 2);
  CHECK(at.out.parcels[1]->by == client_id{4});
  CHECK(at.out.parcels[1]->first == 2);
}

TEST_CASE("a full outbox answers overloaded and has room again after a receipt", "[replica]") {
  fixture at{{.outbox = 2}};
  at.join();
  CHECK(at.client.submit(tape::append{1}, at.out));
  CHECK(at.client.submit(tape::append{2}, at.out));
  const auto third = at.client.submit(tape::append{3}, at.out);
  CHECK_FALSE(third);
  CHECK(third.failure() == receipt::overloaded());
  CHECK(at.client.counters().overloaded == 1);
  at.receive(fixture::batch(1, {tape::append{1}}, me, 1));
  CHECK(at.client.room() == 1);
  CHECK(*at.client.submit(tape::append{3}, at.out) == 3);
}

TEST_CASE("a closed replica has settled everything and refuses more", "[replica]") {
  fixture at;
  at.join(1, {1});
  static_cast<void>(at.client.submit(tape::append{1}, at.out));
  static_cast<void>(at.client.submit(tape::append{2}, at.out));
  at.client.close("over", at.out);
  at.client.close("twice", at.out);
  CHECK(at.out.receipts == receipts{{1, receipt::unknown("over")}, {2, receipt::unknown("over")}});
  CHECK(at.client.submit(tape::append{3}, at.out).failure() == receipt::refused("over"));
  CHECK(at.client.room() == 0);
  CHECK(at.values() == std::vector<std::int64_t>{1}); // the copy can still be read
  at.client.connect(at.out);
  CHECK(at.out.joins.size() == 1);
}

TEST_CASE("a replica that left keeps its copy, hears nothing, and may come back", "[replica]") {
  fixture at;
  at.join(1, {1});
  at.client.leave(at.out);
  at.client.leave(at.out);
  CHECK(at.out.leaves == 1);
  at.receive(fixture::batch(2, {tape::append{2}}));
  CHECK(at.client.version() == 1);
  static_cast<void>(at.client.submit(tape::append{3}, at.out));
  CHECK(at.out.parcels.empty());
  at.client.connect(at.out);
  CHECK(at.out.joins.back().version == 1);
}

TEST_CASE("a suspended replica joins again with the version that it knows", "[replica]") {
  fixture at;
  at.join(3);
  at.client.receive(libsync::suspended{epoch_id{8}}, at.out); // another server's
  CHECK(at.client.joined());
  at.client.receive(libsync::suspended{epoch}, at.out);
  CHECK(at.client.counters().suspensions == 1);
  CHECK(at.out.joins.back().version == 3);
}

TEST_CASE("a replica acknowledges at least four times within its lag", "[replica]") {
  fixture at;
  at.join(); // lag 8
  for (version v = 1; v <= 8; ++v)
    at.receive(fixture::batch(v, {tape::append{1}}));
  CHECK(at.out.reached == std::vector<version>{2, 4, 6, 8});
}

TEST_CASE("a replica whose reducer refuses what was accepted reports it and takes a snapshot",
          "[replica]") {
  for (const bool observing : {false, true}) {
    fixture at{{}, observing};
    at.join(0, {});
    at.receive(fixture::batch(1, {tape::append{1}, tape::fail{}, tape::append{2}}));
    CHECK(at.out.divergences ==
          std::vector<std::pair<version, std::string>>{{2, "threw: the reducer is broken"}});
    CHECK(at.client.counters().diverged == 1);
    CHECK(at.client.version() == 1);
    CHECK(at.values() == std::vector<std::int64_t>{1});
    CHECK_FALSE(at.out.joins.back().version.has_value());
    at.join(3, {1, 2});
    CHECK(at.client.version() == 3);
  }
}

namespace {

// Closes its replica when it is told that it diverged.
struct closing_record : client_record<tape::data> {
  libsync::replica<tape::data>* client = nullptr;
  void diverged(version, const operation&, const std::string&) { client->close("diverged", *this); }
};

} // namespace

TEST_CASE("a replica that is closed because it diverged stays closed", "[replica]") {
  fixture at;
  at.join();
  closing_record out;
  out.client = &at.client;
  at.client.receive(fixture::enclosed(fixture::batch(1, {tape::fail{}})), out);
  CHECK(at.client.closed());
  CHECK(out.joins.empty());
  CHECK(out.leaves == 1);
  CHECK_FALSE(at.client.submit(tape::append{1}, out));
}

TEST_CASE("a diverged copy is not trusted until a snapshot has replaced it", "[replica]") {
  fixture at;
  at.join(3);
  at.receive(fixture::batch(4, {tape::fail{}}));
  at.client.connect(at.out); // as after a break, before the welcome came
  CHECK_FALSE(at.out.joins.back().version.has_value());
  at.join(4, {1});
  at.client.connect(at.out);
  CHECK(at.out.joins.back().version == 4);
}

TEST_CASE("a transaction in a batch takes one version", "[replica]") {
  for (const bool observing : {false, true}) {
    fixture at{{}, observing};
    at.join();
    auto batch = fixture::batch(1, {tape::append{1}, tape::append{2}, tape::append{3}});
    batch.last = 2;
    batch.runs = {{somebody, 1, 2, true, 0}, {somebody, 2, 1, false, 0}};
    at.receive(batch);
    CHECK(at.client.version() == 2);
    CHECK(at.values().size() == 3);
  }
}

TEST_CASE("a replica shares the snapshot until the first operation", "[replica]") {
  const auto snapshot = std::make_shared<const counted>(1);
  const auto copies = counted::copies();
  libsync::replica<counted> client;
  client_record<counted> out;
  client.connect(out);
  libsync::welcome<counted> welcome;
  welcome.you = me;
  welcome.epoch = epoch;
  welcome.attempt = out.joins.back().attempt;
  welcome.snapshot = snapshot;
  client.receive(welcome, out);
  CHECK(client.read().data == snapshot);
  CHECK(counted::copies() == copies);
  client.receive(std::make_shared<const libsync::batch<counted>>(
                     libsync::batch<counted>{epoch, 1, 1, {{5}}, {{somebody, 1, 1, false, 0}}}),
                 out);
  CHECK(counted::copies() == copies + 1);
  CHECK(client.confirmed().value == 6);
  CHECK(snapshot->value == 1);
}
