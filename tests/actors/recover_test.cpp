#include "libsync/actors/embedded_client.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/server.hpp"
#include "libsync/snapshot.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"

namespace {

/// A row of numbers that cannot be copied, or takes nothing, while a test says so.
struct frail {
  using operation = int;
  static inline bool throws = false;
  static inline bool refuses = false;

  frail() = default;
  frail(const frail& other) : values((fail(), other.values)) {}
  frail(frail&&) noexcept = default;
  frail& operator=(const frail& other) {
    fail();
    values = other.values;
    return *this;
  }
  frail& operator=(frail&&) noexcept = default;
  ~frail() = default;
  static void fail() {
    if (throws)
      throw std::runtime_error("it cannot be copied");
  }
  friend bool operator==(const frail&, const frail&) = default;

  std::vector<int> values;
};

// Forgets, for a negative one, to look first.
libsync::outcome reduce(frail& self, int op) {
  if (frail::refuses)
    return libsync::refused("not here");
  self.values.push_back(op);
  return op < 0 ? libsync::refused("it is negative") : libsync::accepted();
}

using client = libsync::embedded_client<frail>;

class host : public caf::event_based_actor {
public:
  host(caf::actor_config& config, const libsync::server<frail>& server,
       libsync::client_options<frail> options, std::function<void(client&)> begin)
      : caf::event_based_actor(config), client_(this, server, std::move(options)),
        begin_(std::move(begin)) {}

  caf::behavior make_behavior() override {
    begin_(client_);
    client_.join();
    return client_.behavior([this](int value) { static_cast<void>(client_.submit(value)); });
  }

private:
  client client_;
  std::function<void(client&)> begin_;
};

/// A server that `change` disturbs each time that it has applied something, and a client.
struct scene {
  libsync::testing::runtime at;
  std::function<void()> change = [] {};
  std::vector<std::string> heard;
  std::optional<libsync::server<frail>> server;
  caf::actor user;
  client* state = nullptr; // for as long as the user lives

  scene() {
    libsync::server_options<frail> options;
    options.on_change = [this](const libsync::change<frail>&) { change(); };
    options.on_violation = [this](libsync::version version, int what, const libsync::reason& why) {
      heard.push_back(std::to_string(version) + ", " + std::to_string(what) + ": " +
                      std::string{why.text()});
    };
    options.check = true;
    server = libsync::spawn_server(at, frail{}, std::move(options));
    libsync::client_options<frail> own;
    own.on_diverged = [this](libsync::version version, const libsync::reason& why) {
      heard.push_back("diverged at " + std::to_string(version) + ": " + std::string{why.text()});
      frail::refuses = false;
    };
    user = at.system().spawn<host>(*server, std::move(own), [this](client& it) {
      state = &it;
      it.on_progress([] { frail::throws = false; });
    });
    at.run();
  }

  void submit(int value) {
    send_to(user, value);
    at.run();
  }
};

} // namespace

TEST_CASE("a client whose copy cannot be copied joins again", "[client][throws]") {
  scene in;
  in.change = [] { frail::throws = true; };
  in.submit(1); // the snapshot is the server's, so this copies it
  in.change = [] {};
  in.submit(2);
  CHECK(in.state->state().counters().recovered == 1);
  CHECK(in.state->read().data->values == std::vector{1, 2});
  CHECK(in.heard.empty());
}

TEST_CASE("a client that refuses what was accepted says so, and takes a snapshot",
          "[client][throws]") {
  scene in;
  in.change = [] { frail::refuses = true; };
  in.submit(1);
  in.change = [] {};
  in.submit(2);
  CHECK(in.heard == std::vector<std::string>{"diverged at 1: not here"});
  CHECK(in.state->read().data->values == std::vector{1, 2});
}

TEST_CASE("a server tells of a promise that its reducer has broken", "[server][checked]") {
  scene in;
  in.submit(1);
  in.submit(-5);
  REQUIRE(in.heard.size() == 1);
  CHECK(in.heard[0] == "2, -5: the data changed although the operation was not accepted: it is "
                       "negative");
  CHECK(in.state->read().data->values == std::vector{1});
}
