#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/submission.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/memory.hpp"
#include "support/tape.hpp"
#include "support/tape_actors.hpp"

namespace {

using tape_server = libsync::server<tape::data>;
using libsync::receipt;

// What happened to a client, written down outside of its actor.
struct story {
  std::size_t due = 0;
  std::size_t calls = 0;
  std::size_t submitted = 0;
  std::map<std::size_t, std::vector<receipt>> receipts;
  std::vector<libsync::version> changes;
  std::size_t last_told = 0;
  bool closed = false;
  bool told_after_closing = false;
  bool told_while_away = false;
  bool away = false;
  bool unobserved = false;
  bool told_though_unobserved = false;
};

// Owns a client, submits four operations by one parcel, and acts at one of the client's calls.
class owner : public caf::event_based_actor {
public:
  using action_function = std::function<void(owner&)>;

  owner(caf::actor_config& config, const tape_server& server, std::shared_ptr<story> told,
        action_function action)
      : caf::event_based_actor(config), told(std::move(told)), action_(std::move(action)),
        client(std::make_unique<libsync::embedded_client<tape::data>>(this, server)) {
    observer = client->observe([this](const auto& what) { changed(what.version); });
  }

  caf::behavior make_behavior() override {
    client->join();
    return client->behavior([this](go_atom) {
      if (!client)
        return;
      for (int i = 0; i < 4; ++i)
        push(tape::append{i});
      if (client)
        client->pump();
    });
  }

  void push(tape::data::operation op) {
    const auto number = told->submitted + 1;
    const auto taken = client->push(op, [this, number](const receipt& what) {
      told->receipts[number].push_back(what);
      told->told_after_closing = told->told_after_closing || told->closed;
      called();
    });
    told->submitted += taken ? 1 : 0;
  }

  std::shared_ptr<story> told;

private:
  void changed(libsync::version version) {
    told->changes.push_back(version);
    told->told_after_closing = told->told_after_closing || told->closed;
    told->told_while_away = told->told_while_away || told->away;
    told->told_though_unobserved = told->told_though_unobserved || told->unobserved;
    called();
  }

  void called() {
    if (++told->calls == told->due)
      action_(*this);
  }

  action_function action_;

public:
  std::unique_ptr<libsync::embedded_client<tape::data>> client;
  libsync::observer_id observer{};
};

// Plays once for each call of the client's, acting at that call; `check` sees the end.
template <class Check>
void at_each_call(const owner::action_function& action, Check check) {
  std::size_t submitted = 0;
  for (std::size_t due = 1;; ++due) {
    auto told = std::make_shared<story>();
    told->due = due;
    libsync::testing::runtime at{due};
    auto server = libsync::spawn_server(at, tape::data{});
    auto other = libsync::spawn_client(server);
    auto actor = at.system().spawn<owner>(server, told, action);
    at.run();
    for (int i = 0; i < 2; ++i) {
      send_to(actor, go_atom_v);
      send_to(to_caf(other), libsync::submit_atom_v,
              libsync::enclose(libsync::submission<tape::data>{tape::append{9}}));
      at.run();
    }
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
    at.run();
    INFO("at call " << due << " of " << told->calls);
    submitted += told->submitted;
    for (std::size_t i = 1; i <= told->submitted; ++i)
      CHECK(told->receipts[i].size() == 1);
    check(*told);
    if (told->calls < due)
      break;
  }
  CHECK(submitted > 0);
}

std::size_t accepted(const story& told) {
  std::size_t count = 0;
  for (const auto& [number, all] : told.receipts)
    count += all[0].is_accepted() ? 1 : 0;
  return count;
}

} // namespace

TEST_CASE("an embedded client may be closed within any of its calls", "[reentrant]") {
  at_each_call(
      [](owner& self) {
        self.client->close("closed from within");
        self.told->closed = true;
        CHECK(self.told->receipts.size() == self.told->submitted);
      },
      [](const story& told) { CHECK_FALSE(told.told_after_closing); });
}

TEST_CASE("an embedded client may be destroyed within any of its calls", "[reentrant]") {
  at_each_call(
      [](owner& self) {
        self.client.reset();
        self.told->closed = true;
        CHECK(self.told->receipts.size() == self.told->submitted);
      },
      [](const story& told) { CHECK_FALSE(told.told_after_closing); });
}

TEST_CASE("an embedded client may leave, and join again, within any of its calls", "[reentrant]") {
  at_each_call(
      [](owner& self) {
        self.client->leave();
        self.told->away = true;
      },
      [](const story& told) { CHECK_FALSE(told.told_while_away); });
  at_each_call(
      [](owner& self) {
        self.client->leave();
        self.client->join();
      },
      [](const story& told) { CHECK(accepted(told) == told.submitted); });
}

TEST_CASE("an embedded client may be used within any of its calls", "[reentrant]") {
  at_each_call(
      [](owner& self) {
        self.push(tape::append{50});
        self.client->pump();
      },
      [](const story& told) {
        CHECK(accepted(told) == told.submitted);
        CHECK(told.submitted == 8 + (told.calls >= told.due ? 1 : 0));
      });
}

TEST_CASE("an observer that is taken off hears nothing more, also within its own call",
          "[reentrant]") {
  at_each_call(
      [](owner& self) {
        self.client->unobserve(self.observer);
        self.told->unobserved = true;
      },
      [](const story& told) {
        CHECK_FALSE(told.told_though_unobserved);
        CHECK(accepted(told) == told.submitted);
      });
}

TEST_CASE("an actor may quit within any call of its client", "[reentrant]") {
  at_each_call([](owner& self) { self.quit(); }, [](const story&) {});
}

namespace {

// Makes clients and drops them again.
class maker : public caf::event_based_actor {
public:
  maker(caf::actor_config& config, tape_server server)
      : caf::event_based_actor(config), server_(std::move(server)) {}

  caf::behavior make_behavior() override {
    drop_the_rest(this); // what the server sends to those that are gone
    return {[this](go_atom, int count) {
      for (int i = 0; i < count; ++i)
        libsync::embedded_client<tape::data>{this, server_}.join();
    }};
  }

private:
  tape_server server_;
};

} // namespace

TEST_CASE("clients that come and go within one actor leave nothing in it", "[reentrant]") {
  if (sanitized)
    return; // which holds back what is freed
  libsync::testing::runtime at;
  libsync::server_options<tape::data> options;
  options.bounds.absent = 4;
  auto server = libsync::spawn_server(at, tape::data{}, options);
  auto actor = at.system().spawn<maker>(server);
  const auto make = [&](int times) {
    for (int i = 0; i < times; ++i) {
      send_to(actor, go_atom_v, 10);
      at.run();
    }
    return outstanding_bytes();
  };
  const auto before = make(100);
  CHECK(make(10'000) - before < 10'000);
}
