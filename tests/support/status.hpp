#pragma once

/// What actors tell of themselves, in a deterministic system.

#include "libsync/actors/handles.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "support/catch.hpp"
#include "support/deterministic.hpp"
#include "support/location.hpp"

// Each runs until nothing is left to do, and then asks.

template <class Data>
libsync::server_status status_of(deterministic& at, const libsync::server<Data>& server) {
  at.run();
  const auto status = at.ask<libsync::server_status>(server, libsync::status_atom_v);
  REQUIRE(status);
  return *status;
}

template <class Data, libsync::replica_mode Mode>
libsync::client_status status_of(deterministic& at, const libsync::client<Data, Mode>& client) {
  at.run();
  const auto status = at.ask<libsync::client_status>(client, libsync::status_atom_v);
  REQUIRE(status);
  return *status;
}

template <class Data>
libsync::supervisor_status status_of(deterministic& at,
                                     const libsync::supervisor<Data>& supervisor) {
  at.run();
  const auto status = at.ask<libsync::supervisor_status>(supervisor, libsync::status_atom_v);
  REQUIRE(status);
  return *status;
}

/// The server that a supervisor keeps alive.
template <class Data>
location<Data> locate(deterministic& at, const libsync::supervisor<Data>& supervisor) {
  at.run();
  const auto found =
      at.ask<libsync::detail::server_found>(supervisor, libsync::locate_atom_v, caf::actor_addr{});
  REQUIRE(found);
  return {*found};
}

/// The data of a server or client.
template <class Data, class Handle>
libsync::snapshot<Data> copy_of(deterministic& at, const Handle& whom) {
  at.run();
  auto copy = at.ask<libsync::snapshot<Data>>(whom, libsync::read_atom_v);
  REQUIRE(copy);
  return *copy;
}
