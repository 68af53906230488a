#pragma once

/// Holds back what a server says until it is written down.

#include <cstdint>
#include <deque>
#include <utility>
#include <variant>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/envelope.hpp"

#include "libsync/detail/server/write_ahead.hpp"
#include "libsync/effects.hpp"

namespace libsync::detail {

/// An outlet in front of that of a server's actor. Its messages, its answers, and effects that are
/// to be run wait in one order.
class held_outlet final : public server_outlet {
public:
  struct sending {
    actor_address to;
    server_message what;
    envelope content;
  };
  struct answering {
    std::uint64_t ticket;
    envelope content;
  };
  using message = std::variant<sending, answering, effect_key>;

  void send(const actor_address& to, server_message what, const envelope& content) override {
    held_.hold(sending{to, what, content});
  }
  void answer(std::uint64_t ticket, envelope part) override {
    held_.hold(answering{ticket, std::move(part)});
  }
  void fail(std::uint64_t) override {}

  [[nodiscard]] write_ahead<message>& held() noexcept { return held_; }

private:
  write_ahead<message> held_;
};

} // namespace libsync::detail
