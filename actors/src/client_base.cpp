#include "libsync/actors/detail/client/client_base.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/actors/handles.hpp"
#include "on_caf/address.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

namespace libsync::detail {

struct client_base::actor_link {
  template <class... Parts>
  void send(const actor_ref& to, Parts&&... parts) {
    compat::send(self, to.get(), std::forward<Parts>(parts)...);
  }

  // Sends a server what the next one must hear if this one ends first. A client that has just found
  // its server may have been told of that end before, when it had no server.
  template <class... Parts>
  void send_surely(client_base& from, Parts&&... parts) {
    compat::request(
        self, compat::pointer_to(from.place_.server), [] {},
        [me = from.weak_from_this(),
         failed = actor_address{from.place_.server}](const caf::error&) {
          if (const auto alive = me.lock())
            alive->server_ended(failed);
        },
        std::forward<Parts>(parts)...);
  }

  caf::scheduled_actor* self;
  std::optional<compat::end_watch> watch;
};

client_base::client_base(caf::local_actor* self, server_place to)
    : link_(new actor_link{static_cast<caf::scheduled_actor*>(self), std::nullopt}),
      place_(std::move(to)) {}

client_base::~client_base() = default;

void client_base::start_watching() {
  link_->watch.emplace(link_->self, [this](const caf::error&) {
    const auto alive = weak_from_this().lock();
    forget_server(); // it hears of the end from CAF, and of nothing after it
    end(why_ended_);
  });
}

void client_base::stop_watching() noexcept {
  link_ = nullptr;
}

void client_base::end(reason why) noexcept {
  if (!compat::is_reachable(link_->self)) {
    receipts_.clear();
    forget_server();
  }
  close(std::move(why));
}

std::uint64_t client_base::new_attempts() noexcept {
  static std::atomic<std::uint64_t> clients{0};
  return clients.fetch_add(1, std::memory_order_relaxed) << bits_of_attempts;
}

void client_base::receive(server_message what, const envelope& content) {
  handle(what, content);
  progress();
}

void client_base::ask_to_join(const join_request& request) {
  if (!place_.server) {
    wanted_ = request;
    return locate();
  }
  link_->send_surely(*this, join_atom_v, enclose(request));
}

void client_base::send_parcel(envelope parcel) {
  link_->send(place_.server, submit_atom_v, std::move(parcel));
}

void client_base::send_leave() {
  wanted_.reset(); // the next server is to hear that, too
  if (!place_.server)
    locate();
  else if (compat::is_reachable(link_->self))
    link_->send_surely(*this, leave_atom_v);
  else
    link_->send(place_.server, leave_atom_v);
}

void client_base::send_acknowledgement(version latest) {
  link_->send(place_.server, acknowledge_atom_v, latest);
}

void client_base::send_digest(digest_told what) {
  link_->send(place_.server, told_atom_v, enclose(std::move(what)));
}

void client_base::send_presence(envelope update) {
  link_->send(place_.server, present_atom_v, std::move(update));
}

void client_base::forget_server() noexcept {
  place_ = {};
}

void client_base::locate() {
  if (!place_.supervisor || locating_)
    return;
  compat::request(
      link_->self, compat::pointer_to(place_.supervisor),
      [me = weak_from_this()](const envelope& found) {
        if (const auto alive = me.lock())
          alive->located(found.as<server_found>());
      },
      [me = weak_from_this()](const caf::error&) {
        if (const auto alive = me.lock())
          alive->give_up("the server's supervisor has ended"_reason);
      },
      locate_atom_v, compat::address(failed_));
  locating_ = true;
}

void client_base::located(const server_found& found) {
  locating_ = false;
  if (now().closed)
    return; // meanwhile
  if (!found.server)
    return give_up(found.why_none);
  place_.server = found.server;
  failed_ = {}; // or it would keep the memory of the dead one
  attempt([this] {
    if (const auto request = std::exchange(wanted_, std::nullopt))
      ask_to_join(*request);
    else
      send_leave();
  });
}

// It may be heard of twice: by its last word, and by a request that it did not take.
void client_base::server_ended(const actor_address& which) {
  if (!place_.server || place_.server.get() != which.get())
    return;
  if (!place_.supervisor)
    return give_up("the server has ended"_reason);
  failed_ = which;
  place_.server = {};
  reconnect();
  progress();
}

void client_base::give_up(reason why) {
  close(std::move(why));
  progress();
}

} // namespace libsync::detail
