// error: libsync: the data have no type `presence` that can be copied: write `using presence =
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
void move(libsync::session<data>& one) {
  one.present({1, 2});
}
