#pragma once

/// A matcher of Catch2, 2.x or 3.x: `REQUIRE_THAT(check_reducer<auction>(make_bid), passes())`
/// prints the report of a check that fails. A project that includes it links to Catch2 itself.

#include <string>

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "libsync/testing/report.hpp"

namespace libsync::testing {

namespace detail {

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
using report_matcher = Catch::Matchers::MatcherBase<report>;
#else
using report_matcher = Catch::MatcherBase<report>;
#endif

} // namespace detail

/// Matches a report of a check in which nothing went wrong.
class passing_report : public detail::report_matcher {
public:
  [[nodiscard]] bool match(const report& one) const override { return static_cast<bool>(one); }

protected:
  [[nodiscard]] std::string describe() const override { return "passes"; }
};

[[nodiscard]] inline passing_report passes() {
  return {};
}

} // namespace libsync::testing
