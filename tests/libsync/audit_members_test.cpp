// Who answers an audit, and who cannot.

#include "libsync/auditor.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

#include "support/audited_world.hpp"
#include "support/catch.hpp"
#include "support/planted.hpp"

using planted::add;
using world = audited_world<planted::data>;

TEST_CASE("a server without members is audited", "[audit]") {
  world at;
  CHECK(at.audit() == "audit at version 0: 0 agree, 0 differ, 0 not compared");
}

TEST_CASE("a viewer is not compared", "[audit][view]") {
  world at;
  at.join().submit(add{1});
  at.join(true);
  CHECK(at.audit() == "audit at version 1: 1 agree, 0 differ, 1 not compared\n"
                      "client 2 was not compared: it shows the server's own snapshots");
}

TEST_CASE("an audit waits for a slow member, whose copy is compared at the audited version",
          "[audit]") {
  world at;
  auto& green = at.join();
  auto& slow = at.join();
  slow.reads = false;
  green.submit(add{1});
  CHECK(at.begin().empty());
  CHECK(at.told().empty());
  green.submit(add{2}); // goes on meanwhile
  CHECK(at.begin() == "an audit is under way, and waits for 1 of its members");
  slow.read();
  CHECK(at.told() == "audit at version 1: 2 agree, 0 differ, 0 not compared");
  CHECK(at.audit() == "audit at version 2: 2 agree, 0 differ, 0 not compared");
}

TEST_CASE("a pending batch goes before the question", "[audit]") {
  world at;
  auto& green = at.join();
  at.join();
  static_cast<void>(green.copy.submit(planted::data::operation{add{1}}, green));
  CHECK(at.audit() == "audit at version 1: 2 agree, 0 differ, 0 not compared");
}

TEST_CASE("a member that leaves during an audit is not waited for", "[audit]") {
  world at;
  at.join();
  auto& leaving = at.join();
  leaving.reads = false;
  CHECK(at.begin().empty());
  CHECK(at.told().empty());
  leaving.leave();
  CHECK(at.told() == "audit at version 0: 1 agree, 0 differ, 1 not compared\n"
                     "client 2 was not compared: it left before it answered");
}

TEST_CASE("a member that is suspended is not waited for, and not asked the next time",
          "[audit][limits]") {
  world at{true, {.parcel = 1, .lag = 2}};
  auto& green = at.join();
  auto& frozen = at.join();
  frozen.reads = false;
  CHECK(at.begin().empty());
  CHECK(at.told().empty());
  for (std::uint64_t i = 0; i < 8; ++i)
    green.submit(add{i});
  CHECK(at.told() == "audit at version 0: 1 agree, 0 differ, 1 not compared\n"
                     "client 2 was not compared: it was suspended before it answered");
  CHECK(at.audit() == "audit at version 8: 1 agree, 0 differ, 1 not compared\n"
                      "client 2 was not compared: it is suspended until it joins again");
  frozen.read();
  CHECK(at.audit() == "audit at version 8: 2 agree, 0 differ, 0 not compared");
}

TEST_CASE("a member that joins again during an audit says so", "[audit]") {
  world at;
  auto& green = at.join();
  auto& lost = at.join();
  lost.reads = false;
  green.submit(add{1});
  lost.inbox.clear(); // a batch is lost
  CHECK(at.begin().empty());
  lost.read();
  CHECK(at.told() == "audit at version 1: 1 agree, 0 differ, 1 not compared\n"
                     "client 2 was not compared: it has left or joins again, and has no copy "
                     "of that version");
}

TEST_CASE("a member that leaves and comes back during an audit is not waited for", "[audit]") {
  world at;
  auto& slow = at.join();
  auto& leaving = at.join();
  slow.reads = leaving.reads = false;
  CHECK(at.begin().empty());
  leaving.leave();
  leaving.read(); // it answers as one that has left
  leaving.copy.connect(leaving);
  at.deliver();
  slow.read();
  CHECK(at.told() == "audit at version 0: 1 agree, 0 differ, 1 not compared\n"
                     "client 2 was not compared: it has left or joins again, and has no copy of "
                     "that version");
}

TEST_CASE("who joins during an audit is not part of it", "[audit]") {
  world at;
  auto& slow = at.join();
  slow.reads = false;
  CHECK(at.begin().empty());
  at.join();
  slow.read();
  CHECK(at.told() == "audit at version 0: 1 agree, 0 differ, 0 not compared");
}

TEST_CASE("answers to an audit that was abandoned are ignored", "[audit]") {
  world at;
  auto& slow = at.join();
  slow.reads = false;
  CHECK(at.begin().empty());
  at.auditing.abandon();
  CHECK_FALSE(at.auditing.is_under_way());
  CHECK(at.begin().empty());
  at.auditing.receive(slow.route, {.audit = 1, .digest = 99});
  CHECK(at.told().empty());
  slow.read();
  CHECK(at.told() == "audit at version 0: 1 agree, 0 differ, 0 not compared");
}

TEST_CASE("a digest that throws is told, and harms nobody", "[audit]") {
  world at;
  at.join();
  auto& green = at.join();
  const auto* bad = &green.copy.shown();
  green.submit(add{1});
  bad = &green.copy.shown();
  at.by = [&](const planted::data& self) -> std::uint64_t {
    return &self == bad ? throw std::runtime_error("no digest today") : self.value;
  };
  CHECK(at.audit() == "audit at version 1: 1 agree, 0 differ, 1 not compared\n"
                      "client 2 was not compared: its digest: threw: no digest today");
  bad = &at.server.data();
  CHECK(at.audit() == "the digest of the server's data: threw: no digest today");
  CHECK_FALSE(at.auditing.is_under_way());
}

TEST_CASE("random networks: an audit at any moment ends, and blames no honest reducer", "[audit]") {
  std::uint64_t random = 88172645463325252u;
  const auto below = [&](std::uint64_t most) {
    random ^= random << 13U;
    random ^= random >> 7U;
    random ^= random << 17U;
    return random % most;
  };
  std::size_t audits = 0;
  for (int seed = 0; seed < 50; ++seed) {
    world at{true, {.parcel = 2, .log = 6, .lag = 8}};
    at.join();
    for (int step = 0; step < 200; ++step) {
      auto& who = *at.clients[below(at.clients.size())];
      switch (below(12)) {
      case 0:
        if (at.clients.size() < 6)
          at.join(below(4) == 0);
        break;
      case 1:
        who.reads = false;
        break;
      case 2:
        who.read();
        break;
      case 3:
        if (who.copy.joined())
          who.leave();
        break;
      case 4:
        if (!who.copy.joined())
          who.copy.connect(who);
        at.deliver();
        break;
      case 5:
        static_cast<void>(at.begin());
        break;
      default:
        who.submit(add{below(100)});
      }
      audits += at.told().empty() ? 0 : 1;
      REQUIRE(at.report.agrees());
    }
    for (auto& one : at.clients)
      one->read();
    static_cast<void>(at.told());
    REQUIRE_FALSE(at.auditing.is_under_way());
    REQUIRE(at.report.agrees());
  }
  CHECK(audits > 100);
}
