// error: only optimistic clients undo: make this one with the mode libsync::optimistic
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
auto what(const libsync::server<data>& of) {
  return libsync::session<data, libsync::shared_view>{of, {.undo = libsync::undo_limits{}}};
}
