#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/small_world.hpp"

// What a reducer, an inverse, or a copy throws: a refusal where the data are as they were, else a
// new epoch in place.

namespace {

using libsync::receipt;
using kind = libsync::receipt::kind;

struct put {
  std::string key;
  int value = 0;
};
struct take {
  std::string key;
};
/// A bug: changes the data, then throws.
struct spill {};

template <bool Invertible>
struct shelf {
  using operation = std::variant<put, take, spill>;
  std::map<std::string, int> all;
  friend bool operator==(const shelf&, const shelf&) = default;
};

template <bool Invertible>
bool reduce(shelf<Invertible>& self, const put& op) {
  return self.all.emplace(op.key, op.value).second;
}
template <bool Invertible>
bool reduce(shelf<Invertible>& self, const take& op) {
  return self.all.erase(op.key) == 1;
}
template <bool Invertible>
void reduce(shelf<Invertible>& self, const spill&) {
  self.all["spilt"] = 1;
  throw std::runtime_error("spilt");
}

// As somebody might write it who thinks of operations that are accepted: it throws for others.
shelf<true>::operation inverse(const shelf<true>& self, const shelf<true>::operation& op) {
  if (const auto* one = std::get_if<put>(&op))
    return take{one->key == "sticky" ? "another" : one->key};
  if (const auto* one = std::get_if<take>(&op))
    return self.all.contains(one->key) ? put{one->key, self.all.at(one->key)}
                                       : throw std::out_of_range("no " + one->key);
  return spill{};
}

using store = shelf<true>;
using copied_store = shelf<false>;

/// A submission, made of an operation, of one of its alternatives, or of a transaction.
template <class Data>
struct item : libsync::submission<Data> {
  item(typename Data::operation op) : libsync::submission<Data>(std::move(op)) {}
  item(libsync::transaction<Data> all) : libsync::submission<Data>(std::move(all)) {}
  template <class Alternative>
  requires std::is_constructible_v<typename Data::operation, Alternative> item(Alternative op)
      : item(typename Data::operation{std::move(op)}) {}
};

template <class Data>
struct fixture {
  explicit fixture(int clients = 3) : world(clients, false) { world.run(); }

  /// Submits, lets everything happen, and returns the receipts.
  std::vector<receipt> submit(const std::vector<item<Data>>& some, int who = 0) {
    auto& mine = world.all[static_cast<std::size_t>(who)]->receipts;
    const auto before = mine.size();
    world.submit(who, parcel(some));
    world.run();
    std::vector<receipt> all;
    for (auto number = before + 1; number <= mine.size(); ++number)
      all.push_back(mine.at(number));
    return all;
  }
  static libsync::parcel<Data> parcel(const std::vector<item<Data>>& some) {
    libsync::parcel<Data> made;
    for (const auto& one : some)
      append(made, libsync::submission<Data>{one});
    return made;
  }
  receipt submit_one(item<Data> one, int who = 0) {
    return submit(std::vector{std::move(one)}, who).at(0);
  }
  /// All copies are what the server has.
  void check() {
    std::vector<libsync::submission_number> submitted;
    for (const auto& one : world.all)
      submitted.push_back(one->receipts.size());
    REQUIRE_NOTHROW(world.check_end(submitted));
  }
  [[nodiscard]] const std::map<std::string, int>& held() const { return world.server.data().all; }

  small_world<Data> world;
};

template <class Data>
libsync::transaction<Data> list(std::vector<typename Data::operation> operations) {
  return libsync::transaction<Data>{std::move(operations)};
}

const std::string torn_reason = "threw: spilt; the data may have changed, so a new epoch begins";

} // namespace

TEST_CASE("an inverse that throws is a refusal, and nothing stays of the transaction",
          "[transaction][throws]") {
  fixture<store> at;
  CHECK(at.submit_one(list<store>({put{"a", 1}, take{"b"}, put{"c", 1}})) ==
        receipt::refused("operation 2 of 3: inverse threw: no b"));
  CHECK(at.held().empty());
  CHECK(at.submit_one(list<store>({take{"b"}, take{"b"}})).what == kind::refused);
  CHECK(at.world.server.version() == 0);
  CHECK(at.world.server.epoch() == libsync::epoch_id{7});
  CHECK(at.world.deaths == 0);
  at.check();
}

TEST_CASE("the last operation of a transaction is never stepped back from, so its inverse is not "
          "asked for",
          "[transaction][throws]") {
  fixture<store> at;
  CHECK(at.submit_one(list<store>({put{"a", 1}, take{"b"}})) ==
        receipt::refused("operation 2 of 2: refused"));
  CHECK(at.held().empty());
}

TEST_CASE("an inverse that the reducer refuses leaves half a transaction: a new epoch begins",
          "[transaction][throws]") {
  fixture<store> at;
  const auto answer = at.submit_one(list<store>({put{"sticky", 1}, take{"b"}}));
  CHECK(answer == receipt::unknown(
                      "operation 2 of 2: refused; and the reducer refuses the inverse of operation "
                      "1: refused; the data may have changed, so a new epoch begins"));
  CHECK(at.held() == std::map<std::string, int>{{"sticky", 1}});
  CHECK(at.world.server.counters().new_epochs == 1);
  at.check();
}

