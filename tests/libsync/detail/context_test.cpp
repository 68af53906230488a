#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libsync/detail/audit/twin_replay.hpp"
#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/detail/server/checkpoint.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/diary_server.hpp"
#include "support/tape.hpp"

using diary::all_entries;
using diary::busy_server;
using diary::epoch;
using diary::jot;
using libsync::client_id;

TEST_CASE("a copy reduces in the contexts in which the server has", "[context]") {
  busy_server world;
  const auto sent = world.out.batches(1);
  REQUIRE(sent.size() == 1);
  libsync::outcome why;
  using libsync::detail::readers;
  for (const auto who : {readers::none, readers::any}) {
    libsync::detail::shared_copy<diary::data> copy{who};
    copy.take(world.initial());
    SECTION(who == readers::none ? "a batch, alone" : "a batch, beside readers") {
      CHECK(copy.apply(sent[0], why) == 5);
      CHECK(copy.data() == all_entries);
      CHECK(copy.version() == 4);
    }
    SECTION(who == readers::none ? "one by one, alone" : "one by one, beside readers") {
      for_each_accepted(*sent[0], [&](const auto& next) {
        return copy.apply(next, why) == next.operations.size();
      });
      CHECK(copy.data() == all_entries);
    }
  }
}

TEST_CASE("a copy without readers stops at what it refuses, in the version before it",
          "[context]") {
  libsync::batch<diary::data> made;
  made.epoch = epoch;
  const std::vector<diary::operation> first{jot{1}, jot{2}};
  const std::vector<diary::operation> second{jot{3}, jot{7}};
  append(made, client_id{1}, 1, std::span{first}, false, 10);
  append(made, client_id{2}, 1, std::span{second}, false, 20);
  libsync::detail::shared_copy<diary::data> copy;
  copy.take({epoch, 0, std::make_shared<const diary::data>()});
  libsync::outcome why;
  CHECK(copy.apply(std::make_shared<const libsync::batch<diary::data>>(made), why) == 3);
  CHECK(!why);
  CHECK(copy.version() == 3);
  CHECK(!copy.has_data());
}

TEST_CASE("the log reduces again in the contexts of then", "[context]") {
  busy_server world;
  const auto sent = world.out.batches(1);
  SECTION("for a checkpoint") {
    libsync::detail::checkpoint<diary::data> behind{world.initial()};
    behind.follow(*sent[0]);
    CHECK(*behind.read(epoch)->data == all_entries);
  }
  SECTION("for an audit") {
    libsync::detail::twin_replay<diary::data> twins{{}, [](const diary::data& of) {
                                                      std::uint64_t sum = 0;
                                                      for (const auto& one : of.entries)
                                                        sum += static_cast<std::uint64_t>(one.time);
                                                      return sum;
                                                    }};
    for_each_accepted(*sent[0], [&](const auto& next) { return twins.step(next); });
    CHECK(twins.are_equal());
    CHECK(twins.digest() == 90);
  }
}

TEST_CASE("a context costs nothing where no reducer takes it", "[context]") {
  using tape_batch = libsync::batch<tape::data>;
  static_assert(sizeof(libsync::run) == 5 * sizeof(std::uint64_t));
  static_assert(sizeof(tape_batch) == 4 * sizeof(std::uint64_t) + 2 * sizeof(std::vector<int>));
  static_assert(sizeof(libsync::accepted_submission<tape::data>) == 6 * sizeof(std::uint64_t));
  static_assert(sizeof(libsync::detail::batch_cursor<tape::data>) == 4 * sizeof(void*));
  SUCCEED("checked when compiled");
}
