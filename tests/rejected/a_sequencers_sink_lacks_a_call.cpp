// error: the sink of a sequencer lacks a call: it needs send
#include "libsync/sequencer.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
struct nowhere {};
void join(libsync::sequencer<data, int>& server, const libsync::join_request& request,
          nowhere& out) {
  server.join(1, request, 0, out);
}
