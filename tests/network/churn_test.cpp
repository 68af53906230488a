// The promises of guarantees.md over sockets that break at any byte.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/network/connect.hpp"
#include "libsync/network/publish.hpp"
#include "libsync/network/runtime.hpp"
#include "libsync/testing/random.hpp"
#include "network/support/tape_inspect.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/faulty_wire.hpp"
#include "support/tape_actors.hpp"

namespace {

namespace network = libsync::network;
using faults::break_down;
using faults::direction;
using libsync::receipt;

struct tally {
  std::atomic<std::size_t> accepted = 0;
  std::atomic<std::size_t> breaks = 0;
  std::atomic<std::size_t> deaths = 0;
};

network::connection_limits impatient() {
  network::connection_limits limits;
  limits.greeting = std::chrono::milliseconds{200};
  limits.heartbeat = std::chrono::milliseconds{10};
  limits.silence = std::chrono::milliseconds{50};
  return limits;
}

// A server, two relays behind wires of their own, and sessions of all three.
class world {
public:
  world(network::runtime& here, network::runtime& there, std::uint64_t seed)
      : random_(seed), server_(libsync::spawn_supervisor(here, tape::data{}, {}, forever())),
        place_(network::publish(here, server_, published())), near_(server_) {
    for (int i = 0; i != 2; ++i) {
      auto& wire = *wires_.emplace_back(std::make_unique<faults::faulty_wire>(place_.port()));
      network::connect_options<tape::data> options;
      options.limits = impatient();
      options.first_wait = std::chrono::milliseconds{1};
      options.longest_wait = std::chrono::milliseconds{10};
      const auto relay = network::connect<tape::data>(
          there, "127.0.0.1", static_cast<std::uint16_t>(wire.port()), options);
      for (int one = 0; one != 2; ++one)
        far_.push_back(std::make_unique<tape_session>(relay));
    }
  }

  // Returns what was wrong, as a sentence; empty if nothing was.
  std::string run(tally& sum) {
    for (int step = 0; step != 30; ++step) {
      auto& wire = *random_.one_of(wires_);
      switch (random_.below(8)) {
      case 0:
      case 1:
        wire.plan(random_.one_of(std::vector{break_down::cut, break_down::stall, break_down::late}),
                  random_.one_of(std::vector{direction::to_server, direction::from_server}),
                  random_.below(400), random_.chance(30));
        ++sum.breaks;
        break;
      case 2:
        wire.heal();
        break;
      case 3:
        if (random_.chance(30)) {
          if (const auto living = server_.server())
            living->stop();
          ++sum.deaths;
        }
        break;
      default:
        submit();
      }
      if (random_.chance(20))
        finish(random_.below(1 + waiting_.size()));
    }
    for (auto& wire : wires_)
      wire->heal();
    finish(waiting_.size());
    check(sum);
    return wrong_;
  }

private:
  struct submitted {
    std::int64_t value;
    libsync::receipt_future future;
  };

  static libsync::supervisor_options forever() {
    libsync::supervisor_options options;
    options.restarts = libsync::supervisor_options::without_end;
    return options;
  }
  static network::publish_options<tape::data> published() {
    network::publish_options<tape::data> options;
    options.limits = impatient();
    return options;
  }

  void submit() {
    auto& session = random_.chance(20) ? near_ : *random_.one_of(far_);
    if (random_.chance(15))
      waiting_.push_back({0, session.submit(tape::fail{})});
    else {
      waiting_.push_back({++last_, session.submit(tape::append{last_})});
    }
  }

  // Waits for some receipts, the oldest ones first, unless a wire is broken for long.
  void finish(std::size_t count) {
    if (count != 0)
      for (auto& wire : wires_)
        wire->heal();
    for (std::size_t i = 0; i != count; ++i) {
      auto told = waiting_[i].future.get();
      if (waiting_[i].value != 0 && told.is_accepted())
        versions_[told.version] = waiting_[i].value;
      else
        expect(waiting_[i].value == 0 && told.what == receipt::kind::refused,
               "a receipt that is not true");
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  void check(tally& sum) {
    auto all = server_.server()->snapshot();
    while (!all) // one that was told to stop has just done so
      all = server_.server()->snapshot();
    expect(all->version == versions_.size(), "a version without a receipt");
    std::vector<std::int64_t> expected;
    for (const auto& [version, value] : versions_)
      expected.push_back(value);
    expect(all->data->values == expected, "a value that is not once where its receipt says");
    sum.accepted += expected.size();
    for (auto& one : far_) {
      expect(one->submit(tape::append{++last_}).get().is_accepted(), "an end without a receipt");
      const auto seen = one->read([](const tape::data& data) { return data.values; });
      expected.push_back(last_);
      expect(seen && *seen == expected, "a copy that differs");
    }
  }

  void expect(bool is_so, const char* otherwise) {
    if (!is_so && wrong_.empty())
      wrong_ = otherwise;
  }

  libsync::testing::random random_;
  tape_supervisor server_;
  network::publication place_;
  std::vector<std::unique_ptr<faults::faulty_wire>> wires_;
  tape_session near_;
  std::vector<std::unique_ptr<tape_session>> far_;
  std::vector<submitted> waiting_;
  std::map<libsync::version, std::int64_t> versions_;
  std::int64_t last_ = 0;
  std::string wrong_;
};

} // namespace

TEST_CASE("sessions over connections that break at any byte lose nothing and repeat nothing",
          "[network][churn]") {
  network::runtime here;
  network::runtime there;
  tally sum;
  const auto seeds = amount("LIBSYNC_NETWORK_SEEDS", 500);
  std::atomic<std::uint64_t> next = 1;
  std::mutex lock;
  std::string wrong;
  // Several at a time, since they wait for most of it.
  std::vector<std::jthread> threads(8);
  for (auto& one : threads)
    one = std::jthread{[&] {
      for (auto seed = next++; seed <= seeds; seed = next++)
        if (const auto told = world{here, there, seed}.run(sum); !told.empty()) {
          const std::lock_guard guard{lock};
          wrong += "seed " + std::to_string(seed) + ": " + told + "\n";
        }
    }};
  threads.clear();
  CHECK(wrong == "");
  INFO(sum.accepted << " accepted, " << sum.breaks << " breaks, " << sum.deaths << " deaths");
  CHECK(sum.accepted > 10 * seeds);
  CHECK(sum.breaks > 3 * seeds);
}
