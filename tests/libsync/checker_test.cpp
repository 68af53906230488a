#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/sequencer.hpp"
#include "libsync/violation.hpp"
#include "support/catch.hpp"
#include "support/record.hpp"
#include "support/small_world.hpp"

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using libsync::version;
using kind = receipt::kind;
using found = std::vector<std::pair<version, std::string>>;

namespace {

/// What a reducer may do wrong.
enum class bug { none, change_and_refuse, change_and_throw, throw_only, roll_dice, ask_by_dice };

struct step {
  int by = 0;
  bug with = bug::none;
};

int dice = 0;

template <bool Invertible>
struct pile {
  using operation = step;
  using effect = int;
  int sum = 0;
  friend bool operator==(const pile&, const pile&) = default;
};

template <bool Invertible>
bool reduce(pile<Invertible>& self, const step& op, libsync::effects<pile<Invertible>>& asked) {
  if (op.with == bug::throw_only)
    throw std::runtime_error("too high");
  self.sum += op.by;
  if (op.with == bug::roll_dice)
    self.sum += ++dice;
  if (op.with == bug::ask_by_dice && ++dice % 2 == 0)
    asked.emit(op.by);
  if (op.with == bug::change_and_throw)
    throw std::runtime_error("it fell over");
  return op.with != bug::change_and_refuse; // forgot to look first
}

// Does not undo an addition of 13, and throws for one of 14.
step inverse(const pile<true>&, const step& op) {
  if (op.by == 14)
    throw std::runtime_error("no way back");
  return {op.by == 13 ? 0 : -op.by};
}

template <class Data>
struct fixture {
  explicit fixture(bool check = true, Data initial = {})
      : server(std::move(initial), epoch_id{7}, {}, {}, check) {
    server.join(1, {}, 0, out);
  }

  std::vector<receipt> submit(const std::vector<step>& some, bool as_transaction = false) {
    libsync::parcel<Data> sent{client_id{1}, epoch_id{7}, next, some.size(), some, {}};
    if (as_transaction) {
      sent.shapes.push_back({0, some.size(), true, std::nullopt});
      sent.count = 1;
    }
    const auto before = server.version();
    out.sent.clear();
    server.submit(1, sent, 0, out);
    server.flush(out);
    next += sent.count;
    std::vector<receipt> all;
    for (const auto& told : out.answers(1))
      told->for_each([&](auto, const receipt& what) { all.push_back(what); });
    for (auto next = before + 1; all.empty() && next <= server.version(); ++next)
      all.push_back(receipt::accepted(next));
    return all;
  }

  server_record<Data> out;
  libsync::sequencer<Data, int> server;
  libsync::submission_number next = 1;
};

} // namespace

TEST_CASE("a reducer that changes, then refuses, is found: nothing stays, and copies are equal",
          "[checked]") {
  small_world<pile<false>> world{3, false, {}, {}, {}, true};
  world.run();
  libsync::parcel<pile<false>> all;
  for (const auto& one : {step{5}, step{7, bug::change_and_refuse}, step{1}})
    append(all, step{one});
  world.submit(0, all);
  world.run();
  CHECK(world.server.data().sum == 6);
  CHECK(world.server.version() == 2);
  CHECK(world.server.counters().violations == 1);
  CHECK(world.server.counters().new_epochs == 0);
  REQUIRE_NOTHROW(world.check_end({3, 0, 0}));
}

TEST_CASE("a broken promise is reported with version and reason, and refused", "[checked]") {
  fixture<pile<false>> at;
  at.submit({{1}});
  const auto refused_with = [&](bug with, const std::string& why) {
    at.out.violations.clear();
    const auto answers = at.submit({{2, with}});
    REQUIRE(answers.size() == 1);
    CHECK(answers[0] == receipt::refused(why));
    CHECK(at.out.violations == found{{2, why}});
    CHECK(at.server.data().sum == 1);
    CHECK(at.server.epoch() == epoch_id{7});
  };
  refused_with(bug::change_and_refuse,
               "the data changed although the operation was not accepted: refused");
  refused_with(bug::change_and_throw,
               "the data changed although the operation was not accepted: threw: it fell over");
  refused_with(bug::roll_dice,
               "the reducer is not deterministic: it led to different data the second time");
  refused_with(bug::ask_by_dice,
               "the reducer is not deterministic: it asked for other effects the second time");
  CHECK(at.server.counters().violations == 4);
  CHECK(at.out.effects.empty());
}

