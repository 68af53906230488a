// error: libsync: the data have no type `identity`: write `using identity = ...;` in their struct,
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
struct user {
  int number = 0;
};
void join(const libsync::server<data>& server) {
  const libsync::session<data> one{server, {.identity = user{1}}};
}
