// How a replica joins again: after a break, after a gap, from a server that does not remember it,
// and once its copy has diverged.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"
#include "support/catch.hpp"
#include "support/record.hpp"
#include "support/replica_fixture.hpp"
#include "support/tape.hpp"

namespace {

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using libsync::version;
using operation = tape::data::operation;
using receipts = std::vector<std::pair<libsync::submission_number, receipt>>;
using fixture = replica_fixture;

constexpr auto epoch = fixture::epoch;
constexpr auto me = fixture::me;

} // namespace

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

TEST_CASE("missed batches that do not lead on make one resync", "[replica]") {
  const bool is_foreign = GENERATE(true, false);
  fixture at;
  at.join(5, {1});
  at.client.connect(at.out);
  auto on = at.welcome(7);
  on.snapshot = nullptr;
  auto next = fixture::batch(6, {tape::append{2}});
  auto wrong = fixture::batch(is_foreign ? 7 : 8, {tape::append{3}});
  if (is_foreign)
    wrong.epoch = libsync::epoch_id{8};
  on.missed = {fixture::enclosed(next), fixture::enclosed(wrong)};
  at.client.receive(on, at.out);
  CHECK(at.values() == std::vector<std::int64_t>{1, 2});
  CHECK(at.client.counters().resyncs == 1);
  CHECK_FALSE(at.client.joined());
  CHECK(at.out.joins.back().version == 6);
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
