#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsync/actors/peer.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/set.hpp"
#include "libsync/submission.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/status.hpp"
#include "support/tape_actors.hpp"

// Messages of which the envelope holds something else than the receiver's data need: a mistake of
// the sender's, which harms nobody else.

using libsync::enclose;
using libsync::receipt;

TEST_CASE("an envelope is opened as what it holds, or says what that is", "[envelope]") {
  const auto one = enclose(5);
  CHECK(one.holds<int>());
  CHECK(one.as<int>() == 5);
  CHECK(one.share<int>().get() == &one.as<int>());
  CHECK(one.address() == &one.as<int>());
  CHECK_FALSE(one.holds<long>());
  CHECK_THROWS_WITH(one.as<long>(), "libsync: an envelope holds int, expected long");
  const libsync::envelope none;
  CHECK_FALSE(none.holds<int>());
  CHECK(none.address() == nullptr);
  CHECK_THROWS_WITH(none.share<int>(), "libsync: an envelope holds nothing, expected int");
}

TEST_CASE("a server drops messages that hold something else than its data", "[envelope][server]") {
  libsync::testing::runtime at;
  auto supervisor = libsync::spawn_supervisor(at, tape::data{});
  auto client = libsync::spawn_client(supervisor);
  at.run();
  const auto server = to_caf(locate(at, supervisor).server);
  const auto sender = to_caf(client);
  for (const auto& wrong : {libsync::envelope{}, enclose(7), enclose(libsync::parcel<counted>{})}) {
    send_from(sender, server, libsync::submit_atom_v, wrong);
    send_from(sender, server, libsync::join_atom_v, wrong);
    send_from(sender, server, libsync::present_atom_v, wrong);
  }
  const auto told = ask<receipt>(at, client, libsync::submit_atom_v,
                                 enclose(libsync::submission<tape::data>{tape::append{1}}));
  CHECK(told == receipt::accepted(1));
  CHECK(status_of(at, supervisor).restarts == 0);
  CHECK(status_of(at, locate(at, supervisor).server).members == 1);
}

TEST_CASE("a client drops or refuses messages that hold something else than its data",
          "[envelope][client]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto client = libsync::spawn_client(server);
  at.run();
  const auto whom = to_caf(client);
  for (const auto& wrong : {libsync::envelope{}, enclose(7), enclose(libsync::batch<counted>{}),
                            enclose(libsync::submission<counted>{counted::operation{1}})}) {
    send_to(whom, libsync::welcome_atom_v, wrong);
    send_to(whom, libsync::batch_atom_v, wrong);
    send_to(whom, libsync::shown_atom_v, wrong);
    send_to(whom, libsync::reply_atom_v, wrong);
    send_to(whom, libsync::suspended_atom_v, wrong);
    send_to(whom, libsync::round_atom_v, wrong);
    send_to(whom, libsync::observe_atom_v, wrong);
    CHECK(ask<receipt>(at, client, libsync::submit_atom_v, wrong) ==
          receipt::refused("the submission is one of other data"));
  }
  CHECK(ask<receipt>(at, client, libsync::submit_atom_v,
                     enclose(libsync::submission<tape::data>{tape::append{1}})) ==
        receipt::accepted(1));
  const auto status = status_of(at, client);
  CHECK(status.joined);
  CHECK(status.version == 1);
}

TEST_CASE("a peer drops or refuses messages that hold something else than its data",
          "[envelope][peer]") {
  using names = libsync::set<std::string>;
  libsync::testing::runtime at;
  auto one = libsync::spawn_peer<names>(at);
  for (const auto& wrong :
       {libsync::envelope{}, enclose(7),
        enclose(libsync::statebox<libsync::counter, libsync::stamp>{}),
        enclose(libsync::composite<libsync::counter::operation>{libsync::counter::operation{}})}) {
    send_to(to_caf(one), libsync::box_atom_v, wrong);
    const auto told = ask<libsync::result<libsync::stamp>>(at, one, libsync::change_atom_v, wrong);
    REQUIRE(told);
    CHECK_FALSE(*told);
    CHECK(told->reason() == "the change is one of other data");
  }
  const libsync::composite<names::operation> right{names::operation{names::add{"a"}}};
  CHECK(ask<libsync::result<libsync::stamp>>(at, one, libsync::change_atom_v, enclose(right))
            .value());
  const auto status = ask<libsync::peer_status>(at, one, libsync::status_atom_v);
  REQUIRE(status);
  CHECK(status->events == 1);
  CHECK(status->neighbours == 0);
}
