#include "libsync/sqlite/siblings.hpp"

#include <functional>
#include <string>
#include <utility>

#include "support/catch.hpp"
#include "support/scratch.hpp"
#include "support/sibling_laws.hpp"

namespace {

struct file {
  scratch in;
  libsync::sqlite_siblings operator()() const { return libsync::sqlite_siblings{in / "carts.db"}; }
};

} // namespace

TEST_CASE("rows in a file keep siblings side by side") {
  const file kept;
  siblings::check_rows(std::cref(kept));
}

TEST_CASE("a store in a file reads, merges, changes and writes boxes") {
  const file kept;
  siblings::check_store(std::cref(kept));
}

TEST_CASE("siblings in a file that cannot be merged stay, and the event is named") {
  const file kept;
  siblings::check_siblings_that_cannot_be_merged(std::cref(kept));
}

TEST_CASE("damaged siblings in a file are named, and stay") {
  const file kept;
  siblings::check_damage(std::cref(kept));
}

TEST_CASE("a file of siblings is kept when all have closed it") {
  const file kept;
  REQUIRE(
      libsync::open_siblings<siblings::words>(kept()).update("ann", siblings::words::add{"bread"}));
  CHECK(siblings::said(libsync::open_siblings<siblings::words>(kept()).read("ann")) == "bread");
  auto one = kept();
  const auto moved = std::move(one);
  CHECK(moved.place() == (kept.in / "carts.db").string());
}

TEST_CASE("a file that holds no siblings is refused") {
  const scratch in;
  put(in / "carts.db", std::string(5'000, 'x'));
  const auto error = siblings::failure([&] { libsync::sqlite_siblings{in / "carts.db"}; });
  CHECK(error.kind() == libsync::storage_failure::foreign);
  CHECK_THAT(error.what(), Catch::Contains("carts.db: it is no database of SQLite's"));
}
