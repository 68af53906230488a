#pragma once

/// What actors tell of themselves, in a libsync::testing::runtime system.

#include "libsync/actors/handles.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/location.hpp"

// Each runs until nothing is left to do, and then asks.

template <class Data>
libsync::server_status status_of(libsync::testing::runtime& at,
                                 const libsync::server<Data>& server) {
  at.run();
  const auto status = ask<libsync::server_status>(at, server, libsync::status_atom_v);
  REQUIRE(status);
  return *status;
}

template <class Data, libsync::replica_mode Mode>
libsync::client_status status_of(libsync::testing::runtime& at,
                                 const libsync::client<Data, Mode>& client) {
  at.run();
  const auto status = ask<libsync::client_status>(at, client, libsync::status_atom_v);
  REQUIRE(status);
  return *status;
}

template <class Data>
libsync::supervisor_status status_of(libsync::testing::runtime& at,
                                     const libsync::supervisor<Data>& supervisor) {
  at.run();
  const auto status = ask<libsync::supervisor_status>(at, supervisor, libsync::status_atom_v);
  REQUIRE(status);
  return *status;
}

/// The server that a supervisor keeps alive.
template <class Data>
location<Data> locate(libsync::testing::runtime& at, const libsync::supervisor<Data>& supervisor) {
  at.run();
  const auto found =
      ask<libsync::detail::server_found>(at, supervisor, libsync::locate_atom_v, caf::actor_addr{});
  REQUIRE(found);
  return {*found};
}

/// The data of a server or client.
template <class Data, class Handle>
libsync::snapshot<Data> copy_of(libsync::testing::runtime& at, const Handle& whom) {
  at.run();
  auto copy = ask<libsync::snapshot<Data>>(at, whom, libsync::read_atom_v);
  REQUIRE(copy);
  return *copy;
}
