// error: these data have no inverse, so nothing can be undone
#include "libsync/undo.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
libsync::replica<data, libsync::optimistic> client;
libsync::undo_stack<data> mine{client};
