#include <optional>
#include <vector>

#include "libsync/actors/embedded_client.hpp"
#include "support/ask.hpp"
#include "support/board_session.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"

namespace {

using board::put;
using libsync::receipt;
using libsync::undo_request;
using numbers = std::map<int, int>;

// An actor of a user's that undoes.
class painter : public caf::event_based_actor {
public:
  painter(caf::actor_config& config, const libsync::server<board::data>& server,
          std::vector<receipt>& heard)
      : caf::event_based_actor(config), heard_(heard), client_(this, server, that_undoes()) {}

  caf::behavior make_behavior() override {
    client_.join();
    client_.begin_step();
    CHECK(client_.submit(put{1, 1, {}}));
    CHECK(client_.submit(put{2, 2, {}}));
    client_.end_step();
    CHECK(client_.submit(put{3, 3, {}}));
    CHECK(client_.can_undo() == 2);
    const auto hear = [this](const receipt& what) { heard_.push_back(what); };
    client_.undo(hear);
    client_.undo(hear);
    client_.undo(hear);
    client_.redo(hear);
    CHECK(client_.can_undo() == 1);
    CHECK(client_.can_redo() == 1);
    return client_.behavior([this](libsync::close_atom) {
      client_.redo([this](const receipt& what) {
        heard_.push_back(what);
        client_.close("it is done");
      });
    });
  }

private:
  std::vector<receipt>& heard_;
  libsync::embedded_client<board::data, libsync::optimistic> client_;
};

} // namespace

TEST_CASE("an embedded client undoes", "[embedded][undo]") {
  board_scene on;
  std::vector<receipt> heard;
  auto actor = on.at.system().spawn<painter>(on.server, heard);
  on.at.run();
  CHECK(on.decided() == numbers{{1, 1}, {2, 2}});
  REQUIRE(heard.size() == 4);
  CHECK(heard[0] == receipt::refused("there is nothing to undo"));
  for (std::size_t i = 1; i < 4; ++i)
    CHECK(heard[i].is_accepted());
  send_to(actor, libsync::close_atom_v);
  on.at.run();
  CHECK(heard.size() == 5);
  CHECK(on.decided() == numbers{{1, 1}, {2, 2}, {3, 3}});
}

TEST_CASE("a client undoes what its handles and others' messages ask for", "[client][undo]") {
  board_scene on;
  const auto client = libsync::spawn_client<libsync::optimistic>(on.server, that_undoes());
  client.post(put{1, 1, {}});
  client.post(undo_request::undo);
  client.post(undo_request::redo);
  client.post(put{2, 2, {}});
  on.at.run();
  CHECK(on.decided() == numbers{{1, 1}, {2, 2}});
  const auto plain = libsync::spawn_client(on.server);
  const auto answer_of = [&](const auto& whom, undo_request what) {
    return ask<receipt>(on.at, whom, libsync::submit_atom_v, libsync::enclose(what)).value();
  };
  CHECK(answer_of(client, undo_request::undo) == receipt::accepted(5));
  CHECK(answer_of(client, undo_request::begin_step).is_accepted());
  CHECK(answer_of(plain, undo_request::undo) ==
        receipt::refused("the client was made without undo: set its option `undo`"));
}
