// error: libsync: a shared view shows the data at the ends of batches, and not every version
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
  int value = 0;
};
void reduce(data&, int);
auto watch(libsync::session<data, libsync::shared_view>& from) {
  return from.watch(&data::value, [](const libsync::watched<int>&) {}, libsync::every_version{});
}
