// error: libsync: a projection's values need an ==, because equal values are not told
#include "libsync/actors/session.hpp"
struct place {
  int x = 0;
};
struct data {
  using operation = int;
  place where;
};
void reduce(data&, int);
auto watch(libsync::session<data>& from) {
  return from.watch(&data::where, [](const place&) {});
}
