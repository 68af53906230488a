// What a measurement counts. Nothing here depends on how long something took.

#include "libsync/actors/load/measure_load.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "libsync/actors/session.hpp"
#include "load/sums.hpp"
#include "support/catch.hpp"

using libsync::client_kind;
using libsync::load_options;
using libsync::measure_load;
using libsync::operation_source;
using namespace std::chrono_literals;

namespace {

constexpr auto kinds = {client_kind::sessions, client_kind::actors};

template <class Data, class Make>
std::string why_thrown(const libsync::server<Data>& to, Make make, const load_options& how) {
  try {
    static_cast<void>(measure_load(to, make, how));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("a measurement counts what was accepted and refused", "[load]") {
  for (const auto kind : kinds)
    for (const auto source : {operation_source::newest_data, operation_source::initial_data,
                              operation_source::beforehand})
      for (const std::uint64_t timed_one_in : {0, 1, 3}) {
        const auto result = measure_load(sum{}, counts_up(),
                                         {.clients = 3,
                                          .submitters = 2,
                                          .operations = 1001,
                                          .kind = kind,
                                          .source = source,
                                          .timed_one_in = timed_one_in});
        // One submitter has 501 operations, and the other 500. Each fifth of one is refused.
        CHECK(result);
        CHECK(result.clients == 3);
        CHECK(result.submitters == 2);
        CHECK(result.submitted == 1001);
        CHECK(result.refused == 200);
        CHECK(result.accepted == 801);
        CHECK(result.unknown == 0);
        CHECK(result.version == 801);
        CHECK(result.compared == 3);
        CHECK(result.seconds > 0);
        CHECK(result.suspensions + result.resyncs == 0);
        CHECK(result.first_reason == "refused"); // of a last operation, at the latest
        // The first 50 of each submitter warm up.
        const auto timed = timed_one_in == 0 ? 0U : timed_one_in == 1 ? 721U : 240U;
        CHECK(result.latencies.count() == timed);
      }
}

TEST_CASE("submitters share the clients in turn", "[load]") {
  for (const auto kind : kinds) {
    const auto result = measure_load(
        sum{}, counts_up(), {.clients = 2, .submitters = 7, .operations = 700, .kind = kind});
    CHECK(result);
    CHECK(result.submitted == 700);
    CHECK(result.accepted == 560);
    CHECK(result.compared == 2);
  }
}

TEST_CASE("one client submits one operation", "[load]") {
  for (const auto kind : kinds) {
    const auto result = measure_load(
        sum{}, counts_up(), {.clients = 1, .submitters = 1, .operations = 1, .kind = kind});
    CHECK(result);
    CHECK(result.accepted == 1);
    CHECK(result.latencies.count() == 1);
  }
}

TEST_CASE("with a rate each operation is timed", "[load]") {
  for (const auto kind : kinds) {
    const auto result = measure_load(sum{}, counts_up(),
                                     {.clients = 2,
                                      .submitters = 2,
                                      .operations = 100,
                                      .rate = 100'000,
                                      .kind = kind,
                                      .timed_one_in = 0});
    CHECK(result.accepted == 80);
    CHECK(result.latencies.count() == 72);
  }
}

TEST_CASE("a duration is filled with operations, at a rate or without", "[load]") {
  for (const auto kind : kinds) {
    const auto many = measure_load(sum{}, counts_up(), {.duration = 2ms, .kind = kind});
    CHECK(many);
    CHECK(many.submitted >= 4);
    CHECK(many.submitted == many.accepted + many.refused);
    const auto paced =
        measure_load(sum{}, counts_up(), {.duration = 20ms, .rate = 1000, .kind = kind});
    CHECK(paced);
    CHECK(paced.submitted == 20);
  }
}

TEST_CASE("a generator reads the newest data, or the initial ones", "[load]") {
  for (const auto kind : kinds)
    for (const auto source : {operation_source::newest_data, operation_source::initial_data}) {
      std::atomic<std::int64_t> newest{0};
      const auto make = [&](const sum& data, libsync::testing::random&) {
        newest = std::max(newest.load(), data.value);
        return add{1};
      };
      // An outbox of one: the client shows all but the last changes before the next operation.
      load_options how{.clients = 1,
                       .submitters = 1,
                       .operations = 200,
                       .rate = 1e5,
                       .kind = kind,
                       .source = source};
      how.bounds.outbox = 1;
      const auto result = measure_load(sum{100}, make, how);
      CHECK(result.accepted == 200);
      CHECK((newest > 100) == (source == operation_source::newest_data));
    }
}

TEST_CASE("operations that are too large are counted as refused", "[load]") {
  for (const auto kind : kinds) {
    load_options how{.clients = 1, .submitters = 1, .operations = 10, .kind = kind};
    how.bounds.submission_bytes = 1;
    for (const std::uint64_t timed_one_in : {1, 4}) {
      how.timed_one_in = timed_one_in;
      const auto result = measure_load(sum{}, counts_up(), how);
      CHECK(result);
      CHECK(result.submitted == 10);
      CHECK(result.refused == 10);
      CHECK(result.accepted == 0);
      CHECK(result.version == 0);
    }
  }
}

TEST_CASE("small outboxes hold submitters up, and nothing is lost", "[load]") {
  for (const auto kind : kinds) {
    load_options how{.clients = 2, .submitters = 2, .operations = 1000, .kind = kind};
    how.bounds.outbox = 1;
    const auto result = measure_load(sum{}, counts_up(), how);
    CHECK(result);
    CHECK(result.accepted == 800);
  }
}

TEST_CASE("a server that others use is measured by receipts", "[load]") {
  for (const auto kind : kinds) {
    libsync::runtime runtime;
    const auto server = libsync::spawn_server(runtime, sum{});
    libsync::session other{server};
    REQUIRE(other.submit(add{1}).get().is_accepted());
    const auto result = measure_load(
        server, counts_up(), {.clients = 2, .submitters = 1, .operations = 100, .kind = kind});
    CHECK(result);
    CHECK(result.accepted == 80);
    CHECK(result.refused == 20);
    CHECK(result.latencies.count() == 72);
    CHECK(result.compared == 0);
    CHECK(result.version == 81);
  }
}

TEST_CASE("a server is measured again", "[load]") {
  libsync::runtime runtime;
  const auto server = libsync::spawn_server(runtime, sum{});
  for (std::uint64_t time = 1; time <= 2; ++time) {
    const auto result =
        measure_load(server, counts_up(), {.clients = 2, .submitters = 1, .operations = 10});
    CHECK(result.accepted == 8);
    CHECK(result.version == 8 * time);
    CHECK(result.resyncs == 0);
    while (server.status()->members > 0)
      std::this_thread::yield();
  }
}

TEST_CASE("what a generator throws ends the measurement", "[load]") {
  for (const auto kind : kinds) {
    libsync::runtime runtime;
    const auto server = libsync::spawn_server(runtime, sum{});
    const auto make = [count = 0](const sum&, libsync::testing::random&) mutable {
      if (++count == 5)
        throw std::runtime_error("no more");
      return add{1};
    };
    CHECK(why_thrown(server, make, {.operations = 100, .kind = kind}) == "no more");
  }
}

TEST_CASE("a server that has ended is not measured", "[load]") {
  for (const auto kind : kinds) {
    libsync::runtime runtime;
    const auto server = libsync::spawn_server(runtime, sum{});
    const auto make = [&](const sum&, libsync::testing::random&) {
      server.stop();
      return add{1};
    };
    const auto why = why_thrown(server, make, {.operations = 100'000, .kind = kind});
    CHECK(why.find("libsync::measure_load: ") == 0);
  }
}
