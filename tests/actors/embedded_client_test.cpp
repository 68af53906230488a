#include "libsync/actors/embedded_client.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/deterministic.hpp"
#include "support/tape_actors.hpp"

namespace {

using go_atom = caf::atom_constant<caf::atom("go")>;
using libsync::receipt;

// An actor of a user's: it submits a number of operations one by one and keeps what it hears.
class worker : public caf::event_based_actor {
public:
  worker(caf::actor_config& config, tape_server server,
         std::shared_ptr<std::vector<std::string>> heard)
      : caf::event_based_actor(config), heard_(std::move(heard)), client_(this, std::move(server)) {
  }

  caf::behavior make_behavior() override {
    client_.join();
    return client_.behavior([this](go_atom, int count) { go(count); });
  }

private:
  void go(int count) {
    if (count == 0)
      return;
    const auto submitted = client_.submit(tape::append{count}, [this, count](const receipt& what) {
      // "accepted" is never heard before the own copy shows it
      heard_->push_back(what.is_accepted() && client_.state().at() >= what.at &&
                                client_.state().confirmed().values.back() == count
                            ? "shown"
                            : what.reason);
      go(count - 1); // submitting from within a receipt
    });
    if (!submitted)
      heard_->push_back(submitted.otherwise.reason);
  }

  std::shared_ptr<std::vector<std::string>> heard_;
  libsync::embedded_client<tape::data> client_;
};

} // namespace

TEST_CASE("an actor of the user's is a client, next to its own messages", "[embedded]") {
  deterministic at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto heard = std::make_shared<std::vector<std::string>>();
  auto actor = at.system().spawn<worker>(server, heard);
  caf::anon_send(actor, go_atom::value, 5);
  at.run();
  CHECK(*heard == std::vector<std::string>(5, "shown"));
  const auto truth = at.ask<libsync::snapshot<tape::data>>(server, libsync::read_atom::value);
  REQUIRE(truth);
  CHECK(truth->data->values == std::vector<std::int64_t>{5, 4, 3, 2, 1});
}

TEST_CASE("an embedded client hears when its server ends", "[embedded]") {
  deterministic at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto heard = std::make_shared<std::vector<std::string>>();
  auto actor = at.system().spawn<worker>(server, heard);
  at.run();
  caf::anon_send_exit(server, caf::exit_reason::kill);
  at.run();
  caf::anon_send(actor, go_atom::value, 1);
  at.run();
  CHECK(*heard == std::vector<std::string>{"the server has ended"});
}

TEST_CASE("an actor that ends with submissions under way hears that they are unknown",
          "[embedded]") {
  deterministic at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto heard = std::make_shared<std::vector<std::string>>();
  auto actor = at.system().spawn<worker>(server, heard);
  caf::anon_send(actor, go_atom::value, 2);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  actor = nullptr;
  at.run();
  REQUIRE(heard->size() == 2);
  CHECK((*heard)[0] == "the client has ended");
}
