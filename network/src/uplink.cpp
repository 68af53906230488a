#include "libsync/network/detail/uplink.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "connection.hpp"
#include "dial.hpp"
#include "libsync/actors/messages.hpp"
#include "libsync/network/detail/backoff.hpp"
#include "module.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/later.hpp"
#include "on_caf/spawned.hpp"

#include "libsync/detail/thrown.hpp"

namespace libsync::detail {

namespace {

// What the actor that dials hears.
struct dialed {
  // A socket, or why there is none.
  std::shared_ptr<socket_owner> socket;
  reason why;
};

// What the relay, its connection and the actor that dials share. Any thread.
class line final : public any_uplink, public std::enable_shared_from_this<line> {
public:
  explicit line(std::shared_ptr<relay_desk> desk) : desk_(std::move(desk)) {}

  // Of the actor that dials.
  void begin(actor_ref dialer) { dialer_ = std::move(dialer); }
  std::uint64_t next() {
    const std::lock_guard here{lock_};
    return ++number_;
  }

  // Of a connection.
  void began(const actor_ref& by) {
    {
      const std::lock_guard here{lock_};
      connection_ = by;
    }
    if (is_given_up)
      detail::send(by, message::close, enclose("the relay has ended"_reason));
  }
  void opened(std::uint64_t number) {
    desk_->put({relay_desk::kind::connected, number});
    if (const auto living = dialer())
      detail::send(living, message::drain);
  }
  void came(std::uint64_t number, came_frame what) {
    desk_->put({relay_desk::kind::frame, number, std::move(what)});
  }
  void closed(std::uint64_t number, const reason& why) {
    {
      const std::lock_guard here{lock_};
      connection_ = {};
    }
    desk_->put({relay_desk::kind::disconnected, number, {}, why});
    if (const auto living = dialer())
      detail::send(living, message::done);
  }
  // No connection could be made.
  void missed(const reason& why) { desk_->put({relay_desk::kind::disconnected, 0, {}, why}); }

  void send(std::uint64_t connection, std::string frame) override {
    if (const auto to = current(connection))
      detail::send(to, message::frame, enclose(std::move(frame)));
  }
  void renew(std::uint64_t connection, const reason& why) noexcept override {
    if (const auto to = current(connection == 0 ? number() : connection))
      deliver(to, write_letter({}, message::close, enclose(why)));
  }
  // The relay has ended.
  void end() noexcept {
    is_given_up = true;
    renew(0, "the relay has ended"_reason);
    actor_ref dialer;
    {
      const std::lock_guard here{lock_};
      dialer = std::exchange(dialer_, {});
    }
    stop(dialer);
  }

  std::atomic<bool> is_given_up = false;

private:
  [[nodiscard]] std::uint64_t number() {
    const std::lock_guard here{lock_};
    return number_;
  }
  [[nodiscard]] actor_ref current(std::uint64_t connection) {
    const std::lock_guard here{lock_};
    return connection == number_ ? connection_ : actor_ref{};
  }
  [[nodiscard]] actor_ref dialer() {
    const std::lock_guard here{lock_};
    return dialer_;
  }

  std::shared_ptr<relay_desk> desk_;
  std::mutex lock_;
  std::uint64_t number_ = 0;
  actor_ref connection_;
  actor_ref dialer_;
};

// Whom one connection is for.
class relay_end final : public connection_user {
public:
  relay_end(std::shared_ptr<line> of, std::uint64_t number)
      : line_(std::move(of)), number_(number) {}

  outcome judge(const greeting&, const network::peer&) override {
    return outcome::refused("a relay is asked for nothing"_reason);
  }
  void began(const actor_ref& connection) override { line_->began(connection); }
  void opened(const network::peer&) override { line_->opened(number_); }
  void take(came_frame what) override { line_->came(number_, std::move(what)); }
  void closed(const reason& why) noexcept override { line_->closed(number_, why); }

private:
  std::shared_ptr<line> line_;
  std::uint64_t number_;
};

// Connects, and again.
class dialer_shell final : public caf::event_based_actor {
public:
  dialer_shell(caf::actor_config& config, std::shared_ptr<line> of, uplink_plan plan,
               std::shared_ptr<const tls_context> tls)
      : caf::event_based_actor(config), line_(std::move(of)), plan_(std::move(plan)),
        tls_(std::move(tls)), wait_(plan_.first_wait, plan_.longest_wait),
        random_(std::random_device{}()) {}

