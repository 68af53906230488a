#include "libsync/actors/detail/server/doorbell.hpp"

#include <utility>

#include "on_caf/spawned.hpp"

namespace libsync::detail {

void doorbell::serve(actor_address by) noexcept {
  const std::lock_guard here{lock_};
  std::swap(server_, by);
}

void doorbell::ring(letter ready) noexcept {
  actor_ref server;
  {
    const std::lock_guard here{lock_};
    server = actor_ref{compat::hold(server_).get()};
  }
  if (server)
    deliver(server, std::move(ready));
}

} // namespace libsync::detail
