#include "libsync/actors/load/histogram.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "support/catch.hpp"
#include "support/law.hpp"

using libsync::histogram;

namespace {

constexpr auto greatest = std::numeric_limits<std::uint64_t>::max();

histogram of(const std::vector<std::uint64_t>& values) {
  histogram made;
  for (const auto one : values)
    made.record(one);
  return made;
}

// Values of all sizes.
std::vector<std::uint64_t> any_values() {
  const auto sized =
      rc::gen::map(rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(0, 64)),
                   [](const auto& pair) { return pair.first >> pair.second; });
  return *rc::gen::container<std::vector<std::uint64_t>>(sized);
}

// The least value that at least `percent` of a hundred do not exceed.
std::uint64_t exact_percentile(std::vector<std::uint64_t> values, double percent) {
  std::sort(values.begin(), values.end());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (static_cast<double>(i + 1) >= percent / 100 * static_cast<double>(values.size()))
      return values[i];
  return values.back();
}

} // namespace

TEST_CASE("an empty histogram tells zeros", "[load]") {
  const histogram none;
  CHECK(none.empty());
  CHECK(none.min() == 0);
  CHECK(none.max() == 0);
  CHECK(none.mean() == 0);
  CHECK(none.percentile(50) == 0);
  CHECK(none.count_up_to(greatest) == 0);
}

TEST_CASE("a histogram tells small values exactly", "[load]") {
  std::vector<std::uint64_t> values(256);
  std::iota(values.begin(), values.end(), 0);
  const auto all = of(values);
  CHECK(all.count() == 256);
  CHECK(all.mean() == 127.5);
  CHECK(all.percentile(0) == 0);
  CHECK(all.percentile(50) == 127);
  CHECK(all.percentile(99) == 253);
  CHECK(all.percentile(100) == 255);
  CHECK(all.count_up_to(9) == 10);
}

TEST_CASE("a histogram takes the least and the greatest value", "[load]") {
  const auto all = of({0, greatest});
  CHECK(all.min() == 0);
  CHECK(all.max() == greatest);
  CHECK(all.percentile(50) == 0);
  CHECK(all.percentile(100) == greatest);
  CHECK(all.count_up_to(greatest) == 2);
}

TEST_CASE("percentiles out of range are those at the ends", "[load]") {
  const auto all = of({1, 2, 3});
  CHECK(all.percentile(-1) == 1);
  CHECK(all.percentile(101) == 3);
}

TEST_CASE("laws of histograms", "[load]") {
  check_law("a percentile is the exact one, or at most 1/128 of it more", [] {
    const auto values = any_values();
    RC_PRE(!values.empty());
    const auto percent = *rc::gen::inRange(0, 101);
    const auto exact = exact_percentile(values, percent);
    const auto told = of(values).percentile(percent);
    RC_ASSERT(told >= exact);
    RC_ASSERT(static_cast<double>(told - exact) <=
              static_cast<double>(exact) * histogram::relative_error);
  });
  check_law("percentiles ascend, from the least to the greatest value", [] {
    const auto values = any_values();
    RC_PRE(!values.empty());
    const auto all = of(values);
    auto before = all.min();
    for (int percent = 0; percent <= 100; ++percent) {
      RC_ASSERT(all.percentile(percent) >= before);
      before = all.percentile(percent);
    }
    RC_ASSERT(before == *std::max_element(values.begin(), values.end()));
  });
  check_law("to merge is to record all, in any order", [] {
    const auto one = any_values();
    const auto other = any_values();
    auto left = of(one);
    left.merge(of(other));
    auto right = of(other);
    right.merge(of(one));
    auto both = one;
    both.insert(both.end(), other.begin(), other.end());
    RC_ASSERT(left == right);
    RC_ASSERT(left == of(both));
  });
  check_law("counts up to a power of two are exact", [] {
    const auto values = any_values();
    const auto limit = (std::uint64_t{1} << *rc::gen::inRange(0, 64)) - 1;
    const auto exact = std::count_if(values.begin(), values.end(),
                                     [&](std::uint64_t one) { return one <= limit; });
    RC_ASSERT(of(values).count_up_to(limit) == static_cast<std::uint64_t>(exact));
  });
}
