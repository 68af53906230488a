#pragma once

/// Who may join a simulated server, and as whom.

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/membership.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

/// Knows each client by its place, and so who it really is, whatever it claims.
template <class Data>
class expected_members {
public:
  explicit expected_members(const simulation_options<Data>& how) : how_(how) {}

  [[nodiscard]] identity_ptr<Data> identity_of_client(std::size_t client) const {
    if constexpr (names_identity<Data>)
      if (how_.identify)
        return std::make_shared<const identity_of<Data>>(how_.identify(client));
    return {};
  }

  /// A client asks to join at that time.
  void ask(std::size_t client, const join_request& request, timestamp now) {
    client_ = client;
    now_ = now;
    is_admitted_ = admits(client);
    is_welcomed_ = false;
    greeted_.clear();
    const auto owner = request.known ? owners_.find(*request.known) : owners_.end();
    if (owner != owners_.end() && owner->second != client)
      forgers_.insert(client);
  }
  [[nodiscard]] bool is_admitted() const noexcept { return is_admitted_; }
  /// Whether it has ever claimed the id of another client. Then it may be welcomed under any new
  /// id.
  [[nodiscard]] bool is_forger() const { return forgers_.contains(client_); }

  /// It is answered. Each id belongs to one client for ever.
  void welcome(const libsync::welcome<Data>& what) {
    if (!is_admitted_) {
      require(!what.refused.empty(), "client ", client_, " is admitted, which it must not be");
      require(!what.snapshot && what.missed.empty() && what.you == client_id::server &&
                  what.epoch == epoch_id::none && what.version == 0,
              "client ", client_, " is not admitted, but told of the data");
      return;
    }
    require(what.refused.empty(), "client ", client_, " is not admitted: ", what.refused);
    const auto owner = owners_.try_emplace(what.you, client_).first->second;
    require(owner == client_, "client ", client_, " is welcomed as ", what.you,
            ", which is client ", owner);
    is_welcomed_ = true;
    you_ = what.you;
    version_ = what.version;
  }

  /// The server calls `on_joined`.
  void greet(const context<Data>& how) { greeted_.push_back(how); }

  /// The call has come to its end. A client that was no member is greeted once.
  void check(bool is_new) const {
    require(is_admitted_ || !is_welcomed_, "client ", client_, " is a member");
    if (!how_.on_joined)
      return;
    require(greeted_.size() == (is_welcomed_ && is_new ? 1U : 0U), "on_joined was called ",
            greeted_.size(), " times for client ", client_);
    for (const auto& one : greeted_)
      require(one == context<Data>{you_, now_, version_, false, one.identity} &&
                  same_identity(one.identity, identity_of_client(client_)),
              "on_joined is told of ", one.by, " at ", one.time, ", version ", one.version,
              "; expected was ", you_, " at ", now_, ", version ", version_);
  }

  /// The server is another one, which gives the same ids to others.
  void follow() noexcept { owners_.clear(); }

private:
  [[nodiscard]] bool admits(std::size_t client) const {
    if (!how_.admit)
      return true;
    const auto who = identity_of_client(client);
    try {
      if constexpr (names_identity<Data>)
        return who && how_.admit(*who);
      else
        return static_cast<bool>(how_.admit(who));
    } catch (...) { // that refuses
      return false;
    }
  }

  const simulation_options<Data>& how_;
  std::map<client_id, std::size_t> owners_;
  std::set<std::size_t> forgers_;
  std::size_t client_ = 0;
  timestamp now_ = 0;
  bool is_admitted_ = false;
  bool is_welcomed_ = false;
  client_id you_{};
  version version_ = 0;
  std::vector<context<Data>> greeted_;
};

} // namespace libsync::testing::detail
