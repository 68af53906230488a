// error: only optimistic sessions undo: make it with the mode libsync::optimistic
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
auto what(libsync::session<data>& session) {
  return session.undo();
}
