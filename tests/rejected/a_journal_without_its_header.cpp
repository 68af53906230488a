// error: libsync: to give a server a journal, #include <libsync/journal.hpp>
#include "libsync/actors.hpp"

struct counter {
  using operation = int;
  int value = 0;
};
void reduce(counter& data, int more) {
  data.value += more;
}

struct place {};

int main() {
  libsync::runtime runtime;
  libsync::spawn_server(runtime, counter{}, {.journal = place{}});
}
