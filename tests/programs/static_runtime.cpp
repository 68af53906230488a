// A program whose runtime, server and session are static: it must end as any other. CAF's variables
// of the main thread are gone by the time that these end.

#include <iostream>

#include "libsync/actors.hpp"

namespace {

struct add {
  int amount;
};

struct counter {
  using operation = add;
  int value = 0;
};

void reduce(counter& data, const add& op) {
  data.value += op.amount;
}

libsync::runtime runtime;
libsync::server<counter> server = libsync::spawn_server(runtime, counter{});
libsync::session<counter> session{server};

} // namespace

int main() {
  std::cout << session.submit({1}).get() << '\n' << session.snapshot()->data->value << '\n';
}
