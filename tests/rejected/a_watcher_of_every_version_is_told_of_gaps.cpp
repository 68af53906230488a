// error: libsync: a watcher of every version is also told of gaps: its function takes a `const lib
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
  int value = 0;
};
void reduce(data&, int);
auto watch(libsync::session<data>& from) {
  return from.watch(
      &data::value, [](int) {}, libsync::every_version{});
}
