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
    const lineage::writing one{origins, std::to_string(i), 1};
  }
  CHECK(origins.next("another", empty) != first);
}

TEST_CASE("a change that was surely not written needs no new origin") {
  lineage origins;
  const libsync::statebox<libsync::set<int>, libsync::stamp> empty;
  const auto first = origins.next("k", empty);
  {
    lineage::writing one{origins, "k", 1};
    one.wrote_nothing();
  }
  CHECK(origins.next("k", empty) == first);
  { const lineage::writing one{origins, "k", 1}; }
  CHECK(origins.next("k", empty) != first);
}
