#include "libsync/sequencer.hpp"

#include <cstddef>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/sequencer_fixture.hpp"
#include "support/tape.hpp"

namespace {

using libsync::receipt;
using operation = tape::data::operation;
using kind = libsync::receipt::kind;
using fixture = sequencer_fixture;

} // namespace

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

TEST_CASE("a limit of 0 is rejected by name", "[sequencer][limits]") {
  CHECK_THROWS_WITH(fixture{{.batch = 0}}, "libsync::limits: `batch` is 0, expected at least 1");
  CHECK_THROWS_WITH(fixture{{.absent = 0}}, "libsync::limits: `absent` is 0, expected at least 1");
}
