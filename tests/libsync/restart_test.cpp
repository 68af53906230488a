#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"

using libsync::client_id;
using libsync::epoch_id;
using libsync::version;

namespace {

constexpr epoch_id first{7};
constexpr epoch_id second{8};

libsync::parcel<tape::data> appends(client_id by, epoch_id epoch, libsync::submission_number number,
                                    std::vector<tape::data::operation> operations) {
  const auto count = operations.size();
  return {by, epoch, number, count, std::move(operations), {}};
}

} // namespace

TEST_CASE("the next server sends what the one before it had not sent", "[restart]") {
  server_record<tape::data> out;
  libsync::sequencer<tape::data, int> server{{}, first};
  server.join(1, {}, 0, out);
  server.join(2, {}, 0, out);
  server.submit(1, appends(client_id{1}, first, 1, {tape::append{1}, tape::fail{}}), 0, out);
  REQUIRE(out.flushes_asked == 1);
  REQUIRE(out.batches(2).empty());

  server.resume(out); // the flush that was asked for is lost with the mailbox
  CHECK(out.batches(2).size() == 1);
  CHECK(out.answers(1).size() == 1);
  CHECK(server.epoch() == first);
  CHECK(server.members() == 2);

  // A parcel that was lost, or decided, with the first server comes again.
  server.submit(1, appends(client_id{1}, first, 1, {tape::append{1}, tape::fail{}}), 0, out);
  server.submit(2, appends(client_id{2}, first, 1, {tape::append{2}}), 0, out);
  CHECK(out.flushes_asked == 2);
  server.flush(out);
  CHECK(server.data().values == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a new epoch begins with the data as they are, and with a version of its own",
          "[restart]") {
  server_record<tape::data> out;
  std::vector<client_id> left;
  libsync::sequencer<tape::data, int> server{{}, first, {}, {.on_left = [&](client_id id) {
                                               left.push_back(id);
                                               return std::optional<tape::data::operation>{
                                                   tape::append{-1}};
                                             }}};
  server.join(1, {}, 0, out);
  server.join(2, {}, 0, out);
  server.submit(1, appends(client_id{1}, first, 1, {tape::append{1}, tape::append{2}}), 0, out);
  server.flush(out);
  REQUIRE(server.version() == 2);

  server.begin_epoch(second, 0, out);
  CHECK(server.epoch() == second);
  CHECK(server.members() == 0);
  CHECK(server.absent() == 0);
  CHECK(left == std::vector<client_id>{client_id{1}, client_id{2}});
  CHECK(server.version() == 5); // 3 is the beginning, 4 and 5 are on_left's
  CHECK(server.data().values == std::vector<std::int64_t>{1, 2, -1, -1});
  CHECK(out.changed_at == std::vector<version>{1, 2, 3, 4, 5});

  SECTION("who comes from the old epoch gets a snapshot and another name") {
    server.join(1, {client_id{1}, first, 2, 3, 9}, 0, out);
    const auto welcome = out.welcomes(1).back();
    CHECK(welcome->you == client_id{3});
    CHECK(welcome->epoch == second);
    CHECK(welcome->version == 5);
    CHECK(welcome->snapshot != nullptr);
  }
  SECTION("what is sent to the old epoch is not taken") {
    server.submit(1, appends(client_id{1}, first, 3, {tape::append{3}}), 0, out);
    CHECK(server.version() == 5);
    REQUIRE(out.answers(1).size() == 1);
    CHECK(out.answers(1)[0]->verdicts.size() == 1);
  }
  SECTION("a condition that names a version of the old epoch does not hold") {
    server.join(1, {client_id{1}, first, 2, 3, 9}, 0, out);
    libsync::parcel<tape::data> conditional{client_id{3}, second, 3, 0, {}, {}};
    append(conditional, libsync::submission<tape::data>{tape::append{3}}.only_since(2));
    append(conditional, libsync::submission<tape::data>{tape::append{4}}.only_since(5));
    server.submit(1, conditional, 0, out);
    server.flush(out);
    CHECK(server.data().values == std::vector<std::int64_t>{1, 2, -1, -1, 4});
    REQUIRE(out.answers(1).size() == 1);
    REQUIRE(out.answers(1)[0]->verdicts.size() == 1);
    CHECK(out.answers(1)[0]->verdicts[0].what.reason ==
          "the data have changed since version 2: they are at version 5");
  }
}

TEST_CASE("a replica tells the next server that it is a member, or that it has left", "[restart]") {
  client_record<tape::data> out;
  libsync::replica<tape::data> client;
  client.connect(out);
  client.reconnect(out);
  CHECK(out.joins.size() == 2);
  client.leave(out);
  CHECK(out.leaves == 1);
  client.reconnect(out);
  CHECK(out.leaves == 2);
  CHECK(out.joins.size() == 2);
  CHECK(client.away());
}
