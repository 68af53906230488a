// error: libsync: a projection takes a `const Data&`, or is a pointer to a member of the data
#include "libsync/actors/session.hpp"
struct other {
  int value = 0;
};
struct data {
  using operation = int;
};
void reduce(data&, int);
auto watch(libsync::session<data>& from) {
  return from.watch(&other::value, [](int) {});
}
