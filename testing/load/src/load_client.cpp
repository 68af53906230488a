#include "libsync/actors/load/detail/load_client.hpp"

#include <utility>

#include "libsync/actors/detail/caf/client_handlers.hpp"
#include "libsync/actors/messages.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

namespace libsync::detail {

namespace {

/// As an actor of a user's is that has an `embedded_client`.
class load_shell final : public caf::event_based_actor {
public:
  load_shell(caf::actor_config& config, std::unique_ptr<load_client>& what)
      : caf::event_based_actor(config), what_(std::move(what)), core_(what_->make(this)) {}

  const char* name() const override { return "libsync.load.client"; }

  caf::behavior make_behavior() override {
    core_->on_progress([this] { what_->progress(); });
    core_->join();
    return compat::client_behavior<caf::behavior>(
        [this] { return core_.get(); }, // which lives as long as this actor
        [this](drain_atom) { what_->go(); }, [this](read_atom) { return core_->read_enclosed(); },
        [this](status_atom) { return enclose(core_->status()); });
  }

private:
  std::unique_ptr<load_client> what_;
  std::shared_ptr<client_base> core_;
};

} // namespace

actor_ref spawn_load_client(const actor_ref& server, std::unique_ptr<load_client> what) {
  return compat::spawned<load_shell>(system_of(server), what);
}

} // namespace libsync::detail
