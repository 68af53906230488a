// error: libsync: the reducer of these data takes a context, and here is none
#include "libsync/statebox/statebox.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int, const libsync::context<data>&);
libsync::outcome change(data& value) {
  return libsync::step_through(value, libsync::composite<int>{1});
}
