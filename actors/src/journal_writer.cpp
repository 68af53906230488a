#include <memory>
#include <utility>

#include "libsync/actors/detail/actor_driver.hpp"
#include "libsync/actors/detail/server/journal_desk.hpp"
#include "libsync/actors/messages.hpp"
#include "on_caf/spawned.hpp"

#include <caf/all.hpp>

namespace libsync::detail {

namespace {

/// Works at a desk. It lives as long as a server's state, and has a thread of its own, since disks
/// make it wait.
class journal_writer final : public caf::event_based_actor {
public:
  journal_writer(caf::actor_config& config, std::shared_ptr<any_journal_desk> desk)
      : caf::event_based_actor(config), desk_(std::move(desk)) {}

  const char* name() const override { return "libsync.journal"; }

  caf::behavior make_behavior() override {
    return {[this](drain_atom) { desk_->work(); }};
  }

private:
  const std::shared_ptr<any_journal_desk> desk_;
};

} // namespace

actor_ref spawn_journal_writer(caf::actor_system& system, std::shared_ptr<any_journal_desk> desk) {
  if (actor_driver::here() != nullptr)
    return compat::spawned<journal_writer>(system, std::move(desk));
  return compat::spawned_detached<journal_writer>(system, std::move(desk));
}

letter work_for_writer() {
  return write_letter(message::drain);
}

} // namespace libsync::detail
