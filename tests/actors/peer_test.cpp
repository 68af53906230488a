#include "libsync/actors/peer.hpp"

#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "libsync/actors/runtime.hpp"
#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/set.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/failing_element.hpp"

namespace {

using names = libsync::set<std::string>;
using data = libsync::dictionary<std::string, names>;
using box = libsync::statebox<data, libsync::stamp>;
using peer = libsync::peer<data>;
using change = libsync::composite<data::operation>;

data::operation unite(const std::string& key, const std::string& name) {
  return data::unite{key, names{name}};
}

std::optional<libsync::result<libsync::stamp>> submit(libsync::testing::runtime& at, const peer& to,
                                                      const change& what) {
  auto answer =
      ask<libsync::result<libsync::stamp>>(at, to, libsync::change_atom_v, libsync::enclose(what));
  return answer;
}

void post(const peer& to, const change& what) {
  send_to(to_caf(to), libsync::change_atom_v, libsync::enclose(what));
}

box box_of(libsync::testing::runtime& at, const peer& whose) {
  at.run();
  auto answer = ask<box>(at, whose, libsync::read_atom_v);
  REQUIRE(answer);
  return *answer;
}

libsync::peer_status status_of(libsync::testing::runtime& at, const peer& whose) {
  auto answer = ask<libsync::peer_status>(at, whose, libsync::status_atom_v);
  REQUIRE(answer);
  return *answer;
}

} // namespace

TEST_CASE("peers that were introduced end with one value", "[peer]") {
  libsync::testing::runtime at;
  auto one = libsync::spawn_peer<data>(at);
  auto other = libsync::spawn_peer<data>(at);
  const auto stamped = submit(at, one, unite("c", "a"));
  REQUIRE(stamped);
  CHECK((*stamped)->by == status_of(at, one).by);
  REQUIRE(submit(at, other, unite("c", "b")));
  CHECK(box_of(at, one).value() != box_of(at, other).value());
  libsync::introduce(one, other);
  CHECK(box_of(at, one).value() == data{{"c", {"a", "b"}}});
  CHECK(box_of(at, one) == box_of(at, other));
  post(other, unite("c", "later"));
  CHECK(box_of(at, one).value() == data{{"c", {"a", "b", "later"}}});
}

TEST_CASE("a partition heals in every order", "[peer]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    libsync::testing::runtime at{seed};
    constexpr std::size_t count = 5;
    std::vector<peer> peers;
    for (std::size_t i = 0; i < count; ++i)
      peers.push_back(libsync::spawn_peer<data>(at));
    for (std::size_t i = 0; i + 1 < count; ++i)
      libsync::introduce(peers[i], peers[i + 1]);
    const auto work = [&] {
      for (int i = 0; i < 30; ++i) {
        const auto name = std::string(1, static_cast<char>('a' + at.random()() % 8));
        auto& to = peers[at.random()() % count];
        if (at.random()() % 3 == 0)
          post(to, data::operation{data::subtract{"k", names{name}}});
        else
          post(to, unite("k", name));
        at.steps(at.random()() % 10);
      }
    };
    work();
    libsync::separate(peers[1], peers[2]); // two sides
    work();
    at.run();
    CHECK(box_of(at, peers[0]) == box_of(at, peers[1]));
    CHECK(box_of(at, peers[3]) == box_of(at, peers[4]));
    libsync::introduce(peers[0], peers[4]); // healed by another way
    work();
    at.run();
    const auto first = box_of(at, peers[0]);
    for (const auto& one : peers) {
      CHECK(box_of(at, one) == first);
      CHECK(!status_of(at, one).may_have_lost);
    }
  }
}

TEST_CASE("a peer that dies is forgotten, and keeps nobody alive", "[peer]") {
  libsync::testing::runtime at;
  auto one = libsync::spawn_peer<data>(at);
  {
    auto other = libsync::spawn_peer<data>(at);
    libsync::introduce(one, other);
    at.run();
    CHECK(status_of(at, one).neighbours == 1);
  }
  at.run();
  CHECK(status_of(at, one).neighbours == 0);
  REQUIRE(submit(at, one, unite("c", "a")));
}

TEST_CASE("a peer is not its own neighbour", "[peer]") {
  libsync::testing::runtime at;
  auto one = libsync::spawn_peer<data>(at);
  libsync::introduce(one, one);
  at.run();
  CHECK(status_of(at, one).neighbours == 0);
}

