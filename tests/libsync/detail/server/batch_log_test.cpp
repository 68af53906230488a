#include "libsync/detail/server/batch_log.hpp"

#include "support/catch.hpp"
#include "support/tape.hpp"

namespace {

libsync::batch<tape::data> batch_of(libsync::version first, std::size_t size) {
  libsync::batch<tape::data> made;
  made.first = first;
  made.last = first + size - 1;
  made.operations.resize(size);
  return made;
}

} // namespace

TEST_CASE("the log hands out the batches that lead on from a version", "[log]") {
  libsync::detail::batch_log<tape::data> log{{100, 1'000'000}};
  for (libsync::version first = 1; first <= 9; first += 3)
    log.append(batch_of(first, 3));
  REQUIRE(log.since(0));
  CHECK(log.since(0)->size() == 3);
  REQUIRE(log.since(3));
  CHECK(log.since(3)->front()->first == 4);
  CHECK_FALSE(log.since(4)); // inside a batch
  CHECK_FALSE(log.since(10));
}

TEST_CASE("the log forgets the oldest batches beyond its limit", "[log]") {
  libsync::detail::batch_log<tape::data> log{{6, 1'000'000}};
  log.append(batch_of(1, 3));
  log.append(batch_of(4, 3));
  CHECK(log.size().operations == 6);
  CHECK(log.since(0));
  log.append(batch_of(7, 1));
  CHECK(log.since(0));
  log.trim();
  CHECK(log.size().operations == 4);
  CHECK_FALSE(log.since(0));
  CHECK(log.since(3));
  log.append(batch_of(8, 50)); // larger than the limit alone: kept all the same
  log.trim();
  CHECK(log.size().operations == 50);
  CHECK(log.since(7));
}
