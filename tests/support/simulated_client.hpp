#pragma once

/// A client of the simulated network: a replica, its link, and what it checks.

#include <cstdint>
#include <string>

#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "support/any_replica.hpp"
#include "support/links.hpp"
#include "support/model.hpp"
#include "support/tape.hpp"

namespace simulation {

/// What a client sees of its network.
template <class Data>
class surroundings {
public:
  virtual ~surroundings() = default;
  virtual link<Data>& at(int route) = 0;
  virtual const model& expected() const = 0;
  /// A client is being called by its replica, and may call it back.
  virtual void within(int client) = 0;
};

/// A replica with its checks; also the sink that the replica talks to.
template <class Data>
struct client {
  client(surroundings<Data>& in, int index, const libsync::limits& limits, bool observing,
         bool is_viewer)
      : in(in), index(index), observing(observing), replica(limits, is_viewer) {}

  void send(const libsync::join_request& request);
  void send(const libsync::parcel_ptr<Data>& parcel);
  void send_leave();
  void send_acknowledgement(libsync::version version);
  void accepted(libsync::submission_number first, std::size_t count, libsync::version version) {
    for (std::size_t i = 0; i < count; ++i)
      check_receipt(first + i, libsync::receipt::accepted(version + i));
    in.within(index);
  }
  void settled(libsync::submission_number number, const libsync::receipt& what) {
    check_receipt(number, what);
    in.within(index);
  }
  bool observes() const { return observing; }
  void changed(const libsync::change<Data>& what);
  void changed(const libsync::snapshot<Data>& what);
  void diverged(libsync::version version, const operation&, const libsync::reason& why) {
    throw broken("diverged at version " + std::to_string(version) + ": " + why);
  }

  void check_receipt(libsync::submission_number number, const libsync::receipt& what);
  void check_copy() const;
  void up(to_server<Data> what);

  surroundings<Data>& in;
  int index;
  bool observing;
  bool dead = false;
  /// It has closed, and `close` has returned.
  bool silent = false;
  int route = -1;
  any_replica<Data> replica;
  libsync::submission_number submitted = 0;
  libsync::submission_number last_settled = 0;
  libsync::version last_changed = 0;
  std::uint64_t unknown = 0;
};

template <class Data>
void client<Data>::up(to_server<Data> what) {
  if (!in.at(route).stale)
    in.at(route).up.push_back(std::move(what));
  in.within(index);
}

template <class Data>
void client<Data>::send(const libsync::join_request& request) {
  up(request);
}

template <class Data>
void client<Data>::send(const libsync::parcel_ptr<Data>& parcel) {
  require(!dead, "a dead client sends");
  up(parcel);
}

template <class Data>
void client<Data>::send_leave() {
  up(leave_message{});
}

template <class Data>
void client<Data>::send_acknowledgement(libsync::version version) {
  up(version);
}

template <class Data>
void client<Data>::check_receipt(libsync::submission_number number, const libsync::receipt& what) {
  require(!silent, "client ", index, " hears of a receipt after it has closed");
  require(number == last_settled + 1, "client ", index, ": receipt ", number, " after ",
          last_settled);
  last_settled = number;
  const auto* verdict = in.expected().find(index, number);
  using kind = libsync::receipt::kind;
  switch (what.what) {
  case kind::accepted:
    require(verdict && verdict->accepted && verdict->version == what.version, "client ", index,
            ": submission ", number, " was not accepted as version ", what.version);
    require(replica.version() >= what.version, "accepted is heard before the copy shows it");
    break;
  case kind::refused:
    require(verdict && !verdict->accepted, "client ", index, ": submission ", number,
            " was not refused (", what.reason, ")");
    require(verdict->version == what.version, "client ", index, ": a refusal names version ",
            what.version, " instead of ", verdict->version);
    break;
  case kind::unknown:
    ++unknown;
    break;
  case kind::overloaded:
    throw broken("a submission with a number is overloaded");
  case kind::undecided:
    throw broken("a client says that a receipt is undecided");
  }
}

template <class Data>
void client<Data>::changed(const libsync::change<Data>& what) {
  const bool is_snapshot = what.operations.empty();
  require(replica.joined(), "client ", index, " is told of a change after it has left or closed");
  require(is_snapshot ? what.version >= last_changed : what.version == last_changed + 1, "client ",
          index, " was told of version ", what.version, " after ", last_changed);
  last_changed = what.version;
  require(what.data.values == in.expected().at(what.version), "client ", index,
          " was shown other data at version ", what.version);
  in.within(index);
}

template <class Data>
void client<Data>::changed(const libsync::snapshot<Data>& what) {
  changed(libsync::change<Data>{{what.version, libsync::client_id::server, 0, 0, {}}, *what.data});
}

template <class Data>
void client<Data>::check_copy() const {
  if (replica.has_data())
    require(replica.confirmed().values == in.expected().at(replica.version()), "client ", index,
            " has other data at version ", replica.version());
}

} // namespace simulation
