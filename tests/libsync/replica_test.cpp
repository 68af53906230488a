#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/record.hpp"
#include "support/replica_fixture.hpp"
#include "support/tape.hpp"
#include "support/welcome.hpp"

namespace {

using libsync::client_id;
using libsync::receipt;
using libsync::version;
using operation = tape::data::operation;
using receipts = std::vector<std::pair<libsync::submission_number, receipt>>;
using fixture = replica_fixture;

constexpr auto epoch = fixture::epoch;
constexpr auto me = fixture::me;
constexpr auto somebody = fixture::somebody;

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

TEST_CASE("a client is told accepted after its copy shows the change", "[replica]") {
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

TEST_CASE("a replica acknowledges at least four times within its lag", "[replica]") {
  fixture at;
  at.join(); // lag 8
  for (version v = 1; v <= 8; ++v)
    at.receive(fixture::batch(v, {tape::append{1}}));
  CHECK(at.out.reached == std::vector<version>{2, 4, 6, 8});
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
  client.receive(welcome_to(out, me, epoch, snapshot), out);
  CHECK(client.read().data == snapshot);
  CHECK(counted::copies() == copies);
  client.receive(std::make_shared<const libsync::batch<counted>>(
                     libsync::batch<counted>{epoch, 1, 1, {{5}}, {{somebody, 1, 1, false, 0}}}),
                 out);
  CHECK(counted::copies() == copies + 1);
  CHECK(client.confirmed().value == 6);
  CHECK(snapshot->value == 1);
}
