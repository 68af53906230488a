#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "journal/place.hpp"
#include "libsync/history.hpp"
#include "libsync/sqlite.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using books::data;
using books::pay;
using books::place;
using books::submit;

namespace {

// What each version was, as a client has seen it.
std::map<libsync::version, data> fill(place& here, int count) {
  std::map<libsync::version, data> seen{{here.read().version, *here.read().data}};
  libsync::session<data> one{here.server, {.identity = "ann"}};
  for (int i = 0; i < count; ++i) {
    submit(one, pay{i % 3 == 0 ? "rent" : "food", i});
    const auto now = *one.snapshot();
    seen.emplace(now.version, *now.data);
  }
  return seen;
}

} // namespace

TEST_CASE("any version that a journal keeps can be read") {
  place here{{.data_every = 7, .keep = 1'000}};
  here.start();
  const auto seen = fill(here, 40);
  here.stop();
  const auto past = books::memory_journal{here.disk}.open_past<data>();
  CHECK(past.oldest() == 0);
  CHECK(past.newest() == 40);
  for (const auto& [version, then] : seen) {
    INFO("version " << version);
    CHECK(past.data_of(version) == then);
  }
  CHECK_THROWS_WITH(past.data_of(41), "the disk: version 41 is not kept, only 0 to 40");
}

TEST_CASE("the log of a journal says who has submitted what, and when") {
  place here;
  here.start();
  fill(here, 10);
  here.stop();
  const auto past = books::memory_journal{here.disk}.open_past<data>();
  std::vector<std::string> log;
  past.for_each(3, 6, [&](const libsync::accepted_submission<data>& one) {
    const auto& op = std::get<pay>(one.operations.front());
    log.push_back(std::to_string(one.version) + ' ' + *one.identity + ' ' + op.to + ' ' +
                  std::to_string(op.amount));
    CHECK(one.time >= 946'684'800'000);
  });
  CHECK(log == std::vector<std::string>{"4 ann rent 3", "5 ann food 4", "6 ann food 5"});
}

TEST_CASE("a server, or a history, begins with a version of the past") {
  place here;
  here.start();
  const auto seen = fill(here, 10);
  here.stop();
  const auto past = books::memory_journal{here.disk}.open_past<data>();
  auto server = libsync::spawn_server(here.at, past.data_of(5));
  libsync::session<data> session{server};
  CHECK(*session.snapshot()->data == seen.at(5));
  libsync::history<data> history{past.data_of(5)};
  CHECK(history.data() == seen.at(5));
}

TEST_CASE("the past of a file that nobody has written is an error that names it") {
  const scratch folder;
  const libsync::sqlite_journal nowhere{folder / "none.db"};
  CHECK_THROWS_WITH(nowhere.open_past<data>(), Catch::Contains("none.db"));
  CHECK(folder.count() == 0);
}

TEST_CASE("versions before another epoch can be read, too") {
  place here;
  here.level = libsync::durability::relaxed;
  here.start();
  const auto first = fill(here, 4);
  here.at.run();
  const auto rows = here.disk->all();
  here.stop();
  here.disk->replace(rows); // as if it had been killed
  here.start();
  const auto second = fill(here, 4);
  here.stop();
  const auto past = books::memory_journal{here.disk}.open_past<data>();
  CHECK(past.newest() == 9); // an epoch takes a version at its beginning
  for (const auto& [version, then] : first)
    CHECK(past.data_of(version) == then);
  for (const auto& [version, then] : second)
    CHECK(past.data_of(version) == then);
  std::size_t count = 0;
  past.for_each(0, 9, [&](const auto&) { ++count; });
  CHECK(count == 8);
}
