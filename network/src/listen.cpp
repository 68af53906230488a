#include "libsync/network/detail/listen.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <sys/socket.h>

#include "connection.hpp"
#include "libsync/actors/messages.hpp"
#include "libsync/network/publish.hpp"
#include "module.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

#include "libsync/detail/thrown.hpp"

namespace libsync::detail {

namespace {

using network::network_error;

// What a listener and its connections share. Any thread.
struct public_place {
  public_place(server_place where, listen_plan what)
      : to(std::move(where)), plan(std::move(what)) {}

  server_place to;
  listen_plan plan;
  std::shared_ptr<const tls_context> tls;
  std::shared_ptr<connection_counters> counters = std::make_shared<connection_counters>();
  std::atomic<std::uint64_t> too_many = 0;
  std::atomic<std::uint64_t> not_greeted = 0;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> ungreeted = 0;

  std::mutex lock;
  bool is_stopped = false;
  std::set<actor_address> living;
};

// The way from a gate to its connection.
class down_line final : public any_downlink {
public:
  explicit down_line(actor_address to) : to_(std::move(to)) {}

  void send(std::string frame) override {
    if (const auto to = compat::hold(to_))
      detail::send(compat::ref_to(to), message::frame, enclose(std::move(frame)));
  }
  void end(const reason& why) noexcept override {
    if (const auto to = compat::hold(to_))
      deliver(compat::ref_to(to), write_letter({}, message::close, enclose(why)));
  }

private:
  actor_address to_;
};

// Whom one connection is for.
class server_end final : public connection_user {
public:
  explicit server_end(std::shared_ptr<public_place> of) : of_(std::move(of)) {
    ++of_->connections;
    ++of_->ungreeted;
  }
  ~server_end() override {
    --of_->connections;
    greeted();
  }

  void began(const actor_ref& connection) override {
    connection_ = actor_address{connection};
    const std::lock_guard here{of_->lock};
    of_->living.insert(connection_);
    if (of_->is_stopped)
      detail::send(connection, message::close, enclose("the server is published no more"_reason));
  }

  outcome judge(const greeting& said, const network::peer& who) override {
    const auto& plan = of_->plan;
    if (said.data != plan.data)
      return outcome::refused(reason{"the server shares other data: it calls them '" + plan.data +
                                     "', the relay calls them '" + said.data + "'"});
    if (said.form != plan.form)
      return outcome::refused(reason{"the server writes values as " + plan.form +
                                     ", the relay writes them as " + said.form});
    if (!plan.admit)
      return accepted();
    try {
      return plan.admit(who);
    } catch (...) {
      return outcome::refused(reason{thrown()});
    }
  }

  void opened(const network::peer& who) override {
    greeted();
    was_opened_ = true;
    const auto held = compat::ref_to(compat::hold(connection_));
    gate_ = spawn_gate(system_of(held), of_->to, of_->plan.make_gate(who),
                       std::make_shared<down_line>(connection_), of_->plan.limits.clients);
  }

  void take(came_frame what) override {
    detail::send(gate_, message::frame, enclose(std::move(what)));
  }

  void closed(const reason&) noexcept override {
    if (!was_opened_)
      ++of_->not_greeted;
    stop(std::exchange(gate_, {}));
    const std::lock_guard here{of_->lock};
    of_->living.erase(connection_);
  }

private:
  void greeted() noexcept {
    if (std::exchange(is_ungreeted_, false))
      --of_->ungreeted;
  }

