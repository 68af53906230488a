#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/snapshot.hpp"

#include <atomic>
#include <memory>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/watched.hpp"

using libsync::version;
using libsync::detail::readers;
using watched::accounts;
using watched::batch_of;
using watched::copy;
using watched::initial;

namespace {

// Operations that call stay until they are let go, one by one.
struct gate {
  std::atomic<int> reached{0};
  std::atomic<int> open{0};
  std::atomic<int> on_readers{0};
  std::thread::id reader = std::this_thread::get_id();

  gate() {
    watched::on_call = [this] {
      if (std::this_thread::get_id() == reader) {
        ++on_readers;
        return;
      }
      const int mine = ++reached;
      while (open < mine)
        std::this_thread::yield();
    };
  }

  void wait_for(int which) const {
    while (reached < which)
      std::this_thread::yield();
  }
};

struct fixture {
  copy shared{readers::any};
  gate slow;

  fixture() { shared.take(initial()); }

  version shown() const {
    const auto snapshot = shared.snapshot();
    CHECK(static_cast<version>(snapshot.data->left) == snapshot.version);
    CHECK(snapshot.data->sum() == 0);
    CHECK(snapshot.epoch == watched::epoch);
    return snapshot.version;
  }
};

} // namespace

TEST_CASE("a snapshot does not wait for the operation that is being applied", "[shared_copy]") {
  fixture with;
  const bool transactions = GENERATE(false, true);
  std::jthread writer{[&] { watched::apply(with.shared, batch_of(1, 1, transactions, {1})); }};
  with.slow.wait_for(1);
  CHECK(with.shown() == 0);
  with.slow.open = 1;
  writer.join();
  CHECK(with.shown() == 1);
}

TEST_CASE("a snapshot shows all that was applied before a slow operation", "[shared_copy]") {
  fixture with;
  const bool transactions = GENERATE(false, true);
  std::jthread writer{[&] { watched::apply(with.shared, batch_of(1, 50, transactions, {31})); }};
  with.slow.wait_for(1);
  CHECK(with.shown() == 30);
  CHECK(with.shared.snapshot().data == with.shared.snapshot().data); // made once, for all
  with.slow.open = 1;
  writer.join();
  CHECK(with.shown() == 50);
  CHECK(with.slow.on_readers == 0);
}

TEST_CASE("a reader does no slow operation again if several follow each other", "[shared_copy]") {
  fixture with;
  std::jthread writer;
  version last = 0;
  SECTION("in a small batch, also if it came late") {
    last = 9;
    writer = std::jthread{[&] { watched::apply(with.shared, batch_of(1, 9, false, {3, 4, 8})); }};
    with.slow.open = 2;
    with.slow.wait_for(3);
    CHECK(with.shown() == 7);
  }
  SECTION("in a larger one, once a reader came") {
    last = 60;
    writer = std::jthread{[&] {
      watched::apply(with.shared, batch_of(1, 60, false, {20, 30, 33}));
    }};
    with.slow.wait_for(1);
    CHECK(with.shown() == 19);
    with.slow.open = 2; // nobody looks during the second
    with.slow.wait_for(3);
    CHECK(with.shown() == 32);
  }
  with.slow.open = 3;
  writer.join();
  CHECK(with.shown() == last);
  CHECK(with.slow.on_readers == 0);
}

TEST_CASE("an unwatched copy in a flood is watched after a few calls", "[shared_copy]") {
  fixture with;
  for (int i = 0; i < 10; ++i) {
    watched::apply(with.shared, batch_of(with.shared.version() + 1, 4096));
    CHECK(with.shown() == with.shared.version());
  }
  const auto before = with.shared.version();
  std::jthread writer{
      [&] { watched::apply(with.shared, batch_of(before + 1, 4096, false, {before + 2000})); }};
  with.slow.wait_for(1);
  CHECK(with.shown() == before + 1999);
  with.slow.open = 1;
}

TEST_CASE("a reader without a spare waits for one operation, not for the next", "[shared_copy]") {
  fixture with;
  std::jthread writer{[&] {
    watched::apply(with.shared, batch_of(1, 4096, false, {4096})); // nobody watches yet
    watched::apply(with.shared, batch_of(4097, 1, false, {4097}));
  }};
  with.slow.wait_for(1);
  libsync::snapshot<accounts> got;
  std::jthread reader{[&] { got = with.shared.snapshot(); }};
  with.slow.open = 1;
  reader.join();
  CHECK(got.version == 4096);
  with.slow.wait_for(2);
  CHECK(with.shown() == 4096);
  with.slow.open = 2;
}

TEST_CASE("while there is a spare a moment is a version, so that nobody replays one too many",
          "[shared_copy]") {
  libsync::detail::snapshot_slot<accounts> slot;
  const auto all = batch_of(1, 10);
  const auto present = [] { return initial(); };
  REQUIRE(slot.begin(true, all, libsync::detail::batch_cursor<accounts>{*all}, present));
  const auto begun = slot.now();
  for (int i = 0; i < 3; ++i)
    slot.advance();
  libsync::detail::snapshot_slot<accounts>::found found;
  CHECK(!slot.look(slot.now(), found, present));
  REQUIRE(slot.replay(slot.now(), found));
  CHECK(found.shown.version == 3);
  slot.end(true, present);
  CHECK(slot.now() == begun + 3);
}

TEST_CASE("a reducer that reads the copy that it changes is told so", "[shared_copy]") {
  fixture with;
  const auto size = GENERATE(1u, 4096u);
  const auto all = batch_of(1, size);
  libsync::outcome why;
  bool told = false;
  const auto reads = [&](accounts&, std::span<const watched::operation> some, const auto&,
                         libsync::outcome&) {
    try {
      if (with.shared.snapshot().version != 0)
        told = true; // with a spare it sees that
    } catch (const std::logic_error&) {
      told = true;
    }
    return some.size();
  };
  CHECK(with.shared.apply(all, why, reads) == size);
  CHECK((told || size == 1));
}

TEST_CASE("an exception out of an operation leaves a copy that can be read and written",
          "[shared_copy]") {
  fixture with;
  const auto size = GENERATE(1u, 50u, 3000u);
  const auto all = batch_of(1, size);
  libsync::outcome why;
  const auto fail = [](accounts&, auto, const auto&, libsync::outcome&) -> std::size_t { throw 1; };
  CHECK_THROWS_AS(with.shared.apply(all, why, fail), int);
  CHECK(with.shown() == 0);
  CHECK(with.shared.read([](const accounts& data) { return data.left; }) == 0);
  CHECK(watched::apply(with.shared, all) == size);
  CHECK(with.shown() == size);
}

TEST_CASE("an exception out of a reader's function lets the writer in", "[shared_copy]") {
  fixture with;
  CHECK_THROWS_AS(with.shared.read([](const accounts&) { throw 1; }), int);
  CHECK(watched::apply(with.shared, batch_of(1, 3)) == 3);
}
