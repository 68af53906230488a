#include "libsync/actors/detail/watch/watches.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/detail/watch/make_watch.hpp"
#include "libsync/actors/detail/watch/watch_list.hpp"
#include "libsync/actors/poll_queue.hpp"
#include "libsync/watch.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/watched.hpp"

// Watchers without actors: the test is the client.

using libsync::every_version;
using libsync::latest_only;
using libsync::detail::make_watch;
using libsync::detail::watch_list;
using watched::accounts;
using copy_ptr = libsync::detail::shared_copy_ptr<accounts>;
using change = libsync::change<accounts>;

namespace {

// Calls what is not to fail.
template <class Call>
auto whole(Call call) {
  const failing::paused memory{failing::allocations()};
  return call();
}

// What a client does, on the thread of its actor, with what its replica shows.
struct client {
  static constexpr bool is_optimistic = false;
  copy_ptr copy = std::make_shared<watched::copy>(libsync::detail::readers::any);
  watch_list<accounts> list;

  client() { copy->take(watched::initial()); }

  [[nodiscard]] bool has_data() const { return copy->has_data(); }
  [[nodiscard]] const accounts& shown() const { return copy->data(); }
  [[nodiscard]] libsync::version version() const { return copy->version(); }
  [[nodiscard]] static libsync::epoch_id epoch() { return watched::epoch; }

  // Only what the watchers do may fail.
  void apply(libsync::version version) {
    const auto batch = whole([&] { return watched::batch_of(version, 1); });
    libsync::for_each_accepted(*batch, [&](const auto& next) {
      libsync::outcome why;
      CHECK(whole([&] { return copy->apply(next, why); }) == next.operations.size());
      list.follow(change{next, copy->data()});
      return true;
    });
    list.show(*this);
  }

  template <class OnChange, class How>
  libsync::watcher watch(OnChange on_change, How how, libsync::watch_options options) {
    const auto made = make_watch<accounts, libsync::own_copy>(&accounts::left, std::move(on_change),
                                                              how, std::move(options), copy);
    libsync::watcher handle{made};
    list.add(made);
    watch_list<accounts>::show(*this, *made);
    return handle;
  }
};

} // namespace

TEST_CASE("watchers come, are polled and go on other threads than the client's",
          "[watch][threads]") {
  constexpr libsync::version last = 2000;
  client in;
  libsync::poll_queue queue;
  std::atomic<long> each{0};
  std::atomic<long> newest{0};
  std::atomic<int> wrong{0};
  auto counting = in.watch(
      [&](const libsync::watched<long>& now) {
        wrong += now.gap || (now.value != 0 && now.value != each + 1) ? 1 : 0;
        each = now.value;
      },
      every_version{last + 1}, {.where = queue});
  const auto looking = in.watch(
      [&](long now) {
        wrong += now < newest ? 1 : 0;
        newest = now;
      },
      latest_only{}, {.where = queue});
  std::vector<libsync::watcher> short_lived;
  for (int i = 0; i < 200; ++i)
    short_lived.push_back(in.watch([&](long) { ++wrong; }, latest_only{}, {}));
  wrong = 0; // these were told the first value at once
  {
    std::jthread ending{[&] {
      for (auto& one : short_lived)
        one = {};
    }};
    ending.join();
    std::vector<std::jthread> pollers;
    for (int t = 0; t < 2; ++t)
      pollers.emplace_back([&] {
        while (each < static_cast<long>(last) || newest < static_cast<long>(last))
          queue.poll(3);
      });
    for (libsync::version version = 1; version <= last; ++version)
      in.apply(version);
  }
  CHECK(wrong == 0);
  counting.reset();
  in.apply(last + 1);
  queue.poll();
  CHECK(each == static_cast<long>(last));
}

TEST_CASE("a watcher ends while its client looks and its queue is polled", "[watch][threads]") {
  client in;
  libsync::poll_queue queue;
  std::atomic<bool> over{false};
  std::atomic<int> wrong{0};
  std::jthread poller{[&] {
    while (!over)
      queue.poll();
  }};
  libsync::version version = 0;
  for (int round = 0; round < 500; ++round) {
    const auto alive = std::make_shared<std::atomic<bool>>(true);
    const auto look = [&, alive](const auto&) { wrong += *alive ? 0 : 1; };
    auto one = in.watch(look, every_version{2}, {.where = queue});
    auto other = in.watch(look, latest_only{}, {.where = queue});
    std::jthread user{[&] {
      one.reset();
      other.reset();
      *alive = false;
    }};
    for (int i = 0; i < 3; ++i)
      in.apply(++version);
  }
  over = true;
  CHECK(wrong == 0);
}

TEST_CASE("whichever allocation of a watcher fails, later values are told, and no gap is hidden",
          "[watch][failing]") {
  const bool in_queue = GENERATE(false, true);
  const auto failed = failing::each_allocation([&](auto arm) {
    client in;
    libsync::poll_queue queue;
    std::vector<std::pair<long, bool>> told;
    told.reserve(20);
    std::vector<long> newest;
    newest.reserve(20);
    int reported = 0;
    libsync::watcher each;
    libsync::watcher latest;
    const libsync::watch_options options{
        .where = in_queue ? libsync::executor{queue} : libsync::executor{},
        .on_error = [&](const std::exception_ptr&) { ++reported; }};
    if (!arm([&] {
          each = in.watch(
              [&](const libsync::watched<long>& now) { told.emplace_back(now.value, now.gap); },
              every_version{4}, options);
          latest = in.watch([&](long now) { newest.push_back(now); }, latest_only{}, options);
        }))
      return;
    for (libsync::version version = 1; version <= 6; ++version) {
      arm([&] { in.apply(version); });
      if (version % 3 == 0)
        arm([&] { queue.poll(); });
    }
    in.apply(7);
    queue.poll();
    for (std::size_t i = 1; i < told.size(); ++i)
      CHECK((told[i].second || told[i].first == told[i - 1].first + 1));
    CHECK(told.back().first == 7);
    CHECK(newest.back() == 7);
    CHECK(each.status().thrown + latest.status().thrown == static_cast<std::uint64_t>(reported));
  });
  CHECK(failed > 10);
}
