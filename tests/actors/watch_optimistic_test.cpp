#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/poll_queue.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/optimistic.hpp"
#include "libsync/watch.hpp"
#include "support/catch.hpp"
#include "support/stack.hpp"

namespace {

using stack::push;
using sizes = std::vector<std::size_t>;
using eager_session = libsync::session<stack::steps, libsync::optimistic>;

std::size_t size_of_stack(const stack::steps& data) {
  return data.values.size();
}

// A session whose server hears of nothing from here on.
struct scene {
  libsync::testing::runtime at{3};
  libsync::server<stack::steps> server = libsync::spawn_server(at, stack::steps{{7}});
  eager_session session{server};

  scene() {
    at.run();
    at.freeze(server);
  }
};

} // namespace

TEST_CASE("a watcher of an optimistic session is told what is pending", "[watch][optimistic]") {
  scene all;
  sizes seen;
  const auto watching =
      all.session.watch(size_of_stack, [&](std::size_t size) { seen.push_back(size); });
  all.at.run();
  CHECK(seen == sizes{1});
  all.session.post(push{1});
  all.at.run();
  CHECK(seen == sizes{1, 2});
  all.at.thaw(all.server);
  all.at.run();
  CHECK(seen == sizes{1, 2}); // that it is confirmed changes nothing
}

TEST_CASE("a watcher in its own place sees what an optimistic session shows when it is polled",
          "[watch][optimistic]") {
  scene all;
  libsync::poll_queue queue;
  sizes seen;
  std::size_t projected = 0;
  const auto watching = all.session.watch(
      [&](const stack::steps& data) { return ++projected, data.values.size(); },
      [&](std::size_t size) { seen.push_back(size); }, libsync::latest_only{}, {.where = queue});
  for (std::int64_t i = 0; i < 100; ++i) {
    all.session.post(push{i});
    all.at.run();
  }
  queue.poll();
  CHECK(seen == sizes{101});
  CHECK(projected == 1);
}

TEST_CASE("a watcher of an optimistic session may submit, and is told that too",
          "[watch][optimistic]") {
  scene all;
  sizes seen;
  const auto watching = all.session.watch(size_of_stack, [&](std::size_t size) {
    seen.push_back(size);
    if (size < 5)
      all.session.post(push{1});
  });
  all.at.run();
  CHECK(seen == sizes{1, 2, 3, 4, 5});
}
