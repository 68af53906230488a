// error: libsync: this is no place for a journal: it needs a member `level`, a durability, and a
#include "libsync/actors.hpp"
#include "libsync/journal.hpp"

struct counter {
  using operation = int;
  int value = 0;
};
void reduce(counter& data, int more) {
  data.value += more;
}

int main() {
  libsync::runtime runtime;
  libsync::spawn_server(runtime, counter{}, {.journal = "counter.db"});
}