TEST_CASE("a peer tells of changes, and of boxes that cannot be merged", "[peer]") {
  libsync::testing::runtime at;
  auto shown = std::make_shared<std::vector<std::size_t>>();
  auto failures = std::make_shared<std::vector<std::string>>();
  libsync::peer_options<data> options;
  options.by = libsync::origin{1}; // both of them: a mistake
  options.on_change = [shown](const box& now) {
    shown->push_back(now.queue().size());
    throw std::runtime_error("isolated");
  };
  options.on_failure = [failures](const std::string& why) { failures->push_back(why); };
  auto one = libsync::spawn_peer<data>(at, options);
  auto other = libsync::spawn_peer<data>(at, options);
  box initial;
  const auto place = libsync::stamp{libsync::wall_clock() + 100'000, libsync::origin{1}};
  REQUIRE(initial.record(place, unite("c", "a")));
  options.initial = initial;
  REQUIRE(submit(at, one, unite("c", "b")));
  CHECK(*shown == std::vector<std::size_t>{1});
  CHECK(status_of(at, one).thrown == 1);
  box same_time;
  REQUIRE(same_time.record(box_of(at, one).last_modified(), unite("c", "x")));
  send_to(to_caf(one), libsync::box_atom_v, libsync::enclose(same_time));
  at.run();
  REQUIRE(failures->size() == 1);
  CHECK(failures->front().find("its origin has two lineages") != std::string::npos);
  CHECK(status_of(at, one).reason == failures->front());
  CHECK(box_of(at, one).value() == data{{"c", {"b"}}});
}

TEST_CASE("a peer's queue is bounded, and what that may lose must be accepted", "[peer]") {
  libsync::testing::runtime at;
  libsync::peer_options<data> options;
  options.bounds.events = 8;
  auto one = libsync::spawn_peer<data>(at, options);
  auto other = libsync::spawn_peer<data>(at, options);
  for (int i = 0; i < 40; ++i)
    for (const auto& to : {one, other})
      post(to, unite("k", std::to_string(i)));
  CHECK(box_of(at, one).queue().size() <= 8);
  libsync::introduce(one, other);
  at.run();
  CHECK(status_of(at, one).may_have_lost);
  const auto done = ask<libsync::outcome>(at, one, libsync::accept_atom_v);
  REQUIRE(done);
  CHECK(done->accepted());
  CHECK(!status_of(at, one).may_have_lost);
  CHECK(box_of(at, other).value() == box_of(at, one).value());
  options.bounds.events = 0;
  CHECK_THROWS_WITH(libsync::spawn_peer<data>(at, options),
                    "libsync::gossip_limits: `events` is 0, expected at least 1");
}

TEST_CASE("a peer's callbacks may change, introduce, separate and drop peers", "[peer]") {
  libsync::testing::runtime at;
  auto one = libsync::spawn_peer<data>(at);
  auto kept = std::make_shared<std::optional<peer>>(libsync::spawn_peer<data>(at));
  auto told = std::make_shared<std::vector<std::size_t>>();
  libsync::peer_options<data> options;
  auto self = std::make_shared<std::optional<peer>>();
  options.on_change = [=](const box& now) {
    told->push_back(now.queue().size());
    if (now.queue().size() == 1) {
      libsync::introduce(**self, one);
      post(**self, unite("c", "b"));
      kept->reset(); // the last handle to a neighbour
    } else if (now.queue().size() == 2) {
      libsync::separate(**self, one);
    }
  };
  *self = libsync::spawn_peer<data>(at, options);
  libsync::introduce(**self, **kept);
  REQUIRE(submit(at, **self, unite("c", "a")));
  at.run();
  CHECK(*told == std::vector<std::size_t>{1, 2});
  CHECK(status_of(at, **self).neighbours == 0);
  CHECK(box_of(at, one).value() == data{{"c", {"a", "b"}}});
  self->reset();
}

namespace {

// Data of which a copy can fail.
struct fragile {
  using operation = names::operation;

  friend void reduce(fragile& to, const operation& op) {
    std::visit([&](const auto& one) { reduce(to.all, one); }, op);
  }

  names all;
  copied_element weight{};
};

} // namespace

TEST_CASE("a peer for which a copy fails asks for the box again", "[peer][failing]") {
  const auto failed = failing::each_transfer([](auto arm) {
    libsync::testing::runtime at;
    std::vector<libsync::peer<fragile>> peers;
    for (int i = 0; i < 3; ++i) {
      peers.push_back(libsync::spawn_peer<fragile>(at));
      send_to(to_caf(peers.back()), libsync::change_atom_v,
              libsync::enclose(libsync::composite<names::operation>{
                  names::operation{names::add{std::string(1, char('a' + i))}}}));
    }
    at.run();
    libsync::introduce(peers[0], peers[1]);
    libsync::introduce(peers[1], peers[2]);
    arm([&] { at.run(); });
    for (const auto& one : peers) {
      const auto now =
          ask<libsync::statebox<fragile, libsync::stamp>>(at, one, libsync::read_atom_v);
      REQUIRE(now);
      CHECK(now->value().all == names{"a", "b", "c"});
    }
  });
  CHECK(failed > 3);
}

TEST_CASE("peers for which every copy fails give up, and go on once it does not",
          "[peer][failing]") {
  static bool fails = false;
  struct fragile : names {
    using operation = names::operation;
    fragile() = default;
    fragile(const fragile& other) : names(other) {
      if (fails)
        throw std::bad_alloc{};
    }
    fragile(fragile&&) noexcept = default;
    fragile& operator=(const fragile& other) { return *this = fragile{other}; }
    fragile& operator=(fragile&&) noexcept = default;
    ~fragile() = default;
  };
  libsync::testing::runtime at;
  const auto add = [](const libsync::peer<fragile>& to, const std::string& name) {
    send_to(
        to_caf(to), libsync::change_atom_v,
        libsync::enclose(libsync::composite<names::operation>{names::operation{names::add{name}}}));
  };
  auto one = libsync::spawn_peer<fragile>(at);
  auto other = libsync::spawn_peer<fragile>(at);
  add(one, "a");
  add(other, "b");
  at.run();
  libsync::introduce(one, other);
  fails = true;
  at.run(); // which has an end
  fails = false;
  for (const auto& whom : {one, other}) {
    const auto status = ask<libsync::peer_status>(at, whom, libsync::status_atom_v);
    REQUIRE(status);
    CHECK(status->reason == "out of memory");
    CHECK(status->counters.merged == 0);
    CHECK(status->thrown == 0);
  }
  add(one, "c");
  at.run();
  for (const auto& whom : {one, other}) {
    const auto now =
        ask<libsync::statebox<fragile, libsync::stamp>>(at, whom, libsync::read_atom_v);
    REQUIRE(now);
    CHECK(now->value().size() == 3);
  }
}

TEST_CASE("a change for which a copy fails is refused, with the reason, and changes nothing",
          "[peer][failing]") {
  using change_of = libsync::composite<names::operation>;
  const change_of both{
      change_of::list{names::operation{names::add{"a"}}, names::operation{names::add{"b"}}}};
  const auto failed = failing::each_transfer([&](auto arm) {
    libsync::testing::runtime at;
    const auto one = libsync::spawn_peer<fragile>(at);
    std::optional<libsync::result<libsync::stamp>> answer;
    arm([&] {
      answer = ask<libsync::result<libsync::stamp>>(at, one, libsync::change_atom_v,
                                                    libsync::enclose(both));
    });
    REQUIRE(answer);
    const auto now = ask<libsync::statebox<fragile, libsync::stamp>>(at, one, libsync::read_atom_v);
    REQUIRE(now);
    CHECK(now->value().all == (*answer ? names{"a", "b"} : names{}));
    if (!*answer)
      CHECK(answer->reason().find("a copy or move failed") != std::string::npos);
  });
  CHECK(failed > 0);
}

TEST_CASE("peers on threads of their own end with one value", "[peer]") {
  libsync::runtime runtime;
  caf::scoped_actor self{runtime.system()};
  std::vector<peer> peers;
  for (int i = 0; i < 4; ++i)
    peers.push_back(libsync::spawn_peer<data>(runtime));
  for (std::size_t i = 0; i < peers.size(); ++i)
    libsync::introduce(peers[i], peers[(i + 1) % peers.size()]);
  data expected;
  for (int i = 0; i < 200; ++i) {
    const change what = unite(std::to_string(i % 10), std::to_string(i));
    reduce(expected, std::get<data::unite>(*what.one()));
    post(peers[static_cast<std::size_t>(i) % peers.size()], what);
  }
  for (const auto& one : peers)
    for (bool same = false; !same;)
      ask(self, to_caf(one), libsync::read_atom_v)
          .receive([&](const libsync::envelope& now) { same = now.as<box>().value() == expected; },
                   [](caf::error&) { FAIL("a peer has died"); });
}
