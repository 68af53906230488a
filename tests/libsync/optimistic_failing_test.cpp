#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/optimistic_fixture.hpp"
#include "support/optimistic_world.hpp"
#include "support/stack.hpp"

namespace page {

/// Appends a line. Its copies allocate.
struct add {
  std::string line;
};
/// Removes the last line, which must be this one.
struct erase {
  std::string line;
};

template <bool HasInverse, bool ThrowsCleanly>
struct data {
  using operation = std::variant<add, erase>;
  static constexpr bool throws_cleanly = ThrowsCleanly;
  std::vector<std::string> lines;
  friend bool operator==(const data&, const data&) = default;
  friend std::ostream& operator<<(std::ostream& out, const data& self) {
    for (const auto& line : self.lines)
      out << line << '\n';
    return out;
  }
};

template <bool HasInverse, bool ThrowsCleanly>
libsync::outcome reduce(data<HasInverse, ThrowsCleanly>& self, const std::variant<add, erase>& op) {
  if (const auto* more = std::get_if<add>(&op)) {
    self.lines.push_back(more->line);
    return libsync::accepted();
  }
  if (self.lines.empty() || self.lines.back() != std::get<erase>(op).line)
    return libsync::refused("another line is the last");
  self.lines.pop_back();
  return libsync::accepted();
}

template <bool ThrowsCleanly>
std::variant<add, erase> inverse(const data<true, ThrowsCleanly>&,
                                 const std::variant<add, erase>& op) {
  if (const auto* more = std::get_if<add>(&op))
    return erase{more->line};
  return add{std::get<erase>(op).line};
}

} // namespace page

namespace {

using page::add;
using page::erase;

std::string line(std::string_view name) {
  return std::string{name} + ", a line that is too long to stand within its string";
}

// Whatever a call throws, the replica joins again as soon as there is memory.
template <class World, class Arm>
auto recovering(World& at, Arm& arm) {
  return [&](const std::function<void()>& call) {
    if (!arm(call))
      at.me.recover(at.out);
  };
}

} // namespace

TEMPLATE_TEST_CASE(
    "whichever allocation of an optimistic replica fails, it shows what it says, and "
    "in the end what the server has",
    "[optimistic][failing]", (page::data<true, true>), (page::data<true, false>),
    (page::data<false, true>), (page::data<false, false>)) {
  using operation = typename TestType::operation;
  const bool held = GENERATE(true, false);
  std::size_t recovered = 0;
  const auto failed = failing::each_allocation([&](auto arm) {
    optimistic_world<TestType> at;
    at.guard = recovering(at, arm);
    libsync::snapshot<TestType> snapshot; // while it is held, a change copies the data
    const auto hold = [&] {
      if (held && at.me.has_data())
        snapshot = at.me.read();
    };
    at.submit(add{line("a")});
    at.settle();
    hold();
    at.submit(add{line("b")});
    const std::vector<operation> both{erase{line("b")}, add{line("c")}};
    at.submit(libsync::submission<TestType>{libsync::transaction<TestType>{both}}, both);
    at.submit(libsync::submission<TestType>{operation{add{line("d")}}}.only_since(0),
              {add{line("d")}});
    at.submit_as_other(add{line("x")});
    hold();
    at.settle();
    hold();
    at.submit(erase{line("x")});
    at.submit(erase{line("nowhere")});
    at.submit_parcel({add{line("e")}, add{line("f")}});
    at.submit_as_other(add{line("y")});
    at.settle();
    hold();
    at.submit_as_other(add{line("z")}); // while nothing is pending
    at.settle();
    at.check_end();
    recovered += at.me.counters().recovered;
  });
  CHECK(failed > 20);
  CHECK(recovered > 0);
}

TEMPLATE_TEST_CASE(
    "whichever allocation fails while threads and their client submit, what is shown "
    "is what was submitted",
    "[optimistic][failing]", (page::data<true, true>), (page::data<false, true>)) {
  const auto failed = failing::each_allocation([&](auto arm) {
    optimistic_world<TestType> at{true};
    at.guard = recovering(at, arm);
    at.submit_early(add{line("a")});
    at.submit_early(add{line("b")});
    at.submit(add{line("c")}); // comes before these
    at.take_early();
    at.submit(add{line("d")});
    at.settle();
    at.submit_early(add{line("e")});
    at.submit(add{line("f")});
    at.submit_as_other(add{line("x")});
    at.settle();
    at.take_early();
    at.settle();
    at.check_end();
  });
  CHECK(failed > 20);
}

TEST_CASE("if a refused submission cannot be stepped back from, a snapshot is asked for",
          "[optimistic][failing]") {
  std::size_t asked = 0;
  failing::each_allocation([&](auto arm) {
    optimistic_fixture<stack::steps> at;
    at.join(0, {1});
    at.submit(stack::push{2});
    at.submit(stack::push{3});
    at.out.receipts.reserve(2);
    at.out.divergences.reserve(1);
    const auto snapshot = at.client.read(); // so that stepping back copies the data
    if (!arm([&] { at.receive({{}, {}, 0, 1, 1, {{1, libsync::receipt::refused("no")}}}); }))
      at.client.recover(at.out);
    if (!at.client.has_data()) {
      ++asked;
      REQUIRE(at.out.joins.size() > 1);
      CHECK_FALSE(at.out.joins.back().version);
      at.join(0, {1}, {at.me, at.epoch, 0, 2, 1, {{1, libsync::receipt::refused("no")}}});
    }
    CHECK(at.confirmed() == std::vector<std::int64_t>{1});
  });
  CHECK(asked > 0);
}
