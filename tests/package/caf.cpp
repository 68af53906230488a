#include <iostream>

#include <libsync/caf.hpp>

struct counter {
  using operation = int;
  int value = 0;
};
void reduce(counter& data, int amount) {
  data.value += amount;
}

int main() {
  libsync::config config;
  caf::actor_system system{config};
  const auto server = libsync::spawn_server(system, counter{7});
  caf::scoped_actor self{system};
  self->request(libsync::to_caf(server), caf::infinite, libsync::read_atom_v)
      .receive(
          [](const libsync::envelope& read) {
            std::cout << read.as<libsync::snapshot<counter>>().data->value << '\n';
          },
          [](const caf::error&) { std::cout << "there is no answer\n"; });
}
