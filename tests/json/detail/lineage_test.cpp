#include "libsync/json/detail/lineage.hpp"

#include <cstddef>
#include <string>

#include "libsync/statebox/set.hpp"
#include "libsync/statebox/statebox.hpp"
#include "support/catch.hpp"

using libsync::detail::lineage;

TEST_CASE("a connection that changes many keys takes new origins") {
  lineage origins;
  const libsync::statebox<libsync::set<int>, libsync::stamp> empty;
  const auto first = origins.next("0", empty);
  for (std::size_t i = 0; i < lineage::most_keys; ++i) {
    REQUIRE(origins.next(std::to_string(i), empty) == first);
    const auto key = std::to_string(i);
    const lineage::writing one{origins, key, 1};
  }
  CHECK(origins.next("another", empty) != first);
}

TEST_CASE("a change that was surely not written needs no new origin") {
  lineage origins;
  const libsync::statebox<libsync::set<int>, libsync::stamp> empty;
  const std::string key = "k";
  const auto first = origins.next(key, empty);
  lineage::writing{origins, key, 1}.wrote_nothing();
  CHECK(origins.next(key, empty) == first);
  { const lineage::writing one{origins, key, 1}; }
  CHECK(origins.next("k", empty) != first);
}

TEST_CASE("a new origin may begin while a change is being written") {
  lineage origins;
  const libsync::statebox<libsync::set<int>, libsync::stamp> empty;
  const auto first = origins.next("k", empty);
  const std::string key = "k";
  lineage::writing one{origins, key, 1};
  const auto second = origins.next("k", empty); // by somebody who is called meanwhile
  CHECK(second != first);
  const lineage::writing other{origins, key, 2};
  one.wrote_nothing();
  CHECK(origins.next("k", empty) != second); // the other one counts
}
