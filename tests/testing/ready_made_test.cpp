// The ready-made data and texts keep the laws that are asked of everybody's.

#include <cstdint>
#include <string>

#include "libsync/statebox.hpp"
#include "libsync/testing.hpp"
#include "libsync/text.hpp"

#include "libsync/testing/catch.hpp"

#include "support/catch.hpp"

namespace {

using libsync::testing::check_reducer;
using libsync::testing::passes;
using numbers = libsync::set<int>;
using libraries = libsync::dictionary<int, numbers>;

numbers any_numbers(libsync::testing::random& choices) {
  numbers made;
  for (auto size = choices.below(3); size > 0; --size)
    made.insert(static_cast<int>(choices.below(5)));
  return made;
}

numbers::operation any_of_set(const numbers&, libsync::testing::random& choices) {
  const auto number = static_cast<int>(choices.below(5));
  switch (choices.below(4)) {
  case 0:
    return numbers::remove{number};
  case 1:
    return numbers::unite{any_numbers(choices)};
  case 2:
    return numbers::subtract{any_numbers(choices)};
  default:
    return numbers::add{number};
  }
}

libraries::operation any_of_dictionary(const libraries& seen, libsync::testing::random& choices) {
  const auto key = static_cast<int>(choices.below(3));
  switch (choices.below(6)) {
  case 0:
    return libraries::erase{key};
  case 1:
    return libraries::store{key, any_numbers(choices)};
  case 2:
    return libraries::unite{key, any_numbers(choices)};
  case 3:
    return libraries::subtract{key, any_numbers(choices)};
  case 4:
    return libraries::merge{libraries{{key, any_numbers(choices)}}};
  default:
    return libraries::update{key,
                             any_of_set(seen.empty() ? numbers{} : seen.begin()->second, choices)};
  }
}

libsync::counter::operation any_of_counter(const libsync::counter&,
                                           libsync::testing::random& choices) {
  return libsync::counter::increment::aged(choices.between(-9, 9), 20, choices.between(0, 99),
                                           choices.between(1, 3));
}

libsync::dynamic_operation any_of_dynamic(const libsync::dynamic&,
                                          libsync::testing::random& choices) {
  using libsync::dynamic;
  const dynamic key = choices.between(0, 3);
  switch (choices.below(4)) {
  case 0:
    return dynamic::elements::add{key}; // refused, once it is a dictionary
  case 1:
    return dynamic::pairs::erase{key};
  default:
    return dynamic::pairs::store{key, choices.between(0, 3)};
  }
}

/// A text of which writers come and go.
struct page {
  struct operation {
    enum class kind { join, leave, edit } what = kind::edit;
    int by = 0;
    libsync::revision revision = 0;
    libsync::delta change = {};
  };
  static constexpr bool throws_cleanly = true;
  libsync::shared_text<int> text;
  friend bool operator==(const page&, const page&) = default;
};

libsync::outcome reduce(page& self, const page::operation& op) {
  using kind = page::operation::kind;
  if (op.what == kind::join)
    return self.text.join(op.by);
  if (op.what == kind::leave)
    return self.text.leave(op.by);
  return self.text.submit(op.by, op.change, {}, op.revision);
}

// Some deltas are of another revision than the writer says, or do not fit.
page::operation any_of_page(const page& seen, libsync::testing::random& choices) {
  page::operation op{page::operation::kind::edit, static_cast<int>(choices.below(3))};
  if (choices.chance(30)) {
    op.what = choices.chance(70) ? page::operation::kind::join : page::operation::kind::leave;
    return op;
  }
  const auto revision = static_cast<std::int64_t>(seen.text.revision());
  op.revision = static_cast<libsync::revision>(
      choices.between(revision > 2 ? revision - 2 : 0, revision + 1));
  const auto size = seen.text.text().size();
  static_cast<void>(op.change.retain(choices.below(size + 2)));
  static_cast<void>(choices.chance(70) ? op.change.insert("é") : op.change.erase(1));
  return op;
}

} // namespace

TEST_CASE("sets, dictionaries, counters and dynamic values keep the laws of reducers", "[laws]") {
  CHECK_THAT(check_reducer<numbers>(any_of_set), passes());
  CHECK_THAT(check_reducer<libraries>(any_of_dictionary), passes());
  CHECK_THAT(check_reducer<libsync::counter>(any_of_counter), passes());
  CHECK_THAT(check_reducer<libsync::dynamic>(any_of_dynamic), passes());
}

TEST_CASE("shared texts keep the laws of reducers", "[laws]") {
  const auto report = check_reducer<page>(any_of_page);
  REQUIRE_THAT(report, passes());
  CHECK(report.totals.accepted > 500);
  CHECK(report.totals.refused > 500);
}
