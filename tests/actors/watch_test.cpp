#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/watch.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"
#include "support/watching.hpp"

using libsync::every_version;
using libsync::latest_only;
using libsync::watched;
using libsync::watcher;

namespace {

// What a watcher was told.
struct told {
  std::vector<std::size_t> sizes;
  std::vector<libsync::version> gaps;

  auto each() {
    return [this](const watched<std::size_t>& now) {
      sizes.push_back(now.value);
      if (now.gap)
        gaps.push_back(now.version);
    };
  }
  auto newest() {
    return [this](std::size_t size) { sizes.push_back(size); };
  }
};

struct scene {
  libsync::testing::runtime at;
  tape_server server = libsync::spawn_server(at, tape::data{});
  tape_session session{server};

  void post(int count) {
    for (int i = 0; i < count; ++i)
      session.post(tape::append{i});
  }
};

std::vector<std::size_t> up_to(std::size_t last) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i <= last; ++i)
    all.push_back(i);
  return all;
}

} // namespace

TEST_CASE("a watcher of every version is told 100 of 100, one of the newest ends with the newest",
          "[watch]") {
  scene in;
  told each;
  told newest;
  const auto one = in.session.watch(size_of_tape, each.each(), every_version{});
  const auto other = in.session.watch(size_of_tape, newest.newest());
  in.at.run();
  in.post(100);
  in.at.run();
  CHECK(each.sizes == up_to(100));
  CHECK(each.gaps.empty());
  CHECK(newest.sizes.front() == 0);
  CHECK(newest.sizes.back() == 100);
  CHECK(newest.sizes.size() <= 4); // as many as messages
  CHECK(other.status().calls == newest.sizes.size());
}

TEST_CASE("a watcher begins with what there is, as soon as there are data", "[watch]") {
  scene in;
  told early;
  told late;
  const auto one = in.session.watch(size_of_tape, early.newest());
  CHECK(early.sizes.empty());
  in.at.run();
  CHECK(early.sizes == up_to(0));
  in.post(3);
  in.at.run();
  const auto other = in.session.watch(size_of_tape, late.each(), every_version{});
  in.at.run();
  CHECK(late.sizes == std::vector<std::size_t>{3});
  CHECK(late.gaps.empty());
}

TEST_CASE("equal values are not told", "[watch]") {
  scene in;
  int calls = 0;
  const auto watching =
      in.session.watch([](const tape::data& data) { return data.values.size() / 10; },
                       [&](const watched<std::size_t>&) { ++calls; }, every_version{});
  in.post(9);
  in.at.run();
  CHECK(calls == 1);
  in.post(1);
  in.at.run();
  CHECK(calls == 2);
}

TEST_CASE("a member is watched by its pointer, and with its version", "[watch]") {
  scene in;
  std::optional<std::pair<std::vector<std::int64_t>, libsync::version>> seen;
  const auto watching = in.session.watch(
      &tape::data::values, [&](const std::vector<std::int64_t>& values, libsync::version version) {
        seen = {values, version};
      });
  in.post(2);
  in.at.run();
  CHECK(seen == std::pair{std::vector<std::int64_t>{0, 1}, libsync::version{2}});
}

TEST_CASE("a watcher that is destroyed, assigned to or reset is told nothing more", "[watch]") {
  scene in;
  told one;
  told other;
  {
    auto watching = in.session.watch(size_of_tape, one.newest());
    in.at.run();
    CHECK(one.sizes.size() == 1);
    watching = in.session.watch(size_of_tape, other.newest());
    in.post(1);
    in.at.run();
    watching.reset();
    CHECK_FALSE(watching);
    in.post(1);
    in.at.run();
  }
  CHECK(one.sizes == up_to(0));
  CHECK(other.sizes.back() == 1);
}

TEST_CASE("a watcher's captures are destroyed with it, or after the call that ends it", "[watch]") {
  scene in;
  const auto held = std::make_shared<int>(1);
  {
    const auto watching = in.session.watch(size_of_tape, [held](std::size_t) {});
    CHECK(held.use_count() == 2);
  }
  CHECK(held.use_count() == 1);
  watcher self;
  long within = 0;
  self = in.session.watch(size_of_tape, [&self, &within, held](std::size_t) {
    self.reset();
    within = held.use_count();
  });
  in.at.run();
  CHECK(within == 2);
  CHECK(held.use_count() == 1);
}

