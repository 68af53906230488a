#include "libsync/actors/testing/proxy.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "proxy_line.hpp"
#include "proxy_state.hpp"

namespace libsync::testing::detail {

namespace {

using libsync::detail::server_found;
using libsync::detail::server_place;

/// What a client takes for its supervisor. It makes a connection each time that the client asks for
/// another.
class proxy_gate final : public caf::event_based_actor {
public:
  proxy_gate(caf::actor_config& config, std::shared_ptr<any_proxy::state> how, server_place to)
      : caf::event_based_actor(config), how_(std::move(how)), to_(std::move(to)) {}

  const char* name() const override { return "libsync.testing.proxy"; }

  caf::behavior make_behavior() override {
    return {
        [this](locate_atom, const caf::actor_addr& but_not) { return locate(but_not); },
        [this](locate_atom) { return locate({}); },
    };
  }

  void on_exit() override { to_ = {}; }

private:
  compat::deferred<envelope> locate(const caf::actor_addr& but_not) {
    const auto current = how_->current();
    if (const auto line = compat::hold(current); line && compat::address(line) != but_not) {
      const compat::deferred_response<envelope> answer{this};
      answer.deliver(enclose(server_found{compat::ref_to(line), {}}));
      return {};
    }
    waiting_.emplace_back(this);
    if (waiting_.size() > 1)
      return {};
    if (to_.supervisor)
      ask_supervisor();
    else if (how_->lost_server().get() == to_.server.get())
      answer({{}, "the server has ended"_reason});
    else
      answer({to_.server, {}});
    return {};
  }

  void ask_supervisor() {
    compat::request(
        this, compat::pointer_to(to_.supervisor),
        [this](const envelope& found) { answer(found.as<server_found>()); },
        [this](const caf::error&) {
          answer({{}, "the server's supervisor has ended"_reason});
        },
        locate_atom_v, compat::address(how_->lost_server()));
  }

  void answer(server_found found) {
    if (found.server) {
      found.server =
          compat::spawned<proxy_line>(this->system(), how_, compat::pointer_to(found.server));
      how_->begin(libsync::detail::actor_address{found.server});
    }
    for (const auto& one : std::exchange(waiting_, {}))
      one.deliver(enclose(found));
  }

  std::shared_ptr<any_proxy::state> how_;
  server_place to_;
  std::vector<compat::deferred_response<envelope>> waiting_;
};

} // namespace

any_proxy::any_proxy(caf::actor_system& system, const server_place& to)
    : state_(std::make_shared<state>()), gate_(compat::spawned<proxy_gate>(system, state_, to)) {}

any_proxy::~any_proxy() = default;
any_proxy::any_proxy(any_proxy&&) noexcept = default;
any_proxy& any_proxy::operator=(any_proxy&&) noexcept = default;

void any_proxy::hold(direction which) {
  state_->with(which, [](auto& faults) { faults.held = true; });
}

void any_proxy::release(direction which) {
  state_->with(which, [](auto& faults) { faults.held = false; });
  wake();
}

void any_proxy::delay(direction which, std::chrono::nanoseconds time) {
  state_->with(which, [time](auto& faults) { faults.delay = time; });
}

void any_proxy::duplicate(direction which) {
  state_->with(which, [](auto& faults) { faults.duplicate = true; });
}

void any_proxy::drop(direction which) {
  state_->with(which, [](auto& faults) { faults.drop = true; });
}

void any_proxy::cut() {
  compat::send_exit(compat::hold(state_->current()), caf::exit_reason::user_shutdown);
}

void any_proxy::heal() {
  for (const auto which : {direction::to_server, direction::to_client})
    state_->with(which, [](auto& faults) { faults = {.waiting = faults.waiting}; });
  wake();
}

std::size_t any_proxy::waiting(direction which) const {
  return state_->with(which, [](const auto& faults) { return faults.waiting; });
}

void any_proxy::wake() {
  compat::send_anonymously(compat::hold(state_->current()), caf::make_message(share_atom_v),
                           nullptr);
}

} // namespace libsync::testing::detail
