// That data which are not read back from JSON as they were are found, and that JSON prints
// operations.

#if __has_include("libsync/json/data.hpp")

#include <compare>
#include <string>

#include "libsync/testing.hpp"
#include "libsync/testing/json.hpp"

#include "support/catch.hpp"

namespace {

using libsync::testing::check_reducer;
using libsync::testing::check_statebox;
using libsync::testing::reads_back_from_json;

enum class bug { none, forgets_data, forgets_operation, reads_nothing };

template <bug Bug>
struct rise {
  int by = 0;
  int by_whom = 0;
  friend auto operator<=>(const rise&, const rise&) = default;
};

template <bug Bug>
struct level {
  using operation = rise<Bug>;
  int height = 0;
  int last = 0;
  friend bool operator==(const level&, const level&) = default;
};

template <bug Bug>
void reduce(level<Bug>& self, const rise<Bug>& op) {
  self.height = op.by;
  self.last = op.by_whom;
}

template <bug Bug>
void to_json(nlohmann::json& to, const rise<Bug>& from) {
  to = {{"by", from.by}, {"by_whom", from.by_whom}};
}
template <bug Bug>
void from_json(const nlohmann::json& from, rise<Bug>& to) {
  to = {from.at("by").get<int>(),
        Bug == bug::forgets_operation ? 0 : from.at("by_whom").get<int>()};
  if (Bug == bug::reads_nothing)
    throw libsync::json_error{"cannot read this"};
}

template <bug Bug>
void to_json(nlohmann::json& to, const level<Bug>& from) {
  to = {{"height", from.height}, {"last", from.last}};
}
template <bug Bug>
void from_json(const nlohmann::json& from, level<Bug>& to) {
  to = {from.at("height").get<int>(), Bug == bug::forgets_data ? 0 : from.at("last").get<int>()};
}

template <bug Bug>
rise<Bug> any(const level<Bug>&, libsync::testing::random& choices) {
  return {static_cast<int>(choices.between(0, 9)), 1};
}

template <bug Bug>
std::string found() {
  const auto report = check_reducer<level<Bug>>(
      {.also = {reads_back_from_json{}}, .print = libsync::testing::print_as_json{}}, any<Bug>);
  REQUIRE_FALSE(report);
  return report.failure->what + '\n' + report.failure->steps;
}

} // namespace

TEST_CASE("data that are read back as they were pass", "[laws][json]") {
  CHECK(check_reducer<level<bug::none>>({.also = {reads_back_from_json{}}}, any<bug::none>));
  CHECK(check_statebox<level<bug::none>>({.also = {reads_back_from_json{}}}, any<bug::none>));
}

TEST_CASE("data and operations that are not read back as they were are found", "[laws][json]") {
  const std::string law = "what is stored as JSON reads back equal: ";
  const auto text = found<bug::forgets_data>();
  CHECK(text.starts_with(law + "the data are read as others: {\"height\":"));
  CHECK(text.find(
            "\n    libsync::testing::from_json_text<rise<bug::forgets_data>>(R\"json({\"by\":") !=
        std::string::npos);
  CHECK(found<bug::forgets_operation>().starts_with(law +
                                                    "the operation is read as another: {\"by\":"));
  CHECK(
      found<bug::reads_nothing>().starts_with(law + "it cannot be read back: cannot read this\n"));
}

TEST_CASE("boxes that are not read back as they were are found", "[laws][json]") {
  const auto report = check_statebox<level<bug::forgets_data>>({.also = {reads_back_from_json{}}},
                                                               any<bug::forgets_data>);
  REQUIRE_FALSE(report);
  CHECK(report.failure->what.starts_with(
      "what is stored as JSON reads back equal: the box is read as another: {\"statebox\":1,"));
}

TEST_CASE("an operation is read from the JSON that was printed of it", "[laws][json]") {
  using numbers = libsync::set<int>;
  const numbers::operation op = numbers::unite{numbers{1, 2}};
  const auto text = libsync::testing::to_json_text(op);
  CHECK(libsync::testing::from_json_text<numbers::operation>(text) == op);
}

#endif
