#pragma once

/// The options of a server.

#include <chrono>
#include <functional>
#include <optional>
#include <span>

#include "libsync/actors/detail/callback.hpp"
#include "libsync/actors/detail/mistakes.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/effect_token.hpp"
#include "libsync/actors/fault_point.hpp"
#include "libsync/actors/journal_option.hpp"
#include "libsync/actors/timetable.hpp"

#include "libsync/change.hpp"
#include "libsync/context.hpp"
#include "libsync/effects.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reason.hpp"
#include "libsync/violation.hpp"

namespace libsync {

/// Returns an epoch that no other server has, with overwhelming likelihood.
[[nodiscard]] epoch_id random_epoch();

/// The answer of a handler of effects. Either the effect is done, or its `effect_token` will tell
/// what became of it.
enum class effect_state { done, started };

/// The options of a server. The server calls all functions in its actor, in order. An exception is
/// counted, not propagated.
template <class Data>
struct server_options {
  static_assert(detail::mistakes_of<Data>::none);
  using operation = typename Data::operation;

  limits bounds = {};
  /// `epoch_id::none` stands for a random one.
  epoch_id epoch = epoch_id::none;
  /// Called with each accepted submission, before the server sends it to anybody. Also called with
  /// the data when an epoch begins that follows another. With a journal, this is before the
  /// submission is written. If it cannot be, it is taken back, and its version comes again.
  detail::callback<detail::told::change, void, const change<Data>&> on_change = {};
  /// Called with each refused submission and the reason.
  std::function<void(client_id, std::span<const operation>, const reason&)> on_refused = {};
  /// Decides whether a client may join, each time that it does, by the identity that it presents
  /// (`client_options::identity`). A session that is refused closes with the reason, and is told
  /// nothing of the data. If it throws, the client is refused.
  std::function<outcome(const identity_of<Data>&)> admit = {};
  /// Decides whether an operation may be submitted, before the reducer sees it: see `rules`. If it
  /// throws, the operation is refused.
  std::function<outcome(const context<Data>&, const operation&, const Data&)> authorize = {};
  /// Returns the operation that the server submits when a client has become a member, or nothing.
  std::function<std::optional<operation>(const context<Data>&)> on_joined = {};
  /// Returns the operation that the server submits when a member left or died, or nothing.
  std::function<std::optional<operation>(client_id)> on_left = {};
  /// By which these functions let the server submit operations later, if there is one.
  std::optional<libsync::timetable<Data>> timetable = {};
  /// Runs the effects that reducers asked for, after commit, each once in a life of the server. If
  /// an effect is not done, or this function throws, and a supervisor starts the server again, the
  /// next server hands the effect over again, under the same key. A handler that does not do the
  /// effect at once keeps a copy of the token, which tells later.
  detail::callback<detail::told::effect, effect_state, const effect_token&,
                   const typename effects<Data>::effect&>
      on_effect = {};
  /// Called when a token says that an effect cannot be done. Returns the operation that the server
  /// submits instead, such as one that gives back what was paid, or nothing. If it throws, the
  /// effect counts as started, and its token may report again.
  std::function<std::optional<operation>(const effect_key&, const typename effects<Data>::effect&,
                                         const reason&)>
      on_effect_refused = {};
  /// How long the server waits at least between two rounds in which it sends what clients show, if
  /// the data have a type `presence`. A round is sent at once if the last one was so long ago.
  std::chrono::milliseconds presence_pause{16};
  /// Whether the server checks the reducer, if the data can be copied and compared. It checks that
  /// the reducer changes nothing if it refuses, that it is deterministic, and that `inverse`
  /// undoes. It counts a broken promise in the status, and tells it to `on_violation`. In the first
  /// two cases it also refuses the operation, so that copies do not differ. `checker` tells what
  /// this costs.
  bool check = checked_by_default;
  /// Whether the server keeps the data from which its log leads on, so that `server::audit` can
  /// name the first version that differs. They take one copy of the data. Each operation is applied
  /// once more when the log lets it go.
  bool keep_checkpoint = false;
  /// Where the server keeps what it decides, so that another one goes on with it: see `journal`. If
  /// something is kept there, `epoch` and the initial data are not used.
  libsync::journal<Data> journal = {};
  /// Called with the version that the operation has made or would have made, with the operation,
  /// and with what is wrong.
  std::function<void(version, const operation&, const reason&)> on_violation = {};
  /// For tests in which a server dies. An exception of this function ends the server.
  std::function<void(fault_point)> inject_fault = {};
};

} // namespace libsync
