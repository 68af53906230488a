// error: only optimistic clients undo: make this one with the mode libsync::optimistic
#include "libsync/actors/client.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
void what(const libsync::client<data>& client) {
  client.post(libsync::undo_request::undo);
}
