#include <cstddef>
#include <functional>
#include <stdexcept>
#include <vector>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/runtime.hpp"
#include "libsync/actors/server.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/memory.hpp"

namespace {

// A client that can be made to throw out of a handler.
class fragile : public caf::event_based_actor {
public:
  fragile(caf::actor_config& config, const libsync::server<counted>& server)
      : caf::event_based_actor(config), client_(this, server) {
    set_exception_handler(
        [](std::exception_ptr&) { return caf::make_error(caf::sec::runtime_error); });
  }

  caf::behavior make_behavior() override {
    client_.join();
    return client_.behavior(
        [](throw_atom) { throw std::runtime_error("on purpose"); },
        [this](write_atom) { static_cast<void>(client_.submit(counted::operation{1})); });
  }

private:
  libsync::embedded_client<counted> client_;
};

std::size_t members_of(caf::scoped_actor& self, const libsync::server<counted>& server) {
  std::size_t members = 0;
  ask(self, to_caf(server), libsync::status_atom_v)
      .receive(
          [&](const libsync::envelope& told) {
            members = told.as<libsync::server_status>().members;
          },
          [](caf::error& why) { FAIL("the server is gone: " << to_string(why)); });
  return members;
}

// One wave of clients that join, some of which write, and all of which are killed while messages
// wait, every other one by an exception. Returns when they are dead and forgotten.
void wave(caf::scoped_actor& self, const libsync::server<counted>& server, int size) {
  std::vector<caf::actor> clients;
  for (int i = 0; i < size; ++i) {
    clients.push_back(self->system().spawn<fragile>(server));
    if (i % 10 == 0)
      send_to(clients.back(), write_atom_v);
  }
  for (int i = 0; i < size; ++i) {
    const auto& one = clients[static_cast<std::size_t>(i)];
    if (i % 2 == 0)
      caf::anon_send_exit(one, caf::exit_reason::kill);
    else
      send_to(one, throw_atom_v);
    send_to(one, write_atom_v); // behind it: never handled
  }
  for (const auto& one : clients)
    self->wait_for(one);
  // Each question is answered after what was in the server's mailbox before it.
  for (int asked = 0; members_of(self, server) != 0; ++asked)
    REQUIRE(asked < 100'000);
}

} // namespace

TEST_CASE("100,000 joins and kills leave nothing behind", "[churn]") {
  constexpr int size = 250;
  const int alive_before = counted::alive();
  {
    libsync::runtime runtime;
    auto server = libsync::spawn_server(runtime, counted{});
    caf::scoped_actor self{runtime.system()};
    const auto run = [&](int joins) {
      for (int joined = 0; joined < joins; joined += size)
        wave(self, server, size);
    };
    run(10'000);
    const auto before = resident_bytes();
    run(90'000);
    const auto after = resident_bytes();
    CHECK(members_of(self, server) == 0);
    if (!sanitized)
      CHECK(after < before + (std::size_t{4} << 20));
  }
  CHECK(counted::alive() == alive_before);
}
