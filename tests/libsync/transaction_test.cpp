#include "libsync/submission.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsync/protocol/parcel.hpp"
#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"

namespace {

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using libsync::submission;
using libsync::transaction;
using libsync::version;

constexpr epoch_id epoch{7};

// A sum that refuses to become negative, in each form that a reducer may have; a bad amount is one
// that throws.
constexpr int bad = 1'000'000;

template <class Data>
bool add_to(Data& self, int amount) {
  if (amount == bad)
    throw std::runtime_error("bad");
  if (self.value + amount < 0)
    return false;
  self.value += amount;
  return true;
}

struct copied {
  using operation = int;
  using effect = int;
  int value = 0;
};
bool reduce(copied& self, const int& amount, libsync::effects<copied>& asked) {
  asked.emit(amount);
  return add_to(self, amount);
}

struct inverted {
  using operation = int;
  using effect = int;
  static constexpr bool throws_cleanly = true;
  int value = 0;
};
bool reduce(inverted& self, const int& amount, libsync::effects<inverted>& asked) {
  asked.emit(amount);
  return add_to(self, amount);
}

struct pure {
  using operation = int;
  using effect = int;
  int value = 0;
};
std::optional<pure> reduce(const pure& self, const int& amount, libsync::effects<pure>& asked) {
  asked.emit(amount);
  auto next = self;
  if (!add_to(next, amount))
    return std::nullopt;
  return next;
}

int inverse(const inverted&, const int& amount) {
  return -amount;
}

static_assert(libsync::invertible<inverted>);
static_assert(!libsync::invertible<copied>);
static_assert(!libsync::invertible<pure>);

template <class Data>
struct fixture {
  libsync::sequencer<Data, int> server;
  server_record<Data> out;
  libsync::submission_number next = 1;

  explicit fixture(Data initial = {}, const libsync::limits& limits = {})
      : server(std::move(initial), epoch, limits) {
    server.join(1, {}, 0, out);
    server.join(2, {}, 0, out);
  }

  receipt submit(typename Data::operation op) { return submit(submission<Data>{std::move(op)}); }

  /// Submits by route 1, whose client is the first, and returns the receipt.
  receipt submit(submission<Data> one) {
    libsync::parcel<Data> sent{client_id{1}, epoch, next++, 0, {}, {}};
    append(sent, std::move(one));
    const auto before = server.version();
    out.sent.clear();
    server.submit(1, sent, 0, out);
    server.flush(out);
    auto answer = receipt::accepted(before + 1);
    for (const auto& told : out.answers(1))
      told->for_each([&](auto, const receipt& what) { answer = what; });
    return answer;
  }
};

using tape_fixture = fixture<tape::data>;
using tape_transaction = transaction<tape::data>;

} // namespace

TEMPLATE_TEST_CASE("a transaction of which any operation is refused changes nothing",
                   "[transaction]", copied, inverted, pure) {
  constexpr std::size_t size = 5;
  for (const int refused : {-100, bad}) {
    for (std::size_t i = 0; i < size; ++i) {
      fixture<TestType> at{TestType{10}};
      std::vector<int> amounts{1, 2, 3, 4, 5};
      amounts[i] = refused;
      const auto answer = at.submit(transaction<TestType>{amounts});
      CHECK(answer.what == receipt::kind::refused);
      CHECK(answer.reason == "operation " + std::to_string(i + 1) +
                                 " of 5: " + (refused == bad ? "threw: bad" : "refused"));
      CHECK(at.server.data().value == 10);
      CHECK(at.server.version() == 0);
      CHECK(at.out.effects.empty());
      CHECK(at.out.batches(2).empty());
    }
  }
}

TEMPLATE_TEST_CASE("a transaction takes one version, with all its effects", "[transaction]", copied,
                   inverted, pure) {
  fixture<TestType> at{TestType{10}};
  CHECK(at.submit(transaction<TestType>{{1, 2, 3}}) == receipt::accepted(1));
  CHECK(at.server.data().value == 16);
  CHECK(at.out.effects == std::vector<std::pair<version, int>>{{1, 1}, {1, 2}, {1, 3}});
  REQUIRE(at.out.batches(2).size() == 1);
  CHECK(at.out.batches(2)[0]->runs == std::vector<libsync::run>{{client_id{1}, 1, 3, true, 0}});
  CHECK(at.out.batches(2)[0]->last == 1);
}

TEST_CASE("an empty transaction is accepted and takes no version", "[transaction]") {
  tape_fixture at;
  CHECK(at.submit(tape_transaction{}) == receipt::accepted(0));
  CHECK(at.submit(tape::append{1}) == receipt::accepted(1));
  CHECK(at.submit(tape_transaction{}) == receipt::accepted(1));
  CHECK(at.server.version() == 1);
}

