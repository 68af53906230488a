#include <cstddef>
#include <utility>
#include <vector>

#include "libsync/actors/messages.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "on_caf/compat.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

namespace compat = libsync::detail::compat;

TEST_CASE("a message arrives even if there is no memory to let its receiver run", "[memory]") {
  libsync::testing::runtime at;
  int arrived = 0;
  std::vector<caf::actor> receivers;
  for (int i = 0; i < 200; ++i)
    receivers.push_back(at.system().spawn(
        [](caf::event_based_actor*, int* count) -> caf::behavior {
          return {[count](libsync::drain_atom) { ++*count; }};
        },
        &arrived));
  at.run();
  std::size_t failed = 0;
  for (const auto& one : receivers) {
    auto letter = compat::write_letter(nullptr, libsync::drain_atom_v);
    failing::allocations().start(1);
    compat::deliver(caf::actor_cast<caf::actor_control_block*>(one), std::move(letter));
    failed += failing::allocations().fired() ? 1 : 0;
    failing::allocations().stop();
  }
  at.run();
  CHECK(failed > 0);
  CHECK(arrived == 200);
}