  const char* name() const override { return "libsync.dialer"; }

  caf::behavior make_behavior() override {
    compat::end_with_exceptions(this);
    compat::send_to_itself(this, flush_atom_v);
    return {
        [this](flush_atom) { dial_aside(); },
        [this](frame_atom, const envelope& what) { hear(what.as<dialed>()); },
        [this](drain_atom) { wait_.reset(); },
        [this](done_atom) { wait_and_dial(); },
    };
  }

private:
  // An actor of its own, since it waits.
  void dial_aside() {
    const auto asker = compat::ref_to(caf::strong_actor_ptr{this->ctrl()});
    const auto work = [of = line_, plan = plan_, asker, is_plain = tls_ == nullptr] {
      dialed answer;
      try {
        auto made = dial(plan.host, plan.port, plan.bounds.greeting,
                         is_plain && !plan.plain_anywhere, of->is_given_up);
        if (made)
          answer.socket = std::make_shared<socket_owner>(std::move(*made));
        else
          answer.why = made.reason();
      } catch (...) {
        answer.why = reason{thrown()};
      }
      detail::send(asker, message::frame, enclose(std::move(answer)));
    };
    this->system().spawn<caf::detached>([work](caf::event_based_actor*) -> caf::behavior {
      work();
      return {};
    });
  }

  void hear(const dialed& what) {
    if (!what.socket || line_->is_given_up) {
      if (!line_->is_given_up)
        line_->missed(what.why);
      return wait_and_dial();
    }
    connection_plan plan;
    plan.bounds = plan_.bounds;
    plan.mine = plan_.mine;
    plan.tls = tls_;
    plan.counters = counters_;
    plan.user = std::make_shared<relay_end>(line_, line_->next());
    this->system().middleman().spawn_broker(
        [plan, socket = what.socket](caf::io::broker* self) -> caf::behavior {
          return run_connection(self, self->add_scribe(socket->take()), plan);
        });
  }

  void wait_and_dial() { compat::send_later(this, wait_.next(random_()), flush_atom_v); }

  std::shared_ptr<line> line_;
  uplink_plan plan_;
  std::shared_ptr<const tls_context> tls_;
  std::shared_ptr<connection_counters> counters_ = std::make_shared<connection_counters>();
  backoff wait_;
  std::mt19937_64 random_;
};

// Ends the line with the relay.
class owned_line final : public any_uplink {
public:
  explicit owned_line(std::shared_ptr<line> owned) : line_(std::move(owned)) {}
  ~owned_line() override { line_->end(); }

  void send(std::uint64_t connection, std::string frame) override {
    line_->send(connection, std::move(frame));
  }
  void renew(std::uint64_t connection, const reason& why) noexcept override {
    line_->renew(connection, why);
  }

private:
  std::shared_ptr<line> line_;
};

} // namespace

std::shared_ptr<any_uplink> open_uplink(caf::actor_system& system, const uplink_plan& plan,
                                        std::shared_ptr<relay_desk> desk) {
  require_network(system);
  std::shared_ptr<const tls_context> tls;
  if (plan.tls != nullptr)
    tls = tls_context::of_relay(*plan.tls, plan.host);
  auto kept = plan;
  kept.tls = nullptr; // which is the caller's
  auto of = std::make_shared<line>(std::move(desk));
  auto owner = std::make_shared<owned_line>(of);
  of->begin(compat::spawned<dialer_shell>(system, of, std::move(kept), std::move(tls)));
  return owner;
}

} // namespace libsync::detail
