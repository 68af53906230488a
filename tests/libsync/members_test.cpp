// Who is a member of a sequencer: joining, leaving, coming back, falling behind.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/record.hpp"
#include "support/sequencer_fixture.hpp"
#include "support/tape.hpp"

namespace {

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using libsync::version;
using operation = tape::data::operation;
using kind = libsync::receipt::kind;
using fixture = sequencer_fixture;

constexpr auto epoch = fixture::epoch;

} // namespace

TEST_CASE("a join gives the snapshot of a version, and then each later version", "[sequencer]") {
  fixture at;
  const auto first = at.join(1);
  at.submit(1, first, 1, {tape::append{1}});
  const auto second = at.join(2); // the join flushes what was pending
  CHECK(first != second);
  CHECK(at.out.batches(1).size() == 1);
  CHECK(at.out.batches(2).empty());
  const auto welcome = at.out.welcomes(2).back();
  CHECK(welcome->version == 1);
  CHECK(welcome->snapshot->values == std::vector<std::int64_t>{1});
  at.submit(1, first, 2, {tape::append{2}});
  at.server.flush(at.out);
  CHECK(at.out.batches(2).back()->first == 2);
  CHECK(at.out.batches(1).back() == at.out.batches(2).back()); // shared, not copied
}

TEST_CASE("joining twice is harmless", "[sequencer]") {
  fixture at;
  const auto id = at.join(1);
  CHECK(at.join(1) == id);
  CHECK(at.server.members() == 1);
  at.submit(1, id, 1, {tape::append{1}});
  at.server.flush(at.out);
  CHECK(at.out.batches(1).size() == 1);
}

TEST_CASE("leaving twice is harmless, and so is leaving without having joined", "[sequencer]") {
  fixture at;
  at.join(1);
  at.server.leave(1, 0, at.out);
  at.server.leave(1, 0, at.out);
  at.server.leave(2, 0, at.out);
  CHECK(at.server.members() == 0);
  CHECK(at.server.absent() == 1);
}

