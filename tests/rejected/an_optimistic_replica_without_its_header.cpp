// error: include libsync/optimistic.hpp for optimistic clients
#include "libsync/replica.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
libsync::replica<data, libsync::optimistic> client;
