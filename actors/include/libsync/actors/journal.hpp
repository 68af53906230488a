#pragma once

/// Servers that keep what they decide.

#include <concepts>
#include <memory>

#include "libsync/actors/detail/any_server_journal.hpp"
#include "libsync/actors/detail/server_journal.hpp"
#include "libsync/actors/journal_option.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/limits.hpp"
#include "libsync/stored_state.hpp"

namespace libsync::detail {

/// Any place that can be opened as a journal.
template <class Data, class Place>
requires requires(const Place& where) {
  { where.level } -> std::convertible_to<durability>;
  { where.template open<Data>() } -> std::convertible_to<std::unique_ptr<any_journal<Data>>>;
}
struct journal_opener<Data, Place> {
  static std::shared_ptr<any_server_journal<Data>>
  open(const Place& where, caf::actor_system& system, const limits& bounds) {
    return shared<server_journal<Data>>(system, where.template open<Data>(), where.level, bounds);
  }
};

} // namespace libsync::detail
