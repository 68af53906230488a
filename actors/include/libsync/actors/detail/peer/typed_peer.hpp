#pragma once

/// The typed face of a peer: a gossip behind `any_peer`.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/actors/detail/peer/any_peer.hpp"
#include "libsync/actors/peer_options.hpp"

#include "libsync/clock.hpp"
#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/gossip.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync::detail {

/// A gossip and the functions that it was given.
template <class Data>
class typed_peer final : public any_peer {
public:
  using box_type = statebox<Data, stamp>;
  using composite_operation = composite<typename Data::operation>;

  explicit typed_peer(peer_options<Data> options)
      : options_(std::move(options)),
        gossip_(std::move(options_.initial),
                options_.by == origin::none ? random_origin() : options_.by, options_.bounds) {}

  typed_peer(const typed_peer&) = delete;
  typed_peer& operator=(const typed_peer&) = delete;

  void meet(const actor_address& whom, peer_outlet& to) override {
    enter(to, [&](sink& out) { gossip_.meet(whom, out); });
  }
  void part(const actor_address& whom) override { gossip_.part(whom); }
  void acknowledged(const actor_address& by, peer_outlet& to) override {
    enter(to, [&](sink& out) { gossip_.acknowledged(by, out); });
  }
  void share(peer_outlet& to) override {
    enter(to, [&](sink& out) { gossip_.share(out); });
  }

  // What was thrown after the change was made does not make it undone.
  [[nodiscard]] envelope change(const envelope& what, peer_outlet& to) override {
    if (!what.holds<composite_operation>())
      return enclose(result<stamp>::failed("the change is one of other data"));
    const auto& op = what.as<composite_operation>();
    const auto before = gossip_.counters().changed;
    std::optional<result<stamp>> done;
    if (!enter(to, [&](sink& out) { done = gossip_.change(op, now(), out); }))
      done = gossip_.counters().changed != before ? result<stamp>{gossip_.box().last_modified()}
                                                  : result<stamp>::failed(reason_);
    return enclose(*std::move(done));
  }

  [[nodiscard]] outcome accept_loss(peer_outlet& to) override {
    outcome done;
    if (enter(to, [&](sink& out) { done = gossip_.accept_loss(now(), out); }))
      return done;
    return gossip_.box().may_have_lost() ? refused(reason_) : accepted();
  }

  bool receive(const actor_address& from, const envelope& box, peer_outlet& to) override {
    const auto& came = box.as<box_type>();
    outcome done;
    const bool whole = enter(to, [&](sink& out) { done = gossip_.receive(from, came, out); });
    if (whole && !done)
      failed(done.reason());
    return whole;
  }

  [[nodiscard]] envelope read() override { return envelope{gossip_.read()}; }

  [[nodiscard]] envelope status() const override {
    const auto& box = gossip_.box();
    return enclose(peer_status{gossip_.by(), gossip_.neighbours(), box.queue().size(),
                               box.may_have_lost(), gossip_.counters(), reason_, calls_.thrown()});
  }

  [[nodiscard]] bool suits_box(const envelope& box) const noexcept override {
    return box.holds<box_type>();
  }

private:
  // What the gossip hands out, as messages and calls.
  struct sink {
    typed_peer& self;
    peer_outlet& out;

    void send(const actor_address& to, const std::shared_ptr<const box_type>& what) {
      out.send(to, envelope{what});
    }
    void acknowledge(const actor_address& to) { out.acknowledge(to); }
    void ask_to_share() { self.share_wanted_ = true; }
    void changed(const box_type& box) {
      self.calls_([&] {
        if (self.options_.on_change)
          self.options_.on_change(box);
      });
    }
  };

  // Returns whether nothing was thrown, for want of memory or out of a copy; then the gossip is
  // whole, and what it has not told yet it tells once memory may be there again.
  template <class Call>
  bool enter(peer_outlet& to, Call call) {
    sink out{*this, to};
    try {
      call(out);
      share_soon(to);
      return true;
    } catch (...) {
      failed(thrown().text());
    }
    share_wanted_ = true;
    calls_([&] { share_soon(to); });
    return false;
  }

  // What waits in the mailbox goes with the same box.
  void share_soon(peer_outlet& to) {
    if (share_wanted_)
      to.share_later();
    share_wanted_ = false;
  }

  void failed(std::string_view why) {
    calls_([&] {
      reason_ = why;
      if (options_.on_failure)
        options_.on_failure(reason_);
    });
  }

  [[nodiscard]] static timestamp now() { return process_clock().now(); }

  peer_options<Data> options_;
  gossip<Data, actor_address> gossip_;
  callback_guard calls_;
  std::string reason_;
  bool share_wanted_ = false;
};

} // namespace libsync::detail
