#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/caf/client_handlers.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/messages.hpp"
#include "libsync/network/detail/any_gate.hpp"
#include "libsync/network/detail/came_frame.hpp"
#include "libsync/network/detail/relay_frames.hpp"
#include "libsync/network/detail/wire_bytes.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

#include "libsync/detail/thrown.hpp"

#include <caf/all.hpp>

namespace libsync::detail {

namespace {

/// What a server has told one client of a relay.
struct told_client {
  channel_id channel;
  server_message what;
  envelope content;
};

/// Stands for one client of a relay, since a server knows a member by its actor.
class proxy_shell final : public compat::one_message_a_turn<caf::event_based_actor> {
public:
  using base = compat::one_message_a_turn<caf::event_based_actor>;

  proxy_shell(caf::actor_config& config, channel_id channel, actor_address gate)
      : base(config), channel_(channel), gate_(std::move(gate)) {}

  const char* name() const override { return "libsync.proxy"; }

  caf::behavior make_behavior() override {
    return compat::behavior_of_clients<caf::behavior>(
        [this](server_message what, const envelope& content) {
          compat::send(this, compat::hold(gate_).get(), via_atom_v,
                       enclose(told_client{channel_, what, content}));
        },
        [](const actor_address&) {}); // which the gate hears itself
  }

private:
  channel_id channel_;
  actor_address gate_; // which ends it
};

/// The server's side of one relay's connection. It asks the server for its log, and lets each of
/// the relay's clients speak by an actor of its own.
class gate_shell final : public compat::one_message_a_turn<caf::event_based_actor> {
public:
  using base = compat::one_message_a_turn<caf::event_based_actor>;

  gate_shell(caf::actor_config& config, server_place to, std::unique_ptr<any_gate> gate,
             std::shared_ptr<any_downlink> down, std::size_t clients)
      : base(config), place_(std::move(to)), gate_(std::move(gate)), down_(std::move(down)),
        most_clients_(clients) {}

  const char* name() const override { return "libsync.gate"; }

  caf::behavior make_behavior() override {
    compat::end_with_exceptions(this);
    compat::on_down(this, [this](const caf::down_msg& down) {
      watches_.remove(down.source);
      if (place_.server && compat::address(place_.server.get()) == down.source)
        server_ended();
    });
    if (place_.server)
      watches_.add(compat::address(place_.server.get()));
    else
      locate({});
    return {
        [this](frame_atom, const envelope& frame) { hear(frame.as<came_frame>().bytes); },
        [this](via_atom, const envelope& what) { tell(what.as<told_client>()); },
    };
  }

  void on_exit() override {
    watches_.clear();
    forget_clients();
    down_->end(why_);
  }

private:
  void hear(const std::string& frame) {
    try {
      if (const auto said = gate_->hear(frame))
        pass(*said);
    } catch (const wire_error& error) {
      return give_up(error.what());
    }
    go_on();
  }

  // While there is no server, its clients wait: once there is one, the relay asks for all anew.
  void pass(const channel_message& said) {
    if (!place_.server)
      return;
    using kind = channel_message::kind;
    auto found = proxies_.find(said.channel);
    if (found == proxies_.end()) {
      if (said.what != kind::join)
        return;
      if (proxies_.size() >= most_clients_)
        return give_up(reason{"one client more than the " + std::to_string(most_clients_) +
                              " that may join by one connection (connection_limits::clients)"});
      auto proxy =
          compat::spawned<proxy_shell>(this->system(), said.channel, actor_address{this->ctrl()});
      found = proxies_.emplace(said.channel, std::move(proxy)).first;
    }
    const auto& by = found->second;
    switch (said.what) {
    case kind::join:
      return deliver(place_.server, write_letter(by, message::join, said.content));
    case kind::submit:
      return deliver(place_.server, write_letter(by, message::submit, said.content));
    case kind::present:
      compat::pointer_to(place_.server)
          ->enqueue(compat::mail(compat::pointer_to(by), caf::make_message_id(), present_atom_v,
                                 said.content),
                    nullptr);
      return;
    case kind::leave:
      compat::send_exit(compat::pointer_to(by), caf::exit_reason::user_shutdown);
      proxies_.erase(found);
    }
  }

  void tell(const told_client& what) {
    const auto found = proxies_.find(what.channel);
    if (found == proxies_.end() || found->second.get() != this->current_sender().get())
      return; // it has left, or has come again by another proxy
    gate_->write(what.channel, what.what, what.content,
                 [this](std::string frame) { down_->send(std::move(frame)); });
  }

  void go_on() {
    if (!place_.server)
      return;
    const auto send = [this](std::string frame) { down_->send(std::move(frame)); };
    const auto failed = [this, asked = actor_address{place_.server}](const caf::error&) {
      if (place_.server && actor_address{place_.server} == asked)
        server_ended();
    };
    const auto server = compat::pointer_to(place_.server);
    const auto next = gate_->go_on(send);
    switch (next.what) {
    case following::question::kind::none:
      return;
    case following::question::kind::log:
      return compat::request(
          this, server,
          [this, send, number = next.number](const envelope& part) {
            gate_->take_log(number, part, send);
            go_on();
          },
          failed, log_atom_v, enclose(next.log));
    case following::question::kind::snapshot:
      return compat::request(
          this, server,
          [this, number = next.number](const envelope& all) {
            gate_->take_snapshot(number, all);
            go_on();
          },
          failed, read_atom_v);
    }
  }

  void server_ended() {
    const auto ended = compat::address(place_.server.get());
    watches_.remove(ended);
    place_.server = {};
    gate_->lose_server();
    forget_clients();
    if (!place_.supervisor)
      return give_up("the server has ended"_reason);
    locate(ended);
  }

  void locate(const caf::actor_addr& but_not) {
    compat::request(
        this, compat::pointer_to(place_.supervisor),
        [this](const envelope& came) {
          const auto& found = came.as<server_found>();
          if (!found.server)
            return give_up(found.why_none);
          place_.server = found.server;
          watches_.add(compat::address(place_.server.get()));
          down_->send(restarted_frame());
          go_on();
        },
        [this](const caf::error&) { give_up("the server's supervisor has ended"_reason); },
        locate_atom_v, but_not);
  }

  void forget_clients() noexcept {
    for (const auto& [channel, proxy] : std::exchange(proxies_, {}))
      compat::send_exit(compat::pointer_to(proxy), caf::exit_reason::user_shutdown);
  }

  void give_up(reason why) {
    why_ = std::move(why);
    this->quit();
  }

  server_place place_;
  std::unique_ptr<any_gate> gate_;
  std::shared_ptr<any_downlink> down_;
  std::size_t most_clients_;
  std::map<channel_id, actor_ref> proxies_;
  compat::watches watches_{this}; // the server
  reason why_ = "the connection has ended"_reason;
};

} // namespace

actor_ref spawn_gate(caf::actor_system& system, const server_place& to,
                     std::unique_ptr<any_gate> gate, std::shared_ptr<any_downlink> down,
                     std::size_t clients) {
  return compat::spawned<gate_shell>(system, to, std::move(gate), std::move(down), clients);
}

} // namespace libsync::detail
