#include <cstddef>
#include <functional>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/room.hpp"

namespace {

// Whatever a call of the client's throws, it joins again as soon as there is memory.
template <class Arm>
std::function<void(const std::function<void()>&)> recovering(room& in, Arm& arm) {
  return [&](const std::function<void()>& call) {
    if (!arm(call))
      in.me.recover(in.out);
  };
}

} // namespace

TEST_CASE(
    "copies are equal and each receipt is true and comes, whichever allocation of a replica fails",
    "[replica][failing]") {
  const bool observing = GENERATE(true, false);
  std::size_t recovered = 0;
  const auto failed = failing::each_allocation([&](auto arm) {
    room in{0, observing};
    in.guard = recovering(in, arm);
    in.play();
    in.exchange();
    CHECK(in.me.joined());
    in.check_receipts();
    in.check_copies();
    recovered += in.me.counters().recovered;
  });
  CHECK(failed > 20);
  CHECK(recovered > 0);
}

TEST_CASE("a replica that cannot even recover closes: each receipt comes, none is false",
          "[replica][failing]") {
  const bool observing = GENERATE(true, false);
  const auto failed = failing::each_allocation([&](auto arm) {
    room in{0, observing};
    in.guard = [&](const std::function<void()>& call) {
      if (in.me.closed())
        return;
      if (!arm(call)) {
        const failing::paused memory{failing::allocations()};
        in.me.close("out of memory", in.out);
      }
    };
    in.play();
    in.exchange();
    in.check_receipts();
    in.check_copies();
  });
  CHECK(failed > 20);
}
