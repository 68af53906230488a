#include "libsync/actors/behavior.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/testing/runtime.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

namespace {

// Other data than a tape.
struct poll {
  struct vote {
    int for_what;
  };
  using operation = vote;
  std::vector<int> votes;
};

void reduce(poll& data, const poll::vote& op) {
  data.votes.push_back(op.for_what);
}

// An actor with two clients, which submits to the first one's server or the second one's.
template <class First, class Second, class Mode = libsync::own_copy>
class with_two final : public caf::event_based_actor {
public:
  using clients =
      std::pair<libsync::embedded_client<First, Mode>*, libsync::embedded_client<Second, Mode>*>;

  with_two(caf::actor_config& config, const libsync::server_address<First>& first,
           const libsync::server_address<Second>& second, clients& shown)
      : caf::event_based_actor(config), first_(this, first), second_(this, second) {
    shown = {&first_, &second_};
  }

  caf::behavior make_behavior() override {
    first_.join();
    second_.join();
    return libsync::behavior(
        first_, second_,
        [this](go_atom, int value) {
          static_cast<void>(first_.submit(typename First::operation{value}));
        },
        [this](write_atom, int value) {
          static_cast<void>(second_.submit(typename Second::operation{value}));
        });
  }

private:
  libsync::embedded_client<First, Mode> first_;
  libsync::embedded_client<Second, Mode> second_;
};

struct numbers {
  struct add {
    int number;
  };
  using operation = add;
  std::vector<int> all;
};

void reduce(numbers& data, const numbers::add& op) {
  data.all.push_back(op.number);
}

template <class Client>
void check_undisturbed(const Client& client) {
  const auto status = client.status();
  CHECK(status.joined);
  CHECK(status.undecided == 0);
  CHECK(status.counters.resyncs == 0);
  CHECK(status.counters.diverged == 0);
}

} // namespace

TEST_CASE("an actor follows two servers of different data", "[behavior]") {
  using actor = with_two<numbers, poll>;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    const auto first = libsync::spawn_server(at, numbers{});
    const auto second = libsync::spawn_server(at, poll{});
    actor::clients clients;
    const auto both = at.system().spawn<actor>(first, second, clients);
    for (int i = 0; i < 10; ++i) {
      send_to(both, go_atom_v, i);
      send_to(both, write_atom_v, -i);
      at.steps(5);
    }
    at.run();
    CHECK(clients.first->state().confirmed().all == copy_of<numbers>(at, first).data->all);
    CHECK(clients.second->state().confirmed().votes == copy_of<poll>(at, second).data->votes);
    CHECK(clients.first->state().version() == 10);
    CHECK(clients.second->state().version() == 10);
    check_undisturbed(*clients.first);
    check_undisturbed(*clients.second);
  }
}

TEST_CASE("an actor follows two servers of the same data", "[behavior]") {
  using actor = with_two<numbers, numbers>;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    const auto first = libsync::spawn_server(at, numbers{});
    const auto second = libsync::spawn_server(at, numbers{{1000}});
    actor::clients clients;
    const auto both = at.system().spawn<actor>(first, second, clients);
    const auto other = libsync::spawn_client(second); // so that the orders get different lengths
    for (int i = 0; i < 10; ++i) {
      send_to(both, go_atom_v, i);
      send_to(both, write_atom_v, -i);
      other.post(numbers::add{i * 100});
      at.steps(5);
    }
    at.run();
    CHECK(clients.first->state().confirmed().all == copy_of<numbers>(at, first).data->all);
    CHECK(clients.second->state().confirmed().all == copy_of<numbers>(at, second).data->all);
    CHECK(clients.first->state().version() == 10);
    CHECK(clients.second->state().version() == 20);
    check_undisturbed(*clients.first);
    check_undisturbed(*clients.second);
  }
}

TEST_CASE("an actor is shown the snapshots of two servers of the same data", "[behavior]") {
  using actor = with_two<numbers, numbers, libsync::shared_view>;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    const auto first = libsync::spawn_server(at, numbers{});
    const auto second = libsync::spawn_server(at, numbers{{1000}});
    actor::clients clients;
    const auto both = at.system().spawn<actor>(first, second, clients);
    for (int i = 0; i < 10; ++i) {
      send_to(both, go_atom_v, i);
      send_to(both, write_atom_v, -i);
      at.steps(5);
    }
    at.run();
    CHECK(clients.first->state().confirmed().all == copy_of<numbers>(at, first).data->all);
    CHECK(clients.second->state().confirmed().all == copy_of<numbers>(at, second).data->all);
    check_undisturbed(*clients.first);
    check_undisturbed(*clients.second);
  }
}

TEST_CASE("the death of one server does not affect the other", "[behavior]") {
  using actor = with_two<numbers, numbers>;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    const auto dies = libsync::spawn_supervisor(at, numbers{});
    const auto stays = libsync::spawn_server(at, numbers{});
    actor::clients clients;
    const auto both = at.system().spawn<actor>(dies, stays, clients);
    for (int i = 0; i < 10; ++i) {
      send_to(both, go_atom_v, i);
      send_to(both, write_atom_v, i);
      at.steps(7);
      if (i % 3 == 0)
        caf::anon_send_exit(to_caf(locate(at, dies).server), caf::exit_reason::kill);
    }
    at.run();
    CHECK(clients.first->state().confirmed().all.size() == 10);
    CHECK(clients.second->state().confirmed().all.size() == 10);
    CHECK(clients.first->status().undecided == 0);
    check_undisturbed(*clients.second);
  }
}

TEST_CASE("two clients of one server in one actor are refused", "[behavior]") {
  libsync::testing::runtime at;
  const auto server = libsync::spawn_server(at, numbers{});
  std::string why;
  // With an argument, since CAF 0.17 refers to a tuple of none through a null pointer.
  const auto both = at.system().spawn(
      [&server](caf::event_based_actor* self, std::string* reason) -> caf::behavior {
        libsync::embedded_client<numbers> first{self, server};
        libsync::embedded_client<numbers> second{self, server};
        try {
          return libsync::behavior(first, second);
        } catch (const std::invalid_argument& error) {
          *reason = error.what();
        }
        return {};
      },
      &why);
  at.run();
  CHECK_THAT(why, Catch::Matchers::Contains("two clients in one actor have the same server"));
}