TEST_CASE("a watcher that throws is counted and reported, and stops nobody", "[watch]") {
  scene in;
  std::string reported;
  told other;
  libsync::watch_options options;
  options.on_error = [&](const std::exception_ptr& what) {
    try {
      std::rethrow_exception(what);
    } catch (const std::runtime_error& error) {
      reported += error.what();
      throw;
    }
  };
  const auto broken = in.session.watch(
      size_of_tape, [](std::size_t) { throw std::runtime_error("a bug."); }, latest_only{},
      options);
  const auto after = in.session.watch(size_of_tape, other.newest());
  in.at.run();
  in.post(1);
  in.at.run();
  CHECK(broken.status().thrown == 2);
  CHECK(broken.status().calls == 2);
  CHECK(reported == "a bug.a bug.");
  CHECK(other.sizes == up_to(1));
  CHECK(status_of<tape::data>(in.at, in.session.handle()).thrown == 2);
}

TEST_CASE("a projection that throws leaves a gap", "[watch]") {
  scene in;
  told each;
  const auto fails_at_two = [](const tape::data& data) {
    if (data.values.size() == 2)
      throw std::runtime_error("two");
    return data.values.size();
  };
  const auto watching = in.session.watch(fails_at_two, each.each(), every_version{});
  in.at.run();
  in.post(4);
  in.at.run();
  CHECK(each.sizes == std::vector<std::size_t>{0, 1, 3, 4});
  CHECK(each.gaps == std::vector<libsync::version>{3});
  CHECK(watching.status().thrown == 1);
}

TEST_CASE("a snapshot that replaces the data leaves a gap", "[watch]") {
  libsync::testing::runtime at;
  libsync::server_options<tape::data> options;
  options.bounds.log = 1;
  auto server = libsync::spawn_server(at, tape::data{}, options);
  tape_session other{server};
  auto reader = libsync::spawn_client(libsync::server_address<tape::data>{server});
  told each;
  told newest;
  const auto one = reader.watch(size_of_tape, each.each(), every_version{});
  const auto two = reader.watch(size_of_tape, newest.newest());
  at.run();
  send_to(to_caf(reader), libsync::leave_atom_v);
  at.run();
  for (int i = 0; i < 5; ++i) {
    other.post(tape::append{i});
    at.run();
  }
  send_to(to_caf(reader), libsync::join_atom_v);
  at.run();
  CHECK(each.sizes == std::vector<std::size_t>{0, 5});
  CHECK(each.gaps == std::vector<libsync::version>{5});
  CHECK(newest.sizes == std::vector<std::size_t>{0, 5});
}

TEST_CASE("viewers, stock clients and embedded clients are watched", "[watch]") {
  scene in;
  libsync::session<tape::data, libsync::shared_view> viewer{in.server};
  const auto stock = libsync::spawn_client(libsync::server_address<tape::data>{in.server});
  told of_viewer;
  told of_stock;
  const auto one = viewer.watch(size_of_tape, of_viewer.newest());
  const auto other = stock.watch(size_of_tape, of_stock.each(), every_version{});
  in.at.run();
  in.post(5);
  in.at.run();
  CHECK(of_viewer.sizes.back() == 5);
  CHECK(of_stock.sizes == up_to(5));
}

TEST_CASE("thousands of watchers that come and go are not kept", "[watch]") {
  scene in;
  in.at.run();
  const auto held = std::make_shared<int>(1);
  for (int i = 0; i < 1000; ++i) {
    const auto watching = in.session.watch([held](const tape::data&) { return 1; }, [](int) {});
    in.at.run();
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("a session that was moved from, or has ended, calls no watcher", "[watch]") {
  scene in;
  in.at.run();
  told one;
  auto moved = std::move(in.session);
  CHECK_FALSE(in.session.watch(size_of_tape, one.newest())); // NOLINT(bugprone-use-after-move)
  moved.close();
  const auto watching = moved.watch(size_of_tape, one.newest());
  in.at.run();
  CHECK(watching);
  CHECK(one.sizes.empty());
}