TEST_CASE("transactions flatten", "[transaction]") {
  tape_transaction inner;
  inner.add(tape::append{2}).add(tape::append{3});
  tape_transaction outer;
  outer.add(tape::append{1}).add(inner);
  outer.add(outer);
  tape_fixture at;
  CHECK(at.submit(outer) == receipt::accepted(1));
  CHECK(at.server.data().values == std::vector<std::int64_t>{1, 2, 3, 1, 2, 3});
}

TEST_CASE("a transaction of one operation copies nothing, one that can be inverted neither",
          "[transaction]") {
  fixture<counted> at{counted{}};
  at.out.sent.clear(); // nobody holds the snapshot of the welcome any more
  const auto copies = counted::copies();
  CHECK(at.submit(transaction<counted>{{{1}}}) == receipt::accepted(1));
  CHECK(counted::copies() == copies);
  CHECK(at.submit(transaction<counted>{{{1}, {1}}}) == receipt::accepted(2));
  CHECK(counted::copies() == copies + 1);
}

TEST_CASE("a transaction is never split, whatever the limits", "[transaction][limits]") {
  tape_fixture at{{}, {.batch = 4, .parcel = 2}};
  tape_transaction large;
  for (int i = 0; i < 9; ++i)
    large.add(tape::append{i});
  CHECK(at.submit(large) == receipt::accepted(1));
  REQUIRE(at.out.batches(2).size() == 1);
  CHECK(at.out.batches(2)[0]->operations.size() == 9);
}

TEST_CASE("a conditional submission is refused once somebody else has changed the data",
          "[condition]") {
  tape_fixture at;
  const auto since = [](version v) {
    return submission<tape::data>{tape::append{1}}.only_since(v);
  };
  CHECK(at.submit(since(0)) == receipt::accepted(1));
  CHECK(at.submit(since(0)) == receipt::accepted(2)); // only the submitter's own came between
  at.server.submit(2, {client_id{2}, epoch, 1, 1, {tape::append{9}}, {}}, 0, at.out);
  const auto late = at.submit(since(2));
  CHECK(late.what == receipt::kind::refused);
  CHECK(late.version == 3); // the version to look at before trying again
  CHECK(late.reason == "the data have changed since version 2: they are at version 3");
  CHECK(at.server.counters().conflicts == 1);
  CHECK(at.submit(since(3)) == receipt::accepted(4));
  CHECK(at.submit(since(3)) == receipt::accepted(5));
  CHECK(at.submit(since(99)) == receipt::accepted(6)); // nothing has happened after that
}

TEST_CASE("a condition also holds for transactions, and for empty ones", "[condition]") {
  tape_fixture at;
  at.server.submit(2, {client_id{2}, epoch, 1, 1, {tape::append{9}}, {}}, 0, at.out);
  const auto empty = [](version v) {
    return submission<tape::data>{tape_transaction{}}.only_since(v);
  };
  CHECK(at.submit(empty(0)).what == receipt::kind::refused);
  CHECK(at.submit(empty(1)) == receipt::accepted(1));
}

TEST_CASE("transactions that come again are answered as before", "[transaction]") {
  tape_fixture at;
  libsync::parcel<tape::data> sent{client_id{1}, epoch, 1, 0, {}, {}};
  append(sent, submission<tape::data>{tape_transaction{}});
  append(sent, submission<tape::data>{tape::append{1}});
  append(sent, submission<tape::data>{tape_transaction{{tape::append{2}, tape::fail{}}}});
  append(sent, submission<tape::data>{tape_transaction{{tape::append{3}, tape::append{4}}}});
  const auto answers = [&](const libsync::parcel<tape::data>& parcel) {
    at.out.sent.clear();
    at.server.submit(1, parcel, 0, at.out);
    at.server.flush(at.out);
    std::vector<receipt> all;
    for (const auto& told : at.out.answers(1))
      told->for_each([&](auto, const receipt& what) { all.push_back(what); });
    return all;
  };
  const auto first = answers(sent);
  CHECK(first ==
        std::vector<receipt>{receipt::accepted(0), receipt::accepted(1),
                             receipt::refused("operation 2 of 2: threw: the reducer is broken"),
                             receipt::accepted(2)});
  CHECK(answers(sent) == first);
  for (libsync::submission_number from = 2; from <= 4; ++from)
    CHECK(answers(rest_of(sent, from)) ==
          std::vector<receipt>(first.begin() + static_cast<std::ptrdiff_t>(from) - 1, first.end()));
  CHECK(at.server.version() == 2);
}
