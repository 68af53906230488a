// Who may connect, and what others see of it.

#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/network/connect.hpp"
#include "libsync/network/publish.hpp"
#include "libsync/network/runtime.hpp"
#include "network/support/tape_inspect.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

namespace network = libsync::network;
using network::network_error;
using connect_options = network::connect_options<tape::data>;
using publish_options = network::publish_options<tape::data>;

std::string file(const std::string& name) {
  return std::string{LIBSYNC_CERTIFICATES} + "/" + name;
}

network::tls_options tls_of(const std::string& who, const std::string& authority) {
  network::tls_options tls;
  if (!who.empty()) {
    tls.certificate = file(who + ".pem");
    tls.key = file(who + ".key");
  }
  if (!authority.empty())
    tls.authorities = file(authority + ".pem");
  return tls;
}

struct one_server {
  network::runtime here;
  network::runtime there;
  tape_server server = libsync::spawn_server(here, tape::data{{1}});

  // Returns "" if a session can be opened, else why it cannot.
  std::string tried(const network::publication& place, const connect_options& options,
                    const std::string& host = "127.0.0.1") {
    const auto relay = network::connect<tape::data>(there, host, place.port(), options);
    tape_session session{relay};
    const auto state = relay.server();
    for (;;) { // until one of both is known
      const auto status = state->status();
      REQUIRE(status);
      if (status->version != 0 || status->epoch != libsync::epoch_id::none)
        return session.submit(tape::append{2}).get().is_accepted() ? "" : "refused";
      if (const std::string why{status->why_closed}; why != "not connected yet")
        return why;
    }
  }
};

publish_options encrypted(const network::tls_options& tls) {
  publish_options options;
  options.tls = tls;
  return options;
}

connect_options with(const network::tls_options& tls) {
  connect_options options;
  options.tls = tls;
  return options;
}

} // namespace

TEST_CASE("certificates of both ends are checked", "[network]") {
  one_server at;
  std::vector<network::peer> seen;
  auto options = encrypted(tls_of("server", "authority"));
  std::promise<network::peer> who;
  options.admit = [&](const network::peer& one) {
    who.set_value(one);
    return libsync::accepted();
  };
  const auto place = network::publish(at.here, at.server, options);
  CHECK(at.tried(place, with(tls_of("relay", "authority"))) == "");
  const auto peer = who.get_future().get();
  CHECK(peer.certificate == "ann");
  CHECK(peer.is_encrypted);
  CHECK(peer.address == "127.0.0.1");

  // Neither a stranger nor nobody is admitted, and nobody believes another server.
  CHECK_THAT(at.tried(place, with(tls_of("stranger", "authority"))), Catch::Contains("TLS"));
  CHECK_THAT(at.tried(place, with(tls_of("", "authority"))), Catch::Contains("TLS"));
  CHECK_THAT(at.tried(place, with(tls_of("relay", "other-authority"))),
             Catch::Contains("TLS: the other end's certificate is refused"));
  auto misnamed = tls_of("relay", "authority");
  misnamed.server_name = "example.org";
  CHECK_THAT(at.tried(place, with(misnamed)), Catch::Contains("mismatch"));
  CHECK_FALSE(at.tried(place, {}).empty()); // who does not encrypt
}

TEST_CASE("a server without authorities admits by tokens", "[network]") {
  one_server at;
  auto options = encrypted(tls_of("server", ""));
  options.admit = [](const network::peer& one) {
    return network::same_token(one.token, "secret") ? libsync::accepted()
                                                    : libsync::refused("the token is not known");
  };
  const auto place = network::publish(at.here, at.server, options);
  auto knows = with(tls_of("", "authority"));
  CHECK(at.tried(place, knows) == "the token is not known");
  knows.token = "secret";
  CHECK(at.tried(place, knows) == "");
  CHECK(at.tried(place, knows, "localhost") == "");
  CHECK(place.status().not_greeted == 1);
}

TEST_CASE("both ends must share the same data", "[network]") {
  one_server at;
  const auto place = network::publish(at.here, at.server);
  connect_options options;
  options.name = "another tape";
  CHECK_THAT(at.tried(place, options),
             Catch::Contains("the server shares other data: it calls them '") &&
                 Catch::Contains("the relay calls them 'another tape'"));
}

TEST_CASE("an `admit` that throws admits nobody", "[network]") {
  one_server at;
  publish_options options;
  options.admit = [](const network::peer&) -> libsync::outcome {
    throw std::runtime_error{"no list of users"};
  };
  const auto place = network::publish(at.here, at.server, options);
  CHECK(at.tried(place, {}) == "no list of users");
}

TEST_CASE("a port at which nobody listens is told", "[network]") {
  one_server at;
  std::optional<network::publication> place{network::publish(at.here, at.server)};
  const auto port = place->port();
  place.reset();
  const auto relay = network::connect<tape::data>(at.there, "127.0.0.1", port);
  const auto state = relay.server();
  std::string why;
  do
    why = std::string{state->status()->why_closed};
  while (why == "not connected yet");
  CHECK_THAT(why, Catch::Contains("127.0.0.1:" + std::to_string(port)) ||
                      Catch::Contains("published no more"));
}

TEST_CASE("what would be open to other machines must be asked for", "[network]") {
  one_server at;
  publish_options options;
  options.host = "";
  CHECK_THROWS_WITH(network::publish(at.here, at.server, options),
                    Catch::Contains("would not be encrypted: give `tls`"));
  options.tls = tls_of("server", "");
  CHECK_THROWS_WITH(network::publish(at.here, at.server, options), Catch::Contains("give `admit`"));
  options = {};
  options.connections = 0;
  CHECK_THROWS_AS(network::publish(at.here, at.server, options), std::invalid_argument);
}

TEST_CASE("files of TLS that cannot be read are named", "[network]") {
  one_server at;
  CHECK_THROWS_WITH(network::publish(at.here, at.server, encrypted({})),
                    "TLS: a server needs tls_options::certificate and tls_options::key");
  network::tls_options wrong = tls_of("server", "");
  wrong.key = file("relay.key");
  CHECK_THROWS_WITH(network::publish(at.here, at.server, encrypted(wrong)),
                    Catch::Contains("is not that of the certificate") ||
                        Catch::Contains("tls_options::key: cannot read"));
  wrong.authorities = "/nowhere.pem";
  wrong = tls_of("", "");
  wrong.authorities = "/nowhere.pem";
  CHECK_THROWS_WITH(network::connect<tape::data>(at.there, "localhost", 1, with(wrong)),
                    Catch::Contains("tls_options::authorities: cannot read '/nowhere.pem'"));
}

TEST_CASE("a port that is taken is named", "[network]") {
  one_server at;
  const auto place = network::publish(at.here, at.server);
  publish_options options;
  options.port = place.port();
  CHECK_THROWS_WITH(network::publish(at.here, at.server, options),
                    Catch::Contains("cannot listen on 127.0.0.1:" + std::to_string(place.port())));
}

TEST_CASE("a system without the network is told so", "[network]") {
  libsync::runtime without;
  const auto server = libsync::spawn_server(without, tape::data{});
  CHECK_THROWS_WITH(network::publish(without, server),
                    Catch::Contains("use libsync::network::runtime"));
  CHECK_THROWS_AS(network::connect<tape::data>(without, "localhost", 1), network_error);
}
