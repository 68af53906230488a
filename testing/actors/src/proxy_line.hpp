#pragma once

/// One connection through a proxy.

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

#include "libsync/actors/handles.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/later.hpp"
#include "on_caf/spawned.hpp"
#include "proxy_state.hpp"

namespace libsync::testing::detail {

namespace compat = libsync::detail::compat;

/// The connection is an actor, so it breaks by its end, of which both ends are told as they are
/// told of the end of a server or of a client. Its client holds it strongly, and it holds the
/// server so.
class proxy_line final : public caf::event_based_actor {
public:
  proxy_line(caf::actor_config& config, std::shared_ptr<any_proxy::state> how,
             caf::strong_actor_ptr server)
      : caf::event_based_actor(config), how_(std::move(how)), server_(std::move(server)) {}

  const char* name() const override { return "libsync.testing.proxy_line"; }

  caf::behavior make_behavior() override {
    compat::on_down(this, [this](caf::down_msg& down) {
      if (down.source == compat::address(server_))
        how_->lose(compat::address_of(down.source));
      this->quit();
    });
    watches_.add(compat::address(server_));
    return {
        [this](batch_atom, const envelope& what) { down(batch_atom_v, what); },
        [this](shown_atom, const envelope& what) { down(shown_atom_v, what); },
        [this](reply_atom, const envelope& what) { down(reply_atom_v, what); },
        [this](welcome_atom, const envelope& what) { down(welcome_atom_v, what); },
        [this](suspended_atom, const envelope& what) { down(suspended_atom_v, what); },
        [this](digest_atom, const envelope& what) { down(digest_atom_v, what); },
        [this](round_atom, const envelope& what) { down(round_atom_v, what); },
        [this](ended_atom, const caf::actor_addr& server) {
          how_->lose(compat::address_of(server));
          this->quit();
        },
        [this](join_atom, const envelope& request) {
          if (is_of_client())
            up(join_atom_v, request);
        },
        [this](leave_atom) {
          if (comes_from_client())
            up(leave_atom_v);
        },
        [this](submit_atom, const envelope& parcel) {
          if (comes_from_client())
            up(submit_atom_v, parcel);
        },
        [this](acknowledge_atom, version latest) {
          if (comes_from_client())
            up(acknowledge_atom_v, latest);
        },
        [this](told_atom, const envelope& what) {
          if (comes_from_client())
            up(told_atom_v, what);
        },
        [this](present_atom, const envelope& what) {
          if (comes_from_client())
            up(present_atom_v, what);
        },
        [this](share_atom) {
          pass(direction::to_server);
          pass(direction::to_client);
        },
        [this](part_atom) { this->quit(); },
    };
  }

  void on_exit() override {
    watches_.clear();
    if (const auto client = compat::hold(client_))
      compat::send_anonymously(client, caf::make_message(ended_atom_v, this->address()), nullptr);
    server_ = nullptr;
  }

private:
  using time_point = caf::actor_clock::time_point;

  struct waiting {
    time_point due;
    caf::message what;
  };

  // A connection is of one client. Another one, which came after its death, gets one of its own.
  bool is_of_client() {
    const auto sender = this->current_sender();
    if (!client_ && sender) {
      client_ = compat::address(sender);
      watches_.add(client_);
    }
    if (sender && !comes_from_client())
      compat::send_anonymously(sender, caf::make_message(ended_atom_v, this->address()),
                               this->context());
    return comes_from_client();
  }

  // One that died before it joined here may still say that it leaves, which the server must not
  // take for the leaving of the client that has come after it.
  bool comes_from_client() {
    const auto sender = this->current_sender();
    return sender && client_ && compat::address(sender) == client_;
  }

  template <class... Parts>
  void up(const Parts&... parts) {
    take(direction::to_server, caf::make_message(parts...));
  }
  template <class... Parts>
  void down(const Parts&... parts) {
    take(direction::to_client, caf::make_message(parts...));
  }

  void take(direction which, const caf::message& what) {
    if (broken_)
      return;
    const auto faults = how_->with(which, [](any_proxy::state::faults& wanted) {
      auto now = wanted;
      wanted.drop = wanted.duplicate = false;
      return now;
    });
    if (faults.drop) {
      broken_ = true;
      return compat::send_to_itself(this, part_atom_v);
    }
    auto& queue = queues_[static_cast<std::size_t>(which)];
    const auto due = this->system().clock().now() +
                     std::chrono::duration_cast<caf::actor_clock::duration_type>(faults.delay);
    for (int times = faults.duplicate ? 2 : 1; times > 0; --times)
      queue.push_back({due, what});
    if (faults.delay.count() > 0)
      libsync::detail::compat::send_later(this, faults.delay, share_atom_v);
    pass(which);
  }

  void pass(direction which) {
    auto& queue = queues_[static_cast<std::size_t>(which)];
    const bool held = how_->with(which, [](const auto& faults) { return faults.held; });
    while (!held && !broken_ && !queue.empty() &&
           queue.front().due <= this->system().clock().now()) {
      auto what = std::move(queue.front().what);
      queue.pop_front();
      if (which == direction::to_server)
        compat::send(this, server_.get(), std::move(what));
      else
        compat::send_anonymously(compat::hold(client_), std::move(what), this->context());
    }
    how_->with(which, [&](auto& faults) { faults.waiting = queue.size(); });
  }

  std::shared_ptr<any_proxy::state> how_;
  caf::strong_actor_ptr server_;
  caf::actor_addr client_;
  compat::watches watches_{this};
  std::array<std::deque<waiting>, 2> queues_;
  bool broken_ = false;
};

} // namespace libsync::testing::detail
