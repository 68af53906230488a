// error: libsync: the function of a watcher of what clients show takes a `const
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
  using presence = int;
};
void reduce(data&, int);
auto watch(libsync::session<data>& from) {
  return from.watch_presence([](int) {});
}
