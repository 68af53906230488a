// That what a failure prints can be pasted into a test, and finds the same again.

#include <compare>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/statebox.hpp"
#include "libsync/testing.hpp"

#include "support/catch.hpp"

using libsync::testing::as_code;

// Code, with its text, in which each run of blanks is one.
#define CODE(...)                                                                                  \
  std::pair {                                                                                      \
    [] { __VA_ARGS__ }, std::string {                                                              \
#__VA_ARGS__                                                                                 \
    }                                                                                              \
  }

namespace {

struct put {
  std::string word;
  friend std::ostream& operator<<(std::ostream& out, const put& self) {
    return out << "put{" << as_code(self.word) << '}';
  }
};

struct cut {
  std::size_t most = 0;
  friend std::ostream& operator<<(std::ostream& out, const cut& self) {
    return out << "cut{" << self.most << '}';
  }
};

/// Words, of which one is said to be too long only once it is there.
struct words {
  using operation = std::variant<put, cut>;
  std::vector<std::string> all;
  friend bool operator==(const words&, const words&) = default;
};

bool reduce(words& self, const put& op) {
  self.all.push_back(op.word);
  return self.all.size() < 3;
}

void reduce(words& self, const cut& op) {
  if (op.most < self.all.size())
    self.all.resize(op.most);
}

words::operation make(const words&, libsync::testing::random& choices) {
  if (choices.chance(20))
    return cut{static_cast<std::size_t>(choices.below(3))};
  return put{choices.chance(50) ? "a \"b\"\n" : "c"};
}

/// A set that says it is replayed well, and is not: what is added twice goes.
struct toggles {
  using operation = libsync::set<int>::add;
  libsync::set<int> on;
  friend bool operator==(const toggles&, const toggles&) = default;
};

void reduce(toggles& self, const toggles::operation& op) {
  if (!self.on.erase(op.element))
    self.on.insert(op.element);
}

toggles::operation toggle(const toggles&, libsync::testing::random& choices) {
  return {static_cast<int>(choices.below(5))};
}

/// Returns the text with each run of blanks as one, as the preprocessor has it.
std::string squeezed(const std::string& text) {
  std::string all;
  for (const char next : text)
    if (next != ' ' && next != '\n')
      all += next;
    else if (!all.empty() && all.back() != ' ')
      all += ' ';
  if (!all.empty() && all.back() == ' ')
    all.pop_back();
  return all;
}

template <class Report, class Code>
void check_pasted(const Report& report, const Code& pasted) {
  REQUIRE_FALSE(report);
  CHECK(squeezed(report.failure->steps) == squeezed(pasted.second));
  std::string thrown;
  try {
    pasted.first();
  } catch (const libsync::testing::failed& what) {
    thrown = what.what();
  }
  CHECK(thrown == "seed 0: " + report.failure->what + '\n' + report.failure->steps +
                      "to repeat it: the same call\n");
}

} // namespace

// clang-format off
TEST_CASE("the printed operations are a test that fails in the same way", "[laws]") {
  check_pasted(libsync::testing::check_reducer<words>(make), CODE(
libsync::testing::check_reducer<words>({}, {
    put{"a \"b\"\n"},
    put{"a \"b\"\n"},
    put{"c"},
}).check();
  ));
}

TEST_CASE("the printed events are a test that fails in the same way", "[laws][statebox]") {
  check_pasted(libsync::testing::check_statebox<toggles>(toggle), CODE(
using event = libsync::testing::box_event<toggles>;
libsync::testing::check_statebox<toggles>({}, {
    event::change(3, 10, libsync::set<int>::add{0}),
}).check();
  ));
}
// clang-format on

TEST_CASE("values are printed as C++", "[laws]") {
  using numbers = libsync::set<int>;
  CHECK(as_code(-7) == "-7");
  CHECK(as_code('\n') == "10");
  CHECK(as_code(true) == "true");
  CHECK(as_code(0.1) == "0.10000000000000001");
  CHECK(as_code(2.0) == "2.0");
  CHECK(as_code(std::string{"a\\\t1"}) == "\"a\\\\\\0111\"");
  CHECK(as_code(std::optional<int>{}) == "std::nullopt");
  CHECK(as_code(std::optional<int>{3}) == "3");
  CHECK(as_code(std::vector<bool>{true}) == "std::vector<bool>{true}");
  CHECK(as_code(numbers::operation{numbers::unite{numbers{1, 2}}}) ==
        "libsync::set<int>::unite{libsync::set<int>{1, 2}}");
  CHECK(as_code(libsync::composite<int>{libsync::composite<int>::list{1, 2}}) ==
        "libsync::composite<int>::list{1, 2}");
  CHECK(as_code(words::operation{cut{2}}) == "cut{2}");
  CHECK(as_code(libsync::dictionary<int, bool>{{1, true}}) ==
        "libsync::dictionary<int, bool>{{1, true}}");
  STATIC_REQUIRE_FALSE(libsync::testing::has_code<words>);
}
