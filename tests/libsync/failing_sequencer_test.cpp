#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/small_world.hpp"

// Every k-th allocation, copy or move, and call of a sink fails, in turn, in a scenario with
// everything that a sequencer does.

namespace {

struct entry {
  failing::value<int> amount;
  bool undo = false;
};

/// The amounts that were accepted, in order; each asks for an effect. Every amount is another. A
/// negative one is refused. The form says how `reduce` is written.
enum class form { pure, clean, torn, invertible };

/// Stands for a `failing::value` that does not fail: pure data that cannot be moved surely may be
/// torn, like others.
struct whole {
  std::vector<int>* operator->() { return &held; }
  const std::vector<int>& operator*() const { return held; }
  friend bool operator==(const whole&, const whole&) = default;

  std::vector<int> held;
};

template <form Form>
struct accounts {
  using operation = entry;
  using effect = failing::value<int>;
  static constexpr bool throws_cleanly = Form == form::clean || Form == form::invertible;

  std::conditional_t<Form == form::pure, whole, failing::value<std::vector<int>>> amounts;

  friend bool operator==(const accounts&, const accounts&) = default;
};

template <form Form>
requires(Form != form::pure) bool reduce(accounts<Form>& self, const entry& op,
                                         libsync::effects<accounts<Form>>& asked) {
  if (op.undo) {
    self.amounts->pop_back();
    return true;
  }
  if (*op.amount < 0)
    return false;
  if (Form != form::torn)
    asked.emit(op.amount);
  self.amounts->push_back(*op.amount);
  if (Form == form::torn)
    asked.emit(op.amount);
  return true;
}

std::optional<accounts<form::pure>> reduce(const accounts<form::pure>& self, const entry& op,
                                           libsync::effects<accounts<form::pure>>& asked) {
  if (*op.amount < 0)
    return std::nullopt;
  auto next = self;
  next.amounts->push_back(*op.amount);
  asked.emit(op.amount);
  return next;
}

entry inverse(const accounts<form::invertible>&, const entry& op) {
  return {op.amount, true};
}

static_assert(libsync::invertible<accounts<form::invertible>>);
static_assert(!libsync::invertible<accounts<form::clean>>);

template <class Data>
struct scenario {
  explicit scenario(bool observed)
      : world(3, observed, {}, {.batch = 4, .log = 16},
              [this](libsync::client_id) { return std::optional<entry>{entry{++last_words}}; }) {}

  void run(int rounds) {
    world.run();
    for (int i = 0; i != rounds; ++i)
      run_once();
    world.call_server([&](auto& order) { order.begin_epoch(libsync::epoch_id{5000}, 0, world); });
    for (int who = 0; who != 3; ++who)
      world.connect(who);
    world.run();
  }

  void run_once() {
    plan{*this}.one().one().one(-1).one().one().one().by(0);
    plan{*this}.list({1, 1, 1}).list({1, -1, 1}).one_since(0).by(1);
    world.run();
    const auto version = world.all[1]->replica.version();
    plan{*this}.list({}).one_since(version).list({1, -1}).by(1);
    plan{*this}.one().one(-1).list({1, 1}).by(2);
    world.run();
    world.leave(1);
    plan{*this}.one().by(0);
    world.run();
    world.connect(1);
    plan{*this}.one().one(-1).by(1);
    world.restart();
    world.run();
  }

  /// What one client submits together: amounts of their own, or the negatives of such.
  struct plan {
    explicit plan(scenario& in) : in(in) {}

    plan& one(int sign = 1) {
      ++all.count;
      return ask({sign});
    }
    plan& one_since(libsync::version version) {
      all.shapes.push_back({all.count++, 1, false, version});
      return ask({1});
    }
    plan& list(const std::vector<int>& signs) {
      all.shapes.push_back({all.count++, signs.size(), true, std::nullopt});
      return ask(signs);
    }
    plan& ask(const std::vector<int>& signs) {
      amounts.emplace_back();
      for (const int sign : signs) {
        amounts.back().push_back(sign * ++in.last);
        all.operations.push_back({amounts.back().back()});
      }
      return *this;
    }
    void by(int who) {
      auto& mine = in.by_client[static_cast<std::size_t>(who)];
      mine.insert(mine.end(), amounts.begin(), amounts.end());
      in.world.submit(who, std::move(all));
    }