TEST_CASE("a reducer that throws half-way begins a new epoch in place, and all copies are equal",
          "[sequencer][throws]") {
  fixture<store> at;
  const auto before = at.world.server.epoch();
  CHECK(at.submit_one(put{"a", 1}) == receipt::accepted(1));
  CHECK(at.submit_one(spill{}) == receipt::unknown(torn_reason));
  CHECK(at.world.server.epoch() == libsync::epoch_after(before, 1));
  CHECK(at.world.server.version() == 2); // the beginning is a version
  CHECK(at.world.server.members() == 3);
  CHECK(at.world.server.counters().new_epochs == 1);
  CHECK(at.world.deaths == 0);
  at.check();
  CHECK(at.submit_one(put{"b", 1}) == receipt::accepted(3));
  CHECK(at.submit_one(put{"c", 1}, 2) == receipt::accepted(4)); // the viewer
  at.check();
}

TEST_CASE("submissions before a throw keep their receipts, those after it are unknown",
          "[sequencer][throws]") {
  for (const bool as_transactions : {false, true}) {
    fixture<store> at;
    const auto some = [&](const store::operation& op) {
      return as_transactions ? item<store>{list<store>({op, put{"z", 1}})} : item<store>{op};
    };
    const auto answers = at.submit({put{"a", 1}, put{"a", 2}, put{"b", 1}, some(spill{}),
                                    put{"c", 1}, list<store>({put{"d", 1}}), list<store>({})});
    REQUIRE(answers.size() == 7);
    CHECK(answers[0] == receipt::accepted(1));
    CHECK(answers[1] == receipt::refused("refused"));
    CHECK(answers[2] == receipt::accepted(2));
    CHECK(answers[3] ==
          receipt::unknown((as_transactions ? "operation 1 of 2: " : "") + torn_reason));
    for (std::size_t i = 4; i != 7; ++i)
      CHECK(answers[i].what == kind::unknown);
    CHECK(at.held() == std::map<std::string, int>{{"a", 1}, {"b", 1}, {"spilt", 1}});
    at.check();
  }
}

TEST_CASE("a viewer whose operation throws is answered, and is never shown data that are not known",
          "[sequencer][throws][view]") {
  fixture<store> at;
  CHECK(at.submit_one(spill{}, 2) == receipt::unknown(torn_reason));
  at.check();
  const auto answers = at.submit({put{"a", 1}, spill{}}, 2);
  CHECK(answers.at(0).what == kind::unknown); // what it would show at that version is not known
  CHECK(answers.at(1).what == kind::unknown);
  at.check();
}

TEST_CASE("an operation that throws on a copy of the data is refused", "[transaction][throws]") {
  fixture<copied_store> at;
  CHECK(at.submit_one(list<copied_store>({put{"a", 1}, spill{}})) ==
        receipt::refused("operation 2 of 2: threw: spilt"));
  CHECK(at.held().empty());
  CHECK(at.world.server.counters().new_epochs == 0);
}

TEST_CASE("the pending batch goes out before a new epoch begins", "[sequencer][throws]") {
  fixture<store> at;
  at.world.submit(1, at.parcel({put{"a", 1}}));
  at.world.submit(0, at.parcel({spill{}}));
  at.world.run();
  CHECK(at.world.all[1]->receipts.at(1) == receipt::accepted(1));
  at.check();
}

namespace {

/// Asks for effects, and cannot be moved where its balance is an unlucky one.
struct bank {
  using operation = int;
  using effect = int;
  int balance = 0;

  bank() = default;
  bank(const bank&) = default;
  bank(bank&& other) // NOLINT(performance-noexcept-move-constructor): it may throw
      : balance(other.balance) {
    if (balance == 13)
      throw std::bad_alloc();
  }
  bank& operator=(const bank&) = default;
  ~bank() = default;
  friend bool operator==(const bank&, const bank&) = default;
};
void reduce(bank& self, int amount, libsync::effects<bank>& asked) {
  asked.emit(amount);
  self.balance += amount;
}

} // namespace

TEST_CASE("a transaction that cannot be put in place is refused, and none of its effects runs",
          "[transaction][throws][effects]") {
  fixture<bank> at;
  CHECK(at.submit_one(list<bank>({6, 7})) == receipt::refused("threw: out of memory"));
  CHECK(at.world.server.data().balance == 0);
  at.world.call_server([&](auto& order) { order.begin_epoch(libsync::epoch_id{9}, 0, at.world); });
  CHECK(at.world.effects.empty());
  CHECK(at.submit_one(list<bank>({6, 8})).what == kind::unknown); // of the epoch that has ended
  CHECK(at.submit_one(list<bank>({6, 8})).what == kind::accepted);
  CHECK(at.world.effects.size() == 2);
}
