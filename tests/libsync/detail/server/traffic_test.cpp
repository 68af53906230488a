#include "libsync/detail/server/traffic.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/heap.hpp"

using libsync::amount;
using libsync::version;

TEST_CASE("unacknowledged amounts are known to a sixteenth of the lag, or a batch", "[traffic]") {
  std::mt19937_64 random{7};
  const amount lag =
      GENERATE(amount{1, 1}, amount{10, 1'000'000}, amount{1'000'000, 1000}, amount{4000, 40'000});
  libsync::detail::traffic traffic{lag};
  std::vector<amount> sent{{}}; // by batch, each of which is one version
  amount largest;
  for (version last = 1; last <= 2000; ++last) {
    const amount batch{1 + random() % 30, 1 + random() % 300};
    largest = {std::max(largest.operations, batch.operations),
               std::max(largest.bytes, batch.bytes)};
    traffic.add(last, batch);
    sent.push_back(traffic.sent());
    const version reached = last - random() % std::min<version>(last, 40);
    const amount known = traffic.sent_by(reached, amount{});
    const amount real = traffic.sent() - sent[reached];
    const amount taken = traffic.sent() - known;
    const amount slack = largest + amount{lag.operations / 16 + 1, lag.bytes / 16 + 1};
    REQUIRE(real.within(taken)); // never less than it is
    if ((real + slack).within(lag))
      REQUIRE(taken.within(real + slack));
    if (!real.within(lag))
      REQUIRE(traffic.is_behind(known));
    REQUIRE(traffic.sent_by(last, amount{}) == traffic.sent());
  }
}

TEST_CASE("a count of traffic remembers little, however much was sent", "[traffic]") {
  const heap::growth growth;
  libsync::detail::traffic traffic{{524'288, 64 << 20}};
  for (version last = 1; last <= 1'000'000; ++last)
    traffic.add(last, {1, 100});
  CHECK(growth.bytes() < 4000);
}

TEST_CASE("a total may wrap around", "[traffic]") {
  const auto most = ~std::uint64_t{0};
  libsync::detail::traffic traffic{{100, most}};
  traffic.add(1, {most - 50, most});
  const auto acknowledged = traffic.sent_by(1, {});
  traffic.add(2, {100, most / 2});
  CHECK_FALSE(traffic.is_behind(acknowledged));
  traffic.add(3, {1, 0});
  CHECK(traffic.is_behind(acknowledged));
}
