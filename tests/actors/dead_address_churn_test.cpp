#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/peer.hpp"
#include "libsync/statebox/set.hpp"
#include "support/amount.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/deaths.hpp"
#include "support/exit.hpp"
#include "support/failing.hpp"
#include "support/location.hpp"
#include "support/tape_actors.hpp"

namespace {

enum class blow { none, before, after, within };

// Lets a server die where it is told to: once before or after a call to the sequencer, by an
// exception; or within one, where the first allocation fails.
class killer {
public:
  void strike(blow where) { due_ = where; }

  void operator()(libsync::fault_point point) {
    if (point == libsync::fault_point::within)
      return; // that is for the allocation which fails
    const bool is_before = point == libsync::fault_point::before;
    // A call that came to its end was not interrupted: the next one is to be.
    if (std::exchange(armed_, false) && !is_before) {
      failing::allocations().stop();
      due_ = blow::within;
    }
    if (take(is_before ? blow::before : blow::after))
      throw std::runtime_error("a bug");
    if (is_before && take(blow::within)) {
      armed_ = true;
      failing::allocations().start(1);
    }
  }

private:
  bool take(blow what) { return due_.compare_exchange_strong(what, blow::none); }

  std::atomic<blow> due_{blow::none};
  bool armed_ = false; // of the living server only
};

std::size_t members_of(caf::scoped_actor& self, const tape_supervisor& supervisor) {
  std::size_t members = 0;
  ask(self, to_caf(server_of(self, supervisor)), libsync::status_atom_v)
      .receive(
          [&](const libsync::envelope& told) {
            members = told.as<libsync::server_status>().members;
          },
          [&](caf::error&) { members = 1; }); // ask again
  return members;
}

} // namespace

TEST_CASE("sessions come and go while their server is killed between and within calls",
          "[address][threads]") {
  const std::size_t kills = amount("LIBSYNC_KILLS", 2'000);
  deaths died;
  killer kill;
  std::atomic<std::size_t> decided{0};
  libsync::runtime runtime;
  libsync::server_options<tape::data> options;
  options.inject_fault = [&](libsync::fault_point point) { kill(point); };
  libsync::supervisor_options supervision;
  supervision.restarts = kills;
  supervision.within = std::chrono::hours{1};
  supervision.on_death = [&](const libsync::server_death& death) { died.add(death); };
  const auto supervisor = libsync::spawn_supervisor(runtime, tape::data{}, options, supervision);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i)
      threads.emplace_back([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          tape_session session{supervisor};
          session.post(tape::append{1});
          const auto what = session.submit(tape::drop{}).get().what;
          if (what != libsync::receipt::kind::overloaded)
            ++decided;
        }
      });
    caf::scoped_actor self{runtime.system()};
    for (std::size_t i = 1; i <= kills; ++i) {
      const auto seen = decided.load();
      switch (i % 4) {
      case 0:
        end(server_of(self, supervisor), caf::exit_reason::kill);
        break;
      case 1:
        kill.strike(blow::before);
        break;
      case 2:
        kill.strike(blow::after);
        break;
      default:
        kill.strike(blow::within);
      }
      died.wait_for(i);
      while (i % 8 == 0 && decided == seen) // sometimes it lives for a while
        std::this_thread::yield();
    }
  }
  CHECK(died.count() == kills);
  CHECK(died.interrupted() >= kills / 4);
  CHECK(decided > kills / 8);
  caf::scoped_actor self{runtime.system()};
  while (members_of(self, supervisor) != 0) {
  }
  SUCCEED("nobody who has gone is a member");
}

TEST_CASE("peers come and go while others are introduced to them", "[address][peer][threads]") {
  using names = libsync::set<std::string>;
  using peer = libsync::peer<names>;
  using change = libsync::composite<names::operation>;
  constexpr std::size_t count = 8;
  const std::size_t each = 2 * amount("LIBSYNC_KILLS", 2'000); // a sixth are new peers
  libsync::runtime runtime;
  std::mutex mutex;
  std::array<peer, count> peers;
  for (auto& one : peers)
    one = libsync::spawn_peer<names>(runtime);
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < 6; ++i)
      threads.emplace_back([&, random = std::mt19937{i}]() mutable {
        const auto any = [&] {
          const std::lock_guard guard{mutex};
          return peers[random() % count];
        };
        for (std::size_t done = 0; done < each; ++done) {
          const auto one = any();
          switch (random() % 6) {
          case 0: {
            auto other = libsync::spawn_peer<names>(runtime);
            const std::lock_guard guard{mutex};
            std::swap(peers[random() % count], other);
            break;
          }
          case 1:
            caf::anon_send_exit(to_caf(one), caf::exit_reason::kill);
            break;
          case 2:
            libsync::separate(one, any());
            break;
          case 3:
            send_to(to_caf(one), libsync::change_atom_v,
                    libsync::enclose<change>(
                        names::operation{names::add{std::to_string(random() % 50)}}));
            break;
          default:
            libsync::introduce(one, any());
          }
        }
      });
  }
  // Whoever is left still works.
  const auto one = libsync::spawn_peer<names>(runtime);
  const auto other = libsync::spawn_peer<names>(runtime);
  peers = {};
  libsync::introduce(one, other);
  send_to(to_caf(one), libsync::change_atom_v,
          libsync::enclose<change>(names::operation{names::add{"last"}}));
  caf::scoped_actor self{runtime.system()};
  for (bool same = false; !same;)
    ask(self, to_caf(other), libsync::read_atom_v)
        .receive(
            [&](const libsync::envelope& now) {
              same = now.as<peer::box_type>().value() == names{"last"};
            },
            [](caf::error&) { FAIL("a peer has died"); });
}
