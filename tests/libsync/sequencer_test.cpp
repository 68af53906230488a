#include "libsync/protocol/membership.hpp"
#include "libsync/sequencer.hpp"

#include <algorithm>
#include <optional>
#include <string>
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
using kind = libsync::receipt::kind;

constexpr epoch_id epoch{7};

struct fixture {
  libsync::limits limits;
  libsync::sequencer<tape::data, int> server;
  server_record<tape::data> out;

  explicit fixture(const libsync::limits& chosen = {})
      : limits(chosen), server(tape::data{}, epoch, chosen) {}

  client_id join(int route, const libsync::join_request& request = {}) {
    server.join(route, request, 0, out);
    return out.welcomes(route).back()->you;
  }

  void submit(int route, client_id by, libsync::submission_number first,
              const std::vector<operation>& operations, version = 0) {
    server.submit(route, {by, epoch, first, operations.size(), operations, {}}, 0, out);
  }

  std::vector<receipt> answered(int route) const {
    std::vector<receipt> all;
    for (const auto& told : out.answers(route))
      told->for_each([&](auto, const receipt& what) { all.push_back(what); });
    return all;
  }
};

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

TEST_CASE(
    "the first accepted operation asks for one flush, and what comes before it joins the batch",
    "[sequencer]") {
  fixture at;
  const auto one = at.join(1);
  const auto other = at.join(2);
  at.submit(1, one, 1, {tape::append{1}});
  at.submit(2, other, 1, {tape::append{2}, tape::append{3}});
  at.submit(1, one, 2, {tape::append{4}});
  CHECK(at.out.flushes_asked == 1);
  CHECK(at.out.batches(1).empty());
  at.server.flush(at.out);
  REQUIRE(at.out.batches(1).size() == 1);
  const auto& batch = *at.out.batches(1).front();
  CHECK(batch.operations.size() == 4);
  CHECK(batch.first == 1);
  CHECK(batch.last == 4);
  CHECK(batch.runs == std::vector<libsync::run>{
                          {one, 1, 1, false, 0}, {other, 1, 2, false, 0}, {one, 2, 1, false, 0}});
  at.submit(1, one, 3, {tape::append{5}});
  CHECK(at.out.flushes_asked == 2);
}

TEST_CASE("a refusal takes no version, is told to nobody else, and comes after the batch",
          "[sequencer]") {
  fixture at;
  const auto one = at.join(1);
  at.join(2);
  at.submit(1, one, 1,
            {tape::append{1}, tape::drop{}, tape::drop{}, tape::fail{}, tape::append{2}});
  CHECK(at.out.answers(1).empty());
  at.server.flush(at.out);
  CHECK(at.server.version() == 3);
  REQUIRE(at.out.answers(1).size() == 1);
  CHECK(at.out.answers(2).empty());
  CHECK(std::holds_alternative<libsync::reply_ptr>(at.out.sent.back().second));
  CHECK(at.answered(1) == std::vector<receipt>{receipt::accepted(1), receipt::accepted(2),
                                               receipt::refused("the tape is empty"),
                                               receipt::refused("threw: the reducer is broken"),
                                               receipt::accepted(3)});
  CHECK(at.out.refusals.size() == 2);
}

TEST_CASE("refusals alone are answered at once", "[sequencer]") {
  fixture at;
  const auto one = at.join(1);
  at.submit(1, one, 1, {tape::drop{}});
  CHECK(at.out.flushes_asked == 0);
  CHECK(at.answered(1) == std::vector<receipt>{receipt::refused("the tape is empty")});
}

TEST_CASE("a full batch goes out before more is decided, and a large parcel may span several",
          "[sequencer]") {
  for (const std::size_t size : {3u, 4u, 8u, 9u}) {
    fixture at{{.batch = 4}};
    const auto one = at.join(1);
    at.submit(1, one, 1, std::vector<operation>(size, tape::append{1}));
    CHECK(at.out.batches(1).size() == (size - 1) / 4);
    CHECK(at.server.counters().full_batches == (size - 1) / 4);
    at.server.flush(at.out);
    CHECK(at.out.batches(1).size() == (size + 3) / 4);
    CHECK(at.out.batches(1).back()->last == size);
  }
}

