#include "libsync/actors/effect_token.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/actors/client.hpp"
#include "libsync/actors/supervisor.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/status.hpp"

using libsync::effect_key;
using libsync::effect_state;
using libsync::effect_token;
using libsync::receipt;

namespace {

// Orders, each of which is to be shipped, and may be cancelled instead.
struct shop {
  struct order {
    std::string what;
  };
  struct cancel {
    std::string what;
  };
  using operation = std::variant<order, cancel>;
  using effect = std::string;
  std::vector<std::string> orders;
};

void reduce(shop& data, const shop::order& op, libsync::effects<shop>& asked) {
  data.orders.push_back(op.what);
  asked.emit(op.what);
}

bool reduce(shop& data, const shop::cancel& op) {
  return std::erase(data.orders, op.what) != 0;
}

// A handler that ships nothing at once, and keeps the tokens.
struct fixture {
  explicit fixture(bool is_careless = false) {
    libsync::server_options<shop> options;
    options.on_effect = [this](const effect_token& token, const std::string& what) {
      handed.push_back(what);
      tokens.insert_or_assign(what, token);
      return effect_state::started;
    };
    options.on_effect_refused =
        [this, is_careless](const effect_key&, const std::string& what,
                            const libsync::reason& why) -> std::optional<shop::operation> {
      refused.push_back(what + ": " + why);
      if (is_careless && refused.size() == 1)
        throw std::runtime_error("it was careless");
      return shop::cancel{what};
    };
    options.inject_fault = [this](libsync::fault_point where) {
      if (where == libsync::fault_point::within && std::exchange(dies_within, false))
        throw std::runtime_error("it died within a call");
    };
    server = libsync::spawn_supervisor(at, shop{}, options);
    client = libsync::spawn_client(server);
    for (const char* what : {"lamp", "candle", "match"})
      order(what);
  }

  std::optional<receipt> order(const char* what) {
    return ask<receipt>(at, client, libsync::submit_atom_v,
                        libsync::enclose(libsync::submission<shop>{shop::order{what}}));
  }
  std::size_t waiting() {
    at.run();
    return status_of(at, locate(at, server).server).waiting_effects;
  }
  std::vector<std::string> orders() {
    at.run();
    return copy_of<shop>(at, client).data->orders;
  }
  void kill() { caf::anon_send_exit(to_caf(locate(at, server).server), caf::exit_reason::kill); }

  using texts = std::vector<std::string>;

  libsync::testing::runtime at;
  texts handed;
  texts refused;
  std::map<std::string, effect_token> tokens;
  bool dies_within = false;
  libsync::supervisor<shop> server;
  libsync::client<shop> client;
};

using texts = fixture::texts;

} // namespace

TEST_CASE("an effect is done when its token says so, once", "[effects]") {
  fixture here;
  CHECK(here.waiting() == 3);
  const auto candle = here.tokens.at("candle");
  candle.done();
  candle.done();
  CHECK(here.waiting() == 2);
  candle.refused("too late");
  candle.again();
  CHECK(here.waiting() == 2);
  CHECK(here.refused.empty());
  CHECK(here.handed == texts{"lamp", "candle", "match"});
}

TEST_CASE("an effect is handed over again when its token asks for it", "[effects]") {
  fixture here;
  here.tokens.at("candle").again();
  CHECK(here.waiting() == 3);
  CHECK(here.handed == texts{"lamp", "candle", "match", "candle"});
  here.tokens.at("candle").done();
  CHECK(here.waiting() == 2);
}

TEST_CASE("an effect that cannot be done is answered by an operation of the server's",
          "[effects]") {
  fixture here;
  here.tokens.at("lamp").refused("it is broken");
  CHECK(here.orders() == texts{"candle", "match"});
  CHECK(here.refused == texts{"lamp: it is broken"});
  CHECK(here.waiting() == 2);
}

TEST_CASE("a handler of refused effects that throws is asked again when the token reports again",
          "[effects]") {
  fixture here{true};
  here.tokens.at("lamp").refused("it is broken");
  CHECK(here.waiting() == 3);
  CHECK(here.orders().size() == 3);
  here.tokens.at("lamp").refused("it is still broken");
  CHECK(here.orders() == texts{"candle", "match"});
  CHECK(here.refused == texts{"lamp: it is broken", "lamp: it is still broken"});
}

TEST_CASE("a token reports to the server that serves next, which hands over what is left",
          "[effects][supervisor]") {
  for (const bool within : {false, true}) {
    INFO("it dies within a call: " << within);
    fixture here;
    here.kill();
    // The server is dead, or will be before it hears of this.
    here.tokens.at("lamp").done();
    here.tokens.at("candle").refused("sold out");
    here.tokens.at("match").again(); // as the next server does anyway
    if (within) {
      here.dies_within = true;
      here.order("wax");
    }
    const auto orders = here.orders();
    CHECK(orders.at(0) == "lamp");
    CHECK(orders.at(1) == "match");
    CHECK(here.waiting() == orders.size() - 1);
    CHECK(here.refused == texts{"candle: sold out"});
    CHECK(std::count(here.handed.begin(), here.handed.end(), "match") >= 2);
    CHECK(std::count(here.handed.begin(), here.handed.end(), "lamp") == 1);
    CHECK(std::count(here.handed.begin(), here.handed.end(), "candle") == 1);
    here.tokens.at("match").done();
    CHECK(here.waiting() == orders.size() - 2);
    CHECK(here.dies_within == false);
  }
}

TEST_CASE("a token may report when no server will serve again", "[effects]") {
  std::optional<effect_token> token;
  {
    fixture here;
    token = here.tokens.at("lamp");
  }
  token->refused("nobody hears it");
  token->done();
  CHECK(token->key().version == 1);
}

TEST_CASE("whichever allocation of a report fails, it is made wholly or not at all", "[effects]") {
  fixture here;
  const auto& token = here.tokens.at("candle");
  std::size_t reported = 0;
  const auto failed = failing::each_allocation([&](auto arm) {
    if (arm([&] { token.again(); }))
      ++reported;
    here.at.run();
    CHECK(here.handed.size() == 3 + reported);
  });
  CHECK(failed >= 1);
  CHECK(reported == 1);
}
