#pragma once

/// What clients show each other, in a relay.

#include <map>
#include <optional>
#include <string>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/envelope.hpp"
#include "libsync/network/detail/presence_frames.hpp"
#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/presence.hpp"
#include "libsync/protocol/relayed.hpp"

namespace libsync::detail {

/// Data without presence have no such frames, and their relays no byte for it.
template <class Data, class Form>
class relay_presence {
public:
  template <class Relay>
  [[nodiscard]] std::optional<std::string> present(const actor_address&, const envelope&,
                                                   const Relay&) const noexcept {
    return std::nullopt;
  }
  [[nodiscard]] static bool suits(const envelope&) noexcept { return false; }
  static void keep(wire_reader& from) {
    from.fail("kind", "found what clients show, but these data have no type `presence`");
  }
  template <class Relay>
  void show(wire_reader& from, const Relay&, server_outlet&) const {
    keep(from);
  }
  void welcomed(const actor_address&, server_outlet&) noexcept {}
  void clear() noexcept {}
};

/// Passes on what clients show, and to each of them the rounds that its server has sent it. A round
/// that comes before a client's welcome waits for that, or the client would ignore it, and the
/// server would wait for ever to hear that it was seen.
template <has_presence Data, class Form>
class relay_presence<Data, Form> {
  using frames = presence_frames<Data, Form>;

public:
  [[nodiscard]] static bool suits(const envelope& what) noexcept {
    return what.holds<presence_update<Data>>();
  }

  /// Returns the frame to be sent, if its sender is a member.
  template <class Relay>
  [[nodiscard]] std::optional<std::string> present(const actor_address& by, const envelope& what,
                                                   const Relay& relay) const {
    const auto* known = relay.find_client(by);
    if (known == nullptr || !known->is_member())
      return std::nullopt;
    return frames::present(known->channel, what.as<presence_update<Data>>());
  }

  /// Another round.
  void keep(wire_reader& from) { latest_ = frames::read_round(from); }

  /// The latest round is for one of the clients.
  template <class Relay>
  void show(wire_reader& from, const Relay& relay, server_outlet& out) {
    const auto* to = relay.find_client(from.number("channel"));
    from.end();
    if (!latest_)
      from.fail("round", "found none before it is shown");
    if (to == nullptr)
      return;
    if (to->is_member())
      out.send(to->route, server_message::round, envelope{latest_});
    else if (to->asks())
      waiting_[to->route] = latest_;
  }

  /// A client was welcomed just now.
  void welcomed(const actor_address& whom, server_outlet& out) {
    const auto waits = waiting_.find(whom);
    if (waits == waiting_.end())
      return;
    out.send(whom, server_message::round, envelope{waits->second});
    waiting_.erase(waits);
  }

  /// There is another connection.
  void clear() noexcept {
    latest_ = nullptr;
    waiting_.clear();
  }

private:
  presence_round_ptr<Data> latest_; // of this connection
  std::map<actor_address, presence_round_ptr<Data>> waiting_;
};

} // namespace libsync::detail