    scenario& in;
    std::vector<std::vector<int>> amounts;
    libsync::parcel<Data> all;
  };

  void check() {
    std::vector<libsync::submission_number> submitted;
    for (const auto& mine : by_client)
      submitted.push_back(mine.size());
    world.check_end(submitted);
    const auto& held = *world.server.data().amounts;
    const auto holds = [&](int amount) { return std::count(held.begin(), held.end(), amount); };
    for (std::size_t i = 0; i != by_client.size(); ++i)
      for (const auto& [number, what] : world.all[i]->receipts)
        check_receipt(by_client[i][number - 1], what, holds);
    std::map<int, int> effects;
    for (const auto& [key, what] : world.effects)
      ++effects[*what];
    for (const auto& [amount, times] : effects) {
      simulation::require(times == 1, "an effect has two keys: ", amount);
      simulation::require(holds(amount) == 1, "an effect of nothing: ", amount);
    }
    if (world.server.counters().new_epochs == 0)
      simulation::require(effects.size() == held.size(), "effects are lost: ", effects.size(),
                          " of ", held.size());
  }

  template <class Holds>
  void check_receipt(const std::vector<int>& amounts_of_one, const libsync::receipt& what,
                     Holds holds) {
    using kind = libsync::receipt::kind;
    simulation::require(what.what == kind::accepted || !what.reason.empty(), "no reason");
    std::optional<long> all;
    for (const int amount : amounts_of_one) {
      const long times = holds(amount);
      simulation::require(times <= 1, amount, " is applied twice");
      simulation::require(what.what != kind::accepted || times == 1, amount, " is not there");
      simulation::require(what.what != kind::refused || times == 0, amount, " is there");
      const bool torn = world.server.counters().new_epochs != 0;
      simulation::require(!all || *all == times || torn, "half a transaction");
      all = times;
    }
  }

  int last = 0;
  int last_words = 1'000'000;
  // What each submission of each client asked for.
  std::vector<std::vector<std::vector<int>>> by_client{3};
  small_world<Data> world;
};

int rounds() {
  return std::getenv("LIBSYNC_LAW_CASES") != nullptr ? 12 : 1;
}

struct seen {
  std::size_t failures = 0;
  std::uint64_t deaths = 0;
  std::uint64_t new_epochs = 0;
};

template <class Data>
seen fail_each(failing::countdown& which) {
  seen all;
  for (const bool observed : {false, true})
    all.failures += failing::each(which, [&](auto arm) {
      scenario<Data> now{observed};
      std::string broken;
      arm([&] {
        now.world.arm(which);
        try {
          now.run(rounds());
          now.check();
        } catch (const std::exception& error) {
          broken = error.what();
        }
        now.world.disarm();
      });
      REQUIRE(broken.empty());
      all.deaths += now.world.deaths;
      all.new_epochs += now.world.server.counters().new_epochs;
    });
  return all;
}

} // namespace

TEMPLATE_TEST_CASE(
    "copies, receipts and effects are right, whatever allocation fails in a sequencer",
    "[failing][law]", accounts<form::pure>, accounts<form::clean>, accounts<form::torn>,
    accounts<form::invertible>) {
  const auto all = fail_each<TestType>(failing::allocations());
  CHECK(all.failures > 100);
  CHECK(all.deaths > 0);
  CHECK((all.new_epochs != 0) == std::is_same_v<TestType, accounts<form::torn>>);
}

TEMPLATE_TEST_CASE(
    "copies, receipts and effects are right, whatever copy or move fails in a sequencer",
    "[failing][law]", accounts<form::pure>, accounts<form::clean>, accounts<form::torn>,
    accounts<form::invertible>) {
  const auto all = fail_each<TestType>(failing::transfers());
  CHECK(all.failures > 50);
}

TEMPLATE_TEST_CASE(
    "copies, receipts and effects are right, whatever call of a sequencer's sink throws",
    "[failing][law]", accounts<form::clean>, accounts<form::torn>) {
  const auto all = fail_each<TestType>(sink_calls());
  CHECK(all.failures > 50);
  CHECK(all.deaths == all.failures);
}
