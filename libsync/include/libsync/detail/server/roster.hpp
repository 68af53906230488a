#pragma once

/// The identities of a server's clients.

#include <cstddef>
#include <map>
#include <utility>

#include "libsync/identity.hpp"
#include "libsync/ids.hpp"

namespace libsync::detail {

/// Remembers the identity of each client that the server knows. An identity belongs to a client's
/// id, for as long as the epoch knows the id.
template <class Data>
class roster {
public:
  /// Returns the identity of a client; none for a stranger.
  [[nodiscard]] identity_ptr<Data> of(client_id who) const {
    const auto found = all_.find(who);
    return found == all_.end() ? nullptr : found->second;
  }

  /// Whether that client is known by this identity.
  [[nodiscard]] bool is(client_id who, const identity_ptr<Data>& identity) const {
    const auto found = all_.find(who);
    return found != all_.end() && same_identity(found->second, identity);
  }

  void note(client_id who, identity_ptr<Data> identity) {
    all_.insert_or_assign(who, std::move(identity));
  }

  void clear() noexcept { all_.clear(); }

  /// Forgets all whom the server does not know any more, now and then, so that there are at most
  /// about twice as many as it knows.
  template <class Members>
  void follow(const Members& members) {
    if (all_.size() <= 2 * (members.size() + members.absent()) + 16)
      return;
    std::map<client_id, identity_ptr<Data>> kept;
    members.for_each_id([&](client_id id) {
      if (auto known = all_.extract(id))
        kept.insert(std::move(known));
    });
    all_ = std::move(kept);
  }

private:
  std::map<client_id, identity_ptr<Data>> all_;
};

/// Data without identities: nothing is remembered.
template <class Data>
requires(!names_identity<Data>) class roster<Data> {
public:
  [[nodiscard]] no_identity of(client_id) const noexcept { return {}; }
  [[nodiscard]] bool is(client_id, no_identity) const noexcept { return true; }
  void note(client_id, no_identity) noexcept {}
  void clear() noexcept {}
  template <class Members>
  void follow(const Members&) noexcept {}
};

} // namespace libsync::detail
