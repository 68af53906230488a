#pragma once

/// What actors tell of themselves, in a deterministic system.

#include <utility>

#include "libsync/actors/handles.hpp"
#include "libsync/snapshot.hpp"
#include "support/catch.hpp"
#include "support/deterministic.hpp"

// Each runs until nothing is left to do, and then asks.

template <class Data>
libsync::server_status status_of(deterministic& at, const libsync::server<Data>& server) {
  at.run();
  auto status =
      at.ask<libsync::envelope<libsync::server_status>>(server, libsync::status_atom::value);
  REQUIRE(status);
  return **status;
}

template <class Data>
libsync::client_status status_of(deterministic& at, const libsync::client<Data>& client) {
  at.run();
  auto status =
      at.ask<libsync::envelope<libsync::client_status>>(client, libsync::status_atom::value);
  REQUIRE(status);
  return **status;
}

template <class Data>
libsync::supervisor_status status_of(deterministic& at,
                                     const libsync::supervisor<Data>& supervisor) {
  at.run();
  auto status = at.ask<libsync::envelope<libsync::supervisor_status>>(supervisor,
                                                                      libsync::status_atom::value);
  REQUIRE(status);
  return **status;
}

/// The server that a supervisor keeps alive.
template <class Data>
libsync::location<Data> locate(deterministic& at, const libsync::supervisor<Data>& supervisor) {
  at.run();
  auto found = at.ask<libsync::envelope<libsync::location<Data>>>(
      supervisor, libsync::locate_atom::value, caf::actor_addr{});
  REQUIRE(found);
  return **found;
}

/// The data of a server or client.
template <class Data, class Handle>
libsync::snapshot<Data> copy_of(deterministic& at, const Handle& whom) {
  at.run();
  auto copy = at.ask<libsync::snapshot<Data>>(whom, libsync::read_atom::value);
  REQUIRE(copy);
  return *copy;
}
