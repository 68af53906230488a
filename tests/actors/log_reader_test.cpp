#include "libsync/actors/log_reader.hpp"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "libsync/actors/client.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/submission.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/status.hpp"
#include "support/tape.hpp"

using libsync::version;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

using tape::append;

struct fixture {
  explicit fixture(libsync::server_options<tape::data> options = {})
      : server(libsync::spawn_supervisor(at, tape::data{}, std::move(options))),
        client(libsync::spawn_client(server)) {}

  void submit(std::int64_t value) { client.post({append{value}}); }
  void kill() { caf::anon_send_exit(to_caf(locate(at, server).server), caf::exit_reason::kill); }

  libsync::testing::runtime at;
  libsync::supervisor<tape::data> server;
  libsync::client<tape::data> client;
};

std::vector<version> versions(const libsync::result<libsync::log_part<tape::data>>& of) {
  std::vector<version> all;
  if (of)
    of->for_each(
        [&](const libsync::accepted_submission<tape::data>& one) { all.push_back(one.version); });
  return all;
}

using list = std::vector<version>;

} // namespace

TEST_CASE("a reader of the log gets what is accepted, and waits for what comes", "[log]") {
  fixture here;
  libsync::log_reader reader{here.server};
  auto nothing = reader.next(seconds{0});
  CHECK(nothing.reason() == "nothing was accepted after version 0");
  nothing = reader.next(seconds{5});
  CHECK(nothing.reason() == "the deadline passed before it came");
  here.submit(1);
  here.submit(2);
  list seen;
  while (seen.size() < 2) // it waits while they come
    for (const auto one : versions(reader.next(hours{1})))
      seen.push_back(one);
  CHECK(seen == list{1, 2});
  CHECK(reader.version() == 2);
  here.at.run();
  CHECK(versions(locate(here.at, here.server).server.read_log(1)) == list{2});
}

TEST_CASE("a reader of the log goes on with the server's next life, and misses nothing",
          "[log][supervisor]") {
  fixture here;
  libsync::log_reader reader{here.server};
  list seen;
  for (std::int64_t i = 1; i <= 9; ++i) {
    here.submit(i);
    if (i % 3 == 0)
      here.kill();
    for (const auto one : versions(reader.next(i % 2 == 0 ? hours{1} : hours{0})))
      seen.push_back(one);
  }
  here.at.run();
  for (const auto one : versions(reader.next(seconds{0})))
    seen.push_back(one);
  CHECK(seen == list{1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("a reader that is slower than the log is long is told what it has missed", "[log]") {
  fixture here{{.bounds = {.batch = 1, .log = 3}}};
  libsync::log_reader reader{here.server};
  for (std::int64_t i = 1; i <= 8; ++i)
    here.submit(i);
  here.at.run();
  const auto lost = reader.next(hours{1});
  CHECK(lost.reason() == "the log no longer reaches back to version 0: it begins after version 5");
  REQUIRE(reader.truncated_at() == 5);
  reader.seek(*reader.truncated_at());
  CHECK(versions(reader.next(hours{1})) == list{6, 7, 8});
  CHECK_FALSE(reader.truncated_at());
}

TEST_CASE("a reader of the log hears that an epoch has ended, and that a server has", "[log]") {
  bool dies = false;
  libsync::server_options<tape::data> options;
  options.inject_fault = [&](libsync::fault_point where) {
    if (where == libsync::fault_point::within && std::exchange(dies, false))
      throw std::runtime_error("within a call");
  };
  fixture here{options};
  libsync::log_reader reader{here.server};
  here.submit(1);
  here.at.run();
  CHECK(versions(reader.next(hours{1})) == list{1});
  dies = true;
  here.submit(2);
  here.at.run();
  CHECK(reader.next(hours{1}).reason() ==
        "the epoch of version 1 has ended, and the log of the next one begins after version 3");
  here.server.stop();
  here.at.run();
  const auto ended = reader.next(hours{1});
  CHECK_FALSE(ended);
  CHECK(ended.reason() == "it has ended");
  libsync::log_reader<tape::data> nobody{libsync::server<tape::data>{}};
  CHECK(nobody.next(seconds{0}).reason() == "there is nobody to ask: the handle is null");
}

TEST_CASE("readers that wait and go leave nothing at the server", "[log]") {
  fixture here;
  for (int i = 0; i < 100; ++i) {
    libsync::log_reader reader{here.server};
    CHECK_FALSE(reader.next(seconds{1}));
  }
  here.submit(1);
  here.at.run();
  CHECK(status_of(here.at, locate(here.at, here.server).server).version == 1);
  CHECK(status_of(here.at, here.server).restarts == 0);
}
