// error: the sink of a gossip lacks a call: it needs send, acknowledge, ask_to_share and changed
#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/set.hpp"
struct nowhere {};
void share(libsync::gossip<libsync::set<int>, int>& peer, nowhere& out) {
  peer.meet(1, out);
}
