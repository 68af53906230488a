#pragma once

/// Small values of clients, outside the log: a name, a cursor.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/identity.hpp"
#include "libsync/ids.hpp"

namespace libsync {

/// Data whose clients show each other a small value, of the nested type `presence`: where their
/// cursor is, whether they type. A presence is no part of the data. Only the newest value of a
/// client is shown, it takes no version, and it is gone when the client is gone.
template <class Data>
concept has_presence = requires {
  typename Data::presence;
}
&&std::copy_constructible<typename Data::presence>;

namespace detail {

/// Takes the place of the type of what data show that show nothing. Anything becomes one, so that
/// the error is a sentence of libsync's.
struct no_presence {
  template <class... Parts>
  constexpr no_presence(Parts&&...) noexcept {} // NOLINT(*-forwarding-*): it is never made
};

template <class Data>
struct shown_by {
  using type = no_presence;
};
template <has_presence Data>
struct shown_by<Data> {
  using type = typename Data::presence;
};

/// What clients of these data show each other.
template <class Data>
using presence_of = typename shown_by<Data>::type;

} // namespace detail

/// What one client shows.
template <has_presence Data>
struct present {
  client_id by{};
  /// Who that is, if the data have identities.
  [[no_unique_address]] identity_ptr<Data> identity = {};
  /// Grows with each value of this client.
  std::uint64_t sequence = 0;
  std::shared_ptr<const typename Data::presence> value;
};

/// What all clients show at one time: immutable, shared by all.
template <has_presence Data>
struct presence_round {
  epoch_id epoch{};
  /// Grows from round to round.
  std::uint64_t number = 0;
  /// By ascending client.
  std::vector<present<Data>> all;
  /// Clients that show nothing any more, with the sequence of that; for the library's own use.
  std::vector<std::pair<client_id, std::uint64_t>> withdrawn;

  /// Returns what a client shows; null if it shows nothing.
  [[nodiscard]] const present<Data>* find(client_id by) const noexcept {
    const auto at = std::lower_bound(all.begin(), all.end(), by,
                                     [](const auto& one, client_id id) { return one.by < id; });
    return at != all.end() && at->by == by ? &*at : nullptr;
  }
};

template <has_presence Data>
using presence_round_ptr = std::shared_ptr<const presence_round<Data>>;

/// What all clients show, as one of them sees it: a range of `present<Data>`, by ascending client.
/// Nobody is seen while the client is no member, since nobody knows then who is there. Immutable; a
/// copy costs no more than a shared pointer.
template <has_presence Data>
class presences {
public:
  /// Nobody knows.
  presences() noexcept = default;

  /// What the client `me` sees.
  presences(client_id me, presence_round_ptr<Data> round) noexcept
      : me_(me), round_(std::move(round)) {}

  /// Whether a server has told what all show.
  [[nodiscard]] bool is_known() const noexcept { return round_ != nullptr; }

  [[nodiscard]] const present<Data>* begin() const noexcept {
    return round_ ? round_->all.data() : nullptr;
  }
  [[nodiscard]] const present<Data>* end() const noexcept { return begin() + size(); }
  [[nodiscard]] std::size_t size() const noexcept { return round_ ? round_->all.size() : 0; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  /// Returns what a client shows; null if it shows nothing.
  [[nodiscard]] const present<Data>* find(client_id by) const noexcept {
    return round_ ? round_->find(by) : nullptr;
  }

  /// Returns what the client that sees this shows itself, as the others see it; null if nothing.
  [[nodiscard]] const present<Data>* own() const noexcept { return find(me_); }
  [[nodiscard]] bool is_own(const present<Data>& one) const noexcept { return one.by == me_; }

  /// Whether both are the same round. (Equal values may be of different rounds.)
  friend bool operator==(const presences&, const presences&) = default;

private:
  client_id me_{};
  presence_round_ptr<Data> round_;
};

/// What a client tells the server: that it has seen a round, and, if it has changed, its own value.
template <has_presence Data>
struct presence_update {
  epoch_id epoch{};
  /// The latest round that it has seen; 0 for none.
  std::uint64_t seen = 0;
  std::uint64_t sequence = 0;
  /// A null pointer if it shows nothing any more.
  std::optional<std::shared_ptr<const typename Data::presence>> value = std::nullopt;
};

} // namespace libsync
