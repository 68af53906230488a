#pragma once

/// What a simulated world writes down of one seed.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <sstream>
#include <string>
#include <utility>

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

/// What became of one run.
struct played {
  std::string broken;
  /// What happened, one step a line. Only the last run of a seed tells it.
  std::string steps;
  std::uint64_t digest = 0;
  simulation_totals totals;
};

/// The base of a world: it keeps the first promise that does not hold, and the digest of all that
/// happened, and tells the steps where that is wanted.
class run_record {
protected:
  explicit run_record(bool tells) noexcept : tells_(tells) {}

  [[nodiscard]] bool is_sound() const noexcept { return run_.broken.empty(); }

  [[nodiscard]] bool tells() const noexcept { return tells_; }

  /// Says what does not hold. What was said before stays.
  void break_promise(std::string what) {
    if (is_sound())
      run_.broken = what.empty() ? "something was thrown" : std::move(what);
  }

  /// Calls `call()`, and takes what it throws for a broken promise.
  template <class Call>
  void attempt(Call call) {
    try {
      call();
    } catch (const std::exception& what) {
      break_promise(what.what());
    }
  }

  template <class... Numbers>
  void note(Numbers... numbers) {
    ((run_.digest = mix(run_.digest, static_cast<std::uint64_t>(numbers))), ...);
  }

  template <class... Parts>
  void say(const simulated_event& next, const Parts&... parts) {
    if (!tells_)
      return;
    std::ostringstream text;
    text << next.steps << " steps, ";
    (text << ... << parts);
    run_.steps += std::move(text).str() + '\n';
  }

  [[nodiscard]] simulation_totals& totals() noexcept { return run_.totals; }

  /// Lets a world run on, where nothing disturbs it any more, until no message is left.
  template <class World>
  void converge(World& of, std::uint64_t seed, std::size_t most_steps) {
    random choices{seed ^ 0xE2D};
    const auto last = totals().steps + most_steps;
    while (of.step(choices))
      require(totals().steps < last, of.what_is_missing(), " after ", most_steps, " steps");
  }

  /// Returns all that was written down, of so many clients and versions.
  [[nodiscard]] played told(std::uint64_t clients, std::uint64_t versions) const {
    auto run = run_;
    run.totals.clients = clients;
    run.totals.versions = versions;
    return run;
  }

private:
  const bool tells_;
  played run_;
};

} // namespace libsync::testing::detail
