// Audits while memory runs out, or copies of the data fail.

#include <cstddef>
#include <cstdint>
#include <string>

#include "support/audited_world.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/planted.hpp"

namespace {

// Data whose copies fail as long as the switch is on.
struct fragile {
  using operation = std::uint64_t;
  inline static bool copies_fail = false;

  fragile() = default;
  fragile(const fragile& other) : value(other.value) {
    if (copies_fail)
      throw std::bad_alloc{};
  }
  fragile(fragile&&) = default;
  fragile& operator=(const fragile&) = default;
  fragile& operator=(fragile&&) = default;
  ~fragile() = default;

  std::uint64_t value = 0;
};

void reduce(fragile& self, std::uint64_t op) {
  self.value = self.value * 31 + op;
}

std::uint64_t digest(const fragile& self) {
  return self.value;
}

} // namespace

TEST_CASE("whichever allocation of an audit fails, the next one finds all copies equal",
          "[audit][failing]") {
  const auto failed = failing::each_allocation([](auto arm) {
    audited_world<planted::data> at{true, {.log = 2}};
    auto& green = at.join();
    at.join();
    for (std::uint64_t i = 1; i <= 4; ++i)
      green.submit(planted::add{i});
    static_cast<void>(green.copy.submit(planted::data::operation{planted::add{5}}, green));
    const bool began = arm([&] { static_cast<void>(at.auditing.begin(at.server, at.by, at)); });
    if (!began) { // as if the server had died within the call
      at.auditing.abandon();
      at.server.begin_epoch(libsync::epoch_id{8}, 0, at);
      for (auto& one : at.clients)
        one->copy.connect(*one);
    }
    at.deliver();
    static_cast<void>(at.told());
    green.submit(planted::add{6});
    REQUIRE(at.audit() == "audit at version " + std::to_string(at.server.version()) +
                              ": 2 agree, 0 differ, 0 not compared");
  });
  CHECK(failed > 5);
}

TEST_CASE("a checkpoint that cannot be copied begins anew, and harms nobody", "[audit][failing]") {
  audited_world<fragile> at{true, {.log = 2}};
  auto& green = at.join();
  green.submit(1);
  green.submit(2);
  fragile::copies_fail = true; // the checkpoint is shared until the log first drops a batch
  green.submit(3);
  fragile::copies_fail = false;
  CHECK(at.server.version() == 3);
  for (std::uint64_t i = 4; i <= 9; ++i)
    green.submit(i);
  const_cast<fragile&>(green.copy.shown()).value = 0;
  const auto told = at.audit();
  CHECK(told.find("client 1 differs from the server: the operations from version ") !=
        std::string::npos);
  CHECK(told.find("lead to the server's data") != std::string::npos);
}
