#include "libsync/actors/embedded_client.hpp"
#include "libsync/snapshot.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

using libsync::receipt;

// An actor of a user's: it submits a number of operations one by one and keeps what it hears.
class worker : public caf::event_based_actor {
public:
  worker(caf::actor_config& config, const tape_server& server,
         std::shared_ptr<std::vector<std::string>> heard)
      : caf::event_based_actor(config), heard_(std::move(heard)), client_(this, server) {}

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
      heard_->push_back(what.is_accepted() && client_.state().version() >= what.version &&
                                client_.state().confirmed().values.back() == count
                            ? "shown"
                            : std::string{what.reason});
      go(count - 1); // submitting from within a receipt
    });
    if (!submitted)
      heard_->push_back(submitted.failure().reason);
  }

  std::shared_ptr<std::vector<std::string>> heard_;
  libsync::embedded_client<tape::data> client_;
};

} // namespace

TEST_CASE("a user's actor is a client, and handles its own messages too", "[embedded]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto heard = std::make_shared<std::vector<std::string>>();
  auto actor = at.system().spawn<worker>(server, heard);
  send_to(actor, go_atom_v, 5);
  at.run();
  CHECK(*heard == std::vector<std::string>(5, "shown"));
  const auto truth = ask<libsync::snapshot<tape::data>>(at, server, libsync::read_atom_v);
  REQUIRE(truth);
  CHECK(truth->data->values == std::vector<std::int64_t>{5, 4, 3, 2, 1});
}

TEST_CASE("an embedded client is told when its server ends", "[embedded]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto heard = std::make_shared<std::vector<std::string>>();
  auto actor = at.system().spawn<worker>(server, heard);
  at.run();
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  at.run();
  send_to(actor, go_atom_v, 1);
  at.run();
  CHECK(*heard == std::vector<std::string>{"the server has ended"});
}

namespace {

class note_taker : public caf::event_based_actor {
public:
  note_taker(caf::actor_config& config, std::vector<std::string>* notes)
      : caf::event_based_actor(config), notes_(notes) {}

  caf::behavior make_behavior() override {
    return {[this](note_atom, const std::string& what) { notes_->push_back(what); }};
  }

private:
  std::vector<std::string>* notes_;
};

// Submits in its last moment, with a receipt handler that sends, answers a request, or throws.
class leaver : public caf::event_based_actor {
public:
  leaver(caf::actor_config& config, const tape_server& server, caf::actor told)
      : caf::event_based_actor(config), told_(std::move(told)), client_(this, server) {}

  caf::behavior make_behavior() override {
    return client_.behavior([this](quit_atom, bool ends) {
      auto asked = make_response_promise();
      for (int i = 0; i < 3; ++i)
        static_cast<void>(
            client_.submit(tape::append{i}, [this, asked, i](const receipt& what) mutable {
              if (i == 0)
                throw std::runtime_error("a handler's bug");
              send_from(caf::actor{this}, told_, note_atom_v, std::string{what.reason});
              if (i == 1)
                asked.deliver(std::string{what.reason});
            }));
      if (ends)
        quit();
      return asked;
    });
  }

private:
  caf::actor told_;
  libsync::embedded_client<tape::data> client_;
};

} // namespace

TEST_CASE("handlers may send and answer when their actor ends, and one that throws stops nobody",
          "[embedded][ending]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  std::vector<std::string> notes;
  auto told = at.system().spawn<note_taker>(&notes);
  {
    auto actor = at.system().spawn<leaver>(server, told);
    CHECK(ask<std::string>(at, actor, quit_atom_v, true) == "the client has ended");
    CHECK(notes == std::vector<std::string>(2, "the client has ended"));
  }
}

TEST_CASE("an actor that holds two clients in turn gets two names", "[embedded]") {
  struct changing : caf::event_based_actor {
    changing(caf::actor_config& config, tape_server to)
        : caf::event_based_actor(config), server(std::move(to)) {}
    caf::behavior make_behavior() override {
      client.emplace(this, server);
      client->join();
      return client->behavior([this](go_atom, int value) {
        if (value == 2) {
          client.emplace(this, server);
          client->join();
          become(client->behavior([](go_atom, int) {}));
        }
        static_cast<void>(client->submit(tape::append{value}));
      });
    }
    tape_server server;
    std::optional<libsync::embedded_client<tape::data>> client;
  };
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto actor = at.system().spawn<changing>(server);
  for (const int value : {1, 2}) {
    send_to(actor, go_atom_v, value);
    at.run();
  }
  const auto truth = ask<libsync::snapshot<tape::data>>(at, server, libsync::read_atom_v);
  REQUIRE(truth);
  CHECK(truth->data->values == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("an actor that ends with submissions under way is told that they are unknown",
          "[embedded]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  auto heard = std::make_shared<std::vector<std::string>>();
  auto actor = at.system().spawn<worker>(server, heard);
  send_to(actor, go_atom_v, 2);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  actor = nullptr;
  at.run();
  REQUIRE(heard->size() == 2);
  CHECK((*heard)[0] == "the client has ended");
}

TEST_CASE("a client that is made while its actor ends is closed at once", "[embedded][ending]") {
  struct late : caf::event_based_actor {
    late(caf::actor_config& config, tape_server to, std::vector<std::string>* heard)
        : caf::event_based_actor(config), server(std::move(to)), told(heard), first(this, server) {}
    caf::behavior make_behavior() override {
      return first.behavior([this](go_atom) {
        static_cast<void>(first.submit(tape::append{1}, [this](const receipt& what) {
          told->push_back(what.reason);
          second.emplace(this, server);
          second->join();
          told->push_back(second->submit(tape::append{2}).failure().reason);
        }));
      });
    }
    tape_server server;
    std::vector<std::string>* told;
    std::optional<libsync::embedded_client<tape::data>> second;
    libsync::embedded_client<tape::data> first;
  };
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  std::vector<std::string> told;
  auto actor = at.system().spawn<late>(server, &told);
  send_to(actor, go_atom_v);
  at.run();
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  at.run();
  CHECK(told == std::vector<std::string>(2, "the client has ended"));
}

TEST_CASE("an embedded client is watched in its actor, from what there is on",
          "[embedded][watch]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  std::vector<std::size_t> told;
  struct watching_actor : caf::event_based_actor {
    watching_actor(caf::actor_config& config, const tape_server& to, std::vector<std::size_t>& told)
        : caf::event_based_actor(config), client(this, to), heard(told) {}
    caf::behavior make_behavior() override {
      client.join();
      return client.behavior([this](go_atom, int count) {
        const auto size = [](const tape::data& data) { return data.values.size(); };
        if (count == 0)
          watching.reset();
        else
          watching = client.watch(
              size,
              [this](const libsync::watched<std::size_t>& now) { heard.push_back(now.value); },
              libsync::every_version{});
        REQUIRE(client.submit(tape::append{1}));
        REQUIRE(client.submit(tape::append{2}));
      });
    }
    libsync::embedded_client<tape::data> client;
    libsync::watcher watching;
    std::vector<std::size_t>& heard;
  };
  auto actor = at.system().spawn<watching_actor>(server, std::ref(told));
  at.run();
  send_to(actor, go_atom_v, 1);
  at.run();
  CHECK(told == std::vector<std::size_t>{0, 1, 2});
  send_to(actor, go_atom_v, 0);
  at.run();
  CHECK(told.size() == 3);
}
