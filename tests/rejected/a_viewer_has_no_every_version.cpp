// error: libsync: a shared view and an optimistic client do not show every version
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
  int value = 0;
};
void reduce(data&, int);
auto watch(libsync::session<data, libsync::shared_view>& from) {
  return from.watch(
      &data::value, [](const libsync::watched<int>&) {}, libsync::every_version{});
}
