#include "libsync/actors/detail/session/version_gate.hpp"

#include <chrono>
#include <thread>

#include "support/catch.hpp"

using clock_type = std::chrono::steady_clock;

TEST_CASE("a version that was reached is not waited for", "[gate]") {
  libsync::detail::version_gate gate;
  CHECK(gate.latest() == 0);
  gate.reach(5);
  CHECK(gate.latest() == 5);
  CHECK(gate.wait_for(5, clock_type::time_point::min()));
  CHECK_FALSE(gate.wait_for(6, clock_type::time_point::min()));
}

TEST_CASE("a thread waits for its version, and nobody waits at a closed gate", "[gate]") {
  libsync::detail::version_gate gate;
  bool reached = false;
  std::thread waiting{[&] { reached = gate.wait_for(3, clock_type::time_point::max()); }};
  for (libsync::version next = 1; next <= 3; ++next)
    gate.reach(next);
  waiting.join();
  CHECK(reached);

  std::thread in_vain{[&] { reached = gate.wait_for(4, clock_type::time_point::max()); }};
  gate.close();
  in_vain.join();
  CHECK_FALSE(reached);
}
