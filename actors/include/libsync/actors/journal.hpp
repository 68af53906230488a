#pragma once

/// Servers that keep what they decide.

#include <concepts>
#include <memory>
#include <type_traits>

#include "libsync/actors/detail/server/any_server_journal.hpp"
#include "libsync/actors/detail/server/server_journal.hpp"
#include "libsync/actors/journal_option.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/limits.hpp"
#include "libsync/stored_state.hpp"

namespace libsync::detail {

template <class Place, class Data>
concept journal_place = requires(const Place& where) {
  { where.level } -> std::convertible_to<durability>;
  { where.template open<Data>() } -> std::convertible_to<std::unique_ptr<any_journal<Data>>>;
};

template <class Data, class Place>
requires journal_place<Place, Data>
struct journal_opener<Data, Place> {
  static std::shared_ptr<any_server_journal<Data>>
  open(const Place& where, caf::actor_system& system, const limits& bounds) {
    return shared<server_journal<Data>>(system, where.template open<Data>(), where.level, bounds);
  }
};

template <class Data, class Place>
requires(!journal_place<Place, Data>) struct journal_opener<Data, Place> {
  static_assert(!std::is_same_v<Place, Place>,
                "libsync: this is no place for a journal: it needs a member `level`, a durability, "
                "and a function open<Data>(), as libsync::sqlite_journal has");
};

} // namespace libsync::detail
