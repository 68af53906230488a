#pragma once

/// The options of a server.

#include <functional>
#include <optional>
#include <span>

#include "libsync/actors/detail/any_server.hpp"
#include "libsync/actors/detail/callback.hpp"
#include "libsync/actors/detail/mistakes.hpp"
#include "libsync/actors/fault_point.hpp"

#include "libsync/change.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/reason.hpp"
#include "libsync/violation.hpp"

namespace libsync {

/// Returns an epoch that no other server has, with overwhelming likelihood.
[[nodiscard]] epoch_id random_epoch();

/// What a handler of effects says: it is done, or it will be done later, as told by `server::done`.
enum class effect_state { done, started };

/// How a server is made. All functions are called in the server actor, in order; one that throws is
/// isolated and counted.
template <class Data>
struct server_options {
  static_assert(detail::mistakes_of<Data>::none);
  using operation = typename Data::operation;

  limits bounds = {};
  /// `epoch_id::none` stands for a fresh one.
  epoch_id epoch = epoch_id::none;
  /// Told of each accepted submission, before anybody else hears of it; and of the data where an
  /// epoch begins that follows another.
  detail::callback<detail::told::change, void, const change<Data>&> on_change = {};
  /// Told of each refused submission, with the reason.
  std::function<void(client_id, std::span<const operation>, const reason&)> on_refused = {};
  /// What the server submits itself when a member left or died; nothing if it returns nothing.
  std::function<std::optional<operation>(client_id)> on_left = {};
  /// Runs the effects that reducers asked for, after commit, each once in a life of the server. One
  /// that is not done (or throws) is handed over again, under the same key, if a
  /// supervisor starts the server again.
  detail::callback<detail::told::effect, effect_state, const effect_key&,
                   const typename effects<Data>::effect&>
      on_effect = {};
  /// Whether operations are checked, where the data can be copied and compared: that the reducer
  /// changes nothing where it refuses, is deterministic, and is undone by `inverse`. What breaks
  /// such a promise is counted in the status, told to `on_violation`, and refused, so that copies
  /// do not differ. `checker` tells what it costs.
  bool check = checked_by_default;
  /// Told of the version that the operation has made or would have made, of the operation, and of
  /// what is wrong with it.
  std::function<void(version, const operation&, const reason&)> on_violation = {};
  /// For tests of what happens when a server dies: what this throws is not isolated.
  std::function<void(fault_point)> inject_fault = {};
};

} // namespace libsync