TEST_CASE("client ids are never reused", "[sequencer]") {
  fixture at{{.absent = 1}};
  std::vector<client_id> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(at.join(i));
    at.server.leave(i, 0, at.out);
  }
  std::sort(ids.begin(), ids.end());
  CHECK(std::unique(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("a client that never was a member is refused, a former one hears unknown",
          "[sequencer]") {
  fixture at;
  at.submit(5, client_id{1}, 1, {tape::append{1}});
  CHECK(at.answered(5).back().what == kind::refused);
  CHECK(at.answered(5).back().reason == "not a member of this server: join first");
  const auto id = at.join(5);
  at.server.leave(5, 0, at.out);
  at.submit(5, id, 1, {tape::append{1}});
  CHECK(at.answered(5).back().what == kind::unknown);
  at.join(6);
  at.submit(6, id, 1, {tape::append{1}}); // another's name
  CHECK(at.answered(6).back().what == kind::unknown);
  at.server.submit(6, {client_id{2}, epoch_id{8}, 1, 1, {tape::append{1}}, {}}, 0, at.out);
  CHECK(at.answered(6).back() == receipt::unknown("the epoch in which it was sent has ended"));
  CHECK(at.out.all<libsync::suspended>(6).size() == 1);
  CHECK(at.server.version() == 0);
}

TEST_CASE(
    "a client that comes back gets the batches it missed while the log has them, else a snapshot",
    "[sequencer]") {
  fixture at{{.log = 3}};
  const auto one = at.join(1);
  const auto other = at.join(2);
  at.server.leave(2, 0, at.out);
  for (libsync::submission_number number = 1; number <= 5; ++number) {
    at.submit(1, one, number, {tape::append{1}});
    at.server.flush(at.out);
  }
  const auto rejoin = [&](version from, epoch_id known = epoch) {
    at.server.leave(2, 0, at.out);
    CHECK(at.join(2, {other, known, from, 1, 9}) == (known == epoch ? other : client_id{3}));
    return at.out.welcomes(2).back();
  };
  CHECK(rejoin(5)->missed.empty());
  CHECK(rejoin(5)->snapshot == nullptr);
  CHECK(rejoin(2)->missed.size() == 3);
  CHECK(rejoin(2)->snapshot == nullptr);
  CHECK(rejoin(1)->snapshot != nullptr); // no longer in the log
  CHECK(rejoin(6)->snapshot != nullptr); // ahead of the server
  CHECK(rejoin(5)->attempt == 9);
  CHECK(rejoin(5, epoch_id{8})->snapshot != nullptr); // another epoch
  CHECK(at.server.counters().past_log == 1);
}

TEST_CASE("another client at a known route is not taken for the one before", "[sequencer]") {
  server_record<tape::data> out;
  int left = 0;
  libsync::sequencer<tape::data, int> server{
      tape::data{}, epoch, {}, {.on_left = [&](client_id) -> std::optional<operation> {
        ++left;
        return std::nullopt;
      }}};
  server.join(1, {}, 0, out);
  const auto first = out.welcomes(1).back()->you;
  server.submit(1, {first, epoch, 1, 1, {tape::append{1}}, {}}, 0, out);
  server.join(1, {}, 0, out); // knows no name, and begins with number 1 again
  const auto second = out.welcomes(1).back()->you;
  CHECK(second != first);
  CHECK(left == 1);
  CHECK(server.members() == 1);
  server.submit(1, {second, epoch, 1, 1, {tape::append{2}}, {}}, 0, out);
  server.flush(out);
  CHECK(server.data().values == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("the windows of absent clients are bounded, the oldest forgotten first", "[sequencer]") {
  fixture at{{.absent = 2}};
  std::vector<client_id> ids;
  for (int route = 0; route < 3; ++route) {
    ids.push_back(at.join(route));
    at.submit(route, ids.back(), 1, {tape::append{route}});
  }
  for (int route = 0; route < 3; ++route)
    at.server.leave(route, 0, at.out);
  CHECK(at.server.absent() == 2);
  CHECK(at.server.counters().forgotten == 1);
  CHECK(at.join(1, {ids[1], epoch, 3, 1, 1}) == ids[1]);
  CHECK(at.out.welcomes(1).back()->last_reply.count == 1);
  CHECK(at.join(0, {ids[0], epoch, 3, 1, 1}) != ids[0]);
  CHECK(at.out.welcomes(0).back()->last_reply.count == 0);
}

TEST_CASE("a member that falls too far behind is told so once and receives nothing more",
          "[sequencer]") {
  fixture at{{.lag = 4}};
  const auto one = at.join(1);
  at.join(2);
  for (libsync::submission_number number = 1; number <= 8; ++number) {
    at.submit(1, one, number, {tape::append{1}});
    at.server.flush(at.out);
    at.server.acknowledge(1, number, at.out);
  }
  CHECK(at.out.batches(1).size() == 8);
  CHECK(at.out.batches(2).size() == 5); // 4 behind, and one batch more
  CHECK(at.out.all<libsync::suspended>(2).size() == 1);
  CHECK(at.server.counters().suspended == 1);
  at.join(2);
  at.submit(1, one, 9, {tape::append{1}});
  at.server.flush(at.out);
  CHECK(at.out.batches(2).size() == 6);
}

TEST_CASE("the server submits on_left's operation when it forgets a member", "[sequencer]") {
  server_record<tape::data> out;
  libsync::sequencer<tape::data, int> server{
      tape::data{}, epoch, {}, {.on_left = [](client_id id) -> std::optional<operation> {
        if (id == client_id{2})
          return std::nullopt;
        if (id == client_id{3})
          return tape::fail{};
        return tape::append{static_cast<std::int64_t>(id)};
      }}};
  for (int route = 1; route <= 4; ++route)
    server.join(route, {}, 0, out);
  for (int route = 1; route <= 3; ++route)
    server.leave(route, 0, out);
  server.flush(out);
  CHECK(server.data().values == std::vector<std::int64_t>{1});
  REQUIRE(out.batches(4).size() == 1);
  CHECK(out.batches(4)[0]->runs[0].by == client_id::server);
  CHECK(out.refusals == std::vector<std::string>{"threw: the reducer is broken"});
}

TEST_CASE("many joins share one snapshot, and reading needs no membership", "[sequencer]") {
  server_record<counted> out;
  libsync::sequencer<counted, int> server{counted{1}, epoch};
  const auto copies = counted::copies();
  for (int route = 1; route <= 100; ++route)
    server.join(route, {}, 0, out);
  CHECK(server.read().data == out.welcomes(100).back()->snapshot);
  CHECK(counted::copies() == copies);
  server.submit(1, {client_id{1}, epoch, 1, 3, {{1}, {1}, {1}}, {}}, 0, out);
  CHECK(counted::copies() == copies + 1); // the snapshot is still held
  CHECK(server.read().version == 3);
}
