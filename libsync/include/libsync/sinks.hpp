#pragma once

/// The calls that sequencers and replicas expect of a sink.

#include <concepts>
#include <cstddef>
#include <span>

#include "libsync/change.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"

namespace libsync {

/// A sink of `sequencer`:
///
///     out.send(route, welcome_ptr<Data>), out.send(route, batch_ptr<Data>),
///     out.send(route, reply_ptr), out.send(route, suspended{})
///     out.send(route, const snapshot<Data>&)   // to a viewer
///     out.ask_for_flush()                  // call flush() once all that waits now is handled
///     out.run(effect_key, effect) -> bool  // a side effect, after commit; whether it is done
///     out.observes() -> bool               // whether anybody wants to be told
///     out.changed(const change<Data>&)     // accepted
///     out.refused(client_id, submission_number, std::span<const operation>, reason)
///     out.violated(version, const operation&, reason)   // if there is one: see `checker`
///     out.logged(const batch_ptr<Data>&)   // if there is one: it is in the log, and sent to all
template <class Out, class Data, class Route>
concept sequencer_sink = requires(Out& out, const Route& to, const welcome_ptr<Data>& welcoming,
                                  const batch_ptr<Data>& sent, const reply_ptr& told,
                                  const suspended& notice, const snapshot<Data>& shown,
                                  const change<Data>& what, const effect_key& key,
                                  const typename effects<Data>::effect& asked, client_id by,
                                  submission_number number,
                                  std::span<const typename Data::operation> operations,
                                  const reason& why) {
  out.send(to, welcoming);
  out.send(to, sent);
  out.send(to, told);
  out.send(to, notice);
  out.send(to, shown);
  out.ask_for_flush();
  { out.run(key, asked) } -> std::convertible_to<bool>;
  { out.observes() } -> std::convertible_to<bool>;
  out.changed(what);
  out.refused(by, number, operations, why);
};

/// A sink of `replica`:
///
///     out.send(join_request), out.send(parcel_ptr<Data>), out.send_leave()
///     out.send_acknowledgement(version)                      // seldom
///     out.accepted(submission_number first, count, version)  // receipts of consecutive ones
///     out.settled(submission_number, receipt)                // any other receipt
///     out.observes() -> bool                                 // whether anybody wants to be told
///     out.changed(const change<Data>&)                       // a viewer: const snapshot<Data>&
///     out.diverged(version, const operation&, reason)        // not for a viewer
template <class Out, class Data, class Mode>
concept replica_sink = requires(Out& out, const join_request& request, const parcel_ptr<Data>& sent,
                                version latest, submission_number first, std::size_t count,
                                const receipt& told,
                                const typename observed<Data, Mode>::type& what) {
  out.send(request);
  out.send(sent);
  out.send_leave();
  out.send_acknowledgement(latest);
  out.accepted(first, count, latest);
  out.settled(first, told);
  { out.observes() } -> std::convertible_to<bool>;
  out.changed(what);
}
&&(std::same_as<Mode, shared_view> ||
   requires(Out & out, libsync::version version, const typename Data::operation& op,
            const reason& why) { out.diverged(version, op, why); });

/// A sink that declares `proven` is not checked again. The check takes a small program a tenth of
/// its time to compile.
template <class Out>
concept proven_sink = requires {
  typename Out::proven;
};

namespace detail {

template <class Out, class Data, class Mode>
constexpr void check_replica_sink() {
  if constexpr (!proven_sink<Out>)
    static_assert(
        replica_sink<Out, Data, Mode>,
        "libsync: the sink of a replica lacks a call: it needs send (join_request, parcel_ptr), "
        "send_leave, send_acknowledgement, accepted, settled, observes, changed, diverged");
}

template <class Out, class Data, class Route>
constexpr void check_sequencer_sink() {
  if constexpr (!proven_sink<Out>)
    static_assert(sequencer_sink<Out, Data, Route>,
                  "libsync: the sink of a sequencer lacks a call: it needs send (of a welcome_ptr, "
                  "batch_ptr, reply_ptr, suspended and snapshot), ask_for_flush, run, observes, "
                  "changed and refused");
}

} // namespace detail

} // namespace libsync
