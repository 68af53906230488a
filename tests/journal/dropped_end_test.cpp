#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using books::data;
using books::pay;

namespace {

struct place {
  void start(const std::string& name) {
    server = libsync::spawn_server(at, data{},
                                   {.journal = libsync::sqlite_journal{folder / name.c_str()}});
  }
  void stop() {
    server.stop();
    server = nullptr;
    at.run();
  }
  void pay_rent(std::int64_t amount) const {
    libsync::session<data> session{server};
    REQUIRE(session.submit(pay{"rent", amount}).get().is_accepted());
  }
  [[nodiscard]] std::int64_t rent() const { return server.snapshot()->data->accounts.at("rent"); }
  /// What a machine leaves that ends now: SQLite's log with its last commits.
  void copy(const std::string& to, const std::string& log) const {
    put(folder / to.c_str(), get(folder / "books.db"));
    put(folder / (to + "-wal").c_str(), log);
  }
  [[nodiscard]] std::string log() const { return get(folder / "books.db-wal"); }

  scratch folder;
  libsync::testing::runtime at;
  libsync::server<data> server;
};

} // namespace

TEST_CASE("a server says what its journal has dropped of a commit that was not whole") {
  place here;
  here.start("books.db");
  here.pay_rent(1);
  const auto before = here.log();
  here.pay_rent(2);
  const auto after = here.log();
  const auto epoch = here.server.snapshot()->epoch;
  REQUIRE(after.size() > before.size() + 2'000);
  here.copy("whole.db", after);
  here.copy("torn.db", after.substr(0, after.size() - 1'000));
  here.stop();

  here.start("whole.db");
  CHECK(here.server.status()->dropped.empty());
  CHECK(here.rent() == 3);
  here.stop();

  here.start("torn.db");
  CHECK_THAT(std::string{here.server.status()->dropped},
             Catch::Matches(".*/torn\\.db-wal: [1-9][0-9]{3,} bytes of an unfinished commit are "
                            "dropped"));
  CHECK(here.rent() == 1);
  CHECK(here.server.snapshot()->epoch == epoch); // nobody has heard of it
  here.pay_rent(4);
  CHECK(here.rent() == 5);
  here.stop();

  here.start("torn.db");
  CHECK(here.server.status()->dropped.empty());
  CHECK(here.rent() == 5);
  here.stop();
}

TEST_CASE("where a commit was damaged that was whole, another epoch begins") {
  place here;
  here.start("books.db");
  here.pay_rent(1);
  const auto before = here.log();
  here.pay_rent(2);
  here.pay_rent(4);
  auto damaged = here.log();
  const auto epoch = here.server.snapshot()->epoch;
  damaged[before.size() + 100] = static_cast<char>(damaged[before.size() + 100] ^ 1);
  here.copy("damaged.db", damaged);
  here.stop();

  here.start("damaged.db");
  CHECK_THAT(std::string{here.server.status()->dropped},
             Catch::Contains("damaged.db-wal: it is damaged, so the last"));
  CHECK(here.rent() == 1);
  CHECK(here.server.snapshot()->epoch != epoch); // somebody may know of what is lost
  here.stop();
}
