#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "journal/place.hpp"
#include "support/catch.hpp"

using books::data;
using books::memory_journal;
using books::pay;
using books::place;
using books::submit;
using libsync::receipt;

TEST_CASE("a server goes on where the one before it ended") {
  place here;
  here.start();
  libsync::snapshot<data> before;
  {
    libsync::session<data> one{here.server, {.identity = "ann"}};
    CHECK(submit(one, pay{"rent", 5}) == receipt::accepted(1));
    CHECK(submit(one, pay{"rent", -1}) == receipt::refused("an amount is negative"));
    CHECK(submit(one, pay{"food", 2}) == receipt::accepted(2));
    before = here.read();
  }
  here.restart();
  const auto after = here.read();
  CHECK(after.epoch == before.epoch);
  CHECK(after.version == 2);
  CHECK(*after.data == *before.data);
  CHECK(after.data->payer == "ann");
  CHECK(here.status().absent == 1);
  libsync::session<data> two{here.server, {.identity = "ben"}};
  CHECK(submit(two, pay{"rent", 1}) == receipt::accepted(3));
  CHECK(here.read().data->accounts.at("rent") == 6);
  CHECK(here.read().data->payer == "ben");
}

TEST_CASE("a session outlives its server, if another one goes on with the journal") {
  place here;
  here.start();
  // Ids are given once, also in another life.
  std::vector<libsync::client_id> ids;
  for (int life = 0; life < 3; ++life) {
    libsync::session<data> one{here.server};
    CHECK(submit(one, pay{"rent", 1}).is_accepted());
    ids.push_back(*one.status()->id);
    here.restart();
  }
  CHECK(ids[0] != ids[1]);
  CHECK(ids[1] != ids[2]);
  CHECK(here.read().data->accounts.at("rent") == 3);
}

TEST_CASE("timers outlive a process") {
  place here;
  here.start();
  const auto time = libsync::timestamp{946'684'800'000} + 60'000; // the runtime begins in 2000
  REQUIRE(here.server.submit_at("a", time, pay{"late", 7}));
  REQUIRE(here.server.submit_at("b", time, pay{"never", 7}));
  REQUIRE(here.server.submit_at("b", time, pay{"late", 1}));
  REQUIRE(here.server.submit_at("c", time, pay{"never", 7}));
  REQUIRE(here.server.cancel_timer("c"));
  here.restart();
  here.at.run();
  CHECK(here.read().version == 0);
  here.at.advance(std::chrono::minutes{2});
  const auto after = here.read();
  CHECK(after.data->accounts == std::map<std::string, std::int64_t>{{"late", 8}});
  here.restart();
  here.at.advance(std::chrono::minutes{2});
  CHECK(here.read().version == after.version);
}

TEST_CASE("effects that are not done are run again, and those that are done are not") {
  place here;
  here.start();
  {
    libsync::session<data> one{here.server};
    for (const char* name : {"a", "b", "c"}) {
      submit(one, pay{name, 3});
      submit(one, books::end{name});
    }
  }
  here.at.run();
  CHECK(here.paid == std::vector<std::string>{"a: 3", "b: 3", "c: 3"});
  here.tokens[1].done();
  here.at.run();
  here.paid.clear();
  here.restart();
  here.at.run();
  CHECK(here.paid == std::vector<std::string>{"a: 3", "c: 3"});
  CHECK(here.status().waiting_effects == 2);
  for (const auto& token : here.tokens)
    token.done(); // also of the life before
  here.at.run();
  here.paid.clear();
  here.restart();
  here.at.run();
  CHECK(here.paid.empty());
}

TEST_CASE("the data are stored now and then, and what is before them is forgotten") {
  place here{{.data_every = 20, .keep = 40}};
  here.start();
  std::int64_t paid = 0;
  for (int life = 0; life < 4; ++life) {
    libsync::session<data> one{here.server};
    for (int i = 0; i < 100; ++i, ++paid)
      submit(one, pay{"rent", 1});
    const auto before = here.read();
    here.restart();
    const auto after = here.read();
    REQUIRE(after.version == before.version);
    REQUIRE(*after.data == *before.data);
  }
  CHECK(here.read().data->accounts.at("rent") == paid);
  std::size_t data_rows = 0;
  std::uint64_t first = 400;
  for (const auto& [place, row] : here.disk->all()) {
    data_rows += place.first == libsync::row_table::data ? 1 : 0;
    if (place.first == libsync::row_table::log)
      first = std::min(first, place.second);
  }
  CHECK(data_rows >= 2);
  CHECK(data_rows <= 4);
  CHECK(first > 300);
  CHECK(first <= 361);
}

TEST_CASE("a client that comes back gets what it missed, also from another process") {
  place here;
  here.start();
  {
    libsync::session<data> one{here.server};
    for (int i = 0; i < 5; ++i)
      submit(one, pay{"rent", 1});
  }
  here.restart();
  const auto part = here.server.read_log(2);
  REQUIRE(part);
  CHECK_FALSE(part->truncated_at);
  std::vector<libsync::version> versions;
  part->for_each([&](const auto& one) { versions.push_back(one.version); });
  CHECK(versions == std::vector<libsync::version>{3, 4, 5});
}

TEST_CASE("a server that dies within a call begins an epoch, which is kept") {
  place here;
  bool dies = false;
  libsync::server_options<data> options;
  options.journal = memory_journal{here.disk};
  options.inject_fault = [&](libsync::fault_point where) {
    if (where == libsync::fault_point::within && std::exchange(dies, false))
      throw std::runtime_error("it died within a call");
  };
  libsync::epoch_id first{};
  libsync::snapshot<data> last;
  {
    auto supervisor = libsync::spawn_supervisor(here.at, data{}, options);
    libsync::session<data> one{supervisor};
    CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
    first = supervisor.server()->snapshot()->epoch;
    dies = true;
    CHECK(submit(one, pay{"rent", 2}).what != receipt::kind::refused);
    CHECK(submit(one, pay{"rent", 4}).is_accepted());
    last = *supervisor.server()->snapshot();
    CHECK(last.epoch != first);
    supervisor.stop();
  }
  here.at.run();
  here.start();
  const auto after = here.read();
  CHECK(after.epoch == last.epoch);
  CHECK(after.version == last.version);
  CHECK(*after.data == *last.data);
}

TEST_CASE("of clients that come no more, the latest are remembered, and no more than that") {
  // Also where the data are stored again all the time, with all clients.
  const auto data_every = GENERATE(100'000U, 1U);
  place here{{.data_every = data_every, .clients = 3}};
  here.start();
  for (int life = 0; life < 8; ++life) {
    {
      libsync::session<data> one{here.server};
      libsync::session<data> other{here.server};
      CHECK(submit(one, pay{"rent", 1}).is_accepted());
      CHECK(submit(other, pay{"rent", 1}).is_accepted());
    }
    here.restart();
    // Both of the life that has just ended, and three of those before.
    CHECK(here.status().absent == std::min<std::size_t>(5, 2 * static_cast<std::size_t>(life + 1)));
  }
  std::size_t rows = 0;
  for (const auto& [place, row] : here.disk->all())
    rows += place.first == libsync::row_table::clients ? 1 : 0;
  CHECK(rows == 5);
  CHECK(here.read().data->accounts.at("rent") == 16);
}
