#include "libsync/effects.hpp"

#include <optional>
#include <string>
#include <vector>

#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/record.hpp"

using libsync::client_id;
using libsync::effect_key;
using libsync::epoch_id;
using libsync::version;

namespace {

constexpr epoch_id epoch{7};

// An operation asks for as many effects as it says; a negative one for two, and is refused.
struct asking {
  using operation = int;
  using effect = std::string;
};

bool reduce(asking&, int op, libsync::effects<asking>& asked) {
  for (int i = 0; i < (op < 0 ? 2 : op); ++i)
    asked.emit(std::to_string(op));
  return op >= 0;
}

struct fixture {
  explicit fixture(const libsync::limits& bounds = {}) : server({}, epoch, bounds) {
    server.join(1, {}, 0, out);
  }
  void submit(std::vector<int> operations) {
    const auto count = operations.size();
    server.submit(1, {client_id{1}, epoch, number, count, std::move(operations), {}}, 0, out);
    number += count;
  }
  std::vector<effect_key> keys() const { return out.effect_keys; }

  server_record<asking> out;
  libsync::sequencer<asking, int> server;
  libsync::submission_number number = 1;
};

} // namespace

TEST_CASE("effects of accepted operations run after the batch, in order", "[effects]") {
  fixture at;
  at.submit({1, -1, 2});
  CHECK(at.out.effects.empty());
  at.server.flush(at.out);
  CHECK(at.out.effects ==
        std::vector<std::pair<version, std::string>>{{1, "1"}, {2, "2"}, {2, "2"}});
  CHECK(at.keys() == std::vector<effect_key>{{epoch, 1, 0}, {epoch, 2, 0}, {epoch, 2, 1}});
  REQUIRE(at.out.batches(1).size() == 1);
  CHECK(at.server.waiting_effects() == 0);
}

TEST_CASE("an effect is handed over once in a life, and again in the next until it is done",
          "[effects][restart]") {
  fixture at;
  at.out.effects_are_done = false;
  at.submit({1, 1, 1});
  at.server.flush(at.out);
  at.server.flush(at.out);
  CHECK(at.keys().size() == 3);
  CHECK(at.server.waiting_effects() == 3);

  at.server.done({epoch, 2, 0});
  at.server.done({epoch, 2, 0}); // harmless
  at.server.done({epoch, 9, 0});
  at.out.effect_keys.clear();
  at.submit({1}); // not flushed when the server dies
  at.server.resume(at.out);
  CHECK(at.keys() == std::vector<effect_key>{{epoch, 1, 0}, {epoch, 3, 0}, {epoch, 4, 0}});

  at.out.effects_are_done = true;
  at.out.effect_keys.clear();
  at.server.begin_epoch(epoch_id{8}, 0, at.out);
  CHECK(at.keys() == std::vector<effect_key>{{epoch, 1, 0}, {epoch, 3, 0}, {epoch, 4, 0}});
  CHECK(at.server.waiting_effects() == 0);
}

TEST_CASE("an effect is handed over again when that is wanted, until it is done", "[effects]") {
  fixture at;
  at.out.effects_are_done = false;
  at.submit({1, 1});
  at.server.run_again({epoch, 1, 0}, at.out); // it is yet to be handed over
  CHECK(at.keys().empty());
  at.server.flush(at.out);
  at.server.run_again({epoch, 1, 0}, at.out);
  CHECK(at.keys() == std::vector<effect_key>{{epoch, 1, 0}, {epoch, 2, 0}, {epoch, 1, 0}});
  at.out.effects_are_done = true;
  at.server.run_again({epoch, 2, 0}, at.out);
  CHECK(at.server.waiting_effects() == 1);
  at.server.run_again({epoch, 2, 0}, at.out);
  CHECK(at.keys().size() == 4);
}

TEST_CASE("the server may decide an operation of its own, as instead of an effect", "[effects]") {
  fixture at;
  at.out.effects_are_done = false;
  at.submit({1});
  at.server.flush(at.out);
  CHECK(*at.server.waiting_effect({epoch, 1, 0}) == "1");
  at.server.done({epoch, 1, 0});
  CHECK(at.server.waiting_effect({epoch, 1, 0}) == nullptr);
  at.server.submit_own(0, 0, at.out);
  at.server.submit_own(-1, 0, at.out); // refused, which nobody is told
  at.server.flush(at.out);
  CHECK(at.server.version() == 2);
  REQUIRE(at.out.batches(1).size() == 2);
  CHECK(at.out.batches(1)[1]->runs[0].by == client_id::server);
}

TEST_CASE("effects that wait are limited: more submissions are refused", "[effects][limits]") {
  fixture at{{.effects = 2}};
  at.out.effects_are_done = false;
  at.submit({1, 1, 1}); // the third finds the limit met
  at.server.flush(at.out);
  CHECK(at.server.version() == 2);
  CHECK(at.server.counters().full_effects == 1);
  REQUIRE(at.out.answers(1).size() == 1);
  REQUIRE(at.out.answers(1)[0]->verdicts.size() == 1);
  CHECK(at.out.answers(1)[0]->verdicts[0].what.reason ==
        "2 effects are not done, and that is the limit");

  at.server.done({epoch, 1, 0});
  at.submit({1, 0}); // one more has room again; then even one without effects must wait
  at.server.flush(at.out);
  CHECK(at.server.version() == 3);
  CHECK(at.server.counters().full_effects == 2);
}

TEST_CASE("effects that are done at once are never too many", "[effects][limits]") {
  fixture at{{.effects = 1}};
  at.submit({1, 1, 1, 2, 1});
  at.server.flush(at.out);
  CHECK(at.server.version() == 5);
  CHECK(at.keys().size() == 6);
  CHECK(at.server.counters().full_effects == 0);
}

TEST_CASE("an effect's key says what it is", "[effects]") {
  std::ostringstream text;
  text << effect_key{epoch, 3, 1};
  CHECK(text.str() == "effect 1 of version 3 in epoch 7");
}
