#pragma once

/// What a supervisor answers when it is asked for its server.

#include "libsync/actors/envelope.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/server.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/reason.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"

/// Where a server is, or why there is none.
template <class Data>
struct location {
  libsync::server<Data> server;
  libsync::reason reason;

  location(const libsync::detail::server_found& found)
      : server(found.server), reason(found.why_none) {}
  explicit location(const libsync::envelope& answer)
      : location(answer.as<libsync::detail::server_found>()) {}
};

/// Returns the server that a supervisor keeps alive, once there is one.
template <class Data>
libsync::server<Data> server_of(caf::scoped_actor& self,
                                const libsync::supervisor<Data>& supervisor) {
  libsync::server<Data> server;
  ask(self, to_caf(supervisor), libsync::locate_atom_v, caf::actor_addr{})
      .receive([&](const libsync::envelope& found) { server = location<Data>{found}.server; },
               [](caf::error&) { FAIL("the supervisor has ended"); });
  return server;
}
