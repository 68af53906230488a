#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <poll.h>
#endif

#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/watch.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"
#include "support/watching.hpp"

using libsync::every_version;
using libsync::latest_only;
using libsync::poll_queue;
using libsync::watched;
using libsync::watcher;

namespace {

// Data whose copies are counted.
struct album {
  struct operation {};
  int pages = 0;
  static inline int copies = 0;

  album() = default;
  album(const album& other) : pages(other.pages) { ++copies; }
  album(album&&) = default;
  album& operator=(const album& other) {
    pages = other.pages;
    ++copies;
    return *this;
  }
  album& operator=(album&&) = default;
  ~album() = default;
  friend bool operator==(const album&, const album&) = default;
};

void reduce(album& data, const album::operation&) {
  ++data.pages;
}

} // namespace

TEST_CASE("a watcher in a queue is called by its poll only", "[watch][poll]") {
  watching_scene in;
  const auto watching =
      in.session->watch(size_of_tape, in.newest(), latest_only{}, {.where = in.queue});
  in.post(100);
  CHECK(in.sizes.empty());
  CHECK(in.queue.poll() == 1);
  CHECK(in.sizes == std::vector<std::size_t>{100});
  CHECK(in.queue.poll() == 0);
  in.post(1);
  CHECK_FALSE(in.queue.empty());
  CHECK(in.queue.poll() == 1);
  CHECK(in.sizes == std::vector<std::size_t>{100, 101});
  CHECK(in.queue.empty());
}

TEST_CASE("a watcher of the newest data copies them at most once a poll, others never",
          "[watch][poll]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, album{}, {.check = false});
  libsync::session session{server};
  at.run();
  const auto post = [&](int count) {
    for (int i = 0; i < count; ++i) {
      session.post({});
      at.run();
    }
  };
  post(300); // a new session copies the data for readers, until it sees that there are none
  poll_queue queue;
  int pages = 0;
  const auto watching =
      session.watch([](const album& data) -> const album& { return data; },
                    [&](const album& now) { pages = now.pages; }, latest_only{}, {.where = queue});
  const auto counting = session.watch(&album::pages, [](int) {}, latest_only{}, {.where = queue});
  queue.poll();
  album::copies = 0;
  post(100);
  CHECK(album::copies == 0);
  queue.poll();
  CHECK(pages == 400);
  CHECK(album::copies == 1);
}

TEST_CASE("who hears that an operation is accepted has been told its change, or polls it",
          "[watch][poll]") {
  watching_scene in;
  std::size_t in_client = 0;
  const auto polled =
      in.session->watch(size_of_tape, in.newest(), latest_only{}, {.where = in.queue});
  const auto told = in.session->watch(size_of_tape, [&](std::size_t size) { in_client = size; });
  std::vector<std::size_t> seen;
  for (int i = 0; i < 3; ++i)
    in.session->submit(tape::append{i}, [&](const libsync::receipt&) {
      in.queue.poll();
      seen.insert(seen.end(), {in.sizes.back(), in_client});
    });
  in.at.run();
  REQUIRE(seen.size() == 6);
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(seen[i] >= i / 2 + 1);
}

TEST_CASE("a watcher of every version in a queue is told all, in order, a few at a time",
          "[watch][poll]") {
  watching_scene in;
  const auto watching =
      in.session->watch(size_of_tape, in.each(), every_version{}, {.where = in.queue});
  in.post(100);
  CHECK(in.queue.poll(30) == 30);
  CHECK(in.queue.poll(30) == 30);
  CHECK(in.queue.poll() == 41);
  CHECK(in.queue.poll() == 0);
  REQUIRE(in.sizes.size() == 101);
  for (std::size_t i = 0; i <= 100; ++i)
    CHECK(in.sizes[i] == i);
  CHECK(in.gaps.empty());
}

TEST_CASE("a watcher whose queue is not polled falls behind: it is told so, with the newest value",
          "[watch][poll]") {
  watching_scene in;
  const auto watching =
      in.session->watch(size_of_tape, in.each(), every_version{3}, {.where = in.queue});
  in.post(100);
  CHECK(in.queue.poll() == 3);
  CHECK(in.sizes == std::vector<std::size_t>{0, 1, 100});
  CHECK(in.gaps == std::vector<libsync::version>{100});
  CHECK(watching.status().passed_over == 98);
  in.post(1);
  in.queue.poll();
  CHECK(in.sizes.back() == 101);
  CHECK(in.gaps.size() == 1);
}

TEST_CASE("a watcher of every version without room is refused", "[watch][poll]") {
  watching_scene in;
  CHECK_THROWS_AS(in.session->watch(size_of_tape, in.each(), every_version{0}),
                  std::invalid_argument);
  CHECK(in.session->watch(size_of_tape, in.each(),
                          every_version{std::numeric_limits<std::size_t>::max()}));
}

TEST_CASE("watchers may end, submit, close and destroy the session, and poll, in a queue's call",
          "[watch][poll][reentrant]") {
  watching_scene in;
  watcher self;
  watcher other;
  const auto held = std::make_shared<int>(1);
  const auto act = GENERATE(0, 1, 2, 3, 4, 5, 6);
  const auto use = [&] {
    switch (act) {
    case 0:
      return self.reset();
    case 1:
      return other.reset();
    case 2:
      CHECK(in.session->submit(tape::append{7}).get().what == libsync::receipt::kind::undecided);
      return;
    case 3:
      CHECK_FALSE(in.session->close().empty());
      return;
    case 4:
      return in.session.reset();
    case 5:
      CHECK(in.queue.poll() == 1); // the other one
      return;
    default:
      throw std::runtime_error("a bug");
    }
  };
  self = in.session->watch(size_of_tape, [&, held](std::size_t) { use(); }, latest_only{},
                           {.where = in.queue});
  other = in.session->watch(size_of_tape, in.newest(), latest_only{}, {.where = in.queue});
  in.queue.poll();
  in.at.run();
  in.queue.poll();
  CHECK(in.sizes.empty() == (act == 1));
  if (act == 2)
    CHECK(in.sizes.back() > 0);
  in.session.reset();
  self.reset();
  CHECK(held.use_count() == 1);
}

TEST_CASE("what waits when a session ends is told; what waits in a queue that ends is not",
          "[watch][poll]") {
  watching_scene in;
  const auto each =
      in.session->watch(size_of_tape, in.each(), every_version{}, {.where = in.queue});
  std::optional<poll_queue> gone{std::in_place};
  const auto newest = in.session->watch(size_of_tape, in.newest(), latest_only{}, {.where = *gone});
  in.post(2);
  gone.reset();
  in.post(1);
  in.session.reset();
  CHECK(in.sizes.empty());
  in.queue.poll();
  CHECK(in.sizes == std::vector<std::size_t>{0, 1, 2, 3});
}

#if defined(__linux__)
TEST_CASE("a queue's descriptor can be read from while something waits", "[watch][poll]") {
  watching_scene in;
  const auto watching =
      in.session->watch(size_of_tape, in.each(), every_version{}, {.where = in.queue});
  in.at.run();
  pollfd one{in.queue.descriptor(), POLLIN, 0};
  CHECK(in.queue.descriptor() == one.fd);
  CHECK(::poll(&one, 1, 0) == 1); // it waited before there was a descriptor
  in.queue.poll();
  CHECK(::poll(&one, 1, 0) == 0);
  in.post(5);
  CHECK(::poll(&one, 1, 0) == 1);
  in.queue.poll(2);
  CHECK(::poll(&one, 1, 0) == 1);
  in.queue.poll(3);
  CHECK(::poll(&one, 1, 0) == 0);
}
#endif
