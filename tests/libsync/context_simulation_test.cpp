#include <cstdint>

#include "libsync/testing/check_reducer.hpp"
#include "libsync/testing/simulate.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"

namespace {

// A version has the entries of one submission, whose contexts are all the same. What an optimistic
// client shows before it is decided comes last, and its time is a guess.
bool is_sound(const diary::data& seen) {
  for (std::size_t i = 1; i < seen.entries.size(); ++i) {
    const auto& before = seen.entries[i - 1];
    const auto& one = seen.entries[i];
    if (one.provisional) {
      if (one.version < before.version)
        return false;
      continue;
    }
    if (before.provisional || one.time < before.time || one.version < before.version ||
        (one.version == before.version && (one.by != before.by || one.time != before.time)))
      return false;
  }
  return true;
}

} // namespace

TEST_CASE("random networks: each operation is reduced in one context, by whomever it is",
          "[simulation][context]") {
  libsync::testing::simulation_options<diary::data> how{.seeds = 200};
  how.on_left = [](libsync::client_id) { return diary::operation{diary::jot{-1}}; };
  CHECK(libsync::testing::simulate<diary::data>(how, diary::make_operation, is_sound));
}

TEST_CASE("random networks: effects tell of the context in which they were asked for",
          "[simulation][context]") {
  CHECK(libsync::testing::simulate<diary::loud_data>(
      {.seeds = 100}, diary::make_jot,
      [](const diary::loud_data& seen) { return is_sound(seen.inner); }));
}

TEST_CASE("random networks: timers fire once, in order, also over restarts and new epochs",
          "[simulation][timers]") {
  using libsync::testing::fault;
  libsync::testing::simulation_options<diary::data> how{.seeds = 150};
  how.timers = true;
  CHECK(libsync::testing::simulate<diary::data>(how, diary::make_operation, is_sound));
  how.kinds = {fault::kill_server, fault::fail_server};
  how.faults = 40;
  CHECK(libsync::testing::simulate<diary::data>(how, diary::make_operation, is_sound));
}

TEST_CASE("the laws of a reducer hold in contexts", "[context]") {
  const auto report =
      libsync::testing::check_reducer<diary::data>({.seeds = 200}, diary::make_operation);
  CHECK(report);
  CHECK(report.totals.undone > 0);
  CHECK(report.totals.transactions > 0);
}
