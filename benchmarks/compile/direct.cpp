// What examples/counter.cpp does, written with CAF alone: one number, two clients. Actors without
// types compile soonest, so nothing is made to look dear.

#include <iostream>
#include <utility>
#include <vector>

#include "support/caf.hpp"

#include <caf/all.hpp>

namespace {

using namespace bench; // the atoms

struct server_state {
  int value = 0;
  int version = 0;
  std::vector<caf::actor> clients;
};

// With an argument, since CAF 0.17 refers to a tuple of none through a null pointer.
caf::behavior server(caf::stateful_actor<server_state>* self, int initial) {
  state_of(self).value = initial;
  return {
      [=](join_atom, const caf::actor& one) {
        auto& state = state_of(self);
        state.clients.push_back(one);
        return caf::make_message(state.version, state.value);
      },
      [=](submit_atom, int amount) {
        auto& [value, version, clients] = state_of(self);
        value += amount;
        ++version;
        for (const auto& one : clients)
          self->send(one, changed_atom_v, version, value);
        return true;
      },
  };
}

struct client_state {
  int value = 0;
  int version = 0;
  int wanted = 0;
  caf::response_promise waiting;

  void show(int next, int now) {
    version = next;
    value = now;
    if (version >= wanted && waiting.pending())
      waiting.deliver(value);
  }
};

caf::behavior client(caf::stateful_actor<client_state>* self, const caf::actor& to) {
  self->request(to, caf::infinite, join_atom_v, caf::actor{self}).then([=](int version, int value) {
    state_of(self).show(version, value);
  });
  return {
      [=](changed_atom, int version, int value) { state_of(self).show(version, value); },
      [=](submit_atom submit, int amount) { return self->delegate(to, submit, amount); },
      [=](wait_atom, int version) {
        auto& state = state_of(self);
        state.wanted = version;
        state.waiting = self->make_response_promise();
        auto answer = state.waiting;
        state.show(state.version, state.value);
        return answer;
      },
  };
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  const auto to = system.spawn(server, 0);
  const auto green = system.spawn(client, to);
  const auto yellow = system.spawn(client, to);
  caf::scoped_actor self{system};
  const auto lost = [](const caf::error&) { std::cout << "somebody is gone\n"; };

  self->send(green, submit_atom_v, 1);
  self->request(yellow, caf::infinite, submit_atom_v, 2)
      .receive(
          [](bool accepted) {
            std::cout << "yellow's add was " << (accepted ? "accepted" : "not accepted") << '\n';
          },
          lost);
  self->request(green, caf::infinite, wait_atom_v, 2)
      .receive([](int value) { std::cout << "green sees " << value << '\n'; }, lost);

  for (const auto& one : {green, yellow, to}) // which hold each other
    self->send_exit(one, caf::exit_reason::user_shutdown);
}
