// error: these data have no inverse, so nothing can be undone
#include "libsync/actors/session.hpp"
#include "libsync/undo.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
auto what(const libsync::server<data>& of) {
  return libsync::session<data, libsync::optimistic>{of, {.undo = libsync::undo_limits{}}};
}
