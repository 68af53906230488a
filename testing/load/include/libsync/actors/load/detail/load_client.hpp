#pragma once

/// A client in an actor that submits by itself.

#include <memory>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/client_base.hpp"

namespace libsync::detail {

/// What such an actor does, whatever its data are. It is called in the actor only.
class load_client {
public:
  virtual ~load_client() = default;

  /// Makes the client, once.
  [[nodiscard]] virtual std::shared_ptr<client_base> make(caf::local_actor* self) = 0;
  /// Somebody has sent the message `drain`: it may submit.
  virtual void go() = 0;
  /// A message of the server was handled.
  virtual void progress() = 0;
};

/// Starts an actor, which joins at once. It lives until nobody holds it any more.
[[nodiscard]] actor_ref spawn_load_client(const actor_ref& server,
                                          std::unique_ptr<load_client> what);

} // namespace libsync::detail
