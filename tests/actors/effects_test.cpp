#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/client.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/submission.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/status.hpp"

using libsync::effect_key;
using libsync::effect_state;
using libsync::receipt;

namespace {

// How many copies of letters may still be made; then memory is short.
int copies_left = -1;

/// An operation with one effect; an empty one is refused. Copying it may fail.
struct letter {
  explicit letter(std::string what) : text(std::move(what)) {}
  letter(const letter& other) : text(other.text) {
    if (copies_left >= 0 && copies_left-- == 0)
      throw std::bad_alloc{};
  }
  letter(letter&&) noexcept = default;
  letter& operator=(const letter&) = default;
  letter& operator=(letter&&) noexcept = default;
  ~letter() = default;

  std::string text;
};

struct office {
  using operation = letter;
  using effect = std::string;
  std::vector<std::string> sent;
};

bool reduce(office& self, const letter& op, libsync::effects<office>& asked) {
  if (op.text.empty())
    return false;
  self.sent.push_back(op.text);
  asked.emit(op.text);
  return true;
}

using office_client = libsync::client<office>;

std::optional<receipt> send(libsync::testing::runtime& at, const office_client& client,
                            const char* text) {
  return ask<receipt>(at, client, libsync::submit_atom_v,
                      libsync::enclose(libsync::submission<office>{letter{text}}));
}

// A handler that counts how often it was handed each effect.
struct postman {
  std::map<effect_key, int> handed;
  std::map<std::string, libsync::effect_token> tokens;
  std::vector<std::string> texts;
  effect_state answer = effect_state::done;

  libsync::server_options<office> options() {
    libsync::server_options<office> result;
    result.on_effect = [this](const libsync::effect_token& token, const std::string& text) {
      ++handed[token.key()];
      tokens.insert_or_assign(text, token);
      texts.push_back(text);
      if (text == "bomb")
        throw std::runtime_error("it went off");
      return answer;
    };
    return result;
  }
};

} // namespace

TEST_CASE("effects of 100 clients: as many are run as operations are accepted", "[effects]") {
  libsync::testing::runtime at{7};
  postman post;
  auto server = libsync::spawn_server(at, office{}, post.options());
  std::vector<office_client> clients;
  for (int i = 0; i < 100; ++i)
    clients.push_back(libsync::spawn_client(server));
  for (int i = 0; i < 2000; ++i) {
    send_to(to_caf(clients[at.random()() % 100]), libsync::submit_atom_v,
            libsync::enclose(libsync::submission<office>{
                letter{i % 7 == 0 ? std::string{} : std::to_string(i)}}));
    at.steps(at.random()() % 8);
  }
  const auto status = status_of(at, server);
  CHECK(status.counters.accepted == 2000 - 286);
  CHECK(post.handed.size() == status.counters.accepted);
  CHECK(post.texts.size() == status.counters.accepted); // none twice
  CHECK(post.texts == copy_of<office>(at, server).data->sent);
  CHECK(status.waiting_effects == 0);
}

TEST_CASE("the next server runs effects again that are not reported done, and no others",
          "[effects][supervisor]") {
  libsync::testing::runtime at;
  postman post;
  auto supervisor = libsync::spawn_supervisor(at, office{}, post.options());
  auto client = libsync::spawn_client(supervisor);
  send(at, client, "done");
  send(at, client, "bomb");
  post.answer = effect_state::started;
  send(at, client, "slow");
  send(at, client, "reported");
  auto server = locate(at, supervisor).server;
  const auto epoch = status_of(at, server).epoch;
  CHECK(status_of(at, server).waiting_effects == 3);
  post.tokens.at("reported").done();
  CHECK(status_of(at, server).waiting_effects == 2);
  CHECK(status_of(at, server).thrown == 1);

  post.answer = effect_state::done;
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  at.run();
  CHECK(post.handed ==
        std::map<effect_key, int>{
            {{epoch, 1, 0}, 1}, {{epoch, 2, 0}, 2}, {{epoch, 3, 0}, 2}, {{epoch, 4, 0}, 1}});
  CHECK(status_of(at, locate(at, supervisor).server).waiting_effects == 1); // the bomb
}

TEST_CASE("an operation for which the server has no memory is refused, and the server lives on",
          "[effects][supervisor]") {
  libsync::testing::runtime at;
  postman post;
  auto options = post.options();
  // The server's next copy of a letter, which is into the batch, finds no memory.
  bool armed = false;
  options.inject_fault = [&](libsync::fault_point where) {
    if (where != libsync::fault_point::within)
      copies_left = where == libsync::fault_point::before && armed ? 0 : -1;
  };
  auto supervisor = libsync::spawn_supervisor(at, office{}, options);
  auto green = libsync::spawn_client(supervisor);
  armed = true;
  CHECK(send(at, green, "a") == receipt::refused("threw: out of memory"));
  armed = false;
  CHECK(send(at, green, "b") == receipt::accepted(1));
  CHECK(status_of(at, supervisor).restarts == 0);
  CHECK(post.texts == std::vector<std::string>{"b"});
  CHECK(copy_of<office>(at, green).data->sent == post.texts);
}

TEST_CASE("an exception out of the sequencer begins a new epoch with the data as they are",
          "[supervisor]") {
  libsync::testing::runtime at;
  postman post;
  auto options = post.options();
  // The second call of the sequencer, which is to send the batch, finds no memory.
  int calls_left = 0;
  options.inject_fault = [&](libsync::fault_point where) {
    failing::allocations().stop();
    if (where == libsync::fault_point::before && calls_left > 0 && --calls_left == 0)
      failing::allocations().start(1);
  };
  std::vector<libsync::server_death> deaths;
  libsync::supervisor_options supervision;
  supervision.on_death = [&](const libsync::server_death& death) { deaths.push_back(death); };
  auto supervisor = libsync::spawn_supervisor(at, office{}, options, supervision);
  auto green = libsync::spawn_client(supervisor);
  auto yellow = libsync::spawn_client(supervisor);
  CHECK(send(at, green, "a") == receipt::accepted(1));
  const auto before = status_of(at, locate(at, supervisor).server).epoch;

  calls_left = 2;
  const auto told = send(at, green, "b");
  REQUIRE(deaths.size() == 1);
  CHECK(deaths[0].interrupted);
  CHECK(deaths[0].reason == "out of memory");
  REQUIRE(told);
  CHECK(told->what == receipt::kind::unknown);

  const auto server = locate(at, supervisor).server;
  CHECK(status_of(at, server).epoch != before);
  CHECK(status_of(at, server).members == 2);
  CHECK(copy_of<office>(at, server).version == 3); // which is the beginning of the epoch
  CHECK(send(at, yellow, "c") == receipt::accepted(4));
  for (const auto& client : {green, yellow})
    CHECK(copy_of<office>(at, client).data->sent == std::vector<std::string>{"a", "b", "c"});
  CHECK(post.texts == std::vector<std::string>{"a", "b", "c"}); // what the data hold has happened
}
