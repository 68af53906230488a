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
  proxy_gate(caf::actor_config& config, std::shared_ptr<any_proxy::state> how)
      : caf::event_based_actor(config), how_(std::move(how)) {}

  const char* name() const override { return "libsync.testing.proxy"; }

  caf::behavior make_behavior() override {
    return {
        [this](locate_atom, const caf::actor_addr& but_not) { return locate(but_not); },
        [this](locate_atom) { return locate({}); },
        [this](share_atom) {
          if (!waiting_.empty() && !is_asking_)
            ask();
        },
    };
  }

  void on_exit() override { how_->lead({}); }

private:
  compat::deferred<envelope> locate(const caf::actor_addr& but_not) {
    const auto current = how_->current();
    if (const auto line = compat::hold(current); line && compat::address(line) != but_not) {
      const compat::deferred_response<envelope> answer{this};
      answer.deliver(enclose(server_found{compat::ref_to(line), {}}));
      return {};
    }
    waiting_.emplace_back(this);
    if (waiting_.size() == 1 && !is_asking_)
      ask();
    return {};
  }

  void ask() {
    const auto to = how_->target();
    if (to.supervisor)
      ask_supervisor(to.supervisor);
    else if (!to.server)
      return; // it is not known yet
    else if (how_->lost_server().get() == to.server.get())
      answer({{}, "the server has ended"_reason});
    else
      answer({to.server, {}});
  }

  void ask_supervisor(const libsync::detail::actor_ref& which) {
    is_asking_ = true;
    compat::request(
        this, compat::pointer_to(which),
        [this, which](const envelope& found) { hear(which, found.as<server_found>()); },
        [this, which](const caf::error&) {
          hear(which, {{}, "the server's supervisor has ended"_reason});
        },
        locate_atom_v, compat::address(how_->lost_server()));
  }

  void hear(const libsync::detail::actor_ref& from, const server_found& found) {
    is_asking_ = false;
    if (how_->target().supervisor == from)
      answer(found);
    else
      ask(); // meanwhile it was led elsewhere
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
  bool is_asking_ = false;
  std::vector<compat::deferred_response<envelope>> waiting_;
};

} // namespace

any_proxy::any_proxy(caf::actor_system& system, const server_place& to)
    : state_(std::make_shared<state>()), gate_(compat::spawned<proxy_gate>(system, state_)) {
  state_->lead(to);
}

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

void any_proxy::lead_nowhere() {
  state_->lead({});
}

void any_proxy::lead(const server_place& to) {
  state_->lead(to);
  compat::send_anonymously(compat::pointer_to(gate_), caf::make_message(share_atom_v), nullptr);
}

std::size_t any_proxy::waiting(direction which) const {
  return state_->with(which, [](const auto& faults) { return faults.waiting; });
}

void any_proxy::wake() {
  compat::send_anonymously(compat::hold(state_->current()), caf::make_message(share_atom_v),
                           nullptr);
}

} // namespace libsync::testing::detail
