#include "libsync/protocol/log.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/detail/server/log_followers.hpp"
#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/law.hpp"
#include "support/record.hpp"

using libsync::client_id;
using libsync::epoch_id;
using libsync::log_request;
using libsync::version;

namespace {

constexpr epoch_id epoch{7};

struct tally {
  using operation = int;
  std::int64_t sum = 0;
};

bool reduce(tally& data, int op) {
  data.sum += op;
  return op != 0;
}

using part = libsync::log_part<tally>;
using entry = std::pair<version, std::vector<int>>;

std::vector<entry> entries(const part& of) {
  std::vector<entry> all;
  of.for_each([&](const libsync::accepted_submission<tally>& one) {
    all.push_back({one.version, {one.operations.begin(), one.operations.end()}});
  });
  return all;
}

// A server whose sink answers those who wait.
struct fixture : server_record<tally> {
  explicit fixture(const libsync::limits& bounds = {}) : server({}, epoch, bounds) {
    server.join(1, {}, 0, *this);
  }
  void submit(std::vector<int> operations) {
    const auto count = operations.size();
    server.submit(1, {client_id{1}, server.epoch(), number, count, std::move(operations), {}}, 0,
                  *this);
    number += count;
  }
  void accept(std::vector<int> operations) {
    submit(std::move(operations));
    server.flush(*this);
  }
  std::optional<part> ask(std::uint64_t ticket, const log_request& what) {
    return followers.ask(ticket, what, server);
  }
  void logged(const libsync::batch_ptr<tally>&) {
    followers.answer_all(server, [this](std::uint64_t ticket, part told) {
      answers.insert_or_assign(ticket, std::move(told));
    });
  }

  libsync::sequencer<tally, int> server;
  libsync::detail::log_followers<tally> followers;
  std::map<std::uint64_t, part> answers;
  libsync::submission_number number = 1;
};

} // namespace

TEST_CASE("a part of the log has the submissions after a version, up to another", "[log]") {
  fixture at;
  at.accept({1, 0, 2});
  at.accept({3, 4, 5});
  at.submit({6}); // not sent yet
  CHECK(entries(at.server.read_log({})) ==
        std::vector<entry>{{1, {1}}, {2, {2}}, {3, {3}}, {4, {4}}, {5, {5}}});
  CHECK(entries(at.server.read_log({.after = 1, .to = 4})) ==
        std::vector<entry>{{2, {2}}, {3, {3}}, {4, {4}}});
  CHECK(entries(at.server.read_log({.after = 3})) == std::vector<entry>{{4, {4}}, {5, {5}}});
  CHECK(at.server.read_log({.after = 3, .to = 4}).last() == 4);
  CHECK(at.server.read_log({.most = 1}).last() == 2); // the first batch, whole
  for (const version beyond : {5, 6, 100}) {
    const auto told = at.server.read_log({.after = beyond});
    CHECK(told.empty());
    CHECK(told.last() == beyond);
    CHECK(told.latest == 5);
    CHECK_FALSE(told.truncated_at);
  }
  CHECK(at.server.read_log({.after = 3, .to = 2}).empty());
}

TEST_CASE("whoever asks for what the log has lost is told where it begins", "[log]") {
  fixture at{{.log = 4}};
  for (int i = 1; i <= 10; ++i)
    at.accept({i});
  for (const version lost : {0, 5}) {
    const auto told = at.server.read_log({.after = lost});
    CHECK(told.empty());
    CHECK(told.truncated_at == 6);
  }
  CHECK(entries(at.server.read_log({.after = 6})).size() == 4);
  // The log of an epoch does not lead on from another one.
  const auto foreign = at.server.read_log({.epoch = epoch_id{6}, .after = 8});
  CHECK(foreign.empty());
  CHECK(foreign.truncated_at == 6);
  at.server.begin_epoch(epoch_id{8}, 0, at);
  CHECK(at.server.read_log({.epoch = epoch, .after = 10}).truncated_at == 11);
  CHECK(at.server.read_log({.after = 10}).truncated_at == 11);
  CHECK_FALSE(at.server.read_log({.after = 11}).truncated_at);
}

TEST_CASE("whoever waits is answered when something is accepted, once", "[log]") {
  fixture at;
  CHECK(at.ask(1, {})); // it does not wait
  CHECK_FALSE(at.ask(2, {.waits = true}));
  CHECK_FALSE(at.ask(3, {.after = 2, .waits = true}));
  CHECK_FALSE(at.ask(4, {.waits = true}));
  at.followers.forget(4);
  at.accept({0}); // refused
  CHECK(at.answers.empty());
  at.accept({1});
  REQUIRE(at.answers.size() == 1);
  CHECK(entries(at.answers.at(2)) == std::vector<entry>{{1, {1}}});
  at.accept({2, 3});
  CHECK(at.answers.size() == 2);
  CHECK(entries(at.answers.at(3)) == std::vector<entry>{{3, {3}}});
  CHECK(at.followers.empty());
}

TEST_CASE("a reader of a short log gets each submission once, in order, or hears of the gap",
          "[log][law]") {
  check_law("a reader of a short log gets each submission once, in order, or hears of the gap", [] {
    fixture at{{.batch = 1 + *rc::gen::inRange<std::size_t>(0, 4),
                .log = 1 + *rc::gen::inRange<std::size_t>(0, 12)}};
    std::map<version, int> accepted;
    int next = 1;
    std::vector<entry> read;
    log_request position{.most = 1 + *rc::gen::inRange<std::size_t>(0, 6), .waits = true};
    bool is_waiting = false;
    const auto take = [&](const part& told) {
      RC_ASSERT(told.truncated_at || !told.empty());
      if (told.truncated_at) {
        RC_ASSERT(*told.truncated_at > position.after);
        position.after = *told.truncated_at; // what is lost is known
        return;
      }
      for (const auto& [version, operations] : entries(told)) {
        RC_ASSERT(version == position.after + 1);
        RC_ASSERT(operations == std::vector<int>{accepted.at(version)});
        position.after = version;
      }
    };
    for (const auto step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
      if (step > 2) { // somebody submits
        std::vector<int> operations;
        for (int i = 0; i < step; ++i, ++next) {
          operations.push_back(next);
          accepted.emplace(static_cast<version>(next), next);
        }
        at.accept(operations);
      } else if (!is_waiting) {
        auto told = at.ask(1, position);
        is_waiting = !told;
        if (told)
          take(*told);
      }
      if (const auto told = at.answers.find(1); told != at.answers.end()) {
        RC_ASSERT(is_waiting);
        RC_ASSERT(!told->second.truncated_at); // who waits at the end misses nothing
        take(told->second);
        at.answers.clear();
        is_waiting = false;
      }
    }
    while (const auto told = at.ask(2, position))
      take(*told);
    RC_ASSERT(position.after == at.server.version());
  });
}
