// error: the sink of a replica lacks a call: it needs send
#include "libsync/replica.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
struct nowhere {};
void connect(libsync::replica<data>& client, nowhere& out) {
  client.connect(out);
}
