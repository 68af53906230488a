#include "redis_address.hpp"

#include <fstream>
#include <string>

#include "libsync/redis/journal.hpp"
#include "place.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace libsync::journal_tool;

TEST_CASE("an address of a journal names user, host, port and journal") {
  auto all = read_redis_address("redis://example.org/books");
  CHECK(all.name == "books");
  CHECK(all.how.host == "example.org");
  CHECK(all.how.port == 6'379);
  CHECK(all.how.user.empty());
  all = read_redis_address("redis://ann@[::1]:7000/books/of@2026");
  CHECK(all.name == "books/of@2026");
  CHECK(all.how.host == "::1");
  CHECK(all.how.port == 7'000);
  CHECK(all.how.user == "ann");
}

TEST_CASE("an address of a journal behind a socket ends with what is no directory") {
  const scratch folder;
  const auto file = (folder / "socket").string();
  std::ofstream{file} << "it is enough that it is there";
  const auto all = read_redis_address("redis://ann@" + file + "/books/new");
  CHECK(all.how.socket == file);
  CHECK(all.how.user == "ann");
  CHECK(all.name == "books/new");
  const auto none = read_redis_address("redis://" + file + ".gone/books");
  CHECK(none.how.socket == file + ".gone");
  CHECK(none.name == "books");
}

TEST_CASE("what is no address of a journal says why") {
  const auto refused = [](const std::string& words, const std::string& why) {
    CHECK_THROWS_AS(read_redis_address("redis://" + words), bad_address);
    CHECK_THROWS_WITH(read_redis_address("redis://" + words),
                      "redis://" + words + ": " + why +
                          ", expected redis://HOST:PORT/NAME or redis:///SOCKET/NAME");
  };
  refused("", "it names no journal");
  refused("host", "it names no journal");
  refused("host:1/", "it names no journal");
  refused("/books", "there is no host or socket");
  refused(":7/books", "there is no host");
  refused("host:/books", "`` is no port");
  refused("host:0/books", "`0` is no port");
  refused("host:65536/books", "`65536` is no port");
  refused("host:7x/books", "`7x` is no port");
  refused("[::1/books", "a bracket is not closed");
  refused("[::1]7/books", "something is between bracket and port");
  refused("ann:secret@host/books",
          "a password there would be seen by others, so give it by REDISCLI_AUTH");
}
