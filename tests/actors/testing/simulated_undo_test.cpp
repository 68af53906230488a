#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

#include "libsync/actors/testing/simulate_actors.hpp"
#include "simulate/bank.hpp"
#include "support/catch.hpp"

using libsync::testing::simulate_actors;
using libsync::testing::simulated_client;

namespace {

// Undoing what was moved to account 3 moves it away from account 2.
struct careless : bank::reversible {};

bank::transfer inverse(const careless&, const bank::transfer& op) {
  return {op.from, op.to == 3 ? 2 : op.to, op.amount, !op.back};
}

} // namespace

TEST_CASE("simulated actors undo and redo among others under faults", "[testing][undo]") {
  const auto told =
      simulate_actors<bank::reversible>({.seeds = 40, .undo = true}, bank::make, bank::is_sound);
  INFO(told);
  CHECK(told);
}

TEST_CASE("simulated actors with undo find an inverse that does not lead back, by a short list of "
          "events",
          "[testing][undo]") {
  const auto told =
      simulate_actors<careless>({.seeds = 20, .undo = true}, bank::make, bank::is_sound);
  REQUIRE_FALSE(told);
  INFO(told);
  CHECK(std::count(told.failure->steps.begin(), told.failure->steps.end(), '\n') < 10);
}

TEST_CASE("simulated actors are admitted and authorized by who they are", "[testing][identity]") {
  libsync::testing::simulation_options<bank::guarded> how{.seeds = 30};
  how.identify = [](std::size_t client) { return client; };
  how.admit = bank::admit;
  how.authorize = bank::authorize;
  std::size_t greeted = 0;
  how.on_joined = [&](const libsync::context<bank::guarded>& who) {
    CHECK(bank::admit(*who.identity));
    ++greeted;
    return std::optional<bank::transfer>{};
  };
  const auto told = simulate_actors<bank::guarded>(how, bank::make, bank::is_sound);
  INFO(told);
  CHECK(told);
  CHECK(greeted > 100);
}

TEST_CASE("a simulated client that is optimistic undoes now and then", "[testing][undo]") {
  libsync::testing::runtime at{5};
  auto server = libsync::spawn_server(at, bank::reversible{});
  simulated_client<bank::reversible, libsync::optimistic> user{
      server, bank::make, {.submissions = 50, .undoes_in_100 = 30}};
  at.run_until([&] { return user.is_done(); });
  at.run();
  const auto record = user.record();
  CHECK(record.broken.empty());
  CHECK(record.counts.submitted > 55);
  CHECK(user.session().can_undo());
}

TEST_CASE("a simulated client that cannot undo is not made to", "[testing][undo]") {
  libsync::testing::runtime at{5};
  auto server = libsync::spawn_server(at, bank::reversible{});
  const libsync::testing::client_habits habits{.undoes_in_100 = 30};
  using plain = simulated_client<bank::reversible>;
  CHECK_THROWS_AS((plain{server, bank::make, habits}), std::invalid_argument);
  plain user{server, bank::make};
  CHECK_THROWS_AS(user.undo(), std::invalid_argument);
}