TEST_CASE("a throw that left the data as they were is a refusal, and no promise is broken",
          "[checked]") {
  fixture<pile<false>> at;
  CHECK(at.submit({{1, bug::throw_only}}) ==
        std::vector<receipt>{receipt::refused("threw: too high")});
  CHECK(at.server.counters().violations == 0);
  CHECK(at.server.counters().new_epochs == 0);
}

TEST_CASE("without the check the same throw begins a new epoch, and a change under a refusal is "
          "not seen",
          "[checked]") {
  fixture<pile<false>> at{false};
  CHECK(at.submit({{1, bug::change_and_refuse}}).at(0).what == kind::refused);
  CHECK(at.server.data().sum == 1);
  CHECK(at.submit({{1, bug::throw_only}}).at(0).what == kind::unknown);
  CHECK(at.server.counters().violations == 0);
  CHECK(at.server.counters().new_epochs == 1);
}

TEST_CASE("an inverse that does not undo is told, also in transactions, and harms nothing",
          "[checked]") {
  fixture<pile<true>> at;
  CHECK(at.submit({{13}}) == std::vector<receipt>{receipt::accepted(1)});
  CHECK(at.out.violations == found{{1, "its inverse does not undo it"}});
  CHECK(at.submit({{14}}) == std::vector<receipt>{receipt::accepted(2)});
  CHECK(at.out.violations.back() == found::value_type{2, "its inverse threw: no way back"});
  const auto answers = at.submit({{13}, {1, bug::change_and_refuse}}, true);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].what == kind::refused);
  CHECK(at.out.violations.size() == 4);
  CHECK(at.server.data().sum == 27);
  CHECK(at.server.counters().new_epochs == 0);
}

namespace {

/// Large data, which count how often they are copied.
struct large {
  using operation = step;
  std::size_t size = 0;
  int sum = 0;
  static inline int copies = 0;

  explicit large(std::size_t bytes = 0) : size(bytes) {}
  large(const large& other) : size(other.size), sum(other.sum) { ++copies; }
  large& operator=(const large&) = default;
  friend bool operator==(const large& one, const large& other) { return one.sum == other.sum; }
};
void reduce(large& self, const step& op) {
  self.sum += op.by;
}
std::size_t size_of(const large& self) {
  return self.size;
}

struct measure {
  using operation = step;
  double value = std::numeric_limits<double>::quiet_NaN();
  friend bool operator==(const measure&, const measure&) = default;
};
bool reduce(measure&, const step& op) {
  return op.by > 0;
}

struct incomparable {
  using operation = step;
  int sum = 0;
};
bool reduce(incomparable& self, const step& op) {
  self.sum += op.by;
  return op.by > 0;
}

static_assert(libsync::checkable<pile<true>>);
static_assert(!libsync::checkable<incomparable>);

} // namespace

TEST_CASE("large data are sampled, and without the check nothing is copied", "[checked]") {
  const auto copies = [](bool check, std::size_t bytes) {
    fixture<large> at{check, large{bytes}};
    at.out.sent.clear(); // nobody holds the snapshot of the welcome any more
    large::copies = 0;
    at.submit(std::vector<step>(100, step{1}));
    CHECK(at.server.data().sum == 100);
    return large::copies;
  };
  CHECK(copies(false, 1) == 0);
  CHECK(copies(true, 1) == 200);
  CHECK(copies(true, 65'536) == 200);
  CHECK(copies(true, std::size_t{10} * 65'536) == 20);
}

TEST_CASE("data that cannot be compared, or differ from themselves, are not checked", "[checked]") {
  fixture<incomparable> one;
  CHECK(one.submit({{-1}}).at(0).what == kind::refused);
  CHECK(one.server.data().sum == -1);
  fixture<measure> other;
  CHECK(other.submit({{-1}}).at(0).what == kind::refused);
  CHECK(other.submit({{1}}).at(0) == receipt::accepted(1));
  CHECK(other.server.counters().violations == 0);
}
