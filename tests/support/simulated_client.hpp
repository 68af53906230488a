#pragma once

/// A client of the simulated network: a replica, its link, and what it checks.

#include <cstdint>
#include <deque>
#include <string>
#include <variant>

#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "support/model.hpp"
#include "support/tape.hpp"

namespace simulation {

struct leave_message {};
/// What a client hears when its server has died and has a successor.
struct ended {};
using to_server = std::variant<libsync::join_request, libsync::parcel_ptr<tape::data>,
                               libsync::version, leave_message>;
using to_client = std::variant<libsync::welcome_ptr<tape::data>, libsync::batch_ptr<tape::data>,
                               libsync::answers_ptr, libsync::suspended, ended>;

/// A connection of one client, in order in both directions. A route is an index of one.
struct link {
  int client;
  bool cut = false;
  bool member = false;
  // The server has died and the client has not heard of it: what it sends goes nowhere.
  bool stale = false;
  std::deque<to_server> up;
  std::deque<to_client> down;
};

class network;

/// A replica with its checks; also the sink that the replica talks to.
struct client {
  client(network& in, int index, const libsync::limits& limits, bool observing)
      : in(in), index(index), observing(observing), replica(limits) {}

  void send(const libsync::join_request& request);
  void send(const libsync::parcel_ptr<tape::data>& parcel);
  void send_leave();
  void send_reached(libsync::version at);
  void settled(libsync::submission_number number, const libsync::receipt& what);
  bool observes() const { return observing; }
  void changed(const libsync::change<tape::data>& what);
  void diverged(libsync::version at, const operation&, const std::string& why) {
    throw broken("diverged at version " + std::to_string(at) + ": " + why);
  }

  void check_copy() const;
  void up(to_server what);

  network& in;
  int index;
  bool observing;
  bool dead = false;
  int route = -1;
  libsync::replica<tape::data> replica;
  libsync::submission_number submitted = 0;
  libsync::submission_number last_settled = 0;
  libsync::version last_changed = 0;
  std::uint64_t unknown = 0;
};

} // namespace simulation
