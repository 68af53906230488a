#pragma once

/// Several clients inside one actor.

#include <array>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include "libsync/actors/detail/caf/client_handlers.hpp"
#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/embedded_client.hpp"

#include <caf/all.hpp>

namespace libsync {

namespace detail {

struct embedded {
  template <class Data, replica_mode Mode>
  static std::shared_ptr<client_base> core_of(const embedded_client<Data, Mode>& client) {
    return client.core_;
  }
};

template <class T>
inline constexpr bool is_embedded = false;
template <class Data, class Mode>
inline constexpr bool is_embedded<embedded_client<Data, Mode>> = true;

// Counts the clients among these types. They come first.
template <class... Parts>
[[nodiscard]] constexpr std::size_t clients_among() {
  constexpr std::array<bool, sizeof...(Parts)> all{is_embedded<std::remove_cvref_t<Parts>>...};
  std::size_t count = 0;
  while (count < all.size() && all[count])
    ++count;
  return count;
}

template <std::size_t Count>
void check_servers(const std::array<std::shared_ptr<client_base>, Count>& all) {
  for (std::size_t i = 0; i < Count; ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (all[i] == all[k] || all[i]->has_server_of(*all[k]))
        throw std::invalid_argument("libsync: two clients in one actor have the same server, to "
                                    "which an actor is one member");
}

} // namespace detail

/// Returns the behavior of an actor with several embedded clients. The clients are the first
/// arguments, and the actor's own handlers follow:
///
///     return libsync::behavior(rooms_, prices_, [this](go_atom) { ... });
///
/// A message goes to the client whose server has sent it, so the clients must have different
/// servers. Throws std::invalid_argument if two have the same server, because a server knows its
/// members by their actors. (Two clients of one server need an actor each.) For a typed actor, name
/// its type of behavior: `behavior<Behavior>`.
template <class Behavior = caf::behavior, class... Parts>
Behavior behavior(Parts&&... clients_and_own) {
  constexpr auto count = detail::clients_among<Parts...>();
  static_assert(count > 0, "libsync: the first arguments are the clients of the actor");
  const auto parts = std::forward_as_tuple(std::forward<Parts>(clients_and_own)...);
  std::array<std::weak_ptr<detail::client_base>, count> clients;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const std::array<std::shared_ptr<detail::client_base>, count> cores{
        detail::embedded::core_of(std::get<I>(parts))...};
    detail::check_servers(cores);
    clients = {cores[I]...};
  }
  (std::make_index_sequence<count>{});
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return detail::compat::clients_behavior<Behavior>(
        clients, std::forward<std::tuple_element_t<count + I, std::tuple<Parts&&...>>>(
                     std::get<count + I>(parts))...);
  }
  (std::make_index_sequence<sizeof...(Parts) - count>{});
}

} // namespace libsync
