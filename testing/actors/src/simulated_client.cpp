#include "libsync/actors/testing/simulated_client.hpp"

#include <utility>

#include "libsync/actors/messages.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/later.hpp"
#include "on_caf/spawned.hpp"

namespace libsync::testing::detail {

namespace {

namespace compat = libsync::detail::compat;
using turn = std::function<std::optional<std::chrono::nanoseconds>()>;

/// It holds itself by the messages that it sends to itself, and lets others run in between.
class turns final : public compat::one_message_a_turn<caf::event_based_actor> {
public:
  using base = compat::one_message_a_turn<caf::event_based_actor>;

  turns(caf::actor_config& config, turn next) : base(config), next_(std::move(next)) {}

  const char* name() const override { return "libsync.testing.simulated_client"; }

  caf::behavior make_behavior() override {
    return {[this](share_atom) {
      const auto pause = next_();
      if (!pause)
        this->quit();
      else if (pause->count() <= 0)
        compat::send_to_itself(this, share_atom_v);
      else
        libsync::detail::compat::send_later(this, *pause, share_atom_v);
    }};
  }

  void on_exit() override { next_ = nullptr; }

private:
  turn next_;
};

} // namespace

void start_turns(caf::actor_system& system, turn next) {
  const auto started = compat::spawned<turns>(system, std::move(next));
  compat::send_anonymously(compat::pointer_to(started), caf::make_message(share_atom_v), nullptr);
}

} // namespace libsync::testing::detail
