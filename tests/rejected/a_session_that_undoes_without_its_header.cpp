// error: include libsync/undo.hpp for clients that undo
#include "libsync/actors/session.hpp"
#include "libsync/optimistic.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
int inverse(const data&, int);
auto what(const libsync::server<data>& of) {
  return libsync::session<data, libsync::optimistic>{of, {.undo = libsync::undo_limits{}}};
}