  std::shared_ptr<public_place> of_;
  actor_address connection_;
  actor_ref gate_;
  bool is_ungreeted_ = true;
  bool was_opened_ = false;
};

// Accepts connections. Each gets an actor of its own.
caf::behavior run_listener(caf::io::broker* self, const caf::io::doorman_ptr& door,
                           const std::shared_ptr<public_place>& of) {
  self->add_doorman(door);
  compat::end_with_exceptions(self);
  return {
      [self, of](const caf::io::new_connection_msg& what) {
        if (of->connections >= of->plan.connections || of->ungreeted >= of->plan.ungreeted) {
          ++of->too_many;
          ::shutdown(static_cast<int>(what.handle.id()), SHUT_RDWR); // as in a connection
          return;
        }
        connection_plan plan;
        plan.bounds = of->plan.limits;
        plan.tls = of->tls;
        plan.other.address = self->remote_addr(what.handle);
        plan.other.port = self->remote_port(what.handle);
        plan.counters = of->counters;
        plan.user = std::make_shared<server_end>(of);
        self->fork([](caf::io::broker* broker, caf::io::connection_handle socket,
                      const connection_plan& by) { return run_connection(broker, socket, by); },
                   what.handle, std::move(plan));
      },
      [](const caf::io::connection_closed_msg&) {}, // one that was too many
      [self](const caf::io::acceptor_closed_msg&) { self->quit(); },
      [self](drain_atom) { self->quit(); },
  };
}

class listener final : public any_listener {
public:
  listener(std::shared_ptr<public_place> of, actor_ref broker, std::uint16_t port)
      : of_(std::move(of)), broker_(std::move(broker)), port_(port) {}
  ~listener() override { listener::stop(); }

  std::uint16_t port() const noexcept override { return port_; }

  network::publication_status status() const override {
    network::publication_status told;
    told.connections = of_->connections;
    told.ungreeted = of_->ungreeted;
    told.too_many = of_->too_many;
    told.not_greeted = of_->not_greeted;
    told.pauses = of_->counters->pauses;
    told.bytes_in = of_->counters->bytes_in;
    told.bytes_out = of_->counters->bytes_out;
    return told;
  }

  void stop() noexcept override {
    const std::lock_guard here{of_->lock};
    if (std::exchange(of_->is_stopped, true))
      return;
    detail::stop(std::exchange(broker_, {}));
    for (const auto& one : of_->living)
      if (const auto held = compat::hold(one))
        deliver(
            compat::ref_to(held),
            write_letter({}, message::close, enclose("the server is published no more"_reason)));
  }

private:
  std::shared_ptr<public_place> of_;
  actor_ref broker_;
  std::uint16_t port_;
};

bool is_near(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

void check(const listen_plan& plan) {
  const auto fail = [](const std::string& why) {
    throw std::invalid_argument{"libsync::network::publish_options: " + why};
  };
  if (plan.connections == 0 || plan.ungreeted == 0)
    fail("`connections` and `ungreeted` must be at least 1");
  if (is_near(plan.host))
    return;
  const auto where = plan.host.empty() ? std::string{"all addresses"} : "'" + plan.host + "'";
  if (!plan.tls && !plan.plain_anywhere)
    fail("connections to " + where +
         " may come from other machines, and would not be encrypted: give `tls`, or set "
         "`plain_anywhere`");
  if (!plan.admit)
    fail("connections to " + where +
         " may come from other machines: give `admit`, which decides who may connect");
}

} // namespace

std::shared_ptr<any_listener> listen(caf::actor_system& system, const server_place& to,
                                     listen_plan plan) {
  require_network(system);
  check(plan);
  const auto port = plan.port;
  auto of = std::make_shared<public_place>(to, std::move(plan));
  if (of->plan.tls)
    of->tls = tls_context::of_server(*of->plan.tls);
  const auto& host = of->plan.host;
  auto door = system.middleman().backend().new_tcp_doorman(
      port, host.empty() ? nullptr : host.c_str(), true);
  if (!door)
    throw network_error{"cannot listen on " + (host.empty() ? "all addresses" : host) + ":" +
                        std::to_string(port) + ": " + compat::rendered(system, door.error())};
  const auto found = (*door)->port();
  const auto broker =
      system.middleman().spawn_broker([door = std::move(*door), of](caf::io::broker* self) {
        return run_listener(self, door, of);
      });
  return std::make_shared<listener>(
      of, actor_ref{caf::actor_cast<caf::actor_control_block*>(broker)}, found);
}

} // namespace libsync::detail

namespace libsync::network {

publication& publication::operator=(publication&& other) noexcept {
  std::swap(listener_, other.listener_);
  return *this;
}

publication::~publication() {
  stop();
}

std::uint16_t publication::port() const noexcept {
  return listener_->port();
}

publication_status publication::status() const {
  return listener_->status();
}

void publication::stop() noexcept {
  if (listener_)
    listener_->stop();
}

} // namespace libsync::network
