// error: libsync: `on_change` is told of a `const libsync::change<Data>&`
#include "libsync/actors/session.hpp"
struct add {};
struct data {
  using operation = add;
};
void reduce(data&, const add&);
auto made(libsync::server<data> of) {
  return libsync::session<data>{of, {.on_change = [](int) {}}};
}
