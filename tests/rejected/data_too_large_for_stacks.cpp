// error: libsync: the data are larger than 256 kB by `sizeof`
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
  char all[300'000];
};
void reduce(data&, int);
void made(const libsync::server<data>& to) {
  libsync::session<data> one{to};
}
