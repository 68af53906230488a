#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "journal/place.hpp"
#include "support/catch.hpp"

using books::data;
using books::pay;
using books::place;
using books::submit;
using libsync::receipt;
using libsync::storage_failure;

namespace {

constexpr const char* full = "the journal cannot be written: the disk: it is full";

std::int64_t rent(const libsync::snapshot<data>& of) {
  const auto found = of.data->accounts.find("rent");
  return found == of.data->accounts.end() ? 0 : found->second;
}

} // namespace

TEST_CASE("where the disk is full, submissions are refused, and go on when it is not") {
  place here;
  here.start();
  libsync::session<data> one{here.server};
  libsync::session<data> other{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.disk->fail(storage_failure::full, "it is full");
  CHECK(submit(one, pay{"rent", 2}) == receipt::refused(full));
  CHECK(submit(one, pay{"rent", 4}) == receipt::refused(full));
  CHECK(submit(other, pay{"rent", 8}) == receipt::refused(full));
  CHECK(here.status().why_closed == full);
  CHECK(here.read().version == 1);
  CHECK(rent(here.read()) == 1);
  CHECK(rent(*one.snapshot()) == 1);
  CHECK(rent(*other.snapshot()) == 1);
  here.disk->heal();
  here.wait();
  CHECK(submit(one, pay{"rent", 16}) == receipt::accepted(2));
  CHECK(submit(other, pay{"rent", 32}) == receipt::accepted(3));
  CHECK(here.status().why_closed.empty());
  here.at.run();
  CHECK(rent(*one.snapshot()) == 49);
  here.restart();
  CHECK(rent(here.read()) == 49);
}

TEST_CASE("of what the disk refuses nobody hears, whoever joins meanwhile") {
  place here;
  here.start();
  libsync::session<data> one{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.disk->fail(storage_failure::full, "it is full");
  auto lost = one.submit(pay{"rent", 2});
  // It is decided, and not yet written, when somebody joins.
  libsync::session<data> late{here.server};
  std::vector<std::int64_t> seen;
  auto watcher = late.watch([](const data& now) { return now.accounts; },
                            [&](const auto& accounts) { seen.push_back(accounts.at("rent")); });
  here.at.run();
  CHECK(lost.get() == receipt::refused(full));
  here.disk->heal();
  here.wait();
  CHECK(submit(late, pay{"rent", 4}) == receipt::accepted(2));
  here.at.run();
  CHECK(seen.back() == 5);
  for (const auto each : seen)
    CHECK((each == 1 || each == 5));
  CHECK(rent(*one.snapshot()) == 5);
}

TEST_CASE("what may have been written nobody knows, until it is read") {
  place here;
  here.start();
  libsync::session<data> one{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.disk->fail(storage_failure::io, "it does not answer", false);
  // It is there when the server looks, so it is accepted, and no other answer is given.
  CHECK(submit(one, pay{"rent", 2}) == receipt::accepted(2));
  CHECK(submit(one, pay{"rent", 4}) ==
        receipt::refused("the journal cannot be written: the disk: it does not answer"));
  here.disk->heal();
  here.wait();
  CHECK(submit(one, pay{"rent", 8}) == receipt::accepted(3));
  CHECK(rent(here.read()) == 11);
}

TEST_CASE("where the disk can be neither written nor read, nobody waits to be refused") {
  place here;
  here.start();
  libsync::session<data> one{here.server};
  libsync::session<data> other{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.disk->fail(storage_failure::full, "it is full");
  here.disk->fail_reading();
  for (int i = 0; i != 3; ++i)
    for (auto* by : {&one, &other}) {
      const auto told = by->submit(pay{"rent", 2});
      here.at.run();
      REQUIRE(told.is_ready());
      CHECK(told.get() == receipt::refused(full));
    }
  CHECK(here.server.submit_at("later", 5'000'000'000'000, pay{"rent", 4}).reason() == full);
  here.wait();
  here.disk->heal();
  here.wait();
  CHECK(submit(one, pay{"rent", 8}) == receipt::accepted(2));
  CHECK(submit(other, pay{"rent", 16}) == receipt::accepted(3));
  CHECK(rent(here.read()) == 25);
  CHECK(rent(*one.snapshot()) == 25);
  CHECK(rent(*other.snapshot()) == 25);
  here.restart();
  CHECK(rent(here.read()) == 25);
}

TEST_CASE("only who has submitted what may be written waits until the disk can be read") {
  int told_at_once = 0;
  for (int steps = 0; steps != 12; ++steps) {
    INFO(steps << " steps between two submissions");
    place here;
    here.start();
    libsync::session<data> one{here.server};
    libsync::session<data> other{here.server};
    here.at.run();
    here.disk->fail(storage_failure::io, "it does not answer", false);
    here.disk->fail_reading();
    const auto first = one.submit(pay{"rent", 1});
    here.at.steps(static_cast<std::size_t>(steps));
    const auto second = other.submit(pay{"rent", 2});
    here.wait();
    CHECK_FALSE(first.is_ready());
    told_at_once += second.is_ready() ? 1 : 0;
    if (second.is_ready()) {
      CHECK(second.get().what == receipt::kind::refused);
      const auto third = other.submit(pay{"rent", 4});
      here.at.run();
      REQUIRE(third.is_ready());
      CHECK(third.get().what == receipt::kind::refused);
    }
    here.disk->heal();
    here.wait();
    REQUIRE(first.is_ready());
    REQUIRE(second.is_ready());
    CHECK(first.get().is_accepted()); // it is there
    CHECK(rent(here.read()) == (second.get().is_accepted() ? 3 : 1));
    CHECK(submit(other, pay{"rent", 8}).is_accepted());
    CHECK(submit(one, pay{"rent", 16}).is_accepted());
    const auto expected = second.get().is_accepted() ? 27 : 25;
    CHECK(rent(here.read()) == expected);
    here.restart();
    CHECK(rent(here.read()) == expected);
  }
  CHECK(told_at_once > 2);
}

TEST_CASE("a timer is not lost where the disk is full when it is due") {
  place here;
  here.start();
  const libsync::timestamp begin{946'684'800'000};
  REQUIRE(here.server.submit_at("later", begin + 5'000, pay{"rent", 3}));
  libsync::session<data> one{here.server};
  here.disk->fail(storage_failure::full, "it is full");
  CHECK(submit(one, pay{"rent", 2}) == receipt::refused(full));
  CHECK(here.server.submit_at("no", begin, pay{"rent", 100}).reason() == full);
  here.wait();
  CHECK(rent(here.read()) == 0);
  here.disk->heal();
  here.wait();
  here.wait(); // in which it fires
  CHECK(rent(here.read()) == 3);
}

TEST_CASE("a relaxed journal says at once, and writes when it can") {
  place here;
  here.level = libsync::durability::relaxed;
  here.start();
  libsync::session<data> one{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.at.run();
  here.disk->fail(storage_failure::full, "it is full");
  CHECK(submit(one, pay{"rent", 2}) == receipt::accepted(2));
  here.at.run();
  CHECK(submit(one, pay{"rent", 4}) == receipt::refused(full));
  CHECK(rent(here.read()) == 3); // others know of it
  here.disk->heal();
  here.wait();
  CHECK(submit(one, pay{"rent", 8}) == receipt::accepted(3));
  const auto before = here.read();
  here.restart();
  const auto after = here.read();
  CHECK(rent(after) == 11);
  CHECK(after.epoch == before.epoch); // it has ended cleanly
}

TEST_CASE("where a relaxed journal may lack versions, another epoch begins") {
  place here;
  here.level = libsync::durability::relaxed;
  here.start();
  libsync::snapshot<data> before;
  books::memory_disk::rows early;
  {
    libsync::session<data> one{here.server};
    submit(one, pay{"rent", 1});
    here.at.run();
    early = here.disk->all();
    submit(one, pay{"rent", 2});
    before = here.read();
  }
  here.stop();
  here.disk->replace(early); // the last moment is lost
  here.start();
  const auto after = here.read();
  CHECK(rent(after) == 1);
  CHECK(after.epoch != before.epoch);
  libsync::session<data> two{here.server};
  CHECK(submit(two, pay{"rent", 4}).is_accepted());
  here.restart();
  CHECK(rent(here.read()) == 5);
}

TEST_CASE("a journal that was synced and is relaxed now may lack versions before its next record") {
  place here;
  here.start();
  const auto before = here.read();
  here.stop();
  here.level = libsync::durability::relaxed;
  here.start();
  const auto early = here.disk->all();
  here.stop();
  here.disk->replace(early); // it has died before anything was written
  here.start();
  CHECK(here.read().epoch != before.epoch);
}

TEST_CASE("a server does not begin on a disk that cannot be written, or that another has") {
  place here;
  here.disk->fail(storage_failure::full, "it is full");
  CHECK_THROWS_WITH(here.start(), "the disk: it is full");
  here.disk->heal();
  here.start();
  place second;
  second.disk = here.disk;
  CHECK_THROWS_WITH(second.start(), "the disk: another server has it");
}

TEST_CASE("who asks while the disk fails is answered with what is on it") {
  place here;
  here.start();
  libsync::session<data> one{here.server};
  CHECK(submit(one, pay{"rent", 1}) == receipt::accepted(1));
  here.disk->fail(storage_failure::full, "it is full");
  auto lost = one.submit(pay{"rent", 2});
  for (int i = 0; i < 3; ++i)
    here.at.step(); // it may be decided by now, and is not written
  CHECK(rent(*here.server.snapshot()) == 1);
  CHECK(here.server.submit_at("later", 5'000'000'000'000, pay{"rent", 1}).reason() == full);
  const auto log = here.server.read_log();
  REQUIRE(log);
  CHECK(log->latest == 1);
  CHECK(lost.get() == receipt::refused(full));
}

TEST_CASE(
    "a reader of the log goes on after the disk has failed, and hears of nothing that is not") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    place here{{}, seed};
    here.start();
    libsync::session<data> one{here.server};
    std::vector<std::int64_t> heard;
    libsync::version last = 0;
    const auto read = [&] {
      const auto part = here.server.read_log(last);
      REQUIRE(part);
      REQUIRE_FALSE(part->truncated_at);
      part->for_each([&](const auto& next) {
        heard.push_back(std::get<pay>(next.operations.front()).amount);
        last = next.version;
      });
    };
    std::vector<std::int64_t> accepted;
    for (int i = 0; i < 12; ++i) {
      if (i % 4 == 1)
        here.disk->fail(storage_failure::full, "it is full");
      if (i % 4 == 3) {
        here.disk->heal();
        here.wait();
      }
      auto told = one.submit(pay{"rent", i});
      here.at.steps(here.at.random().below(9));
      read();
      if (told.get().is_accepted())
        accepted.push_back(i);
    }
    read();
    CHECK(heard == accepted);
    CHECK(accepted.size() == 6);
  }
}