TEST_CASE("a parcel that fits into a batch is not split", "[sequencer]") {
  fixture at{{.batch = 4}};
  const auto one = at.join(1);
  at.submit(1, one, 1, {tape::append{1}, tape::append{2}, tape::append{3}});
  CHECK(at.out.batches(1).empty());
  at.submit(1, one, 4, {tape::append{4}, tape::append{5}});
  REQUIRE(at.out.batches(1).size() == 1);
  CHECK(at.out.batches(1).front()->last == 3);
  at.server.flush(at.out);
  CHECK(at.out.batches(1).back()->operations.size() == 2);
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

TEST_CASE("a parcel that comes again is answered as before and applied once", "[sequencer]") {
  fixture at;
  const auto one = at.join(1);
  at.submit(1, one, 1, {tape::append{1}, tape::fail{}, tape::append{2}});
  at.server.flush(at.out);
  const auto before = at.answered(1);
  at.out.sent.clear();
  at.submit(1, one, 1, {tape::append{1}, tape::fail{}, tape::append{2}});
  CHECK(at.answered(1) == before);
  CHECK(at.server.version() == 2);
  at.out.sent.clear();
  at.submit(1, one, 2, {tape::fail{}, tape::append{2}, tape::append{3}}); // two old, one new
  at.server.flush(at.out);
  // Also the new one is in an answer, because the old ones' comes after its batch.
  CHECK(at.answered(1) == std::vector<receipt>{before[1], before[2], receipt::accepted(3)});
  CHECK(at.server.version() == 3);
  CHECK(at.server.counters().repeated == 5);
}

TEST_CASE("a submission older than the last parcel is too old, never applied again",
          "[sequencer]") {
  fixture at;
  const auto one = at.join(1);
  at.submit(1, one, 1, {tape::append{1}});
  at.submit(1, one, 2, {tape::append{2}});
  at.server.flush(at.out);
  at.submit(1, one, 1, {tape::append{1}, tape::append{2}});
  REQUIRE(at.answered(1).size() == 2);
  CHECK(at.answered(1)[0].what == kind::unknown);
  CHECK(at.answered(1)[0].reason.text().starts_with("too old"));
  CHECK(at.answered(1)[1] == receipt::accepted(2));
  CHECK(at.server.version() == 2);
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
      tape::data{}, epoch, {}, [&](client_id) -> std::optional<operation> {
        ++left;
        return std::nullopt;
      }};
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

TEST_CASE("a parcel without submissions changes nothing", "[sequencer]") {
  fixture at;
  const auto id = at.join(1);
  at.submit(1, id, 9, {});
  at.submit(1, id, 1, {tape::append{1}});
  CHECK(at.server.version() == 1);
}

TEST_CASE("an acknowledgement of what was not sent yet is ignored", "[sequencer]") {
  fixture at{{.lag = 100}};
  const auto id = at.join(1);
  at.submit(1, id, 1, {tape::append{1}, tape::append{2}});
  at.server.acknowledge(1, 2, at.out);
  at.server.flush(at.out);
  CHECK(at.server.counters().suspended == 0);
  CHECK(at.out.batches(1).size() == 1);
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
      tape::data{}, epoch, {}, [](client_id id) -> std::optional<operation> {
        if (id == client_id{2})
          return std::nullopt;
        if (id == client_id{3})
          return tape::fail{};
        return tape::append{static_cast<std::int64_t>(id)};
      }};
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

TEST_CASE("a limit of 0 is rejected by name", "[sequencer][limits]") {
  CHECK_THROWS_WITH(fixture{{.batch = 0}}, "libsync::limits: `batch` is 0, expected at least 1");
  CHECK_THROWS_WITH(fixture{{.absent = 0}}, "libsync::limits: `absent` is 0, expected at least 1");
}
