// Audits over connections that break, and digests by CAF's `inspect`.

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "libsync/actors/inspect_data.hpp"
#include "libsync/actors/inspect_digest.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/testing/proxy.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/statebox/set.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

using libsync::testing::direction;

TEST_CASE("seeded random orders: an audit over broken connections ends and blames nobody",
          "[audit][proxy]") {
  std::size_t compared = 0;
  std::size_t left = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    auto server = libsync::spawn_server(at, tape::data{});
    std::vector<std::unique_ptr<libsync::testing::proxy<tape::data>>> lines;
    std::vector<tape_client> clients;
    for (int i = 0; i < 3; ++i) {
      lines.push_back(std::make_unique<libsync::testing::proxy<tape::data>>(server));
      clients.push_back(libsync::spawn_client(lines.back()->address()));
    }
    at.run();
    for (std::int64_t round = 0; round < 5; ++round) {
      for (const auto& one : clients)
        submit_to(one, tape::append{round});
      auto& line = *lines[at.random().below(lines.size())];
      const auto which = at.random().chance(50) ? direction::to_client : direction::to_server;
      switch (at.random().below(4)) {
      case 0:
        line.drop(which);
        break;
      case 1:
        line.duplicate(which);
        break;
      case 2:
        line.cut();
        break;
      default:
        break;
      }
      at.steps(at.random().below(30));
      const auto found = server.audit();
      REQUIRE(found);
      REQUIRE(found->agrees());
      using kind = libsync::audited_copy<tape::data>::kind;
      compared += found->count(kind::agrees);
      left += found->count(kind::not_compared);
      at.run();
    }
  }
  CHECK(compared > 500);
  CHECK(left > 10);
}

TEST_CASE("equal values have equal digests by inspect, and others have others",
          "[audit][inspect]") {
  libsync::set<std::string> one;
  one.insert("a");
  auto other = one;
  CHECK(libsync::inspect_digest(one) == libsync::inspect_digest(other));
  other.insert("b");
  CHECK(libsync::inspect_digest(one) != libsync::inspect_digest(other));
}
